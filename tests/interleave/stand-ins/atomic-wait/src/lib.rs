//! Stands in for `atomic_wait` in a program that is explored.
//!
//! Nothing here orders memory. The kernel looks at the value and puts the thread to sleep in one step; its look is a `Relaxed` load. What
//! the thread that wakes it has written, a thread learns only by loads of its own. A program may conclude nothing from the return
//! of [`wait`], which may come for nothing.
//!
//! The look sees the newest value. In Linux' words, look and sleep are "totally ordered with respect to concurrent operations
//! performed by other threads on the same futex word" (futex(2)). That it could see an older one is not tried.

use std::panic::Location;

use interleave::execution::{self, Access, Intent, Ready, Woken};
use interleave_std::sync::atomic::{AtomicU32, Ordering};

/// Blocks until the thread is woken, or wakes up for nothing, if `value` is what is there; returns at once if not.
#[track_caller]
pub fn wait(atomic: &AtomicU32, value: u32) {
    let (place, id) = (Location::caller(), atomic.object());
    let sleepers = execution::sleepers_of(id);
    execution::reach(Intent::new(id, Access::Read, place).and(sleepers, Access::Write));
    execution::calls_the_system();
    let there = atomic.newest();
    execution::load_newest(id, Ordering::Relaxed, place);
    if there != value {
        execution::tell(Some(place), |name| {
            format!("does not sleep at {}: it is {there}, not {value}", name(id))
        });
        execution::changed_nothing(id, execution::mark(), 1, place);
        return;
    }
    execution::wait_at(sleepers);
    execution::tell(Some(place), |name| format!("sees {value} in {} and goes to sleep", name(id)));
    // To go on after that is no step: nobody else can tell when it happens.
    let sleep = Intent::quiet(place).when(Ready::Woken, "sleeps until it is woken at");
    let mut sleep = sleep.and(id, Access::Read).and(sleepers, Access::LetGo);
    sleep.spurious = true;
    let woken = execution::reach(sleep);
    execution::waits_no_more(sleepers);
    execution::tell(Some(place), |name| match woken {
        Woken::Spuriously => format!("wakes up at {} for nothing (as it may)", name(id)),
        _ => format!("is woken at {}", name(id)),
    });
}

/// Wakes one of those that sleep at this atomic. The pointer may dangle or be null.
#[track_caller]
pub fn wake_one(atomic: *const AtomicU32) {
    wake(atomic, false, Location::caller());
}

/// Wakes all that sleep at this atomic. The pointer may dangle or be null.
#[track_caller]
pub fn wake_all(atomic: *const AtomicU32) {
    wake(atomic, true, Location::caller());
}

/// Wakes all that sleep at any atomic in `whole`: for them, the sleep ends for no reason. For checks; the real crate doesn't have it.
#[doc(hidden)]
#[track_caller]
pub fn disturb<T>(whole: &T) {
    let start = (&raw const *whole).cast::<AtomicU32>();
    for place in (0..size_of::<T>()).step_by(align_of::<AtomicU32>()) {
        let atomic = start.wrapping_byte_add(place);
        if AtomicU32::object_at(atomic).is_some() {
            wake_all(atomic);
        }
    }
}

/// Only the address says which atomic it is: it may be gone, and is not looked at.
fn wake(atomic: *const AtomicU32, all: bool, place: &'static Location<'static>) {
    let mut intent = Intent::quiet(place);
    intent.weight = execution::Weight::Visible;
    // If it was not used yet, nothing is known of who may come to sleep there.
    intent.touches =
        AtomicU32::object_at(atomic).map(|id| vec![(execution::sleepers_of(id), Access::Write)].into());
    execution::reach(intent);
    execution::calls_the_system();
    let Some(id) = AtomicU32::object_at(atomic) else {
        return execution::tell(Some(place), |_| "wakes nobody: nobody sleeps there".to_owned());
    };
    let sleepers = execution::sleepers_of(id);
    execution::touch(sleepers);
    let heard = execution::notify(sleepers, all);
    execution::tell(Some(place), |name| match (heard, all) {
        (0, _) => format!("wakes nobody at {}: nobody sleeps there", name(id)),
        (_, false) => format!("wakes one at {}", name(id)),
        (_, true) => format!("wakes all at {}: {heard}", name(id)),
    });
}

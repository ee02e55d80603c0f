//! A spin lock: a lock of our own, from one atomic flag and an `UnsafeCell`.
//!
//!     cargo run -p lesson-spin-lock
//!
//!     --threads N    threads that add [default: 2; try: 8]
//!     --rounds N     times that each takes the lock [default: 2000; try: 1]
//!
//! Chapter: book/chapters/en/spin-lock.md
//! Python: has no atomic flag, so there is nothing to build a lock from.
//! Try: `--threads 8`, and then `std::sync::Mutex` in its place. Which is faster?

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering::Acquire, Ordering::Release};
use std::{hint, thread};

use anyhow::{Result, ensure};
use shared::{busy, choice, run, say};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let threads: u8 = choice::value("--threads")?;
    let rounds: u32 = choice::value("--rounds")?;
    let count = SpinLock { locked: AtomicBool::new(false), value: UnsafeCell::new(0) };
    let adds = || {
        for _ in 0..rounds {
            let mut guard = count.lock();
            (0..1000).for_each(|_| *guard += 1);
        } // the guard ends here, and frees the lock
    };
    thread::scope(|scope| -> Result<()> {
        let named = |n| thread::Builder::new().name(format!("adder {n}"));
        let adder = |n| named(n).spawn_scoped(scope, move || busy("adds", adds));
        let adders = (1..=threads).map(adder).collect::<Result<Vec<_>, _>>()?;
        adders.into_iter().for_each(|adder| adder.join().expect("it does not panic"));
        Ok(())
    })?;
    let count = *count.lock();
    say!("{threads} threads have counted to {count}");
    let all = u64::from(threads) * u64::from(rounds) * 1000;
    ensure!(count == all, "an addition is lost");
    Ok(())
}
// ANCHOR_END: lesson

struct SpinLock<T> {
    locked: AtomicBool,
    value: UnsafeCell<T>,
}
// SAFETY: only the one guard leads to the value, so it is used by one thread at a time.
unsafe impl<T: Send> Sync for SpinLock<T> {}

struct Guard<'a, T>(&'a SpinLock<T>);
// SAFETY: a guard that is shared lends the value out to be read only.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl<T> SpinLock<T> {
    fn lock(&self) -> Guard<'_, T> {
        while self.locked.swap(true, Acquire) {
            hint::spin_loop();
        }
        Guard(self)
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        self.0.locked.store(false, Release);
    }
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: while this guard lives, no other thread has one.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: while this guard lives, no other thread has one, and this borrow is exclusive.
        unsafe { &mut *self.0.value.get() }
    }
}

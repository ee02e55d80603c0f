//! A lock over a value, which many may read or one may write. `Mutex` and `RwLock` are made of it.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::panic::Location;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use crate::execution::{self, Access, Intent, Mode, Object, ObjectId, Place, Ready, Woken};
use crate::value::show;

/// A lock over a value. It can stand in a `static`.
pub struct Lock<T: ?Sized> {
    object: Object,
    /// The bytes of the value as it was at first, for a lock in a `static`.
    fresh: OnceLock<Box<[MaybeUninit<u8>]>>,
    value: UnsafeCell<T>,
}

// SAFETY: a Lock gives out its value like a `std::sync::RwLock`: `&mut` to one holder at a time, `&` to
// several; and the threads of an explored program are coroutines that share one thread of the system.
unsafe impl<T: ?Sized + Send> Send for Lock<T> {}
// SAFETY: as above. That is enough for a mutex; where several read, T has to be Sync as well, which the stand-ins
// for `RwLock` ask for.
unsafe impl<T: ?Sized + Send> Sync for Lock<T> {}

/// Held until it is dropped. Who makes one has locked before.
pub struct Held<'a, T: ?Sized> {
    lock: &'a Lock<T>,
    mode: Mode,
    /// Where it was locked, how much this thread had changed before, and whether it may have changed the value since.
    place: Place,
    mark: u32,
    changed: bool,
}

impl<T> Lock<T> {
    /// A free lock, of a kind such as "lock".
    pub const fn new(kind: &'static str, value: T, place: Place) -> Self {
        Lock { object: Object::new(kind, place), fresh: OnceLock::new(), value: UnsafeCell::new(value) }
    }

    /// The value, when nobody needs the lock any more.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> Lock<T> {
    /// The value, for the only thread that has the lock. No step: nobody else could see it.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// Its number in this execution.
    pub fn id(&self) -> ObjectId {
        self.object.id(|used_before| {
            // SAFETY: nobody has used it in this execution, so nobody holds it.
            let value = unsafe { &mut *self.value.get() };
            let size = size_of_val(value);
            let bytes = std::ptr::from_mut(value).cast::<MaybeUninit<u8>>();
            // SAFETY: both sides are `size` bytes long and apart from each other, and any bytes are a
            // MaybeUninit<u8>. What is used in two executions stands in a `static` (or in what the check
            // has around its body), so its first value was there before any execution: copying its bytes
            // back gives that value once more, and what is overwritten is leaked, not dropped. A value
            // that owns memory and was changed through the lock must not be in such a place.
            unsafe {
                if used_before && let Some(fresh) = self.fresh.get() {
                    std::ptr::copy_nonoverlapping(fresh.as_ptr(), bytes, size);
                } else {
                    let _ = self.fresh.set(std::slice::from_raw_parts(bytes, size).into());
                }
            }
            show(value)
        })
    }

    /// Blocks until the lock can be had.
    pub fn acquire(&self, mode: Mode, place: Place) -> Held<'_, T> {
        self.wait_for(mode, None, place);
        self.take(self.id(), mode, place, "locks")
    }

    fn intent(&self, mode: Mode, place: Place) -> Intent {
        let lock = self.id();
        Intent::new(lock, mode.access(), place).when(mode.ready(lock), "waits for")
    }

    /// Returns when the lock can be had; or false when the time is over.
    fn wait_for(&self, mode: Mode, limit: Option<Duration>, place: Place) -> bool {
        let mut intent = self.intent(mode, place);
        intent.limit = limit;
        if execution::reach(intent) == Woken::TimeOver {
            return false;
        }
        let lock = self.id();
        if !matches!(mode, Mode::Read | Mode::Upgradable) || !execution::is_behind_a_writer(lock) {
            return true;
        }
        // Who comes first is not said anywhere: both are tried.
        execution::touch(lock);
        if execution::choose(2) == 0 {
            return true;
        }
        let mut behind = Intent::new(lock, Access::Write, place)
            .when(Ready::Behind(lock, mode), "waits behind a writer that waits");
        behind.limit = limit;
        execution::reach(behind) != Woken::TimeOver
    }

    fn take(&self, lock: ObjectId, mode: Mode, place: Place, does: &str) -> Held<'_, T> {
        execution::hold(lock, mode);
        let held = Held { lock: self, mode, place, mark: execution::mark(), changed: false };
        let how = match mode {
            Mode::Write => "",
            Mode::Read | Mode::ReadPast => " to read",
            Mode::Upgradable => " to read, and perhaps to write",
        };
        execution::tell(Some(place), |name| format!("{does} {}{how}{}", name(lock), held.worth()));
        held
    }

    /// The lock once more, for a thread that holds it.
    ///
    /// # Safety
    ///
    /// This thread holds it to write. As long as it has several [`Held`] of it, it calls [`Held::get_mut`] of none, and only one of
    /// all is ever dropped.
    pub unsafe fn again(&self, place: Place) -> Held<'_, T> {
        debug_assert!(execution::is_mine(self.id()));
        Held { lock: self, mode: Mode::Write, place, mark: execution::mark(), changed: true }
    }

    /// Takes the lock if it can be had now.
    pub fn try_acquire(&self, mode: Mode, place: Place) -> Option<Held<'_, T>> {
        execution::sees_unlocks();
        let lock = self.id();
        execution::reach(Intent::new(lock, Access::Write, place));
        let behind = || matches!(mode, Mode::Read | Mode::Upgradable) && execution::is_behind_a_writer(lock);
        if execution::could_hold(lock, mode) && !(behind() && execution::choose(2) == 1) {
            return Some(self.take(lock, mode, place, "tries to lock"));
        }
        execution::tell(Some(place), |name| format!("tries to lock {}: not free", name(lock)));
        execution::changed_nothing(lock, execution::mark(), 1, place);
        None
    }

    /// Takes the lock if it can be had now, to show its value: how `{:?}` does it. Where it's printed isn't known, so the
    /// steps stand where the lock was made.
    pub fn look(&self, mode: Mode) -> Option<Held<'_, T>> {
        self.try_acquire(mode, self.place())
    }

    /// Where it was made.
    pub fn place(&self) -> Place {
        self.object.place()
    }

    /// Blocks until the lock can be had, or by choice of the explorer until the time is over.
    pub fn acquire_for(&self, mode: Mode, time: Duration, place: Place) -> Option<Held<'_, T>> {
        execution::sees_unlocks();
        let lock = self.id();
        if !self.wait_for(mode, Some(time), place) {
            execution::tell(Some(place), |name| format!("gives up waiting for {}", name(lock)));
            execution::changed_nothing(lock, execution::mark(), 1, place);
            return None;
        }
        Some(self.take(lock, mode, place, "locks"))
    }

    /// A step that looks at something beside the value, or changes it.
    pub fn step(&self, access: Access, place: Place) {
        if execution::is_explored() {
            execution::reach(Intent::new(self.id(), access, place));
        }
    }

    /// Whether somebody holds it, so that it can't be had in this mode.
    pub fn is_held(&self, against: Mode, place: Place) -> bool {
        execution::sees_unlocks();
        let lock = self.id();
        execution::reach(Intent::new(lock, Access::Read, place));
        let held = !execution::could_hold(lock, against);
        execution::tell(Some(place), |name| {
            format!("sees that {} is {}", name(lock), if held { "held" } else { "free" })
        });
        execution::changed_nothing(lock, execution::mark(), 0, place);
        held
    }
}

impl<'a, T: ?Sized> Held<'a, T> {
    /// The value.
    pub fn get(&self) -> &T {
        // SAFETY: `hold` was called for this, so there is no `&mut` from another holder.
        unsafe { &*self.lock.value.get() }
    }

    /// The value, to change it.
    ///
    /// # Panics
    ///
    /// If it is held to read.
    pub fn get_mut(&mut self) -> &mut T {
        assert!(self.mode == Mode::Write, "held to read");
        self.changed = true;
        // SAFETY: `hold` was called for this to write, so this is the only holder, and `&mut self` the
        // only way to the value.
        unsafe { &mut *self.lock.value.get() }
    }

    /// The lock that is held.
    pub fn lock(&self) -> &'a Lock<T> {
        self.lock
    }

    fn worth(&self) -> String {
        show(self.get()).map_or(String::new(), |value| format!(" (= {value})"))
    }

    /// How it is held.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Lets go, and holds nothing until [`Held::resume`]: nobody may look at the value before.
    pub fn pause(&mut self, place: Place) {
        let lock = self.lock.id();
        let mut intent = Intent::new(lock, Access::Write, place);
        intent.weight = execution::weight_of_unlock();
        execution::reach(intent);
        execution::worth(lock, || show(self.get()));
        execution::let_go(lock, self.mode);
        execution::tell(Some(place), |name| format!("unlocks {}{}", name(lock), self.worth()));
    }

    /// Holds what was taken again.
    pub fn resume(&mut self, held: Held<'a, T>) {
        debug_assert!(std::ptr::eq(
            std::ptr::from_ref(self.lock).cast::<()>(),
            std::ptr::from_ref(held.lock).cast()
        ));
        self.changed = true;
        std::mem::forget(held);
    }

    /// Changes how it is held, to less than before.
    pub fn downgrade(self, mode: Mode, place: Place) -> Held<'a, T> {
        let (lock, held) = (self.lock.id(), self.lock);
        execution::reach(Intent::new(lock, Access::Write, place));
        execution::let_go(lock, self.mode);
        std::mem::forget(self);
        execution::own(lock, mode);
        execution::tell(Some(place), |name| format!("holds {} only to read from now on", name(lock)));
        Held { lock: held, mode, place, mark: execution::mark(), changed: true }
    }

    /// Waits until nobody else reads, and holds it to write then.
    ///
    /// # Errors
    ///
    /// If the time is over first, by choice of the explorer. It is held as before.
    pub fn upgrade(self, limit: Option<Duration>, place: Place) -> Result<Held<'a, T>, Held<'a, T>> {
        let lock = self.lock.id();
        let mut intent = Intent::new(lock, Access::Write, place)
            .when(Ready::Upgraded(lock), "waits to be the only holder");
        intent.limit = limit;
        if execution::reach(intent) == Woken::TimeOver {
            execution::tell(Some(place), |name| format!("gives up upgrading {}", name(lock)));
            return Err(self);
        }
        Ok(self.upgraded(place))
    }

    /// Holds it to write if nobody else reads now.
    ///
    /// # Errors
    ///
    /// If somebody does. It is held as before.
    pub fn try_upgrade(self, place: Place) -> Result<Held<'a, T>, Held<'a, T>> {
        execution::sees_unlocks();
        let lock = self.lock.id();
        execution::reach(Intent::new(lock, Access::Write, place));
        if execution::is_read_by_others(lock) {
            execution::tell(Some(place), |name| format!("can't upgrade {}: it is read", name(lock)));
            execution::changed_nothing(lock, execution::mark(), 1, place);
            return Err(self);
        }
        Ok(self.upgraded(place))
    }

    fn upgraded(self, place: Place) -> Held<'a, T> {
        let (lock, held) = (self.lock.id(), self.lock);
        execution::let_go(lock, self.mode);
        std::mem::forget(self);
        held.take(lock, Mode::Write, place, "upgrades")
    }

    /// Lets go while it waits at a condition variable, and returns when it holds the lock again.
    ///
    /// # Panics
    ///
    /// If the rules ask for one lock, and another thread waits there with another.
    #[track_caller]
    pub fn wait(&mut self, condvar: &Object, rules: Rules, limit: Option<Duration>, place: Place) -> Woken {
        self.changed = true;
        let (lock, condvar) = (self.lock.id(), condvar_id(condvar));
        execution::reach(Intent::new(condvar, Access::Write, place).and(lock, Access::Write));
        if rules == Rules::ParkingLot && execution::sleeps_with_another(condvar, lock) {
            panic!("attempted to use a condition variable with more than one mutex");
        }
        execution::wait_at(condvar);
        tell_who_sleeps(condvar);
        execution::worth(lock, || show(self.get()));
        execution::let_go(lock, Mode::Write);
        execution::tell(Some(place), |name| format!("unlocks {} and waits at {}", name(lock), name(condvar)));
        let mut again = Intent::new(condvar, Access::Write, place)
            .and(lock, Access::Write)
            .when(Ready::Notified(lock), "waits to be notified at");
        (again.spurious, again.limit) = (rules == Rules::Std || execution::wakes_for_nothing(), limit);
        let woken = execution::reach(again);
        execution::waits_no_more(condvar);
        tell_who_sleeps(condvar);
        if !execution::could_hold(lock, Mode::Write) {
            // Its time was over while another held the lock.
            execution::reach(self.lock.intent(Mode::Write, place));
        }
        execution::hold(lock, Mode::Write);
        let why = match (woken, rules) {
            (Woken::Normally, _) => "is notified",
            (Woken::Spuriously, Rules::Std) => "wakes up for nothing (as a condition variable may)",
            (Woken::Spuriously, Rules::ParkingLot) => {
                "wakes up for nothing (as any condition variable but parking_lot's may)"
            }
            (Woken::TimeOver, _) => "wakes up, for its time is over",
        };
        execution::tell(Some(place), |name| format!("{why} and locks {}{}", name(lock), self.worth()));
        woken
    }
}

impl<T: ?Sized> Drop for Held<'_, T> {
    #[track_caller]
    fn drop(&mut self) {
        let lock = self.lock.id();
        let reads = matches!(self.mode, Mode::Read | Mode::ReadPast);
        let access = if reads { Access::LetGo } else { Access::Write };
        let mut intent = Intent::new(lock, access, Location::caller());
        intent.weight = execution::weight_of_unlock();
        execution::reach(intent);
        execution::worth(lock, || show(self.get()));
        execution::let_go(lock, self.mode);
        execution::tell_dropped(("locked", self.place), |name| {
            format!("unlocks {}{}", name(lock), self.worth())
        });
        if !self.changed {
            execution::changed_nothing(lock, self.mark, 2, self.place);
        }
    }
}

/// Whose rules a condition variable follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// std's: it may wake up for nothing.
    Std,
    /// parking_lot's: it wakes up only when it is notified or the time is over, and all that wait at a time have the same lock.
    ParkingLot,
}

/// A condition variable has no value. The threads that sleep there are shown in place of one.
fn condvar_id(condvar: &Object) -> ObjectId {
    condvar.id(|_| Some("nobody sleeps".to_owned()))
}

fn tell_who_sleeps(condvar: ObjectId) {
    execution::worth(condvar, || Some(execution::who_sleeps_at(condvar)));
}

/// Wakes one of those that wait at a condition variable, or all; returns how many heard it.
pub fn notify(condvar: &Object, all: bool, place: Place) -> usize {
    let id = condvar_id(condvar);
    execution::reach(Intent::new(id, Access::Write, place));
    let heard = execution::notify(id, all);
    tell_who_sleeps(id);
    execution::tell(Some(place), |name| match (heard, all) {
        (0, _) => format!("notifies {}: nobody waits there, so it is lost", name(id)),
        (_, false) => format!("notifies one at {}", name(id)),
        (heard, true) => format!("notifies all at {}: {heard}", name(id)),
    });
    heard
}

/// `Default` and `From` for locks that a `new` makes of their value.
#[macro_export]
macro_rules! made_from_its_value {
    ($($name:ident)*) => { $(
        impl<T: Default> Default for $name<T> {
            #[track_caller]
            fn default() -> Self {
                Self::new(T::default())
            }
        }

        impl<T> From<T> for $name<T> {
            #[track_caller]
            fn from(value: T) -> Self {
                Self::new(value)
            }
        }
    )* };
}

/// `Debug` and `Display` for guards: those of the value.
#[macro_export]
macro_rules! shows_its_value {
    ($($name:ident)*) => { $(
        impl<T: ?Sized + ::core::fmt::Debug> ::core::fmt::Debug for $name<'_, T> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                (**self).fmt(f)
            }
        }

        impl<T: ?Sized + ::core::fmt::Display> ::core::fmt::Display for $name<'_, T> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                (**self).fmt(f)
            }
        }
    )* };
}

/// A lock over nothing, which its holder can take once more: that of the standard output, say.
#[derive(Debug)]
pub struct Reentrant {
    object: Object,
    /// How often its holder has taken it.
    times: AtomicU32,
}

/// Held until it is dropped.
#[derive(Debug)]
pub struct Entered<'a>(&'a Reentrant);

impl Reentrant {
    /// A free one, by this name.
    #[track_caller]
    pub const fn new(name: &'static str) -> Self {
        Reentrant { object: Object::named(name, Location::caller()), times: AtomicU32::new(0) }
    }

    fn id(&self) -> ObjectId {
        self.object.id(|_| {
            self.times.store(0, Relaxed);
            None
        })
    }

    /// Blocks until nobody else holds it.
    pub fn enter(&self, place: Place) -> Entered<'_> {
        let id = self.id();
        if !execution::is_mine(id) {
            execution::reach(Intent::new(id, Access::Write, place).when(Ready::Free(id), "waits for"));
            execution::own(id, Mode::Write);
        }
        self.times.fetch_add(1, Relaxed);
        Entered(self)
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        let id = self.0.id();
        if self.0.times.fetch_sub(1, Relaxed) == 1 {
            let mut intent = Intent::new(id, Access::Write, Location::caller());
            intent.weight = execution::Weight::Quiet;
            execution::reach(intent);
            execution::let_go(id, Mode::Write);
        }
    }
}

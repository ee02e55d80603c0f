//! Stands in for `parking_lot` in a program that is explored.
//!
//! What is missing here: locks that are fair, a reentrant one's guards of a part, guards that are kept in an `Arc`, raw locks, and
//! functions by which a guard is leaked or lets others go first.
//!
//! # Layout
//!
//! - [`deadlock`]: what looks for deadlocks in the real one
//! - `mapped`: guards of a part of the value
//! - `once`: what is done once
//! - `reentrant`: a mutex that its holder can take once more

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::time::Duration;

use interleave::execution::{Mode, Object, Woken, virtual_time};
use interleave::lock::{Held, Lock, Rules, notify};
use interleave_std::time::Instant;

pub mod deadlock;
mod mapped;
mod once;
mod reentrant;

pub use mapped::{MappedMutexGuard, MappedRwLockReadGuard, MappedRwLockWriteGuard};
pub use once::{Once, OnceState};
pub use reentrant::{ReentrantMutex, ReentrantMutexGuard};

/// See `parking_lot::Mutex`.
pub struct Mutex<T: ?Sized>(Lock<T>);

/// What [`RwLock`] and [`RecursiveRwLock`] have in common.
pub struct ReadWriteLock<T: ?Sized, const RECURSIVE: bool>(Lock<T>);

/// See `parking_lot::RwLock`.
pub type RwLock<T> = ReadWriteLock<T, false>;

/// See `parking_lot::RecursiveRwLock`. Its guards are those of [`RwLock`].
pub type RecursiveRwLock<T> = ReadWriteLock<T, true>;

// SAFETY: a `Lock` gives out `&mut` to one holder at a time, or `&` to several, which therefore have to be
// Sync: without this, that of a `Lock` would hold here, which is made for a mutex.
unsafe impl<T: ?Sized + Send + Sync, const RECURSIVE: bool> Sync for ReadWriteLock<T, RECURSIVE> {}

macro_rules! guard {
    ($name:ident) => {
        #[doc = concat!("See `parking_lot::", stringify!($name), "`.")]
        pub struct $name<'a, T: ?Sized> {
            held: Held<'a, T>,
            /// A guard stays with its thread.
            stays: PhantomData<*const ()>,
        }

        // SAFETY: a shared guard gives no more than a shared value.
        unsafe impl<T: ?Sized + Sync> Sync for $name<'_, T> {}

        impl<'a, T: ?Sized> $name<'a, T> {
            fn new(held: Held<'a, T>) -> Self {
                $name { held, stays: PhantomData }
            }
        }

        impl<T: ?Sized> Deref for $name<'_, T> {
            type Target = T;

            fn deref(&self) -> &T {
                self.held.get()
            }
        }
    };
}
guard!(MutexGuard);
guard!(RwLockReadGuard);
guard!(RwLockWriteGuard);
guard!(RwLockUpgradableReadGuard);
interleave::shows_its_value!(MutexGuard RwLockReadGuard RwLockWriteGuard RwLockUpgradableReadGuard);

macro_rules! lets_go {
    ($($name:ident)*) => { $(
        impl<'a, T: ?Sized> $name<'a, T> {
            /// Lets go while `then` runs, and takes it again.
            #[track_caller]
            pub fn unlocked<R>(this: &mut Self, then: impl FnOnce() -> R) -> R {
                let place = Location::caller();
                let (lock, mode) = (this.held.lock(), this.held.mode());
                this.held.pause(place);
                let result = then();
                this.held.resume(lock.acquire(mode, place));
                result
            }

            /// As `unlocked`. A thread that waits may or may not have it in between.
            #[track_caller]
            pub fn unlocked_fair<R>(this: &mut Self, then: impl FnOnce() -> R) -> R {
                Self::unlocked(this, then)
            }

            /// Lets go, and takes it again. A thread that waits may or may not have it in between.
            #[track_caller]
            pub fn bump(this: &mut Self) {
                Self::unlocked(this, || {});
            }

            /// Lets go. A thread that waits may or may not have it next.
            #[track_caller]
            pub fn unlock_fair(this: Self) {
                drop(this);
            }
        }
    )* };
}
lets_go!(MutexGuard RwLockReadGuard RwLockWriteGuard RwLockUpgradableReadGuard);

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// Goes on only reading, and lets nobody write in between.
    #[track_caller]
    pub fn downgrade(this: Self) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard::new(this.held.downgrade(Mode::Read, Location::caller()))
    }

    /// Goes on reading, with the right to come to write again.
    #[track_caller]
    pub fn downgrade_to_upgradable(this: Self) -> RwLockUpgradableReadGuard<'a, T> {
        RwLockUpgradableReadGuard::new(this.held.downgrade(Mode::Upgradable, Location::caller()))
    }
}

impl<'a, T: ?Sized> RwLockUpgradableReadGuard<'a, T> {
    /// Blocks until nobody else reads, and writes from then on.
    #[track_caller]
    pub fn upgrade(this: Self) -> RwLockWriteGuard<'a, T> {
        let (Ok(held) | Err(held)) = this.held.upgrade(None, Location::caller());
        RwLockWriteGuard::new(held)
    }

    /// Writes from now on, if nobody else reads.
    ///
    /// # Errors
    ///
    /// If somebody does; the guard comes back.
    #[track_caller]
    pub fn try_upgrade(this: Self) -> Result<RwLockWriteGuard<'a, T>, Self> {
        this.held.try_upgrade(Location::caller()).map(RwLockWriteGuard::new).map_err(Self::new)
    }

    /// Blocks until nobody else reads, or the explorer decides that the time is over.
    ///
    /// # Errors
    ///
    /// If it is; the guard comes back.
    #[track_caller]
    pub fn try_upgrade_for(this: Self, time: Duration) -> Result<RwLockWriteGuard<'a, T>, Self> {
        this.held.upgrade(Some(time), Location::caller()).map(RwLockWriteGuard::new).map_err(Self::new)
    }

    /// As [`RwLockUpgradableReadGuard::try_upgrade_for`].
    #[track_caller]
    pub fn try_upgrade_until(this: Self, time: Instant) -> Result<RwLockWriteGuard<'a, T>, Self> {
        Self::try_upgrade_for(this, time.is_in())
    }

    /// Goes on as one reader of many.
    #[track_caller]
    pub fn downgrade(this: Self) -> RwLockReadGuard<'a, T> {
        RwLockReadGuard::new(this.held.downgrade(Mode::Read, Location::caller()))
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.held.get_mut()
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.held.get_mut()
    }
}

macro_rules! over_a_value {
    ($name:ident, $kind:literal) => {
        impl<T> $name<T> {
            /// A free one.
            #[track_caller]
            pub const fn new(value: T) -> Self {
                Self(Lock::new($kind, value, Location::caller()))
            }

            /// The value, when nobody needs the lock any more.
            pub fn into_inner(self) -> T {
                self.0.into_inner()
            }
        }

        impl<T: ?Sized> $name<T> {
            /// The value, for the only thread that has the lock.
            pub fn get_mut(&mut self) -> &mut T {
                self.0.get_mut()
            }

            /// Whether somebody holds it.
            #[track_caller]
            pub fn is_locked(&self) -> bool {
                self.0.is_held(Mode::Write, Location::caller())
            }
        }
    };
}
over_a_value!(Mutex, "mutex");
over_a_value!(RwLock, "rwlock");
over_a_value!(RecursiveRwLock, "rwlock");
interleave::made_from_its_value!(Mutex RwLock RecursiveRwLock);

/// A free mutex, for a `const`.
#[track_caller]
pub const fn const_mutex<T>(value: T) -> Mutex<T> {
    Mutex::new(value)
}

/// A free lock, for a `const`.
#[track_caller]
pub const fn const_rwlock<T>(value: T) -> RwLock<T> {
    RwLock::new(value)
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown("Mutex", self.0.look(Mode::Write).as_ref().map(Held::get), f)
    }
}

impl<T: ?Sized + fmt::Debug, const RECURSIVE: bool> fmt::Debug for ReadWriteLock<T, RECURSIVE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown("RwLock", self.0.look(Self::READ).as_ref().map(Held::get), f)
    }
}

fn shown<T: ?Sized + fmt::Debug>(name: &str, value: Option<&T>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut shown = f.debug_struct(name);
    match value {
        Some(value) => shown.field("data", &value),
        None => shown.field("data", &format_args!("<locked>")),
    };
    shown.finish()
}

impl<T: ?Sized> Mutex<T> {
    /// Blocks until the lock can be had.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard::new(self.0.acquire(Mode::Write, Location::caller()))
    }

    /// Takes the lock if it can be had now.
    #[track_caller]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.0.try_acquire(Mode::Write, Location::caller()).map(MutexGuard::new)
    }

    /// Blocks until the lock can be had, or the explorer decides that the time is over.
    #[track_caller]
    pub fn try_lock_for(&self, time: Duration) -> Option<MutexGuard<'_, T>> {
        self.0.acquire_for(Mode::Write, time, Location::caller()).map(MutexGuard::new)
    }

    /// As [`Mutex::try_lock_for`].
    #[track_caller]
    pub fn try_lock_until(&self, time: Instant) -> Option<MutexGuard<'_, T>> {
        self.try_lock_for(time.is_in())
    }
}

impl<T: ?Sized, const RECURSIVE: bool> ReadWriteLock<T, RECURSIVE> {
    /// Recursive readers don't stand behind those who wait to write.
    const READ: Mode = if RECURSIVE { Mode::ReadPast } else { Mode::Read };

    /// Blocks until nobody writes.
    #[track_caller]
    pub fn read(&self) -> RwLockReadGuard<'_, T> {
        RwLockReadGuard::new(self.0.acquire(Self::READ, Location::caller()))
    }

    /// Blocks until nobody writes. It doesn't stand behind those who wait to write, so a thread that reads already may read
    /// once more.
    #[track_caller]
    pub fn read_recursive(&self) -> RwLockReadGuard<'_, T> {
        RwLockReadGuard::new(self.0.acquire(Mode::ReadPast, Location::caller()))
    }

    /// The same, if it can be had now.
    #[track_caller]
    pub fn try_read_recursive(&self) -> Option<RwLockReadGuard<'_, T>> {
        self.0.try_acquire(Mode::ReadPast, Location::caller()).map(RwLockReadGuard::new)
    }

    /// The same, until the explorer decides that the time is over.
    #[track_caller]
    pub fn try_read_recursive_for(&self, time: Duration) -> Option<RwLockReadGuard<'_, T>> {
        self.0.acquire_for(Mode::ReadPast, time, Location::caller()).map(RwLockReadGuard::new)
    }

    /// As [`ReadWriteLock::try_read_recursive_for`].
    #[track_caller]
    pub fn try_read_recursive_until(&self, time: Instant) -> Option<RwLockReadGuard<'_, T>> {
        self.try_read_recursive_for(time.is_in())
    }

    /// Blocks until nobody reads or writes.
    #[track_caller]
    pub fn write(&self) -> RwLockWriteGuard<'_, T> {
        RwLockWriteGuard::new(self.0.acquire(Mode::Write, Location::caller()))
    }

    /// Takes the lock to read if it can be had now.
    #[track_caller]
    pub fn try_read(&self) -> Option<RwLockReadGuard<'_, T>> {
        self.0.try_acquire(Self::READ, Location::caller()).map(RwLockReadGuard::new)
    }

    /// Takes the lock to write if it can be had now.
    #[track_caller]
    pub fn try_write(&self) -> Option<RwLockWriteGuard<'_, T>> {
        self.0.try_acquire(Mode::Write, Location::caller()).map(RwLockWriteGuard::new)
    }

    /// Blocks until nobody writes, or the explorer decides that the time is over.
    #[track_caller]
    pub fn try_read_for(&self, time: Duration) -> Option<RwLockReadGuard<'_, T>> {
        self.0.acquire_for(Self::READ, time, Location::caller()).map(RwLockReadGuard::new)
    }

    /// Blocks until nobody reads or writes, or the explorer decides that the time is over.
    #[track_caller]
    pub fn try_write_for(&self, time: Duration) -> Option<RwLockWriteGuard<'_, T>> {
        self.0.acquire_for(Mode::Write, time, Location::caller()).map(RwLockWriteGuard::new)
    }

    /// As [`RwLock::try_read_for`].
    #[track_caller]
    pub fn try_read_until(&self, time: Instant) -> Option<RwLockReadGuard<'_, T>> {
        self.try_read_for(time.is_in())
    }

    /// As [`RwLock::try_write_for`].
    #[track_caller]
    pub fn try_write_until(&self, time: Instant) -> Option<RwLockWriteGuard<'_, T>> {
        self.try_write_for(time.is_in())
    }

    /// Blocks until nobody writes or may come to write; then this one may.
    #[track_caller]
    pub fn upgradable_read(&self) -> RwLockUpgradableReadGuard<'_, T> {
        RwLockUpgradableReadGuard::new(self.0.acquire(Mode::Upgradable, Location::caller()))
    }

    /// The same, if it can be had now.
    #[track_caller]
    pub fn try_upgradable_read(&self) -> Option<RwLockUpgradableReadGuard<'_, T>> {
        self.0.try_acquire(Mode::Upgradable, Location::caller()).map(RwLockUpgradableReadGuard::new)
    }

    /// The same, until the explorer decides that the time is over.
    #[track_caller]
    pub fn try_upgradable_read_for(&self, time: Duration) -> Option<RwLockUpgradableReadGuard<'_, T>> {
        self.0.acquire_for(Mode::Upgradable, time, Location::caller()).map(RwLockUpgradableReadGuard::new)
    }

    /// As [`ReadWriteLock::try_upgradable_read_for`].
    #[track_caller]
    pub fn try_upgradable_read_until(&self, time: Instant) -> Option<RwLockUpgradableReadGuard<'_, T>> {
        self.try_upgradable_read_for(time.is_in())
    }

    /// Whether somebody writes.
    #[track_caller]
    pub fn is_locked_exclusive(&self) -> bool {
        self.0.is_held(Mode::Read, Location::caller())
    }
}

/// See `parking_lot::Condvar`.
pub struct Condvar(Object);

/// See `parking_lot::WaitTimeoutResult`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Whether the time was over.
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    /// One at which nobody waits.
    #[track_caller]
    pub const fn new() -> Self {
        Condvar(Object::new("condvar", Location::caller()))
    }

    /// Lets go of the lock, blocks until it is notified, and locks again.
    ///
    /// # Panics
    ///
    /// If another thread waits with another mutex.
    #[track_caller]
    pub fn wait<T: ?Sized>(&self, guard: &mut MutexGuard<'_, T>) {
        guard.held.wait(&self.0, Rules::ParkingLot, None, Location::caller());
    }

    /// Waits as long as `condition` holds.
    #[track_caller]
    pub fn wait_while<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        mut condition: impl FnMut(&mut T) -> bool,
    ) {
        while condition(&mut **guard) {
            self.wait(guard);
        }
    }

    /// Waits; the explorer decides whether the time is over first.
    #[track_caller]
    pub fn wait_for<T: ?Sized>(&self, guard: &mut MutexGuard<'_, T>, time: Duration) -> WaitTimeoutResult {
        let woken = guard.held.wait(&self.0, Rules::ParkingLot, Some(time), Location::caller());
        WaitTimeoutResult(woken == Woken::TimeOver)
    }

    /// As [`Condvar::wait_for`].
    #[track_caller]
    pub fn wait_until<T: ?Sized>(&self, guard: &mut MutexGuard<'_, T>, time: Instant) -> WaitTimeoutResult {
        self.wait_for(guard, time.is_in())
    }

    /// Waits as long as `condition` holds and the time isn't over.
    #[track_caller]
    pub fn wait_while_for<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        mut condition: impl FnMut(&mut T) -> bool,
        time: Duration,
    ) -> WaitTimeoutResult {
        let end = virtual_time().saturating_add(time);
        while condition(&mut **guard) {
            // Woken for nothing, it waits for what is left.
            if self.wait_for(guard, end.saturating_sub(virtual_time())).timed_out() {
                return WaitTimeoutResult(condition(&mut **guard));
            }
        }
        WaitTimeoutResult(false)
    }

    /// As [`Condvar::wait_while_for`].
    #[track_caller]
    pub fn wait_while_until<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        condition: impl FnMut(&mut T) -> bool,
        time: Instant,
    ) -> WaitTimeoutResult {
        self.wait_while_for(guard, condition, time.is_in())
    }

    /// Wakes one of those that wait; whether there was one.
    #[track_caller]
    pub fn notify_one(&self) -> bool {
        notify(&self.0, false, Location::caller()) > 0
    }

    /// Wakes all that wait, and tells how many.
    #[track_caller]
    pub fn notify_all(&self) -> usize {
        notify(&self.0, true, Location::caller())
    }
}

impl Default for Condvar {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Condvar { .. }")
    }
}

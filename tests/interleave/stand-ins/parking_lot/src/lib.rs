//! Stands in for `parking_lot` in a program that is explored.
//!
//! What is missing here: locks that are fair, reentrant or upgradable, guards that are mapped or kept in an
//! `Arc`, and raw locks.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::time::{Duration, Instant};

use interleave::execution::{Object, Woken};
use interleave::lock::{Held, Lock, notify};

pub mod deadlock;

/// See `parking_lot::Mutex`.
pub struct Mutex<T: ?Sized>(Lock<T>);

/// See `parking_lot::RwLock`.
pub struct RwLock<T: ?Sized>(Lock<T>);

// SAFETY: a `Lock` gives out `&mut` to one holder at a time, or `&` to several, which therefore have to be
// Sync: without this, that of a `Lock` would hold here, which is made for a mutex.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

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
interleave::shows_its_value!(MutexGuard RwLockReadGuard RwLockWriteGuard);

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
                $name(Lock::new($kind, value, Location::caller()))
            }

            /// The value, when nobody needs the lock any more.
            pub fn into_inner(self) -> T {
                self.0.into_inner()
            }
        }

        impl<T: ?Sized> $name<T> {
            /// The value, for the only one who has the lock.
            pub fn get_mut(&mut self) -> &mut T {
                self.0.get_mut()
            }

            /// Whether somebody holds it.
            #[track_caller]
            pub fn is_locked(&self) -> bool {
                self.0.is_held(Location::caller())
            }
        }
    };
}
over_a_value!(Mutex, "mutex");
over_a_value!(RwLock, "rwlock");
interleave::made_from_its_value!(Mutex RwLock);

/// A free lock, for a `static`.
#[track_caller]
pub const fn const_mutex<T>(value: T) -> Mutex<T> {
    Mutex::new(value)
}

/// A free lock, for a `static`.
#[track_caller]
pub const fn const_rwlock<T>(value: T) -> RwLock<T> {
    RwLock::new(value)
}

impl<T: ?Sized> Mutex<T> {
    /// Blocks until the lock can be had.
    #[track_caller]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard::new(self.0.acquire(true, Location::caller()))
    }

    /// Takes the lock if it can be had now.
    #[track_caller]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.0.try_acquire(true, Location::caller()).map(MutexGuard::new)
    }

    /// Blocks until the lock can be had, or the explorer decides that the time is over.
    #[track_caller]
    pub fn try_lock_for(&self, _: Duration) -> Option<MutexGuard<'_, T>> {
        self.0.acquire_for(true, Location::caller()).map(MutexGuard::new)
    }

    /// As [`Mutex::try_lock_for`].
    #[track_caller]
    pub fn try_lock_until(&self, _: Instant) -> Option<MutexGuard<'_, T>> {
        self.0.acquire_for(true, Location::caller()).map(MutexGuard::new)
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Blocks until nobody writes.
    #[track_caller]
    pub fn read(&self) -> RwLockReadGuard<'_, T> {
        RwLockReadGuard::new(self.0.acquire(false, Location::caller()))
    }

    /// Blocks until nobody reads or writes.
    #[track_caller]
    pub fn write(&self) -> RwLockWriteGuard<'_, T> {
        RwLockWriteGuard::new(self.0.acquire(true, Location::caller()))
    }

    /// Takes the lock to read if it can be had now.
    #[track_caller]
    pub fn try_read(&self) -> Option<RwLockReadGuard<'_, T>> {
        self.0.try_acquire(false, Location::caller()).map(RwLockReadGuard::new)
    }

    /// Takes the lock to write if it can be had now.
    #[track_caller]
    pub fn try_write(&self) -> Option<RwLockWriteGuard<'_, T>> {
        self.0.try_acquire(true, Location::caller()).map(RwLockWriteGuard::new)
    }

    /// Blocks until nobody writes, or the explorer decides that the time is over.
    #[track_caller]
    pub fn try_read_for(&self, _: Duration) -> Option<RwLockReadGuard<'_, T>> {
        self.0.acquire_for(false, Location::caller()).map(RwLockReadGuard::new)
    }

    /// Blocks until nobody reads or writes, or the explorer decides that the time is over.
    #[track_caller]
    pub fn try_write_for(&self, _: Duration) -> Option<RwLockWriteGuard<'_, T>> {
        self.0.acquire_for(true, Location::caller()).map(RwLockWriteGuard::new)
    }
}

/// See `parking_lot::Condvar`. It may wake up for nothing, which the real one never does; a program
/// that counts on that is not ready for any other condition variable.
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

    /// Lets go of the lock, blocks until it is notified or wakes up for nothing, and locks again.
    #[track_caller]
    pub fn wait<T: ?Sized>(&self, guard: &mut MutexGuard<'_, T>) {
        guard.held.wait(&self.0, false, Location::caller());
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
    pub fn wait_for<T: ?Sized>(&self, guard: &mut MutexGuard<'_, T>, _: Duration) -> WaitTimeoutResult {
        WaitTimeoutResult(guard.held.wait(&self.0, true, Location::caller()) == Woken::TimeOver)
    }

    /// As [`Condvar::wait_for`].
    #[track_caller]
    pub fn wait_until<T: ?Sized>(&self, guard: &mut MutexGuard<'_, T>, _: Instant) -> WaitTimeoutResult {
        WaitTimeoutResult(guard.held.wait(&self.0, true, Location::caller()) == Woken::TimeOver)
    }

    /// Waits as long as `condition` holds and the time isn't over.
    #[track_caller]
    pub fn wait_while_for<T: ?Sized>(
        &self,
        guard: &mut MutexGuard<'_, T>,
        mut condition: impl FnMut(&mut T) -> bool,
        time: Duration,
    ) -> WaitTimeoutResult {
        while condition(&mut **guard) {
            if self.wait_for(guard, time).timed_out() {
                return WaitTimeoutResult(condition(&mut **guard));
            }
        }
        WaitTimeoutResult(false)
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

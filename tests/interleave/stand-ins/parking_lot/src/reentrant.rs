//! A mutex that its holder can take once more.

use std::fmt;
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, forget};
use std::ops::Deref;
use std::panic::Location;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use interleave::execution::{Mode, Place, is_mine};
use interleave::lock::{Held, Lock};
use interleave_std::time::Instant;

/// See `parking_lot::ReentrantMutex`.
pub struct ReentrantMutex<T: ?Sized> {
    /// How often its holder has taken it.
    times: AtomicUsize,
    lock: Lock<T>,
}

/// See `parking_lot::ReentrantMutexGuard`.
pub struct ReentrantMutexGuard<'a, T: ?Sized> {
    of: &'a ReentrantMutex<T>,
    /// Dropped by the last guard of its thread.
    held: ManuallyDrop<Held<'a, T>>,
    /// A guard stays with its thread.
    stays: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives no more than a shared value.
unsafe impl<T: ?Sized + Sync> Sync for ReentrantMutexGuard<'_, T> {}

impl<T> ReentrantMutex<T> {
    /// A free one.
    #[track_caller]
    pub const fn new(value: T) -> Self {
        let lock = Lock::new("reentrant mutex", value, Location::caller());
        ReentrantMutex { times: AtomicUsize::new(0), lock }
    }

    /// The value, when nobody needs the lock any more.
    pub fn into_inner(self) -> T {
        self.lock.into_inner()
    }
}

impl<T: ?Sized> ReentrantMutex<T> {
    /// Blocks until no other thread holds it.
    #[track_caller]
    pub fn lock(&self) -> ReentrantMutexGuard<'_, T> {
        let place = Location::caller();
        self.enter(place, || Some(self.lock.acquire(Mode::Write, place))).expect("it has no limit")
    }

    /// Takes it if no other thread holds it now.
    #[track_caller]
    pub fn try_lock(&self) -> Option<ReentrantMutexGuard<'_, T>> {
        let place = Location::caller();
        self.enter(place, || self.lock.try_acquire(Mode::Write, place))
    }

    /// Blocks until no other thread holds it, or the explorer decides that the time is over.
    #[track_caller]
    pub fn try_lock_for(&self, time: Duration) -> Option<ReentrantMutexGuard<'_, T>> {
        let place = Location::caller();
        self.enter(place, || self.lock.acquire_for(Mode::Write, time, place))
    }

    /// As [`ReentrantMutex::try_lock_for`].
    #[track_caller]
    pub fn try_lock_until(&self, time: Instant) -> Option<ReentrantMutexGuard<'_, T>> {
        self.try_lock_for(time.is_in())
    }

    /// The value, for the only thread that has the lock.
    pub fn get_mut(&mut self) -> &mut T {
        self.lock.get_mut()
    }

    /// Whether somebody holds it.
    #[track_caller]
    pub fn is_locked(&self) -> bool {
        self.lock.is_held(Mode::Write, Location::caller())
    }

    /// Whether this thread holds it.
    pub fn is_owned_by_current_thread(&self) -> bool {
        is_mine(self.lock.id())
    }

    fn enter<'a>(
        &'a self,
        place: Place,
        first: impl FnOnce() -> Option<Held<'a, T>>,
    ) -> Option<ReentrantMutexGuard<'a, T>> {
        if is_mine(self.lock.id()) {
            self.times.fetch_add(1, Relaxed);
        } else {
            forget(first()?);
            self.times.store(1, Relaxed);
        }
        // SAFETY: this thread holds it to write. Guards give out no `&mut`, and only the last one drops what it has; the
        // first `Held` was forgotten.
        let held = ManuallyDrop::new(unsafe { self.lock.again(place) });
        Some(ReentrantMutexGuard { of: self, held, stays: PhantomData })
    }
}

impl<'a, T: ?Sized> ReentrantMutexGuard<'a, T> {
    /// The lock that is held.
    pub fn remutex(this: &Self) -> &'a ReentrantMutex<T> {
        this.of
    }

    /// Lets go. A thread that waits may or may not have it next.
    #[track_caller]
    pub fn unlock_fair(this: Self) {
        drop(this);
    }
}

impl<T: ?Sized> Deref for ReentrantMutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.held.get()
    }
}

impl<T: ?Sized> Drop for ReentrantMutexGuard<'_, T> {
    #[track_caller]
    fn drop(&mut self) {
        if self.of.times.fetch_sub(1, Relaxed) == 1 {
            // SAFETY: this guard is dropped, and uses it no more.
            unsafe { ManuallyDrop::drop(&mut self.held) };
        }
    }
}

interleave::made_from_its_value!(ReentrantMutex);

impl<T: ?Sized + fmt::Debug> fmt::Debug for ReentrantMutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let guard = self.enter(self.lock.place(), || self.lock.look(Mode::Write));
        super::shown("ReentrantMutex", guard.as_deref(), f)
    }
}

interleave::shows_its_value!(ReentrantMutexGuard);

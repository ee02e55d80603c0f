//! Stage 4: the last one sees all that the others did.

use std::cell::UnsafeCell;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicUsize, fence};
use std::thread;

struct Owner<T>(NonNull<Shared<T>>);

struct Shared<T> {
    owners: AtomicUsize,
    value: UnsafeCell<ManuallyDrop<T>>,
}

// SAFETY: all owners use one value, and the last one, in any thread, drops it.
unsafe impl<T: Send + Sync> Send for Owner<T> {}

impl<T> Owner<T> {
    fn new(value: T) -> Self {
        let value = UnsafeCell::new(ManuallyDrop::new(value));
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
        // SAFETY: nobody changes or drops the value as long as there is an owner.
        unsafe { &*self.shared().value.get() }
    }
}

impl<T> Clone for Owner<T> {
    fn clone(&self) -> Self {
        self.shared().owners.fetch_add(1, Relaxed);
        Owner(self.0)
    }
}

// ANCHOR: drop
impl<T> Drop for Owner<T> {
    fn drop(&mut self) {
        if self.shared().owners.fetch_sub(1, Release) == 1 {
            fence(Acquire);
            // SAFETY: this was the last owner, so nobody else uses the value, or ever will.
            unsafe {
                ManuallyDrop::drop(&mut *self.shared().value.get());
                drop(Box::from_raw(self.0.as_ptr()));
            }
        }
    }
}
// ANCHOR_END: drop

static DROPPED: AtomicUsize = AtomicUsize::new(0);

struct Letter {
    text: &'static str,
}

impl Drop for Letter {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Relaxed);
    }
}

fn main() {
    let mine = Owner::new(Letter { text: "Dear Bob" });
    let yours = mine.clone();
    let reader = thread::spawn(move || yours.text.len());
    println!("{}", mine.text);
    drop(mine);
    reader.join().unwrap();
    assert_eq!(DROPPED.load(Relaxed), 1, "the letter has to be dropped once");
}

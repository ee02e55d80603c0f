//! Stage 3: the channel drops a message that nobody has received.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::thread;

// ANCHOR: channel
struct OneShot<T> {
    message: UnsafeCell<MaybeUninit<T>>,
    sent: AtomicBool,
}

// SAFETY: the message is written before `sent` is set, and read after that is seen.
unsafe impl<T: Send> Sync for OneShot<T> {}

impl<T> OneShot<T> {
    fn send(&self, message: T) {
        // SAFETY: `sent` is not set, so nobody reads it yet.
        unsafe { (*self.message.get()).write(message) };
        self.sent.store(true, Release);
    }

    fn receive(&self) -> Option<T> {
        // SAFETY: `sent` is set, so it has been written.
        self.sent
            .load(Acquire)
            .then(|| unsafe { (*self.message.get()).assume_init_read() })
    }
}
// ANCHOR_END: channel

// ANCHOR: drop
impl<T> Drop for OneShot<T> {
    fn drop(&mut self) {
        if *self.sent.get_mut() {
            // SAFETY: `sent` is set, so the message has been written.
            unsafe { self.message.get_mut().assume_init_drop() };
        }
    }
}
// ANCHOR_END: drop

// ANCHOR: letter
/// A message that notes when it is dropped.
struct Letter<'a>(&'a AtomicBool);

impl Drop for Letter<'_> {
    fn drop(&mut self) {
        let again = self.0.swap(true, Release);
        assert!(!again, "the letter is dropped twice");
    }
}
// ANCHOR_END: letter

// ANCHOR: main
fn main() {
    let dropped = AtomicBool::new(false);
    let channel = OneShot {
        message: UnsafeCell::new(MaybeUninit::uninit()),
        sent: AtomicBool::new(false),
    };
    thread::scope(|threads| {
        threads.spawn(|| channel.send(Letter(&dropped)));
        match channel.receive() {
            Some(_) => println!("the letter was there"),
            None => println!("the letter was not there yet"),
        }
    });
    drop(channel);
    assert!(dropped.load(Acquire), "the letter is never dropped");
}
// ANCHOR_END: main

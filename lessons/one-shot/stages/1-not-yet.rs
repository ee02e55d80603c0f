//! Stage 1: a place for one message.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::thread;

// ANCHOR: channel
struct OneShot<T> {
    message: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: one thread writes the message and then another one reads it. Does it?
unsafe impl<T: Send> Sync for OneShot<T> {}

impl<T> OneShot<T> {
    fn send(&self, message: T) {
        // SAFETY: nobody reads it yet.
        unsafe { (*self.message.get()).write(message) };
    }

    fn receive(&self) -> T {
        // SAFETY: it has been written.
        unsafe { (*self.message.get()).assume_init_read() }
    }
}
// ANCHOR_END: channel

fn main() {
    let channel = OneShot { message: UnsafeCell::new(MaybeUninit::new(0)) };
    thread::scope(|threads| {
        threads.spawn(|| channel.send(7));
        println!("received {}", channel.receive());
    });
}

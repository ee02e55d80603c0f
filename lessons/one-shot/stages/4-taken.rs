//! Stage 4: who takes the message takes the flag down, and each end can be used once.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::thread::{self, Thread};

// ANCHOR: channel
struct OneShot<T> {
    message: UnsafeCell<MaybeUninit<T>>,
    sent: AtomicBool, // the message is there, and nobody has taken it
}

// SAFETY: the only sender writes before `sent` is set, the only receiver reads after it.
unsafe impl<T: Send> Sync for OneShot<T> {}

/// Knows who waits for the message, to wake that thread.
struct Sender<T>(Arc<OneShot<T>>, Thread);

struct Receiver<T>(Arc<OneShot<T>>);

fn one_shot<T>(waits: Thread) -> (Sender<T>, Receiver<T>) {
    let message = UnsafeCell::new(MaybeUninit::uninit());
    let channel = Arc::new(OneShot { message, sent: AtomicBool::new(false) });
    (Sender(channel.clone(), waits), Receiver(channel))
}
// ANCHOR_END: channel

// ANCHOR: ends
impl<T> Sender<T> {
    fn send(self, message: T) {
        // SAFETY: `sent` is not set, and this is the only sender: nobody else is there.
        unsafe { (*self.0.message.get()).write(message) };
        self.0.sent.store(true, Release);
        self.1.unpark();
    }
}

impl<T> Receiver<T> {
    fn receive(self) -> T {
        while !self.0.sent.swap(false, Acquire) {
            thread::park();
        }
        // SAFETY: `sent` was set, so the message is there; now it isn't, so it is read once.
        unsafe { (*self.0.message.get()).assume_init_read() }
    }
}
// ANCHOR_END: ends

impl<T> Drop for OneShot<T> {
    fn drop(&mut self) {
        if *self.sent.get_mut() {
            // SAFETY: `sent` is set, so the message is there, and nobody has taken it.
            unsafe { self.message.get_mut().assume_init_drop() };
        }
    }
}

/// A message that notes when it is dropped.
struct Letter<'a>(&'a AtomicBool);

impl Drop for Letter<'_> {
    fn drop(&mut self) {
        let again = self.0.swap(true, Release);
        assert!(!again, "the letter is dropped twice");
    }
}

fn main() {
    let dropped = AtomicBool::new(false);
    for reads in [true, false] {
        dropped.store(false, Release);
        let (sender, receiver) = one_shot(thread::current());
        thread::scope(|threads| {
            threads.spawn(|| sender.send(Letter(&dropped)));
            if reads {
                receiver.receive();
                println!("the letter is received");
            }
        });
        assert!(dropped.load(Acquire), "the letter is never dropped");
    }
}

//! It looks a thousand times, and then takes what is there.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::thread::{self, Thread};

struct OneShot<T> {
    message: UnsafeCell<MaybeUninit<T>>,
    sent: AtomicBool,
}

// SAFETY: the only sender writes before `sent` is set, the only receiver reads after it.
unsafe impl<T: Send> Sync for OneShot<T> {}

/// Sends one message.
pub struct Sender<T>(Arc<OneShot<T>>, Thread);

/// Receives one message.
pub struct Receiver<T>(Arc<OneShot<T>>);

/// Both ends of a channel for one message. The thread `waits` is the one that will receive it.
pub fn one_shot<T>(waits: Thread) -> (Sender<T>, Receiver<T>) {
    let message = UnsafeCell::new(MaybeUninit::uninit());
    let channel = Arc::new(OneShot { message, sent: AtomicBool::new(false) });
    (Sender(channel.clone(), waits), Receiver(channel))
}

impl<T> Sender<T> {
    /// Gives the message to the receiver, and wakes it.
    pub fn send(self, message: T) {
        // SAFETY: `sent` is not set, and this is the only sender: nobody else is there.
        unsafe { (*self.0.message.get()).write(message) };
        self.0.sent.store(true, Release);
        self.1.unpark();
    }
}

impl<T> Receiver<T> {
    /// Sleeps until the message is there, and returns it.
    pub fn receive(self) -> T {
        for _ in 0..1000 {
            if self.0.sent.swap(false, Acquire) {
                break;
            }
            thread::park();
        }
        // SAFETY: `sent` was set, so the message is there; now it isn't, so it is read once.
        unsafe { (*self.0.message.get()).assume_init_read() }
    }
}

impl<T> Drop for OneShot<T> {
    fn drop(&mut self) {
        if *self.sent.get_mut() {
            // SAFETY: `sent` is set, so the message is there, and nobody has taken it.
            unsafe { self.message.get_mut().assume_init_drop() };
        }
    }
}

//! As it was: nothing is done.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
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
        self.0.sent.store(true, Relaxed);
        self.1.unpark();
        // SAFETY: this is the only sender.
        unsafe { (*self.0.message.get()).write(message) };
    }
}

impl<T> Receiver<T> {
    /// Sleeps until the message is there, and returns it.
    pub fn receive(self) -> T {
        if !self.0.sent.load(Relaxed) {
            thread::park();
        }
        // SAFETY: `sent` was set, so the message is there. Is it?
        unsafe { (*self.0.message.get()).assume_init_read() }
    }
}

//! After a thousand looks, it takes the sender to be gone.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::thread::{self, Thread};

struct OneShot<T> {
    message: UnsafeCell<MaybeUninit<T>>,
    sent: AtomicBool,   // the message is there, and nobody has taken it
    closed: AtomicBool, // the sender is gone
}

// SAFETY: the only sender writes before `sent` is set, the only receiver reads after it.
unsafe impl<T: Send> Sync for OneShot<T> {}

/// Sends one message, or is dropped without.
pub struct Sender<T>(Arc<OneShot<T>>, Thread);

/// Receives one message.
pub struct Receiver<T>(Arc<OneShot<T>>);

/// Both ends of a channel for one message. The thread `waits` is the one that will receive it.
pub fn one_shot<T>(waits: Thread) -> (Sender<T>, Receiver<T>) {
    let message = UnsafeCell::new(MaybeUninit::uninit());
    let (sent, closed) = (AtomicBool::new(false), AtomicBool::new(false));
    let channel = Arc::new(OneShot { message, sent, closed });
    (Sender(channel.clone(), waits), Receiver(channel))
}

impl<T> Sender<T> {
    /// Gives the message to the receiver, and wakes it.
    pub fn send(self, message: T) {
        // SAFETY: `sent` is not set, and this is the only sender: nobody else is there.
        unsafe { (*self.0.message.get()).write(message) };
        self.0.sent.store(true, Release);
    } // the sender is dropped here, and wakes the receiver
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.closed.store(true, Release);
        self.1.unpark();
    }
}

impl<T> Receiver<T> {
    /// Sleeps until the message is there, and returns it. `None` if the sender was dropped
    /// without having sent one.
    pub fn receive(self) -> Option<T> {
        for look in 0.. {
            if look == 1000 {
                return None;
            }
            // Before `sent` is asked: what the sender did comes before its end.
            let closed = self.0.closed.load(Acquire);
            if self.0.sent.load(Acquire) {
                self.0.sent.store(false, Relaxed); // nobody else takes it
                break;
            }
            if closed {
                return None;
            }
            thread::park();
        }
        // SAFETY: `sent` was set, so the message is there; now it isn't, so it is read once.
        Some(unsafe { (*self.0.message.get()).assume_init_read() })
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

//! One letter from one thread to another, and one that nobody receives.
//!
//!     cargo run -p lesson-one-shot
//!
//! Chapter: book/chapters/en/one-shot.md
//! Try: leave out `impl Drop for OneShot`. What does the last check say?

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use std::thread::{self, Thread};

use anyhow::{Result, ensure};
use shared::{run, say, wait, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    for (number, reads) in [(1, true), (2, false)] {
        let (sender, receiver) = one_shot(thread::current());
        let named = thread::Builder::new().name(format!("writer {number}"));
        let writer = named.spawn(move || {
            work(1.0);
            say!("sends letter {number}");
            sender.send(Letter(number));
        })?;
        if reads {
            let letter = wait("the letter", || receiver.receive());
            say!("has received letter {}", letter.0);
        }
        wait("join writer", || writer.join()).expect("it does not panic");
    } // a receiver that has not received is dropped here
    ensure!(DROPPED.load(Relaxed) == 2, "a letter is dropped twice, or never");
    Ok(())
}

static DROPPED: AtomicU32 = AtomicU32::new(0);
struct Letter(u32);
impl Drop for Letter {
    fn drop(&mut self) {
        say!("drops letter {}", self.0);
        DROPPED.fetch_add(1, Relaxed);
    }
}
// ANCHOR_END: lesson
struct OneShot<T> {
    message: UnsafeCell<MaybeUninit<T>>,
    sent: AtomicBool, // the message is there, and nobody has taken it
}
// SAFETY: the only sender writes before `sent` is set, the only receiver reads after it.
unsafe impl<T: Send> Sync for OneShot<T> {}

struct Sender<T>(Arc<OneShot<T>>, Thread);
struct Receiver<T>(Arc<OneShot<T>>);
fn one_shot<T>(waits: Thread) -> (Sender<T>, Receiver<T>) {
    let message = UnsafeCell::new(MaybeUninit::uninit());
    let channel = Arc::new(OneShot { message, sent: AtomicBool::new(false) });
    (Sender(channel.clone(), waits), Receiver(channel))
}

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
impl<T> Drop for OneShot<T> {
    fn drop(&mut self) {
        if *self.sent.get_mut() {
            // SAFETY: `sent` is set, so the message is there, and nobody has taken it.
            unsafe { self.message.get_mut().assume_init_drop() };
        }
    }
}

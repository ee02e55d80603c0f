//! All players share one flag: stopping one stops all, and all that come later.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::thread::{self, JoinHandle};

static STOP: AtomicBool = AtomicBool::new(false);

/// Plays songs in a thread of its own.
pub struct Player {
    thread: JoinHandle<u32>,
}

impl Player {
    /// Starts the thread. It calls `play(1)`, `play(2)` and so on, until it is stopped.
    pub fn start(play: impl Fn(u32) + Send + 'static) -> Self {
        let thread = thread::spawn(move || {
            let mut played = 0;
            while !STOP.load(SeqCst) {
                played += 1;
                play(played);
            }
            played
        });
        Player { thread }
    }

    /// Stops the music, and returns how many songs were played. When this returns, the
    /// last one is over, and no other one begins.
    pub fn stop(self) -> u32 {
        STOP.store(true, SeqCst);
        self.thread.join().expect("it does not panic")
    }
}

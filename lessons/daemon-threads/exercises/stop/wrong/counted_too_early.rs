//! It counts, and then waits. A song that comes in between is not counted.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::thread::{self, JoinHandle};

/// Plays songs in a thread of its own.
pub struct Player {
    stop: Arc<AtomicBool>,
    played: Arc<AtomicU32>,
    thread: JoinHandle<()>,
}

impl Player {
    /// Starts the thread. It calls `play(1)`, `play(2)` and so on, until it is stopped.
    pub fn start(play: impl Fn(u32) + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let played = Arc::new(AtomicU32::new(0));
        let counts = played.clone();
        let thread = thread::spawn(move || {
            while !told.load(SeqCst) {
                play(counts.fetch_add(1, SeqCst) + 1);
            }
        });
        Player { stop, played, thread }
    }

    /// Stops the music, and returns how many songs were played. When this returns, the
    /// last one is over, and no other one begins.
    pub fn stop(self) -> u32 {
        self.stop.store(true, SeqCst);
        let played = self.played.load(SeqCst);
        self.thread.join().expect("it does not panic");
        played
    }
}

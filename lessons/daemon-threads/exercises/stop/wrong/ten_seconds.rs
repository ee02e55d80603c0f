//! Wrong: a song may take longer than ten seconds.

use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicU32};
use std::thread::{self, JoinHandle};
use std::time::Duration;

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
                play(counts.load(SeqCst) + 1);
                counts.fetch_add(1, SeqCst);
            }
        });
        Player { stop, played, thread }
    }

    /// Stops the music, and returns how many songs were played. When this returns, the
    /// last one is over, and no other one begins.
    pub fn stop(self) -> u32 {
        self.stop.store(true, SeqCst);
        for _ in 0..1000 {
            if self.thread.is_finished() {
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
        self.played.load(SeqCst)
    }
}

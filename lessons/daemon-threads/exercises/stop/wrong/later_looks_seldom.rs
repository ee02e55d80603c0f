//! Ten songs are right. After them, it looks only at every second song whether it was
//! told to stop.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::thread::{self, JoinHandle};

/// Plays songs in a thread of its own.
pub struct Player {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<u32>,
}

impl Player {
    /// Starts the thread. It calls `play(1)`, `play(2)` and so on, until it is stopped.
    pub fn start(play: impl Fn(u32) + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let told = stop.clone();
        let thread = thread::spawn(move || {
            let mut played = 0;
            while (played > 9 && played % 2 == 1) || !told.load(SeqCst) {
                played += 1;
                play(played);
            }
            played
        });
        Player { stop, thread }
    }

    /// Stops the music, and returns how many songs were played. When this returns, the
    /// last one is over, and no other one begins.
    pub fn stop(self) -> u32 {
        self.stop.store(true, SeqCst);
        self.thread.join().expect("it does not panic")
    }
}

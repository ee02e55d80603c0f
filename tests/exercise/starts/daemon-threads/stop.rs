//! Tell a thread to stop, and wait until it has.
//!
//! A thread plays one song after the other, for ever. `stop` neither tells it to stop nor
//! waits for it, so the music goes on. Let it end.
//!
//!     cargo exercise check daemon-threads/stop

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

/// Plays songs in a thread of its own.
pub struct Player {
    played: Arc<AtomicU32>,
}

impl Player {
    /// Starts the thread. It calls `play(1)`, `play(2)` and so on, until it is stopped.
    pub fn start(play: impl Fn(u32) + Send + 'static) -> Self {
        let played = Arc::new(AtomicU32::new(0));
        let in_thread = played.clone();
        thread::spawn(move || {
            for song in 1.. {
                play(song);
                in_thread.store(song, SeqCst);
            }
        });
        Player { played }
    }

    /// Stops the music, and returns how many songs were played. When this returns, the
    /// last one is over, and no other one begins.
    pub fn stop(self) -> u32 {
        self.played.load(SeqCst)
    }
}

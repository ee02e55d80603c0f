//! The thread ends by itself after the first song, and so can be waited for.

use std::thread::{self, JoinHandle};

/// Plays a song in a thread of its own.
pub struct Player {
    thread: JoinHandle<()>,
}

impl Player {
    /// Starts the thread. It calls `play(1)`.
    pub fn start(play: impl Fn(u32) + Send + 'static) -> Self {
        Player { thread: thread::spawn(move || play(1)) }
    }

    /// Waits for the end of the song.
    pub fn stop(self) -> u32 {
        self.thread.join().expect("it does not panic");
        1
    }
}

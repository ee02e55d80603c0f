//! The thread doesn't end: it sleeps for ever, and `stop` waits only until it does.

use std::sync::{Arc, Condvar, Mutex};
use std::thread;

#[derive(Default)]
struct State {
    stop: bool,
    paused: bool,
    played: u32,
}

/// Plays songs in a thread of its own.
pub struct Player {
    shared: Arc<(Mutex<State>, Condvar)>,
}

impl Player {
    /// Starts the thread. It calls `play(1)`, `play(2)` and so on, until it is stopped.
    pub fn start(play: impl Fn(u32) + Send + 'static) -> Self {
        let shared: Arc<(Mutex<State>, Condvar)> = Arc::default();
        let in_thread = shared.clone();
        thread::spawn(move || {
            let (state, changed) = &*in_thread;
            for song in 1.. {
                let mut now = state.lock().expect("nobody panics");
                while now.stop {
                    now.paused = true;
                    changed.notify_all();
                    now = changed.wait(now).expect("nobody panics");
                }
                drop(now);
                play(song);
                state.lock().expect("nobody panics").played = song;
            }
        });
        Player { shared }
    }

    /// Stops the music, and returns how many songs were played. When this returns, the
    /// last one is over, and no other one begins.
    pub fn stop(self) -> u32 {
        let (state, changed) = &*self.shared;
        let mut state = state.lock().expect("nobody panics");
        state.stop = true;
        while !state.paused {
            state = changed.wait(state).expect("nobody panics");
        }
        state.played
    }
}

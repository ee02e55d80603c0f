//! The thread holds the lock while it plays: `stop` has to wait for it, and the next song may
//! be faster.

use std::sync::Arc;
use std::thread::{self, JoinHandle};

use parking_lot::Mutex;

pub struct Player {
    stop: Arc<Mutex<bool>>,
    thread: JoinHandle<u32>,
}

impl Player {
    pub fn start(play: impl Fn(u32) + Send + 'static) -> Self {
        let stop = Arc::new(Mutex::new(false));
        let told = stop.clone();
        let thread = thread::spawn(move || {
            let mut played = 0;
            loop {
                let told = told.lock();
                if *told {
                    break played;
                }
                played += 1;
                play(played);
            }
        });
        Player { stop, thread }
    }

    pub fn stop(self) -> u32 {
        *self.stop.lock() = true;
        self.thread.join().expect("it does not panic")
    }
}

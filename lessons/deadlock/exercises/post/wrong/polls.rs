//! `receive` looks at the number again and again. While there is no letter, it takes the lock all
//! the time and never sleeps.

use std::thread;

use crossbeam_channel::{self as channel, Receiver, Sender};
use parking_lot::Mutex;

/// Letters on their way. While there is no room for one more, senders wait.
pub struct Post {
    to: Sender<u32>,
    from: Receiver<u32>,
    on_the_way: Mutex<u32>,
}

impl Post {
    /// A post office with room for this many letters.
    pub fn new(room: usize) -> Self {
        let (to, from) = channel::bounded(room);
        Post { to, from, on_the_way: Mutex::new(0) }
    }

    /// Sends a letter. While there is no room, it waits.
    pub fn send(&self, letter: u32) {
        *self.on_the_way.lock() += 1;
        self.to.send(letter).expect("the channel is open");
    }

    /// Receives the next letter. While there is none, it waits.
    pub fn receive(&self) -> u32 {
        loop {
            let mut on_the_way = self.on_the_way.lock();
            if *on_the_way > 0 {
                *on_the_way -= 1;
                break;
            }
            drop(on_the_way);
            thread::yield_now();
        }
        self.from.recv().expect("the channel is open")
    }

    /// How many letters are on their way: sent, or waiting for room, and not yet
    /// received.
    pub fn on_the_way(&self) -> u32 {
        *self.on_the_way.lock()
    }
}

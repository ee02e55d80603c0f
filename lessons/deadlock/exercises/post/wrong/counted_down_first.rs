//! `receive` looks whether there is a letter, counts it down, and then takes it. Between the look
//! and the taking, another thread can take it.

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
        while self.from.is_empty() {
            thread::yield_now();
        }
        *self.on_the_way.lock() -= 1;
        self.from.recv().expect("the channel is open")
    }

    /// How many letters are on their way: sent, or waiting for room, and not yet
    /// received.
    pub fn on_the_way(&self) -> u32 {
        *self.on_the_way.lock()
    }
}

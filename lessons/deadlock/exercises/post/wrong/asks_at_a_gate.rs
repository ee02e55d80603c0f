//! `on_the_way` takes a lock that a receiver holds while it waits for a letter.

use crossbeam_channel::{self as channel, Receiver, Sender};
use parking_lot::Mutex;

pub struct Post {
    to: Sender<u32>,
    from: Receiver<u32>,
    on_the_way: Mutex<u32>,
    gate: Mutex<()>,
}

impl Post {
    pub fn new(room: usize) -> Self {
        let (to, from) = channel::bounded(room);
        Post { to, from, on_the_way: Mutex::new(0), gate: Mutex::new(()) }
    }

    pub fn send(&self, letter: u32) {
        *self.on_the_way.lock() += 1;
        self.to.send(letter).expect("the channel is open");
    }

    pub fn receive(&self) -> u32 {
        let _gate = self.gate.lock();
        let letter = self.from.recv().expect("the channel is open");
        *self.on_the_way.lock() -= 1;
        letter
    }

    pub fn on_the_way(&self) -> u32 {
        let _gate = self.gate.lock();
        *self.on_the_way.lock()
    }
}

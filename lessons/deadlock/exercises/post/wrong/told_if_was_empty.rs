//! A letter wakes a receiver only if no other letter is there: of two receivers that
//! sleep, one sleeps on.

use std::collections::VecDeque;

use parking_lot::{Condvar, Mutex};

pub struct Post {
    room: usize,
    inside: Mutex<Inside>,
    filled: Condvar,
    emptied: Condvar,
}

#[derive(Default)]
struct Inside {
    letters: VecDeque<u32>,
    on_the_way: u32,
}

impl Post {
    pub fn new(room: usize) -> Self {
        let (filled, emptied) = (Condvar::new(), Condvar::new());
        Post { room, inside: Mutex::default(), filled, emptied }
    }

    pub fn send(&self, letter: u32) {
        let mut inside = self.inside.lock();
        inside.on_the_way += 1;
        while inside.letters.len() == self.room {
            self.emptied.wait(&mut inside);
        }
        inside.letters.push_back(letter);
        if inside.letters.len() == 1 {
            self.filled.notify_one();
        }
    }

    pub fn receive(&self) -> u32 {
        let mut inside = self.inside.lock();
        loop {
            if let Some(letter) = inside.letters.pop_front() {
                inside.on_the_way -= 1;
                self.emptied.notify_one();
                return letter;
            }
            self.filled.wait(&mut inside);
        }
    }

    pub fn on_the_way(&self) -> u32 {
        self.inside.lock().on_the_way
    }
}

//! Deadlock: the first of the second group waits for the room with the lock that the first group needs to leave.
//!
//! Source: SCTBench CS.carter01_bad (two groups, one lock that the first of each takes); Little Book of Semaphores, lightswitch.

use std::sync::{Condvar, Mutex};
use std::thread;

#[derive(Default)]
struct Room(Mutex<bool>, Condvar);

impl Room {
    fn enter(&self) {
        *self.1.wait_while(self.0.lock().unwrap(), |taken| *taken).unwrap() = true;
    }
    fn leave(&self) {
        *self.0.lock().unwrap() = false;
        self.1.notify_one();
    }
}

fn visit(group: &Mutex<u32>, room: &Room) {
    let mut inside = group.lock().unwrap();
    *inside += 1;
    room.enter(); // the first of its group
    drop(inside);
    let mut inside = group.lock().unwrap();
    *inside -= 1;
    room.leave(); // the last
}

pub fn body() {
    let (groups, room) = ([Mutex::new(0), Mutex::new(0)], Room::default());
    thread::scope(|s| {
        s.spawn(|| visit(&groups[0], &room));
        s.spawn(|| visit(&groups[0], &room));
    });
}

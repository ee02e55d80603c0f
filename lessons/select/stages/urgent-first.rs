//! A priority queue between threads, and a wait until all that was put is done.

use std::collections::BinaryHeap;
use std::thread;

use parking_lot::{Condvar, Mutex};

// ANCHOR: queue
struct Queue {
    inside: Mutex<Inside>,
    changed: Condvar,
}

#[derive(Default)]
struct Inside {
    jobs: BinaryHeap<u32>, // `pop` takes the greatest out
    unfinished: usize,     // put, and not yet done
}

impl Queue {
    fn put(&self, job: u32) {
        let mut inside = self.inside.lock();
        inside.jobs.push(job);
        inside.unfinished += 1;
        self.changed.notify_all();
    }

    fn get(&self) -> u32 {
        let mut inside = self.inside.lock();
        loop {
            match inside.jobs.pop() {
                Some(job) => return job,
                None => self.changed.wait(&mut inside),
            }
        }
    }

    fn task_done(&self) {
        self.inside.lock().unfinished -= 1;
        self.changed.notify_all();
    }

    fn join(&self) {
        let mut inside = self.inside.lock();
        while inside.unfinished > 0 {
            self.changed.wait(&mut inside);
        }
    }
}
// ANCHOR_END: queue

// ANCHOR: main
fn main() {
    let queue = Queue { inside: Mutex::default(), changed: Condvar::new() };
    thread::scope(|threads| {
        threads.spawn(|| {
            for _ in 0..2 {
                let job = queue.get();
                println!("does the job of urgency {job}");
                queue.task_done();
            }
        });
        queue.put(1);
        queue.put(2);
        queue.join();
        println!("all is done");
    });
}
// ANCHOR_END: main

//! The Rust for the names of Python's `queue`, as the chapter `from-python` shows it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, SendTimeoutError, TryRecvError, TrySendError};

#[test]
// ANCHOR: queue
fn a_bounded_queue() {
    let (sender, receiver) = crossbeam_channel::bounded(1);
    sender.send("bone").expect("a receiver is there"); // put: waits while it is full
    assert_eq!(sender.try_send("bone"), Err(TrySendError::Full("bone"))); // put_nowait
    assert_eq!(receiver.len(), 1); // qsize: old as soon as it is known
    assert_eq!(receiver.recv(), Ok("bone")); // get: waits while it is empty
    assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty)); // get_nowait
}
// ANCHOR_END: queue

#[test]
// ANCHOR: limits
fn a_limit_in_time() {
    let (sender, receiver) = crossbeam_channel::bounded(0);
    let limit = Duration::from_millis(1);
    assert_eq!(sender.send_timeout(7, limit), Err(SendTimeoutError::Timeout(7)));
    assert_eq!(receiver.recv_timeout(limit), Err(RecvTimeoutError::Timeout));
}
// ANCHOR_END: limits

#[test]
// ANCHOR: simple
fn a_queue_without_a_bound() {
    let (sender, receiver) = crossbeam_channel::unbounded();
    (0..1000).for_each(|n| sender.send(n).expect("a receiver is there")); // never waits
    drop(sender);
    assert_eq!(receiver.iter().sum::<u32>(), 499_500);
}
// ANCHOR_END: simple

#[test]
// ANCHOR: shutdown
fn the_end_of_a_queue() {
    let (sender, receiver) = crossbeam_channel::unbounded();
    sender.send("last").expect("a receiver is there");
    drop(sender); // the last one: what is in the queue is still received
    assert_eq!(receiver.recv(), Ok("last"));
    assert!(receiver.recv().is_err());

    let (sender, receiver) = crossbeam_channel::unbounded();
    drop(receiver); // at once: what is sent comes back
    assert_eq!(sender.send("letter").map_err(|error| error.0), Err("letter"));
}
// ANCHOR_END: shutdown

// ANCHOR: priority
struct PriorityQueue<T> {
    items: Mutex<BinaryHeap<Reverse<T>>>, // for a LifoQueue: Mutex<Vec<T>>
    more: Condvar,
}

impl<T: Ord> PriorityQueue<T> {
    fn put(&self, item: T) {
        self.items.lock().expect("nobody panics").push(Reverse(item));
        self.more.notify_one();
    }

    /// The least of all items. Waits while there is none.
    fn get(&self) -> T {
        let items = self.items.lock().expect("nobody panics");
        let some = self.more.wait_while(items, |items| items.is_empty());
        let Reverse(least) = some.expect("nobody panics").pop().expect("it isn't empty");
        least
    }
}
// ANCHOR_END: priority

#[test]
fn a_priority_queue() {
    let queue = PriorityQueue { items: Mutex::default(), more: Condvar::new() };
    thread::scope(|threads| {
        let first = threads.spawn(|| queue.get());
        queue.put((2, "cook"));
        assert_eq!(first.join().expect("it gets one"), (2, "cook"));
    });
    for item in [(3, "read"), (1, "wake up"), (2, "cook")] {
        queue.put(item);
    }
    assert_eq!([(); 3].map(|()| queue.get().1), ["wake up", "cook", "read"]);
}

// ANCHOR: done
#[derive(Default)]
struct Tasks {
    open: Mutex<u32>,
    none: Condvar,
}

impl Tasks {
    fn begun(&self) {
        *self.open.lock().expect("nobody panics") += 1;
    }

    fn done(&self) {
        let mut open = self.open.lock().expect("nobody panics");
        *open = open.checked_sub(1).expect("done once for each that was begun");
        if *open == 0 {
            self.none.notify_all();
        }
    }

    /// Waits until all are done.
    fn join(&self) {
        let open = self.open.lock().expect("nobody panics");
        drop(self.none.wait_while(open, |open| *open > 0).expect("nobody panics"));
    }
}
// ANCHOR_END: done

#[test]
fn all_tasks_are_done() {
    let (tasks, results) = (Tasks::default(), Mutex::new(Vec::new()));
    let (sender, receiver) = crossbeam_channel::unbounded();
    thread::scope(|threads| {
        for _ in 0..2 {
            let (receiver, tasks, results) = (receiver.clone(), &tasks, &results);
            threads.spawn(move || {
                for n in receiver {
                    results.lock().expect("nobody panics").push(n);
                    tasks.done();
                }
            });
        }
        for n in 0..10 {
            tasks.begun();
            sender.send(n).expect("the workers are there");
        }
        tasks.join();
        assert_eq!(results.lock().expect("nobody panics").len(), 10);
        drop(sender);
    });
}

//! One slot is given out twice.
//!
//! Source: pmodels/argobots#178, rust-lang/rust#121950 (ABA: the head is what it was, its next is not).

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

const END: usize = 7;

struct Free {
    head: AtomicUsize, // the slot, and above its three bits the stamp
    next: [AtomicUsize; 3],
}

impl Free {
    fn exchange(&self, head: usize, to: usize) -> bool {
        self.head.compare_exchange(head, to | (head & !7), SeqCst, SeqCst).is_ok()
    }
    fn pop(&self) -> usize {
        loop {
            let head = self.head.load(SeqCst);
            if head & 7 == END || self.exchange(head, self.next[head & 7].load(SeqCst)) {
                return head & 7;
            }
        }
    }
    fn push(&self, slot: usize) {
        let mut head = self.head.load(SeqCst);
        self.next[slot].store(head & 7, SeqCst);
        while !self.exchange(head, slot) {
            head = self.head.load(SeqCst);
            self.next[slot].store(head & 7, SeqCst);
        }
    }
}

pub fn body() {
    let free = Free { head: AtomicUsize::new(0), next: [1, 2, END].map(AtomicUsize::new) };
    thread::scope(|s| {
        let one = s.spawn(|| free.pop());
        let (first, second) = (free.pop(), free.pop());
        free.push(first);
        assert!(one.join().unwrap() != second && free.pop() != second, "given out twice");
    });
}

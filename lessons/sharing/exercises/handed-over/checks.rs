//! What every answer to `sharing/handed-over` must hold.

use std::array;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Barrier};
use std::thread::{self, JoinHandle, ThreadId};

use exercise::{Judge, Unseen, long_wait, many};
use interleave::execution::choose;

use crate::answer::hand_out;

/// Knows how often it was dropped.
struct Letter(Arc<Unseen<u32>>);

impl Drop for Letter {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

/// What happens to a letter and its readers.
#[derive(Clone)]
struct Seen {
    dropped: Arc<Unseen<u32>>,
    /// The thread of each reader who is done.
    readers: Arc<Unseen<Vec<(usize, ThreadId)>>>,
}

impl Seen {
    fn new() -> Self {
        let (dropped, readers) = (Unseen::new(0), Unseen::new(Vec::new()));
        Seen { dropped: Arc::new(dropped), readers: Arc::new(readers) }
    }

    /// Hands out a letter to readers who look at it before and after `read`, which gets the reader's number.
    fn hand_out(
        &self,
        readers: usize,
        read: impl Fn(usize) + Clone + Send + 'static,
    ) -> Vec<JoinHandle<()>> {
        let reader = |number: usize| {
            let (seen, read) = (self.clone(), read.clone());
            move |_: &Letter| {
                seen.is_there();
                read(number);
                seen.is_there();
                let mut done = seen.readers.get();
                done.push((number, thread::current().id()));
                seen.readers.set(done);
            }
        };
        let started = interleave::threads_started();
        let threads =
            hand_out(Letter(self.dropped.clone()), (0..readers).map(reader).collect());
        assert_eq!(threads.len(), readers, "there is a handle for each reader");
        let started = interleave::threads_started() - started;
        assert_eq!(started, readers, "there is one new thread for each reader");
        threads
    }

    fn is_there(&self) {
        let dropped = self.dropped.get();
        assert_eq!(dropped, 0, "the letter is dropped while somebody reads it");
    }

    /// Joins the threads, and checks what is left of the letter.
    fn join(&self, threads: Vec<JoinHandle<()>>) {
        let readers = threads.len();
        for (number, thread) in threads.into_iter().enumerate() {
            let thread_id = thread.thread().id();
            thread.join().expect("no reader panics");
            let done = (number, thread_id);
            assert!(
                self.readers.get().contains(&done),
                "each reader needs a thread of its own, and the handle of this thread"
            );
        }
        assert_eq!(self.readers.get().len(), readers, "each reader reads once");
        match self.dropped.get() {
            0 => panic!("all readers have ended, and the letter is never dropped"),
            dropped => assert_eq!(dropped, 1, "the letter is dropped more than once"),
        }
    }
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("hand_out waits for no reader", || {
        let (seen, meet) = (Seen::new(), Arc::new(Barrier::new(2)));
        let at_reader = meet.clone();
        let threads = seen.hand_out(1, move |_| _ = at_reader.wait());
        seen.is_there();
        meet.wait();
        seen.join(threads);
    });
    judge.some_order(
        "two readers can read at the same time",
        "no order has two readers at the same time",
        || {
            let (seen, both) = (Seen::new(), Arc::new(Unseen::new(false)));
            let (at_work, saw) = (Arc::new(AtomicU32::new(0)), both.clone());
            let read = move |_| {
                if at_work.fetch_add(1, SeqCst) == 1 {
                    saw.set(true);
                }
                at_work.fetch_sub(1, SeqCst);
            };
            seen.join(seen.hand_out(2, read));
            both.get()
        },
    );
    judge.every_order("two readers read, and then the letter is dropped", || {
        let (seen, steps) = (Seen::new(), Arc::new(AtomicU32::new(0)));
        let threads = seen.hand_out(2, move |_| _ = steps.fetch_add(1, SeqCst));
        seen.join(threads);
    });
    judge.every_order("one letter after the other can be handed out", || {
        for readers in [1, 0, 2] {
            let seen = Seen::new();
            let threads = seen.hand_out(readers, |_| ());
            seen.join(threads);
        }
    });
    judge.every_order("the slowest reader still has the letter", || {
        let (seen, slow) = (Seen::new(), choose(3));
        let read = move |number| {
            if number == slow {
                long_wait();
            }
        };
        seen.join(seen.hand_out(3, read));
    });
    judge.every_order(
        "a letter is read by each of its readers, and by no other",
        || {
            let both: [Seen; 2] = array::from_fn(|_| Seen::new());
            let threads = both.each_ref().map(|seen| seen.hand_out(1, |_| ()));
            for (seen, threads) in both.iter().zip(threads) {
                seen.join(threads);
            }
        },
    );
    judge.some_order(
        "many readers can read at the same time",
        "no order has many readers at the same time",
        || {
            let (seen, all) = (Seen::new(), Arc::new(Barrier::new(many())));
            seen.join(seen.hand_out(many(), move |_| _ = all.wait()));
            true
        },
    );
}

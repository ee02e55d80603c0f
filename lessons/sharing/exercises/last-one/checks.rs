//! What every answer to `sharing/last-one` must hold.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use exercise::{Judge, Unseen, at_once, beforehand, long_wait, many};

use crate::answer::leave;

/// A list, as far as it matters here: what each thread has added, and whether it is gone.
struct List {
    sum: AtomicU32,
    dropped: Arc<Unseen<bool>>,
}

impl Drop for List {
    fn drop(&mut self) {
        self.dropped.set(true);
    }
}

/// Threads that own a list, add to it, and leave.
struct Owners {
    list: Arc<List>,
    dropped: Arc<Unseen<bool>>,
    got: Unseen<u32>,
}

impl Owners {
    fn new() -> Self {
        let dropped = Arc::new(Unseen::new(false));
        let list = List { sum: AtomicU32::new(0), dropped: dropped.clone() };
        Owners { list: Arc::new(list), dropped, got: Unseen::new(0) }
    }

    /// One owner adds to the list and leaves. The last one has to get all that was added.
    fn leave(list: Arc<List>, add: u32, all: u32, got: &Unseen<u32>) {
        list.sum.fetch_add(add, Relaxed);
        if let Some(list) = leave(list) {
            got.set(got.get() + 1);
            assert!(!list.dropped.get(), "the list is dropped, and somebody gets it");
            let sum = list.sum.load(Relaxed);
            assert_eq!(sum, all, "somebody got the list before the others had left");
        }
    }

    /// As many threads as numbers, each of which adds its own.
    fn all_leave(self, numbers: &[u32]) {
        let Owners { list, dropped, got } = self;
        let all = numbers.iter().sum();
        thread::scope(|threads| {
            let (first, others) = numbers.split_first().expect("there is a thread");
            for &add in others {
                let (list, got) = (Arc::clone(&list), &got);
                threads.spawn(move || Self::leave(list, add, all, got));
            }
            Self::leave(list, *first, all, &got);
        });
        assert!(dropped.get() || got.get() > 0, "nobody got the list, and it is kept");
        assert_ne!(got.get(), 0, "nobody got the list");
        assert_eq!(got.get(), 1, "more than one got the list");
    }
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("one owner alone gets the list", || {
        Owners::new().all_leave(&[7]);
    });
    judge.every_order("of two owners, exactly one gets the list", || {
        Owners::new().all_leave(&[1, 2]);
    });
    judge.every_order("of three owners, exactly one gets the list", || {
        Owners::new().all_leave(&[1, 2, 4]);
    });
    judge.every_order("of four owners, exactly one gets the list", || {
        Owners::new().all_leave(&[1, 2, 4, 8]);
    });
    judge.every_order("one list after the other is handed over", || {
        Owners::new().all_leave(&[1, 2]);
        Owners::new().all_leave(&[4, 8]);
    });
    judge.every_order("after many lists, one more is handed over", || {
        (0..5).for_each(|_| beforehand(|| Owners::new().all_leave(&[1])));
        Owners::new().all_leave(&[1, 2]);
    });
    judge.every_order("an owner who isn't the last goes on at once", || {
        let owners = Owners::new();
        let stays = Arc::clone(&owners.list);
        let left = at_once("leave", 10, || leave(Arc::clone(&owners.list)));
        assert!(left.is_none(), "somebody got the list before the others had left");
        assert!(!owners.dropped.get(), "the list is dropped, and somebody owns it");
        drop(owners.list);
        assert!(leave(stays).is_some(), "nobody got the list");
    });
    judge.every_order("an owner may come late", || {
        let owners = Owners::new();
        let (late, got) = (Arc::clone(&owners.list), &owners.got);
        thread::scope(|threads| {
            threads.spawn(move || {
                long_wait();
                Owners::leave(late, 1, 3, got);
            });
            Owners::leave(owners.list, 2, 3, got);
        });
        assert_eq!(got.get(), 1, "nobody got the list");
    });
    let why = "exactly one gets the list";
    judge.some_order("of many owners, exactly one gets the list", why, || {
        Owners::new().all_leave(&vec![1; many()]);
        true
    });
}

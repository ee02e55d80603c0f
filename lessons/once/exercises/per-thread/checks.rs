//! What every answer to `once/per-thread` must hold.

use std::sync::Barrier;
use std::thread;

use exercise::{Judge, Unseen, many, many_threads};
use interleave::execution::steps_taken;

use crate::answer::{hit, hits};

pub fn judge(judge: &mut Judge) {
    judge.every_order("all hits of two threads are counted", || {
        assert_eq!(hits(2, hit_as_often), 3, "one and two");
    });
    judge.every_order("a thread without a hit counts too", || {
        assert_eq!(hits(0, hit_as_often), 0, "no thread");
        assert_eq!(hits(1, |_| ()), 0, "no hit");
        let only = |n| {
            if n == 1 {
                hit()
            }
        };
        assert_eq!(hits(3, only), 1, "only the second thread hits");
    });
    judge.every_order("the hits of other threads are not counted", || {
        hit();
        assert_eq!(hits(1, hit_as_often), 1, "the caller's own hit isn't one of them");
        hit();
        assert_eq!(hits(2, hit_as_often), 3, "the second round begins with 0");
        assert_eq!(hits(1, hit_as_often), 1, "the third round begins with 0");
    });
    judge.every_order("two can count at the same time", || {
        thread::scope(|threads| {
            threads.spawn(|| assert_eq!(hits(1, |_| hit_times(2)), 2, "of the first"));
            assert_eq!(hits(1, |_| hit_times(5)), 5, "of the second");
        });
    });
    judge.every_order("a thread that is counted can count others", || {
        let inner = |_| {
            hit();
            assert_eq!(hits(1, |_| hit_times(3)), 3, "of the inner thread");
            hit();
        };
        assert_eq!(hits(1, inner), 2, "of the outer thread");
    });
    judge.every_order("a hit is seen by no other thread", || {
        let work = |_| {
            for _ in 0..many() {
                let before = steps_taken();
                hit();
                assert_eq!(
                    steps_taken(),
                    before,
                    "a hit takes a step that other threads could see"
                );
            }
        };
        assert_eq!(hits(2, work), 2 * many() as u64, "all hits of both");
    });
    judge.every_order("all threads work at the same time", || {
        let all = Barrier::new(3);
        let work = |n| {
            all.wait();
            hit_as_often(n);
        };
        assert_eq!(hits(3, work), 6, "one, two and three");
    });
    judge.every_order("each call runs in a thread of its own", || {
        let threads = Unseen::new(vec![thread::current().id()]);
        let work = |_| {
            let id = thread::current().id();
            let known = threads.update(|known| {
                known.push(id);
                known[..known.len() - 1].contains(&id)
            });
            assert!(!known, "a thread does the work of two");
        };
        hits(3, work);
        assert_eq!(threads.get().len(), 4, "three calls");
    });
    let why = "a hit is lost";
    judge.some_order("many threads can hit many times", why, || {
        let (threads, times) = (many_threads(), (1 << 16) + many());
        let all = Barrier::new(threads);
        let work = |n| {
            all.wait();
            if n == 0 {
                hit_times(times);
            } else {
                hit_as_often(n);
            }
        };
        let expected = times + (1..threads).map(|n| n + 1).sum::<usize>();
        hits(threads, work) == expected as u64
    });
}

fn hit_times(times: usize) {
    (0..times).for_each(|_| hit());
}

/// The first thread hits once, the second twice.
fn hit_as_often(n: usize) {
    hit_times(n + 1);
}

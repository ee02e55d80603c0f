//! What every answer to `parallel/taken-when-free` must hold.

use std::ops::Range;
use std::sync::Barrier;
use std::thread;

use crossbeam_channel as channel;
use exercise::{Judge, Unseen, long_wait, many, others_sleep, tries};
use interleave::execution::choose;
use interleave::threads_started;

use crate::answer::share_out;

/// Shares out, and checks what holds always. `meanwhile` is what a piece does, by its number.
fn all(rows: usize, each: usize, threads: usize, meanwhile: impl Fn(usize) + Sync) {
    let (caller, computed) = (thread::current().id(), Unseen::new(Vec::new()));
    let before = threads_started();
    share_out(rows, each, threads, |piece: Range<usize>| {
        assert!(
            thread::current().id() != caller,
            "a piece is computed by the thread that called `share_out`"
        );
        computed.update(|computed| computed.push(piece.clone()));
        meanwhile(piece.start / each);
    });
    assert_eq!(threads_started() - before, threads, "the threads are more or fewer");
    let mut computed = computed.get();
    computed.sort_by_key(|piece| piece.start);
    let pieces = (0..rows).step_by(each).map(|first| first..rows.min(first + each));
    let pieces: Vec<_> = pieces.collect();
    assert_eq!(computed, pieces, "each row is computed once, in pieces of {each}");
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread computes all pieces", || {
        for rows in [0, 1, 4, 5, 6] {
            all(rows, 2, 1, |_| ());
        }
    });
    judge.every_order("two threads compute each row once", || {
        let (rows, each) = [(3, 1), (5, 2), (4, 2)][choose(3)];
        all(rows, each, 2, |_| ());
    });
    judge.every_order("three threads compute each row once", || all(3, 2, 3, |_| ()));
    judge.every_order("a piece may be larger than the picture", || {
        all(3, 10, 2, |_| ())
    });
    judge.every_order("no row, no piece", || all(0, 3, 2, |_| ()));
    judge.every_order("a second picture is computed too", || {
        for _ in 0..3 {
            all(2, 1, 2, |_| ());
        }
    });
    judge.every_order("two pictures at the same time", || {
        thread::scope(|threads| {
            threads.spawn(|| share_out(1, 1, 1, |piece| assert_eq!(piece, 0..1)));
            let computed = Unseen::new(0);
            share_out(2, 1, 1, |piece| {
                computed.update(|computed| *computed += piece.len())
            });
            assert_eq!(computed.get(), 2, "each row is computed once");
        });
    });
    judge.every_order("a slow piece holds up no other", || {
        slow_one(3, 2, choose(3));
    });
    let why = "a slow piece holds up others";
    let last = 4 * many() - 1;
    for (which, slow) in
        [("first", 0), ("second", 1), ("middle", last / 2), ("last", last)]
    {
        let name = format!("the {which} of many pieces is slow, and holds up no other");
        judge.some_order(&name, why, move || {
            slow_one(last + 1, 2, slow);
            true
        });
    }
    judge.some_order("many slow pieces hold up none of many", why, || {
        let (threads, pieces) = (many(), 4 * many());
        let (others, done) = (Unseen::new(pieces - threads + 1), channel::unbounded());
        let begun = Unseen::new(0);
        all(pieces, 1, threads, |_| {
            begun.update(|begun| *begun += 1);
            if begun.get() < threads {
                done.1.recv().expect("it is sent");
            } else {
                others.update(|others| *others -= 1);
                if others.get() == 0 {
                    (1..threads)
                        .for_each(|_| done.0.send(()).expect("it is waited for"));
                }
            }
        });
        true
    });
    let why = "not all threads compute at the same time";
    judge.some_order("many threads compute at the same time", why, || {
        let together = Barrier::new(many());
        all(2 * many(), 1, many(), |_| _ = together.wait());
        true
    });
    judge.some_order(
        "a thread with nothing to do sleeps, or has ended",
        "it does not end",
        || {
            all(2, 1, 3, |piece| {
                if piece == 1 {
                    others_sleep("a thread for which nothing is left doesn't sleep");
                }
            });
            true
        },
    );
    judge.every_order("a piece may take long, and the last one too", || {
        all(3, 1, 2, |_| _ = long_wait());
    });
    let why = "each row is computed once";
    judge.some_order("there can be thousands of pieces", why, || {
        all(tries(), 1, 2, |_| ());
        true
    });
}

/// One of the pieces goes on only when all others are done.
fn slow_one(pieces: usize, threads: usize, slow: usize) {
    let others = Unseen::new(pieces - 1);
    let (done, waits) = channel::bounded(1);
    all(pieces, 1, threads, |piece| {
        if piece == slow {
            waits.recv().expect("the last of the others sends it");
        } else {
            others.update(|others| *others -= 1);
            if others.get() == 0 {
                done.send(()).expect("it is waited for");
            }
        }
    });
}

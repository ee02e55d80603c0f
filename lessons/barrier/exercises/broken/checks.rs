//! What every answer to `barrier/broken` must hold.

use std::thread;

use exercise::{Judge, Unseen, many, many_threads, others_sleep, until_all_wait};

use crate::answer::{Barrier, Broken};

pub fn judge(judge: &mut Judge) {
    judge.every_order("all go on if all come, though each leaves after it", || {
        rounds(2, 1);
    });
    judge.every_order("two threads go two rounds together", || rounds(2, 2));
    judge.every_order(
        "a thread that waits learns that another one has returned",
        || {
            let barrier = Barrier::new(2);
            thread::scope(|threads| {
                let gives_up = barrier.runner();
                threads.spawn(|| broken(&barrier.runner().wait()));
                drop(gives_up);
            });
        },
    );
    judge.every_order(
        "a thread that waits learns that another one has panicked",
        || {
            let barrier = Barrier::new(2);
            thread::scope(|threads| {
                let (waits, falls) = (barrier.runner(), barrier.runner());
                let waits = threads.spawn(move || waits.wait());
                let falls = threads.spawn(move || {
                    let _falls = falls;
                    panic!("falls");
                });
                assert!(falls.join().is_err(), "the panic is a panic");
                broken(&waits.join().expect("it does not panic"));
            });
        },
    );
    judge.every_order("a thread that comes to a broken barrier doesn't wait", || {
        let barrier = Barrier::new(2);
        drop(barrier.runner());
        let late = barrier.runner();
        (0..many()).for_each(|_| broken(&late.wait()));
    });
    judge.every_order("a thread that waits sleeps until the barrier breaks", || {
        let barrier = Barrier::new(2);
        thread::scope(|threads| {
            let gives_up = barrier.runner();
            threads.spawn(|| broken(&barrier.runner().wait()));
            others_sleep("a thread that waits at the barrier doesn't sleep");
            drop(gives_up);
        });
    });
    judge.every_order("all that wait learn of it", || all_learn(2));
    judge.every_order("one gives up after a round that all have ended", || {
        let barrier = Barrier::new(2);
        thread::scope(|threads| {
            let (stays, gives_up) = (barrier.runner(), barrier.runner());
            threads.spawn(move || {
                assert_eq!(stays.wait(), Ok(()), "all came in the first round");
                broken(&stays.wait());
            });
            assert_eq!(gives_up.wait(), Ok(()), "all came in the first round");
            drop(gives_up);
        });
    });
    judge.every_order("one gives up, and the others come at that moment", || {
        let barrier = Barrier::new(3);
        thread::scope(|threads| {
            let gives_up = barrier.runner();
            let waits = [(); 2].map(|()| barrier.runner());
            for waits in waits {
                threads.spawn(move || broken(&waits.wait()));
            }
            drop(gives_up);
        });
    });
    judge.every_order("two barriers know nothing of each other", || {
        let (one, other) = (Barrier::new(1), Barrier::new(1));
        let stays = other.runner();
        drop(one.runner());
        assert_eq!(
            stays.wait(),
            Ok(()),
            "the other barrier is broken, and not this one"
        );
    });
    judge.every_order(
        "all go on from a round, though one leaves and one comes again",
        || {
            let barrier = Barrier::new(3);
            thread::scope(|threads| {
                let last = barrier.runner();
                for _ in 0..2 {
                    let waits = barrier.runner();
                    threads.spawn(move || {
                        assert_eq!(waits.wait(), Ok(()), "all have come to this round");
                    });
                }
                until_all_wait(); // till both sleep
                assert_eq!(last.wait(), Ok(()), "all have come to this round");
                broken(&last.wait());
            });
        },
    );
    let why = "not all go on";
    judge.some_order("many threads can go two rounds", why, || {
        rounds(many(), 2);
        true
    });
    judge.some_order("three threads can go many rounds", why, || {
        rounds(3, many());
        true
    });
    let why = "a thread never learns that the barrier is broken";
    judge.some_order("after many rounds, all that wait learn of it", why, || {
        let barrier = Barrier::new(3);
        let all = [(); 3].map(|()| barrier.runner());
        thread::scope(|threads| {
            let [first, second, gives_up] = all.each_ref();
            for runner in [first, second] {
                threads.spawn(move || {
                    (0..many()).for_each(|_| assert_eq!(runner.wait(), Ok(())));
                    broken(&runner.wait());
                });
            }
            (0..many()).for_each(|_| assert_eq!(gives_up.wait(), Ok(())));
            until_all_wait(); // till both sleep
            drop(barrier.runner());
        });
        true
    });
    judge.some_order("many threads that wait can learn of it", why, || {
        all_learn(many_threads() - 1);
        true
    });
}

fn broken(answer: &Result<(), Broken>) {
    assert_eq!(*answer, Err(Broken), "one has given up, and another one goes on");
}

/// This many threads sleep at a barrier that one more gives up. None of them drops its own runner, so it alone wakes them all.
fn all_learn(sleep: usize) {
    let barrier = Barrier::new(sleep + 1);
    let gives_up = barrier.runner();
    let runners: Vec<_> = (0..sleep).map(|_| barrier.runner()).collect();
    thread::scope(|threads| {
        for runner in &runners {
            threads.spawn(|| broken(&runner.wait()));
        }
        until_all_wait(); // till all of them sleep
        drop(gives_up);
    });
}

/// Threads that go some rounds together. Each drops its runner when it is done.
fn rounds(threads: usize, rounds: usize) {
    let (barrier, come) = (Barrier::new(threads), Unseen::new(0));
    thread::scope(|scope| {
        for runner in (0..threads).map(|_| barrier.runner()).collect::<Vec<_>>() {
            let come = &come;
            scope.spawn(move || {
                for round in 1..=rounds {
                    come.update(|come| *come += 1);
                    assert_eq!(runner.wait(), Ok(()), "all have come to this round");
                    assert!(
                        come.get() >= threads * round,
                        "it goes on before all have come"
                    );
                }
            });
        }
    });
}

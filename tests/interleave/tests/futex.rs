//! `atomic_wait`: who sleeps at an atomic, who wakes whom, and that neither orders anything.

extern crate interleave_atomic_wait as atomic_wait;
extern crate interleave_std as std;
extern crate std as real_std;

use std::cell::UnsafeCell;
use std::collections::BTreeSet;
use std::ptr;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{self, Acquire, Relaxed, Release, SeqCst};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

use atomic_wait::{wait, wake_all, wake_one};
use interleave::{Kind, Problem, Reduction, Search};

#[track_caller]
fn holds(body: impl Fn() + Send + Sync + 'static) {
    let report = Search { old_values: true, ..Search::default() }.every_order(body);
    assert!(report.problem.is_none(), "{}", report.problem.unwrap());
    real_std::println!("{} orders, all: {}", report.schedules, report.all);
}

#[track_caller]
fn fails(kind: Kind, body: impl Fn() + Send + Sync + 'static) -> Problem {
    let report = Search { old_values: true, ..Search::default() }.every_order(body);
    let problem = report.problem.expect("a problem");
    real_std::println!("{problem}");
    assert_eq!(problem.kind, kind);
    problem
}

/// A step or who is stuck, of those that are told, in these words.
#[track_caller]
fn says(problem: &Problem, words: &str) {
    let told = problem.to_string();
    assert!(told.contains(words), "{told}");
}

/// A mutex around a number: free, held, or held while others may sleep.
struct Sleeping {
    state: AtomicU32,
    number: UnsafeCell<u32>,
}

// SAFETY: whether the lock keeps threads apart is what the tests ask of the explorer. One thread of the system runs all.
unsafe impl Sync for Sleeping {}

impl Sleeping {
    fn new() -> Self {
        Sleeping { state: AtomicU32::new(0), number: UnsafeCell::new(0) }
    }

    fn write(&self) {
        // SAFETY: as for `Sync`.
        unsafe { *self.number.get() = 1 };
    }

    fn read(&self) -> u32 {
        // SAFETY: as for `Sync`.
        unsafe { *self.number.get() }
    }

    fn add(&self, lock: Ordering, unlock: Ordering) {
        if self.state.compare_exchange(0, 1, lock, Relaxed).is_err() {
            while self.state.swap(2, lock) != 0 {
                wait(&self.state, 2);
            }
        }
        // SAFETY: as for `Sync`.
        unsafe { *self.number.get() += 1 };
        if self.state.swap(0, unlock) == 2 {
            wake_one(&self.state);
        }
    }
}

fn two_add(lock: Ordering, unlock: Ordering) -> impl Fn() + Send + Sync + 'static {
    move || {
        let shared = Sleeping::new();
        thread::scope(|scope| {
            scope.spawn(|| shared.add(lock, unlock));
            scope.spawn(|| shared.add(lock, unlock));
        });
        assert_eq!(shared.number.into_inner(), 2);
    }
}

#[test]
fn a_mutex_that_sleeps_holds() {
    holds(two_add(Acquire, Release));
}

#[test]
fn neither_sleep_nor_wake_orders_anything() {
    fails(Kind::Race, two_add(Acquire, Relaxed));
    fails(Kind::Race, two_add(Relaxed, Release));
    fails(Kind::Race, || {
        let shared = Sleeping::new();
        thread::scope(|scope| {
            scope.spawn(|| {
                shared.write();
                shared.state.store(1, Relaxed);
                wake_one(&shared.state);
            });
            while shared.state.load(Relaxed) == 0 {
                wait(&shared.state, 0);
            }
            assert_eq!(shared.read(), 1);
        });
    });
    // A fence after it acquires nothing.
    fails(Kind::Race, || {
        let shared = Sleeping::new();
        thread::scope(|scope| {
            scope.spawn(|| {
                shared.write();
                shared.state.store(1, Release);
                wake_one(&shared.state);
            });
            wait(&shared.state, 0);
            std::sync::atomic::fence(Acquire);
            shared.read();
        });
    });
}

#[test]
fn looking_and_sleeping_is_one_step() {
    holds(|| {
        let ready = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                while ready.load(Acquire) == 0 {
                    wait(&ready, 0);
                }
            });
            ready.store(1, Release);
            wake_one(&ready);
        });
    });
}

#[test]
fn who_sleeps_at_what_was_there_a_moment_ago_is_told() {
    let problem = fails(Kind::Deadlock, || {
        let ready = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                if ready.load(Acquire) == 0 {
                    let there = ready.load(Relaxed);
                    wait(&ready, there);
                }
            });
            ready.store(1, Release);
            wake_one(&ready);
        });
    });
    says(&problem, "wakes nobody at `ready`: nobody sleeps there");
    says(&problem, "sees 1 in `ready` and goes to sleep");
    let stuck = problem.stuck.iter().find(|stuck| stuck.thread == "thread 1").expect("it is stuck");
    assert_eq!(stuck.text, "sleeps until it is woken at `ready`");
}

#[test]
fn a_sleeper_may_wake_up_for_nothing() {
    let problem = fails(Kind::Failed, || {
        let ready = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                wait(&ready, 0);
                assert_eq!(ready.load(SeqCst), 1, "not ready");
            });
            ready.store(1, SeqCst);
            wake_one(&ready);
        });
    });
    says(&problem, "wakes up at `ready` for nothing (as it may)");
}

#[test]
fn one_wakes_one_and_all_wakes_all() {
    let two_sleep = |wakes: fn(*const AtomicU32)| {
        move || {
            let ready = AtomicU32::new(0);
            thread::scope(|scope| {
                for _ in 0..2 {
                    scope.spawn(|| {
                        while ready.load(SeqCst) == 0 {
                            wait(&ready, 0);
                        }
                    });
                }
                ready.store(1, SeqCst);
                wakes(&ready);
            });
        }
    };
    let problem = fails(Kind::Deadlock, two_sleep(|ready| wake_one(ready)));
    says(&problem, "wakes one at `ready`");
    holds(two_sleep(|ready| wake_all(ready)));
    holds(two_sleep(|ready| {
        wake_one(ready);
        wake_one(ready);
    }));
}

#[test]
fn the_pointer_may_dangle() {
    holds(|| {
        wake_one(ptr::null());
        wake_all(ptr::null());
        let gone = Box::new(AtomicU32::new(1));
        gone.store(2, Relaxed);
        let at: *const AtomicU32 = &*gone;
        drop(gone);
        wake_one(at);
        wake_all(at);
    });
    // What else may be where it was is not woken by it.
    fails(Kind::Deadlock, || {
        let (lock, condvar) = (Mutex::new(()), Condvar::new());
        let at = ptr::from_ref(&condvar).cast();
        condvar.notify_all();
        wake_all(at);
        drop(condvar.wait(lock.lock().expect("no panic")));
    });
}

#[test]
fn it_is_found_where_it_was_moved_to() {
    holds(|| {
        let moved = AtomicU32::new(0);
        moved.store(1, SeqCst);
        let moved = Box::new(moved);
        thread::scope(|scope| {
            scope.spawn(|| {
                while moved.load(SeqCst) == 1 {
                    wait(&moved, 1);
                }
            });
            moved.store(0, SeqCst);
            wake_one(&*moved);
        });
    });
}

#[test]
fn one_in_a_static_is_new_in_each_execution() {
    static READY: AtomicU32 = AtomicU32::new(0);
    holds(|| {
        assert_eq!(READY.load(SeqCst), 0);
        let sleeps = thread::spawn(|| {
            while READY.load(SeqCst) == 0 {
                wait(&READY, 0);
            }
        });
        READY.store(1, SeqCst);
        wake_all(&READY);
        sleeps.join().expect("no panic");
    });
}

#[test]
fn a_wait_for_a_value_that_is_not_there_is_a_loop_that_spins() {
    holds(|| {
        let ready = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                while ready.load(SeqCst) == 0 {
                    wait(&ready, 7);
                }
            });
            ready.store(1, SeqCst);
        });
    });
    fails(Kind::Endless, || {
        let ready = AtomicU32::new(0);
        while ready.load(SeqCst) == 0 {
            wait(&ready, 7);
        }
    });
}

/// What can come out of a program, with a reduction.
fn outcomes(reduction: Reduction, program: fn() -> String) -> (BTreeSet<String>, usize) {
    let search = Search { reduction, time: Duration::from_secs(100), ..Search::default() };
    let found = search.outcomes(program);
    assert!(found.all, "the program is too large for a test");
    let first = |order: &interleave::Order| order.outcome.lines().next().unwrap_or_default().to_owned();
    (found.orders.iter().map(first).collect(), found.orders.len())
}

#[test]
fn the_reduction_leaves_no_outcome_out() {
    fn lock() -> String {
        let shared = Sleeping::new();
        let last = Mutex::new(0);
        thread::scope(|scope| {
            for by in [1, 2] {
                let (shared, last) = (&shared, &last);
                scope.spawn(move || {
                    shared.add(Acquire, Release);
                    *last.lock().expect("no panic") = by;
                });
            }
        });
        format!("{}", last.into_inner().expect("no panic"))
    }
    fn late() -> String {
        let (asleep, woken) = (AtomicU32::new(0), AtomicU32::new(0));
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    wait(&asleep, 0);
                    woken.fetch_add(1, SeqCst);
                });
            }
            wake_one(&asleep);
            asleep.store(1, SeqCst);
            woken.load(SeqCst).to_string()
        })
    }
    fn first() -> String {
        // Nobody has used the atomic yet when it is woken.
        let asleep = AtomicU32::new(0);
        thread::scope(|scope| {
            scope.spawn(|| wait(&asleep, 0));
            scope.spawn(|| wake_one(&asleep));
        });
        "done".to_owned()
    }
    for (program, expected) in [
        (lock as fn() -> String, &["1", "2"][..]),
        (late, &["0", "1", "2", "deadlock: no thread can go on"]),
        (first, &["deadlock: no thread can go on", "done"]),
    ] {
        let (all, without) = outcomes(Reduction::None, program);
        let (quiet, with) = outcomes(Reduction::Quiet, program);
        let (sleep, least) = outcomes(Reduction::Sleep, program);
        real_std::println!("{without} orders, {with} of visible steps, {least} that differ: {sleep:?}");
        assert_eq!(all, expected.iter().map(|outcome| (*outcome).to_owned()).collect());
        assert_eq!(all, quiet);
        assert_eq!(all, sleep);
        assert!(without >= with && with >= least);
    }
}

//! Kinds of programs that a search could judge wrongly: each is right and holds, or is wrong and found.

#![allow(unconditional_recursion, reason = "one is asked for")]

#[macro_use]
extern crate interleave_std as std;
extern crate interleave_crossbeam_channel as crossbeam_channel;
extern crate interleave_parking_lot as parking_lot;

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Condvar, Mutex, OnceLock, RwLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{TrySendError, bounded, select, unbounded};
use interleave::{Kind, Report, Search};
use parking_lot::{MutexGuard, ReentrantMutex, RwLockUpgradableReadGuard as Upgradable};

const MOMENT: Duration = Duration::from_millis(1);

fn search(body: fn()) -> Report {
    let report = Search::default().every_order(body);
    println!("{} orders, all: {}, surprises: {:?}", report.schedules, report.all, report.surprises);
    report
}

macro_rules! right {
    ($($name:ident $body:block)*) => { $(
        #[test]
        fn $name() {
            fn body() $body
            if let Some(problem) = search(body).problem {
                panic!("{problem}");
            }
        }
    )* };
}

macro_rules! wrong {
    ($($name:ident $kind:ident $words:literal $body:block)*) => { $(
        #[test]
        fn $name() {
            fn body() $body
            let problem = search(body).problem.expect("it is wrong");
            assert_eq!(problem.kind, Kind::$kind, "{problem}");
            assert!(problem.to_string().contains($words), "{problem}");
        }
    )* };
}

fn both<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let (a, b) = (scope.spawn(a), scope.spawn(b));
        (a.join().expect("no panic"), b.join().expect("no panic"))
    })
}

// A writer that waits may hold up readers, and may not.
right! {
    readers_one_after_the_other_and_a_writer {
        let lock = RwLock::new(0);
        thread::scope(|s| {
            s.spawn(|| { drop(lock.read()); drop(lock.read()) });
            s.spawn(|| *lock.write().unwrap() += 1);
            assert!(*lock.read().unwrap() < 2);
        });
    }
    reading_again_past_a_writer {
        let lock = parking_lot::RecursiveRwLock::new(0);
        both(|| { let one = lock.read(); assert_eq!(*one, *lock.read()) }, || *lock.write() += 1);
    }
    upgraded_one_after_the_other {
        let lock = parking_lot::RwLock::new(0);
        let add = || {
            let seen = lock.upgradable_read();
            let next = *seen + 1;
            *Upgradable::upgrade(seen) = next;
        };
        thread::scope(|s| { s.spawn(add); s.spawn(add); drop(lock.read()); });
        assert_eq!(*lock.read(), 2);
    }
    a_reader_beside_one_who_may_upgrade {
        let lock = parking_lot::RwLock::new(0);
        let (to, from) = bounded(0);
        both(
            || { let held = lock.upgradable_read(); from.recv().unwrap(); drop(held) },
            || { let held = lock.read(); to.send(()).unwrap(); drop(held) },
        );
    }
    an_upgrade_tried_until_it_can_be {
        let lock = parking_lot::RwLock::new(0);
        both(|| drop(lock.read()), || {
            let mut held = lock.upgradable_read();
            loop {
                match Upgradable::try_upgrade(held) {
                    Ok(mut held) => { *held += 1; break }
                    Err(back) => { held = back; thread::yield_now() }
                }
            }
        });
        assert_eq!(*lock.read(), 1);
    }
}
wrong! {
    readers_meet_behind_a_writer Deadlock "waits behind a writer that waits" {
        let (lock, meet) = (RwLock::new(0), Barrier::new(2));
        let read = || { let held = lock.read().unwrap(); meet.wait(); drop(held) };
        thread::scope(|s| { s.spawn(read); s.spawn(read); *lock.write().unwrap() += 1 });
    }
    a_reader_is_refused_though_nobody_writes Deadlock "only readers hold it" {
        let lock = parking_lot::RwLock::new(0);
        let (to, from) = bounded(1);
        thread::scope(|s| {
            s.spawn(|| { let held = lock.read(); from.recv().unwrap(); drop(held) });
            s.spawn(|| { *lock.write() += 1 });
            s.spawn(|| {
                let held = lock.try_read();
                if held.is_some() { assert!(lock.try_read().is_some(), "only readers hold it") }
                drop(held);
                to.send(()).unwrap();
            });
        });
    }
    one_who_reads_comes_to_write Deadlock "which it holds itself" {
        let lock = RwLock::new(0);
        let held = lock.read().unwrap();
        *lock.write().unwrap() += *held;
    }
    two_who_read_come_to_write Deadlock "no thread can go on" {
        let lock = RwLock::new(0);
        let add = || { let seen = lock.read().unwrap(); *lock.write().unwrap() = *seen + 1 };
        both(add, add);
    }
    looked_and_then_written Failed "lost" {
        let lock = RwLock::new(0);
        let add = || { let seen = *lock.read().unwrap(); *lock.write().unwrap() = seen + 1 };
        both(add, add);
        assert_eq!(*lock.read().unwrap(), 2, "lost");
    }
    an_upgrade_waits_for_a_reader_that_waits Deadlock "waits to be the only holder" {
        let lock = parking_lot::RwLock::new(0);
        let (to, from) = bounded::<()>(1);
        both(
            || { let held = lock.read(); from.recv().unwrap(); drop(held) },
            || { *Upgradable::upgrade(lock.upgradable_read()) += 1; to.send(()).unwrap() },
        );
    }
    two_upgradable_at_once Deadlock "which it holds itself" {
        let lock = parking_lot::RwLock::new(0);
        let _one = lock.upgradable_read();
        let _two = lock.upgradable_read();
    }
}

thread_local! {
    static AT_THE_END: RefCell<Option<Tells>> = const { RefCell::new(None) };
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

struct Tells(Arc<AtomicU32>);

impl Drop for Tells {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

fn tells_at_its_end(told: &Arc<AtomicU32>) -> impl FnOnce() + Send + 'static {
    let told = told.clone();
    move || AT_THE_END.set(Some(Tells(told)))
}

// A scope waits for closures, and `join` for destructors of thread-locals too.
right! {
    joined_threads_have_dropped_all {
        let told = Arc::new(AtomicU32::new(0));
        let threads = [0, 1].map(|_| thread::spawn(tells_at_its_end(&told)));
        for thread in threads { thread.join().unwrap() }
        assert_eq!(told.load(SeqCst), 2);
    }
    what_a_closure_owns_is_dropped_in_the_scope {
        let told = Arc::new(AtomicU32::new(0));
        thread::scope(|s| {
            let own = Tells(told.clone());
            s.spawn(move || drop(own));
            let own = Tells(told.clone());
            s.spawn(move || own);
        });
        assert_eq!(told.load(SeqCst), 2);
    }
}
wrong! {
    a_scope_is_over_before_its_threads Failed "not yet" {
        let told = Arc::new(AtomicU32::new(0));
        thread::scope(|s| { s.spawn(tells_at_its_end(&told)); });
        assert_eq!(told.load(SeqCst), 1, "not yet");
    }
    finished_is_not_joined Failed "not yet" {
        let told = Arc::new(AtomicU32::new(0));
        let thread = thread::spawn(tells_at_its_end(&told));
        while !thread.is_finished() { thread::yield_now() }
        assert_eq!(told.load(SeqCst), 1, "not yet");
    }
}

struct Shows<'a>(&'a Mutex<u32>);

impl fmt::Display for Shows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.lock().unwrap())
    }
}

// Who prints takes a lock.
right! {
    printing_while_one_keeps_the_output {
        let mut out = io::stdout().lock();
        println!("nested");
        writeln!(out, "{}", 1).unwrap();
        drop(out);
        both(|| println!("one"), || { let out = io::stdout().lock(); println!("two"); drop(out) });
    }
    the_output_and_the_error_are_two {
        let out = io::stdout().lock();
        thread::scope(|s| { s.spawn(|| eprintln!("not held up")); });
        drop(out);
    }
    a_value_that_locks_is_printed {
        let lock = Mutex::new(1);
        both(|| println!("{}", Shows(&lock)), || *lock.lock().unwrap() += 1);
    }
    a_panic_while_it_prints_lets_go {
        struct Panics;
        impl fmt::Display for Panics {
            fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result { panic!("on purpose") }
        }
        assert!(thread::spawn(|| println!("{Panics}")).join().is_err());
        drop(io::stdout().lock());
        println!("free");
    }
}
wrong! {
    the_output_is_kept_while_another_prints Deadlock "waits for `stdout`, held by main" {
        let out = io::stdout().lock();
        thread::scope(|s| { s.spawn(|| println!("held up")); });
        drop(out);
    }
    a_value_locks_while_the_holder_prints Deadlock "stdout" {
        let lock = Mutex::new(1);
        both(|| println!("{}", Shows(&lock)), || { let held = lock.lock().unwrap(); println!("{held}") });
    }
    the_error_is_kept_while_another_reports Deadlock "waits for `stderr`" {
        let (to, from) = bounded::<()>(1);
        both(
            || { let _err = io::stderr().lock(); from.recv().unwrap() },
            move || { eprintln!("a report"); to.send(()).unwrap() },
        );
    }
    written_with_a_macro_that_waits Deadlock "stdout" {
        let lock = Mutex::new(1);
        both(
            || { let mut out = io::stdout().lock(); writeln!(out, "{}", lock.lock().unwrap()).unwrap() },
            || { let held = lock.lock().unwrap(); writeln!(io::stdout(), "{held}").unwrap() },
        );
    }
}

// The order of a map is not to be counted on, and the same in every run.
right! {
    locked_in_the_order_of_sorted_keys {
        let locks: Arc<[Mutex<u32>; 2]> = Arc::default();
        let lock_all = |locks: &[Mutex<u32>]| {
            let set: HashSet<usize> = [0, 1].into();
            let mut keys: Vec<_> = set.into_iter().collect();
            keys.sort();
            let held: Vec<_> = keys.iter().map(|key| locks[*key].lock().unwrap()).collect();
            drop(held);
        };
        both(|| lock_all(&*locks), || lock_all(&*locks));
    }
    a_map_that_decides_what_is_done {
        let names: HashMap<String, u32> = ["tea", "milk", "rice"].map(|name| (name.to_owned(), 1)).into();
        let sum = AtomicU32::new(0);
        let add = || names.values().for_each(|n| _ = sum.fetch_add(*n, SeqCst));
        both(add, add);
        assert_eq!(sum.load(SeqCst), 6);
    }
}
wrong! {
    locked_in_the_order_of_two_sets Deadlock "no thread can go on" {
        let locks: [Mutex<u32>; 2] = Default::default();
        let sets = [0; 2].map(|_| (0..2).collect::<HashSet<usize>>());
        let lock_all = |set: &HashSet<usize>| {
            let held: Vec<_> = set.iter().map(|key| locks[*key].lock().unwrap()).collect();
            drop(held);
        };
        both(|| lock_all(&sets[0]), || lock_all(&sets[1]));
    }
}

// More surprises than two.
right! {
    asked_until_there_is_an_answer {
        let (to, from) = mpsc::channel();
        thread::spawn(move || to.send(1).unwrap());
        let answer = loop {
            match from.recv_timeout(MOMENT) {
                Ok(answer) => break answer,
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => unreachable!(),
            }
        };
        assert_eq!(answer, 1);
    }
    exchanged_weakly_until_it_works {
        let n = AtomicU32::new(0);
        let add = || while n.compare_exchange_weak(n.load(SeqCst), 7, SeqCst, SeqCst).is_err() {};
        both(add, add);
        assert_eq!(n.load(SeqCst), 7);
    }
}
wrong! {
    a_fourth_time_is_over Failed "no answer" {
        let (to, from) = mpsc::channel();
        thread::spawn(move || { let _ = to.send(1); });
        assert!((0..4).any(|_| from.recv_timeout(MOMENT).is_ok()), "no answer");
    }
    three_weak_failures Failed "nobody has it" {
        let owner = AtomicU32::new(0);
        let claimed = (0..3).any(|_| owner.compare_exchange_weak(0, 1, SeqCst, SeqCst).is_ok());
        assert!(claimed, "nobody has it");
    }
}
#[test]
fn a_report_says_how_many_surprises_were_tried() {
    let ready = || {
        let (ready, there) = (Mutex::new(false), Condvar::new());
        thread::scope(|s| {
            s.spawn(|| {
                *ready.lock().unwrap() = true;
                there.notify_one()
            });
            drop(there.wait_while(ready.lock().unwrap(), |ready| !*ready).unwrap());
        });
    };
    let report = search(ready);
    assert!(report.all && report.problem.is_none());
    assert_eq!(report.surprises, Some(5), "there could always be one more");
    let report = search(|| {
        both(|| Mutex::new(0).lock().is_ok(), || ());
    });
    assert!(report.all && report.surprises.is_none());
}

/// A flag, and who waits for it.
#[derive(Default)]
struct Flag(Mutex<bool>, Condvar);

impl Flag {
    fn set(&self) {
        *self.0.lock().unwrap() = true;
        self.1.notify_all();
    }

    fn waits_at_most(&self, times: usize, limit: Option<Duration>) {
        let mut set = self.0.lock().unwrap();
        for _ in 0..times {
            if *set {
                return;
            }
            set = match limit {
                None => self.1.wait(set).unwrap(),
                Some(limit) => self.1.wait_timeout(set, limit).unwrap().0,
            };
        }
        assert!(*set, "it gives up");
    }
}

// Many wake-ups for nothing in a row: however many a wait goes through, it is right only if it never gives up.
right! {
    looks_again_however_often_it_wakes {
        let flag = Flag::default();
        both(|| flag.waits_at_most(usize::MAX, None), || flag.set());
    }
    two_look_again_however_often_they_wake {
        let flag = Flag::default();
        both(|| both(|| flag.waits_at_most(usize::MAX, None), || flag.waits_at_most(usize::MAX, None)), || flag.set());
    }
    parked_however_often_it_wakes {
        let flag = AtomicBool::new(false);
        let waits = thread::current();
        thread::scope(|scope| {
            scope.spawn(|| { flag.store(true, SeqCst); waits.unpark() });
            while !flag.load(SeqCst) { thread::park() }
        });
    }
    waits_until_the_clock_says_so {
        let (flag, start) = (Flag::default(), Instant::now());
        both(
            || {
                let mut set = flag.0.lock().unwrap();
                while !*set && start.elapsed() < TEN {
                    set = flag.1.wait_timeout(set, TEN - start.elapsed().min(TEN)).unwrap().0;
                }
                assert!(*set || start.elapsed() >= TEN);
            },
            || flag.set(),
        );
    }
    parking_lot_wakes_only_who_is_notified {
        let (set, there) = (parking_lot::Mutex::new(false), parking_lot::Condvar::new());
        both(
            || {
                let mut set = set.lock();
                let over = !*set && there.wait_for(&mut set, TEN).timed_out();
                assert!(*set || over, "its time is not over");
            },
            || {
                *set.lock() = true;
                there.notify_all();
            },
        );
    }
    parking_lot_takes_another_mutex_when_nobody_waits {
        let (one, other) = (parking_lot::Mutex::new(false), parking_lot::Mutex::new(false));
        let there = parking_lot::Condvar::new();
        for set in [&one, &other] {
            both(
                || there.wait_while(&mut set.lock(), |set| !*set),
                || {
                    *set.lock() = true;
                    there.notify_one();
                },
            );
        }
    }
    a_parking_lot_reader_may_read_once_more {
        let value = parking_lot::RwLock::new(1);
        both(
            || {
                let first = value.read();
                assert_eq!(*value.read_recursive(), *first);
            },
            || *value.write() += 1,
        );
    }
    other_threads_are_not_late_because_of_it {
        // The thread that waits for an answer has a limit, and would be out of time after a few steps of others.
        let flag = Flag::default();
        let (to, from) = mpsc::channel();
        both(
            || flag.waits_at_most(usize::MAX, None),
            || {
                both(move || to.send(()).unwrap(), move || while from.recv_timeout(MOMENT).is_err() {});
                flag.set();
            },
        );
    }
}
wrong! {
    third_wake_up_counts_as_the_notification Failed "it gives up" {
        let flag = Flag::default();
        both(|| flag.waits_at_most(3, None), || flag.set());
    }
    sixtieth_wake_up_counts_as_the_notification Failed "it gives up" {
        let flag = Flag::default();
        both(|| flag.waits_at_most(60, None), || flag.set());
    }
    one_of_two_gives_up_after_ten Deadlock "it gives up" {
        let flag = Flag::default();
        both(|| both(|| flag.waits_at_most(usize::MAX, None), || flag.waits_at_most(10, None)), || flag.set());
    }
    any_return_of_a_wait_with_a_limit_is_its_end Failed "its time is not over" {
        let flag = Flag::default();
        both(
            || {
                let set = flag.0.lock().unwrap();
                if !*set {
                    let (set, over) = flag.1.wait_timeout(set, TEN).unwrap();
                    assert!(*set || over.timed_out(), "its time is not over");
                }
            },
            || flag.set(),
        );
    }
    parking_lot_takes_one_mutex_at_a_time Deadlock "with more than one mutex" {
        let (one, other) = (parking_lot::Mutex::new(()), parking_lot::Mutex::new(()));
        let there = parking_lot::Condvar::new();
        both(|| there.wait(&mut one.lock()), || there.wait(&mut other.lock()));
    }
    parked_four_times Failed "it gives up" {
        let flag = AtomicBool::new(false);
        let waits = thread::current();
        thread::scope(|scope| {
            scope.spawn(|| { flag.store(true, SeqCst); waits.unpark() });
            for _ in 0..4 {
                if !flag.load(SeqCst) { thread::park() }
            }
            assert!(flag.load(SeqCst), "it gives up");
        });
    }
}
#[test]
fn an_order_with_two_wake_ups_is_told_before_one_with_many() {
    let report = search(|| {
        let (woken, never) = (Mutex::new(0), Condvar::new());
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut woken = woken.lock().unwrap();
                while *woken < 5 {
                    woken = never.wait_timeout(woken, MOMENT).unwrap().0;
                    *woken += 1;
                    assert!(*woken != 2, "woken twice");
                }
            });
            drop(woken.lock().unwrap());
        });
    });
    let problem = report.problem.expect("it is wrong");
    assert!(problem.steps.len() < 20, "{problem}");
}
#[test]
fn a_tally_has_what_comes_of_many_wake_ups() {
    let flag = || {
        let flag = Flag::default();
        both(|| flag.waits_at_most(40, None), || flag.set());
        Ok(())
    };
    let tally = Search::default().tally(true, flag, |_| {});
    let gives_up = |outcome: &interleave::Outcome| outcome.message.contains("it gives up");
    assert!(tally.outcomes.iter().any(gives_up), "{:?}", tally.outcomes);
}

const TEN: Duration = Duration::from_secs(10);

/// Who is woken for nothing after half of ten seconds is done after ten. An hour may have passed, by surprise.
fn assert_rest(start: Instant, looks: &[bool]) {
    let took = start.elapsed();
    let woken_for_nothing = looks == [false, true, true];
    let in_time = took < Duration::from_secs(11) || took > Duration::from_secs(3_600);
    assert!(!woken_for_nothing || in_time, "it took {took:?}");
}

// Loops that the clock ends.
right! {
    polled_until_the_clock_ends_it {
        let flag = AtomicBool::new(false);
        let start = Instant::now();
        while !flag.load(SeqCst) && start.elapsed() < Duration::from_secs(5) { thread::sleep(MOMENT) }
        assert!(start.elapsed() >= Duration::from_secs(5));
    }
    counted_until_the_clock_ends_it {
        let n = AtomicU32::new(0);
        let count = || {
            let end = Instant::now() + Duration::from_millis(50);
            while Instant::now() < end { n.fetch_add(1, SeqCst); }
        };
        both(count, count);
    }
    nothing_but_the_clock {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(3_600) { std::hint::spin_loop() }
    }
    a_time_that_is_over_is_over {
        let (lock, never) = (Mutex::new(()), Condvar::new());
        let start = Instant::now();
        let mut held = lock.lock().unwrap();
        loop {
            let over;
            (held, over) = never.wait_timeout(held, Duration::from_secs(1)).unwrap();
            if over.timed_out() { break }
        }
        assert!(start.elapsed() >= Duration::from_secs(1));
    }
    later_is_never_earlier {
        let (to, from) = bounded(1);
        both(
            move || to.send(Instant::now()).unwrap(),
            move || { let sent = from.recv().unwrap(); assert!(Instant::now() >= sent) },
        );
    }
    woken_for_nothing_it_waits_for_the_rest {
        let (slept, never) = (Mutex::new(false), Condvar::new());
        both(
            || {
                let mut looks = Vec::new();
                let condition = |slept: &mut bool| { looks.push(*slept); true };
                let (held, start) = (slept.lock().unwrap(), Instant::now());
                assert!(never.wait_timeout_while(held, TEN, condition).unwrap().1.timed_out());
                assert_rest(start, &looks);
            },
            || {
                drop(slept.lock().unwrap());
                thread::sleep(TEN / 2);
                *slept.lock().unwrap() = true;
                never.notify_one();
            },
        );
    }
    woken_for_nothing_it_waits_for_the_rest_in_parking_lot {
        let (slept, never) = (parking_lot::Mutex::new(false), parking_lot::Condvar::new());
        both(
            || {
                let mut looks = Vec::new();
                let condition = |slept: &mut bool| { looks.push(*slept); true };
                let (mut held, start) = (slept.lock(), Instant::now());
                assert!(never.wait_while_for(&mut held, condition, TEN).timed_out());
                assert_rest(start, &looks);
            },
            || {
                drop(slept.lock());
                thread::sleep(TEN / 2);
                *slept.lock() = true;
                never.notify_one();
            },
        );
    }
    given_up_by_a_deadline {
        let (to, from) = bounded::<u32>(1);
        let deadline = Instant::now() + MOMENT;
        assert!(from.recv_deadline(deadline).is_err());
        assert!(Instant::now() >= deadline);
        drop(to);
    }
}
wrong! {
    too_slow_for_the_clock Failed "too slow" {
        let done = AtomicBool::new(false);
        thread::scope(|s| {
            s.spawn(|| done.store(true, SeqCst));
            let start = Instant::now();
            while !done.load(SeqCst) {
                assert!(start.elapsed() < Duration::from_secs(60), "too slow");
                thread::yield_now();
            }
        });
    }
    quick_enough Failed "quick" {
        let start = Instant::now();
        let n = Mutex::new(0);
        *n.lock().unwrap() += 1;
        assert!(start.elapsed() < Duration::from_secs(1), "quick");
    }
    given_up_before_the_answer Failed "no answer" {
        let answer = AtomicU32::new(0);
        thread::scope(|s| {
            s.spawn(|| answer.store(1, SeqCst));
            let end = Instant::now() + Duration::from_secs(1);
            while answer.load(SeqCst) == 0 && Instant::now() < end { thread::sleep(MOMENT) }
            assert_eq!(answer.load(SeqCst), 1, "no answer");
        });
    }
}

// Loops that wait, with and without saying so.
right! {
    a_flag_without_a_word {
        let flag = AtomicBool::new(false);
        both(|| while !flag.load(SeqCst) {}, || flag.store(true, SeqCst));
    }
    a_flag_under_a_lock_without_a_word {
        let flag = Mutex::new(false);
        both(|| while !*flag.lock().unwrap() {}, || *flag.lock().unwrap() = true);
    }
    a_lock_tried_without_a_word {
        let lock = Mutex::new(0);
        let add = || loop { if let Ok(mut held) = lock.try_lock() { *held += 1; break } };
        both(add, add);
        assert_eq!(*lock.lock().unwrap(), 2);
    }
    a_spin_lock_without_a_word {
        let (locked, n) = (AtomicBool::new(false), AtomicU32::new(0));
        let add = || {
            while locked.compare_exchange(false, true, SeqCst, SeqCst).is_err() {}
            n.store(n.load(SeqCst) + 1, SeqCst);
            locked.store(false, SeqCst);
        };
        both(add, add);
        assert_eq!(n.load(SeqCst), 2);
    }
    a_spin_lock_by_swap {
        let (locked, n) = (AtomicBool::new(false), AtomicU32::new(0));
        let add = || {
            while locked.swap(true, SeqCst) { std::hint::spin_loop() }
            n.store(n.load(SeqCst) + 1, SeqCst);
            locked.store(false, SeqCst);
        };
        both(add, add);
        assert_eq!(n.load(SeqCst), 2);
    }
    a_spin_lock_by_swap_without_a_word {
        let locked = AtomicBool::new(false);
        let add = || { while locked.swap(true, SeqCst) {} locked.store(false, SeqCst) };
        both(add, add);
    }
    a_message_tried_without_a_word {
        let (to, from) = mpsc::channel();
        both(move || to.send(1).unwrap(), move || loop { if let Ok(n) = from.try_recv() { assert_eq!(n, 1); break } });
    }
    an_end_asked_for_without_a_word {
        let n = Arc::new(AtomicU32::new(0));
        let other = n.clone();
        let thread = thread::spawn(move || other.fetch_add(1, SeqCst));
        while !thread.is_finished() {}
        assert_eq!(n.load(SeqCst), 1);
        thread.join().unwrap();
    }
    a_value_asked_for_without_a_word {
        let value = OnceLock::new();
        both(|| value.set(1).unwrap(), || while value.get().is_none() {});
    }
    a_count_of_owners_polled {
        let mine = Arc::new(1);
        let theirs = mine.clone();
        let thread = thread::spawn(move || drop(theirs));
        while Arc::strong_count(&mine) > 1 { thread::yield_now() }
        thread.join().unwrap();
    }
    two_flags_polled_in_turn {
        let (a, b) = (AtomicBool::new(false), AtomicBool::new(false));
        thread::scope(|s| {
            s.spawn(|| a.store(true, SeqCst));
            s.spawn(|| b.store(true, SeqCst));
            loop {
                if a.load(SeqCst) { break }
                thread::yield_now();
                if b.load(SeqCst) { break }
                thread::sleep(MOMENT);
            }
        });
    }
    each_polls_the_other {
        let flags = [AtomicBool::new(false), AtomicBool::new(false)];
        let meet = |me: usize| { flags[me].store(true, SeqCst); while !flags[1 - me].load(SeqCst) {} };
        both(|| meet(0), || meet(1));
    }
    polled_while_it_counts {
        let (flag, polls) = (AtomicBool::new(false), AtomicUsize::new(0));
        both(|| flag.store(true, SeqCst), || while !flag.load(SeqCst) { polls.fetch_add(1, SeqCst); });
    }
    full_tried_without_a_word {
        let (to, from) = bounded(1);
        both(
            move || for n in 0..3 { while let Err(TrySendError::Full(_)) = to.try_send(n) {} },
            move || assert_eq!(from.iter().sum::<u32>(), 3),
        );
    }
    offered_until_it_is_taken_without_a_word {
        let (to, from) = bounded(0);
        both(move || while to.try_send(1).is_err() {}, move || assert_eq!(from.recv(), Ok(1)));
    }
    offered_in_a_select_until_it_is_taken {
        let (to, from) = bounded(0);
        both(
            move || loop { select! { send(to, 1) -> sent => { sent.unwrap(); break } default => thread::yield_now() } },
            move || assert_eq!(from.recv(), Ok(1)),
        );
    }
    a_closed_channel_beside_a_stop {
        let (to, from) = unbounded::<u32>();
        let (stop, stopped) = bounded::<()>(1);
        drop(to);
        stop.send(()).unwrap();
        loop { select! { recv(from) -> n => assert!(n.is_err()), recv(stopped) -> _ => break } }
    }
    a_channel_that_is_never_empty_beside_a_stop {
        let (to, from) = bounded(1);
        let (stop, stopped) = bounded::<()>(1);
        let stopping = AtomicBool::new(false);
        thread::scope(|s| {
            let (from, stopping) = (from, &stopping);
            s.spawn(move || while !stopping.load(SeqCst) { if to.send(1).is_err() { break } });
            stop.send(()).unwrap();
            loop { select! { recv(from) -> n => assert_eq!(n, Ok(1)), recv(stopped) -> _ => break } }
            stopping.store(true, SeqCst);
            drop(from);
        });
    }
    ten_times_a_thousand {
        let n = AtomicU32::new(0);
        thread::scope(|s| for _ in 0..10 { s.spawn(|| for _ in 0..1_000 { n.fetch_add(1, SeqCst); }); });
        assert_eq!(n.load(SeqCst), 10_000);
    }
    ten_times_a_thousand_under_a_lock {
        let n = Mutex::new(0);
        thread::scope(|s| for _ in 0..10 { s.spawn(|| for _ in 0..1_000 { *n.lock().unwrap() += 1 }); });
        assert_eq!(*n.lock().unwrap(), 10_000);
    }
    a_thousand_messages {
        let (to, from) = bounded(10);
        both(move || (0..1_000).for_each(|n| to.send(n).unwrap()), move || assert_eq!(from.iter().count(), 1_000));
    }
    ten_thousand_looks_alone {
        let (lock, n) = (Mutex::new(1), AtomicU32::new(1));
        let sum: u32 = (0..10_000).map(|_| *lock.lock().unwrap() + n.load(SeqCst)).sum();
        assert_eq!(sum, 20_000);
    }
    ten_thousand_yields_alone {
        for _ in 0..10_000 { thread::yield_now() }
    }
    many_sleeps_alone {
        for _ in 0..1_000 { thread::sleep(MOMENT) }
    }
}
wrong! {
    tried_twenty_times_and_given_up Failed "gave up" {
        let lock = Mutex::new(0);
        let add = || {
            for _ in 0..20 {
                if let Ok(mut held) = lock.try_lock() { *held += 1; return }
                thread::yield_now();
            }
            panic!("gave up")
        };
        thread::scope(|s| { s.spawn(|| { let held = lock.lock().unwrap(); AtomicU32::new(0).load(SeqCst); drop(held) }); add() });
    }
    tried_twenty_times_without_a_word Failed "gave up" {
        let lock = Mutex::new(0);
        let step = AtomicU32::new(0);
        thread::scope(|s| {
            s.spawn(|| { let held = lock.lock().unwrap(); step.store(1, SeqCst); drop(held) });
            assert!((0..20).any(|_| lock.try_lock().is_ok()), "gave up");
        });
    }
    slept_ten_times_and_given_up Failed "gave up" {
        let ready = AtomicBool::new(false);
        thread::scope(|s| {
            s.spawn(|| ready.store(true, SeqCst));
            for _ in 0..10 { if ready.load(SeqCst) { return } thread::sleep(MOMENT) }
            panic!("gave up");
        });
    }
    given_up_and_then_a_race Failed "lost" {
        let (ready, n) = (AtomicBool::new(false), AtomicU32::new(0));
        let add = || { let seen = n.load(SeqCst); n.store(seen + 1, SeqCst) };
        both(
            || { add(); ready.store(true, SeqCst) },
            || {
                for _ in 0..10 { if ready.load(SeqCst) { break } thread::yield_now() }
                add();
            },
        );
        assert_eq!(n.load(SeqCst), 2, "lost");
    }
    a_flag_that_nobody_sets Endless "" {
        let flag = AtomicBool::new(false);
        while !flag.load(SeqCst) { thread::yield_now() }
    }
    a_flag_that_nobody_sets_without_a_word Endless "" {
        let flag = AtomicBool::new(false);
        while !flag.load(SeqCst) {}
    }
    each_yields_to_the_other Endless "" {
        let flags = [AtomicBool::new(true), AtomicBool::new(true)];
        let polite = |me: usize| while flags[1 - me].load(SeqCst) { thread::yield_now() };
        both(|| polite(0), || polite(1));
    }
    offered_five_times_to_one_who_is_late Deadlock "" {
        let (to, from) = bounded(0);
        thread::scope(|s| {
            s.spawn(|| assert_eq!(from.recv(), Ok(1)));
            let _ = (0..5).any(|_| to.try_send(1).is_ok());
        });
        drop(to);
    }
    the_stop_is_passed_over_three_times Failed "too late" {
        let (to, from) = unbounded();
        let (stop, stopped) = bounded::<()>(1);
        (0..3).for_each(|n| to.send(n).unwrap());
        stop.send(()).unwrap();
        let mut taken = 0;
        loop { select! { recv(from) -> _ => taken += 1, recv(stopped) -> _ => break } }
        assert!(taken < 3, "too late");
    }
    a_lost_update_in_a_thousand_rounds Failed "lost" {
        let n = AtomicU32::new(0);
        let add = || for _ in 0..1_000 { let seen = n.load(SeqCst); n.store(seen + 1, SeqCst) };
        both(add, add);
        assert_eq!(n.load(SeqCst), 2_000, "lost");
    }
}

fn deep(n: u32) -> u32 {
    let room = std::hint::black_box([n; 64]);
    if n == 0 { room[0] } else { deep(n - 1) + room[63] }
}

// Room on the stack, and the end of it.
right! {
    large_arrays_in_main_and_in_a_thread {
        let room = std::hint::black_box([1_u8; 2_000_000]);
        let there = thread::spawn(|| std::hint::black_box([1_u8; 1_500_000]).iter().map(|n| u32::from(*n)).sum::<u32>());
        assert_eq!(there.join().unwrap(), 1_500_000);
        assert_eq!(room.len(), 2_000_000);
    }
    deep_but_not_too_deep {
        both(|| deep(4_000), || deep(4_000));
    }
}
wrong! {
    a_recursion_without_an_end Failed "the stack of thread 1 is full" {
        thread::spawn(|| deep(u32::MAX)).join().unwrap();
    }
    a_recursion_without_an_end_in_main Failed "the stack of main is full" {
        let lock = Mutex::new(0);
        fn locks(lock: &Mutex<u32>, n: u32) -> u32 {
            let seen = *lock.lock().unwrap();
            std::hint::black_box(seen + locks(lock, n + 1) + n)
        }
        locks(&lock, 0);
    }
}

// A program's own panic hook.
right! {
    a_hook_of_its_own_is_called {
        static PANICS: AtomicU32 = AtomicU32::new(0);
        std::panic::set_hook(Box::new(|_| _ = PANICS.fetch_add(1, SeqCst)));
        assert!(thread::spawn(|| panic!("on purpose")).join().is_err());
        assert_eq!(PANICS.load(SeqCst), 1);
        let hook = std::panic::take_hook();
        std::panic::set_hook(hook);
        assert!(std::panic::catch_unwind(|| panic!("once more")).is_err());
        drop(std::panic::take_hook());
        assert_eq!(PANICS.load(SeqCst), 2);
    }
}
wrong! {
    a_hook_that_says_nothing Failed "reads 1 from `n`" {
        std::panic::set_hook(Box::new(|_| {}));
        let n = AtomicU32::new(1);
        assert_eq!(n.load(SeqCst), 2);
    }
}

static FORKS: [Mutex<()>; 2] = [const { Mutex::new(()) }; 2];

wrong! {
    names_of_locks_in_a_list Deadlock "waits for `FORKS`" {
        both(
            || { let _one = FORKS[0].lock(); let _two = FORKS[1].lock(); },
            || { let _one = FORKS[1].lock(); let _two = FORKS[0].lock(); },
        );
    }
    an_unlock_says_what_it_unlocks Failed ", locked in line" {
        let n = Mutex::new(0);
        *n.lock().unwrap() += 1;
        assert_eq!(*n.lock().unwrap(), 2);
    }
    a_long_spin_is_told_once Endless "times more)" {
        let flag = AtomicBool::new(false);
        while !flag.load(SeqCst) { std::hint::spin_loop() }
    }
}

// What only parking_lot has.
right! {
    a_reentrant_mutex_is_taken_twice_and_free_after_both {
        static NUMBER: ReentrantMutex<Cell<u32>> = ReentrantMutex::new(Cell::new(0));
        let add = || {
            let first = NUMBER.lock();
            let seen = first.get();
            let second = NUMBER.try_lock().expect("it is this thread's");
            drop(first); // in any order
            second.set(seen + 1);
            assert!(NUMBER.is_owned_by_current_thread());
        };
        both(add, add);
        assert!(!NUMBER.is_locked());
        assert_eq!(NUMBER.lock().get(), 2);
    }
    parking_lots_once_is_done_once {
        let (times, once) = (AtomicU32::new(0), parking_lot::Once::new());
        let does = || { once.call_once(|| _ = times.fetch_add(1, SeqCst)); assert!(once.state().done()) };
        both(does, does);
        assert_eq!(times.into_inner(), 1);
    }
    a_guard_of_a_part_holds_the_whole_lock {
        let pair = parking_lot::Mutex::new((0, 0));
        let add = || {
            let mut left = MutexGuard::map(pair.lock(), |pair| &mut pair.0);
            let seen = *left;
            *left = seen + 1;
        };
        both(add, || {
            let mut all = pair.lock();
            let seen = all.0;
            all.0 = seen + 1;
        });
        assert_eq!(pair.into_inner(), (2, 0));
    }
    a_part_of_what_is_read_or_written {
        let lock = parking_lot::RwLock::new(vec![(0, 0)]);
        both(
            || {
                let first = parking_lot::RwLockWriteGuard::map(lock.write(), |all| &mut all[0]);
                *parking_lot::MappedRwLockWriteGuard::map(first, |pair| &mut pair.1) += 1;
            },
            || {
                let first = parking_lot::RwLockReadGuard::try_map(lock.read(), |all| all.first()).expect("there is one");
                assert_eq!(first.0, 0);
            },
        );
        let none = parking_lot::RwLockReadGuard::try_map(lock.read(), |all| all.get(1));
        assert_eq!(none.expect_err("there is no second")[0], (0, 1), "the guard comes back");
        drop(lock.write());
    }
    a_once_that_failed_is_poisoned_until_it_is_forced {
        let once = parking_lot::Once::new();
        let fails = || once.call_once(|| panic!("on purpose"));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(fails)).is_err());
        assert!(once.state().is_poisoned() && !once.is_completed());
        both(|| once.call_once_force(|state| assert!(state.is_poisoned())), || once.wait_force());
        assert!(once.is_completed());
    }
}
wrong! {
    a_reentrant_mutex_keeps_others_out_until_the_last_guard_is_gone Deadlock "waits for a message" {
        let (lock, (to, from)) = (ReentrantMutex::new(()), bounded(0));
        both(
            || { let first = lock.lock(); let second = lock.lock(); drop(first); from.recv().unwrap(); drop(second) },
            || { let held = lock.lock(); to.send(()).unwrap(); drop(held) },
        );
    }
    two_reentrant_mutexes_in_a_circle Deadlock "held by thread" {
        let (a, b) = (ReentrantMutex::new(()), ReentrantMutex::new(()));
        both(|| { let held = a.lock(); drop(b.lock()); drop(held) }, || { let held = b.lock(); drop(a.lock()); drop(held) });
    }
    parking_lots_once_that_is_begun_is_not_done Failed "not done yet" {
        let once = parking_lot::Once::new();
        both(|| once.call_once(|| thread::yield_now()), || assert!(once.state() != parking_lot::OnceState::InProgress, "not done yet"));
    }
    a_guard_of_a_part_is_dropped_too_early Failed "lost" {
        let pair = parking_lot::Mutex::new((0, 0));
        let add = || {
            let seen = *MutexGuard::map(pair.lock(), |pair| &mut pair.1);
            pair.lock().1 = seen + 1;
        };
        both(add, add);
        assert_eq!(pair.into_inner().1, 2, "lost");
    }
}

/// A look that finds nothing new is not tried again and again: that was 40 000 orders.
#[test]
fn a_once_that_failed_is_polled_until_it_is_forced() {
    let report = search(|| {
        let once = std::sync::Once::new();
        let fails = || once.call_once(|| panic!("on purpose"));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(fails)).is_err());
        both(|| while !once.is_completed() {}, || once.call_once_force(|_| ()));
    });
    assert!(report.problem.is_none() && report.schedules < 1000, "{report:?}");
}

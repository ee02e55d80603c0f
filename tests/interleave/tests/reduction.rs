//! What is left out by the reduction leads nowhere else: over many small programs, the outcomes are the
//! same with it and without, and they are those that the program can have. And none of these programs has an access that is
//! weaker than `SeqCst`, so that with old values on, each has exactly as many orders.

#[macro_use]
extern crate interleave_std as std;
extern crate interleave_crossbeam_channel as crossbeam_channel;
extern crate interleave_parking_lot as parking_lot;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Barrier, Condvar, Mutex, Once, OnceLock, RwLock, mpsc};
use std::thread;
use std::time::Duration;

use interleave::{Reduction, Search};

/// All outcomes of a program, and the number of orders that lead there. The parts of a message that name a line are left out.
fn outcomes(reduction: Reduction, old_values: bool, program: fn() -> String) -> (BTreeSet<String>, usize) {
    let search = Search { reduction, old_values, time: Duration::from_secs(100), ..Search::default() };
    let found = search.outcomes(program);
    assert!(found.all, "the program is too large for a test");
    let first = |order: &interleave::Order| {
        let first = order.outcome.lines().next().unwrap_or_default();
        first.split(" (reduction.rs").next().unwrap_or_default().to_owned()
    };
    (found.orders.iter().map(first).collect(), found.orders.len())
}

macro_rules! programs {
    ($($name:ident leads to [$($outcome:literal),*] $body:block)*) => { $(
        #[test]
        fn $name() {
            fn program() -> String $body
            let (all, without) = outcomes(Reduction::None, false, program);
            let (quiet, with) = outcomes(Reduction::Quiet, false, program);
            let (sleep, least) = outcomes(Reduction::Sleep, false, program);
            println!("{}: {without} orders, {with} of visible steps, {least} that differ: {sleep:?}", stringify!($name));
            assert_eq!(all, BTreeSet::from([$($outcome.to_owned()),*]));
            assert_eq!(all, quiet);
            assert_eq!(all, sleep);
            assert!(without >= with && with >= least);
            // Nothing in it is weaker than `SeqCst`, so there is no old value to read.
            assert_eq!(outcomes(Reduction::Sleep, true, program), (sleep, least), "with old values");
        }
    )* };
}

/// Runs two functions in two threads, and returns what they return.
fn both<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let (a, b) = (scope.spawn(a), scope.spawn(b));
        (a.join().expect("no panic"), b.join().expect("no panic"))
    })
}

programs! {
    lost_update leads to ["1", "2"] {
        let n = AtomicU32::new(0);
        let add = || { let seen = n.load(SeqCst); n.store(seen + 1, SeqCst); };
        both(add, add);
        format!("{}", n.into_inner())
    }
    no_lost_update leads to ["2"] {
        let n = AtomicU32::new(0);
        let add = || n.fetch_add(1, SeqCst);
        both(add, add);
        format!("{}", n.into_inner())
    }
    two_numbers leads to ["(0, 1)", "(1, 0)", "(1, 1)"] {
        let (a, b) = (AtomicU32::new(0), AtomicU32::new(0));
        let seen = both(
            || { a.store(1, SeqCst); b.load(SeqCst) },
            || { b.store(1, SeqCst); a.load(SeqCst) },
        );
        format!("{seen:?}")
    }
    readers_and_a_writer leads to ["((0, 0), (0, 0))", "((0, 0), (0, 1))", "((0, 0), (1, 1))", "((0, 1), (0, 0))", "((0, 1), (0, 1))", "((0, 1), (1, 1))", "((1, 1), (0, 0))", "((1, 1), (0, 1))", "((1, 1), (1, 1))"] {
        let n = AtomicU32::new(0);
        let reads = || (n.load(SeqCst), n.load(SeqCst));
        let seen = thread::scope(|scope| {
            let (one, two) = (scope.spawn(reads), scope.spawn(reads));
            n.store(1, SeqCst);
            (one.join().expect("no panic"), two.join().expect("no panic"))
        });
        format!("{seen:?}")
    }
    lock_per_step leads to ["1", "2"] {
        let n = Mutex::new(0);
        let add = || { let seen = *n.lock().unwrap(); *n.lock().unwrap() = seen + 1; };
        both(add, add);
        format!("{}", n.into_inner().unwrap())
    }
    lock_around_both leads to ["2"] {
        let n = Mutex::new(0);
        let add = || { let mut n = n.lock().unwrap(); let seen = *n; *n = seen + 1; };
        both(add, add);
        format!("{}", n.into_inner().unwrap())
    }
    two_locks_in_opposite_order leads to ["deadlock: no thread can go on", "done"] {
        let (a, b) = (Mutex::new(()), Mutex::new(()));
        both(
            || { let _a = a.lock().unwrap(); let _b = b.lock().unwrap(); },
            || { let _b = b.lock().unwrap(); let _a = a.lock().unwrap(); },
        );
        "done".to_owned()
    }
    two_locks_in_one_order leads to ["3 3"] {
        let (a, b) = (Mutex::new(0), Mutex::new(0));
        let take = |by: i32| { let mut a = a.lock().unwrap(); let mut b = b.lock().unwrap(); *a += by; *b = *a; };
        both(|| take(1), || take(2));
        format!("{} {}", a.into_inner().unwrap(), b.into_inner().unwrap())
    }
    try_lock_sees_the_holder leads to ["None", "Some(0)", "Some(1)"] {
        let n = Mutex::new(0);
        let (_, got) = both(|| { *n.lock().unwrap() += 1; }, || n.try_lock().map(|n| *n).ok());
        format!("{got:?}")
    }
    unlock_before_and_after_a_flag leads to ["(false, false)", "(false, true)", "(true, false)", "(true, true)"] {
        let (n, flag) = (Mutex::new(()), AtomicBool::new(false));
        let (_, seen) = both(
            || { let held = n.lock().unwrap(); flag.store(true, SeqCst); drop(held); },
            || (flag.load(SeqCst), n.try_lock().is_ok()),
        );
        format!("{seen:?}")
    }
    readers_together leads to ["(1, 1)", "(1, 2)", "(2, 1)"] {
        let (lock, inside) = (RwLock::new(0), AtomicU32::new(0));
        let read = || {
            let _held = lock.read().unwrap();
            let inside_now = inside.fetch_add(1, SeqCst) + 1;
            inside.fetch_sub(1, SeqCst);
            inside_now
        };
        format!("{:?}", both(read, read))
    }
    a_writer_alone leads to ["((), 0)", "((), 2)"] {
        let lock = RwLock::new(0);
        let seen = both(|| { let mut n = lock.write().unwrap(); *n += 1; *n += 1; }, || *lock.read().unwrap());
        format!("{seen:?}")
    }
    parking_lot_timed leads to ["None", "Some(0)", "Some(1)"] {
        let n = parking_lot::Mutex::new(0);
        let (_, got) = both(|| *n.lock() += 1, || n.try_lock_for(Duration::from_secs(1)).map(|n| *n));
        format!("{got:?}")
    }
    a_wait_with_if leads to ["false", "true"] {
        let pair = (Mutex::new(false), Condvar::new());
        let (_, ready) = both(
            || { *pair.0.lock().unwrap() = true; pair.1.notify_one(); },
            || {
                let mut ready = pair.0.lock().unwrap();
                if !*ready { ready = pair.1.wait(ready).unwrap(); }
                *ready
            },
        );
        format!("{ready}")
    }
    a_wait_with_while leads to ["true"] {
        let pair = (Mutex::new(false), Condvar::new());
        let (_, ready) = both(
            || { *pair.0.lock().unwrap() = true; pair.1.notify_one(); },
            || *pair.1.wait_while(pair.0.lock().unwrap(), |ready| !*ready).unwrap(),
        );
        format!("{ready}")
    }
    a_lost_notification leads to ["deadlock: no thread can go on", "done"] {
        let (flag, lock, condvar) = (AtomicBool::new(false), Mutex::new(()), Condvar::new());
        both(
            || { flag.store(true, SeqCst); condvar.notify_one(); },
            || {
                let mut held = lock.lock().unwrap();
                while !flag.load(SeqCst) { held = condvar.wait(held).unwrap(); }
            },
        );
        "done".to_owned()
    }
    one_notification_for_two leads to ["deadlock: no thread can go on", "done"] {
        let pair = (Mutex::new(0), Condvar::new());
        let wait = || { let mut n = pair.1.wait_while(pair.0.lock().unwrap(), |n| *n == 0).unwrap(); *n -= 1; };
        thread::scope(|scope| {
            scope.spawn(wait);
            scope.spawn(wait);
            *pair.0.lock().unwrap() = 2;
            pair.1.notify_one();
        });
        "done".to_owned()
    }
    a_wait_with_a_limit leads to ["false", "true"] {
        let pair = (Mutex::new(false), Condvar::new());
        let (_, over) = both(
            || { *pair.0.lock().unwrap() = true; pair.1.notify_one(); },
            || pair.1.wait_timeout_while(pair.0.lock().unwrap(), Duration::ZERO, |ready| !*ready).unwrap().1.timed_out(),
        );
        format!("{over}")
    }
    a_bounded_channel leads to ["[0, 1, 2]"] {
        let (to, from) = crossbeam_channel::bounded(1);
        let (_, got) = both(
            move || (0..3).for_each(|n| to.send(n).unwrap()),
            move || from.iter().collect::<Vec<i32>>(),
        );
        format!("{got:?}")
    }
    two_senders leads to ["ab", "ba"] {
        let (to, from) = mpsc::channel();
        let other = to.clone();
        both(move || to.send('a').unwrap(), move || other.send('b').unwrap());
        from.iter().collect()
    }
    a_receiver_that_leaves leads to ["(false, false)", "(true, false)"] {
        let (to, from) = crossbeam_channel::bounded(1);
        let (sent, _) = both(move || (to.send(1).is_ok(), to.send(2).is_ok()), move || drop(from));
        format!("{sent:?}")
    }
    try_recv_before_and_after_the_end leads to ["(Err(Empty), Err(Empty))", "(Err(Empty), Ok(1))", "(Ok(1), Err(Disconnected))", "(Ok(1), Err(Empty))", "thread 1 panicked: called `Result::unwrap()` on an `Err` value: SendError(..)"] {
        let (to, from) = crossbeam_channel::unbounded();
        let (_, got) = both(move || to.send(1).unwrap(), move || (from.try_recv(), from.try_recv()));
        format!("{got:?}")
    }
    who_drops_last leads to ["(false, Err(Disconnected))", "(false, Err(Empty))", "(true, Err(Disconnected))", "(true, Err(Empty))"] {
        let (to, from) = crossbeam_channel::unbounded::<()>();
        let (other, flag) = (to.clone(), AtomicBool::new(false));
        let seen = thread::scope(|scope| {
            scope.spawn(|| drop(to));
            scope.spawn(|| { drop(other); flag.store(true, SeqCst); });
            let set = flag.load(SeqCst);
            (set, from.try_recv())
        });
        format!("{seen:?}")
    }
    a_rendezvous leads to ["(0, 0)", "(0, 1)"] {
        let (to, from) = mpsc::sync_channel(0);
        let n = AtomicU32::new(0);
        let (_, seen) = both(
            || { to.send(()).unwrap(); n.fetch_add(1, SeqCst) },
            { let n = &n; move || { let before = n.load(SeqCst); from.recv().unwrap(); (before, n.load(SeqCst)) } },
        );
        format!("{seen:?}")
    }
    select_of_two leads to ["a", "b", "thread 1 panicked: called `Result::unwrap()` on an `Err` value: SendError(..)"] {
        let ((to_a, a), (to_b, b)) = (crossbeam_channel::bounded(1), crossbeam_channel::bounded(1));
        let (_, got) = both(
            move || { to_a.send('a').unwrap(); to_b.send('b').unwrap(); },
            move || crossbeam_channel::select! {
                recv(a) -> got => got.unwrap(),
                recv(b) -> got => got.unwrap_or('-'),
            },
        );
        format!("{got}")
    }
    select_with_default leads to ["0", "1"] {
        let (to, from) = crossbeam_channel::bounded(1);
        let (_, got) = both(
            move || to.send(1).unwrap(),
            || crossbeam_channel::select! { recv(from) -> got => got.unwrap(), default => 0 },
        );
        format!("{got}")
    }
    two_that_select_at_a_rendezvous leads to ["(0, 0)", "(0, 1)", "(2, 0)", "(2, 1)"] {
        let ((to_a, a), (to_b, b)) = (crossbeam_channel::bounded(0), crossbeam_channel::bounded(0));
        let n = AtomicU32::new(0);
        let (seen, got) = both(
            || {
                crossbeam_channel::select! { send(to_a, 0) -> sent => sent.unwrap(), send(to_b, 2) -> sent => sent.unwrap() }
                n.load(SeqCst)
            },
            {
                let n = &n;
                move || {
                    let got = crossbeam_channel::select! { recv(a) -> got => got.unwrap(), recv(b) -> got => got.unwrap() };
                    n.store(1, SeqCst);
                    got
                }
            },
        );
        format!("({got}, {seen})")
    }
    one_tries_and_one_selects_at_a_rendezvous leads to ["(false, 0)", "(true, 7)"] {
        let (to, from) = crossbeam_channel::bounded(0);
        let (sent, got) = both(
            || crossbeam_channel::select! { send(to, 7) -> sent => sent.is_ok() },
            move || from.try_recv().unwrap_or(0),
        );
        format!("({sent}, {got})")
    }
    a_barrier leads to ["(2, 2)"] {
        let (barrier, n) = (Barrier::new(2), AtomicU32::new(0));
        let come = || { n.fetch_add(1, SeqCst); barrier.wait(); n.load(SeqCst) };
        format!("{:?}", both(come, come))
    }
    park_and_unpark leads to ["1", "2"] {
        let n = AtomicU32::new(0);
        thread::scope(|scope| {
            let waits = scope.spawn(|| { while n.load(SeqCst) == 0 { thread::park(); } n.load(SeqCst) });
            n.store(1, SeqCst);
            waits.thread().unpark();
            n.store(2, SeqCst);
            format!("{}", waits.join().unwrap())
        })
    }
    once_and_for_all leads to ["(1, 1)"] {
        let (once, n) = (Once::new(), AtomicU32::new(0));
        let call = || { once.call_once(|| { n.fetch_add(1, SeqCst); }); n.load(SeqCst) };
        format!("{:?}", both(call, call))
    }
    set_once leads to ["(Some(1), Some(1))", "(Some(2), Some(2))"] {
        let cell = OnceLock::new();
        let set = |n: u32| { cell.set(n).ok(); cell.get().copied() };
        format!("{:?}", both(|| set(1), || set(2)))
    }
    is_it_finished leads to ["false 0", "false 1", "true 1"] {
        let n = Arc::new(AtomicU32::new(0));
        let other = n.clone();
        let thread = thread::spawn(move || other.store(1, SeqCst));
        let (finished, seen) = (thread.is_finished(), n.load(SeqCst));
        thread.join().unwrap();
        format!("{finished} {seen}")
    }
    a_loop_that_waits leads to ["0", "1"] {
        let flag = AtomicBool::new(false);
        let (_, rounds) = both(
            || flag.store(true, SeqCst),
            || { let mut rounds = 0; while !flag.load(SeqCst) { thread::yield_now(); rounds = 1; } rounds },
        );
        format!("{rounds}")
    }
    a_weak_exchange leads to ["(false, false) 0", "(false, true) 1", "(true, false) 1"] {
        let n = AtomicU32::new(0);
        let once = || n.compare_exchange_weak(0, 1, SeqCst, SeqCst).is_ok();
        format!("{:?} {}", both(once, once), n.load(SeqCst))
    }
    a_panic_with_a_lock leads to ["false true", "true true"] {
        let lock = Arc::new(Mutex::new(0));
        let other = lock.clone();
        let thread = thread::spawn(move || { let _held = other.lock().unwrap(); panic!("on purpose"); });
        let seen = lock.lock().is_err();
        let _ = thread.join();
        format!("{seen} {}", lock.is_poisoned())
    }
    a_weak_exchange_of_what_just_came leads to ["Err(0)", "Err(5)", "Ok(0)"] {
        let n = AtomicU32::new(5);
        let (got, ()) = both(|| n.compare_exchange_weak(0, 1, SeqCst, SeqCst), || n.store(0, SeqCst));
        format!("{got:?}")
    }
    a_weak_exchange_of_a_static leads to ["(Err(0), Err(0))", "(Err(0), Ok(0))", "(Err(2), Ok(0))", "(Ok(0), Err(0))", "(Ok(0), Err(1))"] {
        static N: AtomicU32 = AtomicU32::new(0);
        let exchange = |new| N.compare_exchange_weak(0, new, SeqCst, SeqCst);
        format!("{:?}", both(|| exchange(1), || exchange(2)))
    }
    a_look_at_the_poison leads to ["false", "true"] {
        let lock = Arc::new(Mutex::new(0));
        let other = lock.clone();
        let thread = thread::spawn(move || { let _held = other.lock().unwrap(); panic!("on purpose"); });
        let seen = lock.is_poisoned();
        let _ = thread.join();
        format!("{seen}")
    }
    a_time_that_is_over_while_another_holds_the_lock leads to ["(false, false)", "(false, true)", "(true, false)", "(true, true)"] {
        let pair = (Mutex::new(false), Condvar::new());
        let (_, seen) = both(
            || { let mut ready = pair.0.lock().unwrap(); *ready = true; pair.1.notify_one(); },
            || {
                let ready = pair.0.lock().unwrap();
                if *ready { return (true, false); }
                let (ready, over) = pair.1.wait_timeout(ready, Duration::ZERO).unwrap();
                (*ready, over.timed_out())
            },
        );
        format!("{seen:?}")
    }
    a_try_before_and_after_somebody_receives leads to ["(false, false)", "(true, true)"] {
        let (to, from) = crossbeam_channel::bounded(0);
        let n = AtomicU32::new(0);
        let sent = both(move || to.try_send(1).is_ok(), || { n.load(SeqCst); from.recv().is_ok() });
        format!("{sent:?}")
    }
    a_select_that_does_not_wait_for_a_receiver leads to ["(false, false)", "(true, true)"] {
        let (to, from) = crossbeam_channel::bounded(0);
        let sent = both(
            move || crossbeam_channel::select! { send(to, 1) -> sent => sent.is_ok(), default => false },
            move || from.recv().is_ok(),
        );
        format!("{sent:?}")
    }
    two_who_give_up_handing_over leads to ["(false, false)"] {
        let (to, _from) = crossbeam_channel::bounded(0);
        let send = |n| to.send_timeout(n, Duration::ZERO).is_ok();
        format!("{:?}", both(|| send(1), || send(2)))
    }
    what_nobody_receives_is_dropped leads to ["false"] {
        let (to, from) = mpsc::channel::<mpsc::Sender<u32>>();
        let (got, ()) = both(
            || { let (reply, answer) = mpsc::channel(); let _ = to.send(reply); answer.recv().is_ok() },
            move || drop(from),
        );
        format!("{got}")
    }
    reading_twice_behind_a_writer leads to ["deadlock: no thread can go on", "done"] {
        let lock = RwLock::new(0);
        both(
            || { let one = lock.read().unwrap(); let two = lock.read().unwrap(); drop((one, two)); },
            || *lock.write().unwrap() += 1,
        );
        "done".to_owned()
    }
    main_ends_before_and_after leads to ["done", "thread 1 panicked: too late"] {
        let n = Arc::new(AtomicU32::new(0));
        let other = n.clone();
        thread::spawn(move || assert!(other.load(SeqCst) == 0, "too late"));
        n.store(1, SeqCst);
        "done".to_owned()
    }
    a_loop_with_an_end leads to ["done"] {
        let sleeps = || (0..10).for_each(|_| thread::sleep(Duration::ZERO));
        both(sleeps, sleeps);
        "done".to_owned()
    }
    a_destructor_of_a_thread_local leads to ["3"] {
        thread_local! {
            static TO: core::cell::RefCell<Option<mpsc::Sender<u32>>> = const { core::cell::RefCell::new(None) };
        }
        let (to, from) = mpsc::channel();
        for n in 1..=2 {
            let to = to.clone();
            thread::spawn(move || {
                TO.set(Some(to));
                TO.with_borrow(|to| to.as_ref().unwrap().send(n).unwrap());
            });
        }
        drop(to);
        format!("{}", from.iter().sum::<u32>())
    }
    a_time_as_an_arm leads to ["no time", "time"] {
        let (to, from) = crossbeam_channel::bounded(1);
        to.send(()).unwrap();
        crossbeam_channel::select! {
            default(Duration::ZERO) => "neither".to_owned(),
            recv(from) -> _ => "no time".to_owned(),
            recv(crossbeam_channel::after(Duration::ZERO)) -> at => at.map_or("closed", |_| "time").to_owned(),
        }
    }
}

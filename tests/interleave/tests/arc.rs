//! The counts of an `Arc`: they are seen if somebody can tell them, and cost nothing if nobody can.

#[macro_use]
extern crate interleave_std_counted as std;
extern crate interleave_std as plain_std;
extern crate std as real_std;

use std::cell::UnsafeCell;
use std::collections::{BTreeSet, HashMap};
use std::fmt::{self, Debug, Display};
use std::ops::Deref;
use std::pin::Pin;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicUsize};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, RwLock, Weak, mpsc};
use std::thread;
use std::time::Duration;

use interleave::{Kind, Problem, Reduction, Search};

#[path = "cases/unwrap_the_last_arc/wrong.rs"]
mod unwrapped_by_nobody;
#[path = "cases/unwrap_the_last_arc/right.rs"]
mod unwrapped_by_one;
#[path = "cases/last_owner_is_the_worker/right.rs"]
mod worker_does_not_join_itself;
#[path = "cases/last_owner_is_the_worker/wrong.rs"]
mod worker_joins_itself;

#[track_caller]
fn holds(body: impl Fn() + Send + Sync + Clone + 'static) {
    for old_values in [false, true] {
        let report = Search { old_values, ..Search::default() }.every_order(body.clone());
        assert!(report.problem.is_none(), "{}", report.problem.unwrap());
        assert!(report.all, "{report:?}");
    }
}

#[track_caller]
fn fails(body: impl Fn() + Send + Sync + 'static) -> Problem {
    let problem =
        Search { old_values: true, ..Search::default() }.every_order(body).problem.expect("a problem");
    real_std::println!("{problem}");
    problem
}

/// What can come out, with old values.
fn outcomes(reduction: Reduction, body: fn() -> String) -> BTreeSet<String> {
    let search = Search { reduction, old_values: true, time: Duration::from_secs(100), ..Search::default() };
    let found = search.outcomes(body);
    assert!(found.all, "the program is too large for a test");
    real_std::println!("{} orders, {reduction:?}", found.orders.len());
    found.orders.iter().map(|order| order.outcome.lines().next().unwrap_or_default().to_owned()).collect()
}

/// The steps of a program that has one order.
fn steps(body: fn()) -> Vec<String> {
    let found = Search::default().outcomes(move || {
        body();
        String::new()
    });
    assert_eq!(found.orders.len(), 1);
    assert_eq!(found.orders[0].outcome, "");
    found.orders[0].moments.iter().map(|moment| moment.text.clone()).collect()
}

#[test]
fn cases_are_judged() {
    assert_eq!(fails(unwrapped_by_nobody::body).kind, Kind::Failed);
    holds(unwrapped_by_one::body);
    assert_eq!(fails(worker_joins_itself::body).kind, Kind::Deadlock);
    holds(worker_does_not_join_itself::body);
}

#[test]
fn each_function_says_what_it_does() {
    let owners = steps(|| {
        let mine = Arc::new(Mutex::new(5));
        let theirs = Arc::clone(&mine);
        assert_eq!(Arc::strong_count(&mine), 2);
        let mine = Arc::try_unwrap(mine).unwrap_err();
        drop(theirs);
        *mine.lock().unwrap() += 1;
        assert_eq!(Arc::try_unwrap(mine).unwrap().into_inner().unwrap(), 6);
    });
    assert_eq!(
        owners,
        [
            "clones `Arc mine` (2 owners)",
            "reads the count 2 from `Arc mine`",
            "does not unwrap `Arc mine`: it has 2 owners",
            "drops `Arc mine` (1 owner left)",
            "locks `mine` (= 5)",
            "unlocks `mine` (= 6)",
            "unwraps `Arc mine`: it was the only owner",
        ]
    );
    let one_of_two = steps(|| {
        let mut mine = Arc::new(5);
        let theirs = mine.clone();
        assert_eq!(Arc::get_mut(&mut mine), None);
        *Arc::make_mut(&mut mine) += 1;
        assert_eq!(Arc::get_mut(&mut mine), Some(&mut 6));
        *Arc::make_mut(&mut mine) += 1;
        assert_eq!((Arc::into_inner(theirs), Arc::unwrap_or_clone(mine)), (Some(5), 7));
    });
    assert_eq!(
        one_of_two,
        [
            "clones `Arc mine` (2 owners)",
            "may not change what is in `Arc mine`: it has 2 owners",
            "clones what is in `Arc mine` to change it: it has 2 owners",
            "drops `Arc mine` (1 owner left)",
            "may change what is in `Arc`: it is the only owner",
            "may change what is in `Arc`: it is the only owner",
            "takes the value out of `Arc mine`: it was the last owner",
            "unwraps `Arc`: it was the only owner",
        ]
    );
    let weak = steps(|| {
        let mut mine = Arc::new(5);
        let weak = Arc::downgrade(&mine);
        let other = weak.clone();
        assert_eq!((Arc::weak_count(&mine), weak.weak_count(), weak.strong_count()), (2, 2, 1));
        assert_eq!(Arc::get_mut(&mut mine), None);
        drop(other);
        assert_eq!(weak.upgrade().as_deref(), Some(&5));
        *Arc::make_mut(&mut mine) += 1;
        assert_eq!((weak.upgrade(), weak.strong_count(), weak.weak_count()), (None, 0, 0));
    });
    assert_eq!(
        weak,
        [
            "downgrades `Arc mine`",
            "clones a `Weak` of `Arc mine`",
            "reads the weak count 2 from `Arc mine`",
            "reads the weak count 2 from `Arc mine`",
            "reads the count 1 from `Arc mine`",
            "reads the count 1 from `Arc mine`",
            "may not change what is in `Arc mine`: there is a `Weak` of it",
            "drops a `Weak` of `Arc mine`",
            "upgrades a `Weak` of `Arc mine` (2 owners)",
            "drops `Arc mine` (1 owner left)",
            "moves what is in `Arc mine` to change it: there is a `Weak` of it",
            "does not upgrade a `Weak` of `Arc mine`: it has no owner",
            "reads the count 0 from `Arc mine`",
            "reads the weak count 1 from `Arc mine`",
            "reads the count 0 from `Arc mine`",
            "drops a `Weak` of `Arc mine`",
            "drops `Arc`, as the last owner",
        ]
    );
    let cyclic = steps(|| {
        struct Own(Weak<Own>);
        let mine = Arc::new_cyclic(|own| {
            assert!(own.upgrade().is_none());
            Own(own.clone())
        });
        assert!(Arc::ptr_eq(&mine, &mine.0.upgrade().unwrap()));
    });
    assert_eq!(
        cyclic,
        [
            "does not upgrade a `Weak` of `Arc mine`: it has no owner",
            "clones a `Weak` of `Arc mine`",
            "has made `Arc mine` (1 owner)",
            "upgrades a `Weak` of `Arc mine` (2 owners)",
            "drops `Arc mine` (1 owner left)",
            "drops `Arc mine`, as the last owner",
            "drops a `Weak` of `Arc mine`",
        ]
    );
}

/// Runs two functions in two threads, and returns what they return.
fn both<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let (a, b) = (scope.spawn(a), scope.spawn(b));
        (a.join().expect("no panic"), b.join().expect("no panic"))
    })
}

macro_rules! programs {
    ($($name:ident leads to [$($outcome:literal),*] $body:block)*) => { $(
        #[test]
        fn $name() {
            fn program() -> String $body
            let sleep = outcomes(Reduction::Sleep, program);
            assert_eq!(sleep, BTreeSet::from([$($outcome.to_owned()),*]));
            assert_eq!(sleep, outcomes(Reduction::Quiet, program));
        }
    )* };
}

programs! {
    two_who_ask_how_many leads to ["(1, 2)", "(2, 1)", "(2, 2)"] {
        let mine = Arc::new(());
        let theirs = mine.clone();
        let ask = |owner: Arc<()>| Arc::strong_count(&owner);
        format!("{:?}", both(|| ask(mine), || ask(theirs)))
    }
    two_who_unwrap leads to ["(false, false)", "(false, true)", "(true, false)"] {
        let mine = Arc::new(());
        let theirs = mine.clone();
        format!("{:?}", both(|| Arc::try_unwrap(mine).is_ok(), || Arc::try_unwrap(theirs).is_ok()))
    }
    two_who_take_it_out leads to ["(None, Some(7))", "(Some(7), None)"] {
        let mine = Arc::new(7);
        let theirs = mine.clone();
        format!("{:?}", both(|| Arc::into_inner(mine), || Arc::into_inner(theirs)))
    }
    one_unwraps_one_drops leads to ["false", "true"] {
        let mine = Arc::new(7);
        let theirs = mine.clone();
        format!("{:?}", both(|| Arc::try_unwrap(mine).is_ok(), || drop(theirs)).0)
    }
    unwrap_or_clone_of_two leads to ["(7, 7)"] {
        let mine = Arc::new(7);
        let theirs = mine.clone();
        format!("{:?}", both(|| Arc::unwrap_or_clone(mine), || Arc::unwrap_or_clone(theirs)))
    }
    upgraded_in_time_or_not leads to ["None", "Some(7)"] {
        let mine = Arc::new(7);
        let weak = Arc::downgrade(&mine);
        format!("{:?}", both(|| drop(mine), || weak.upgrade().map(|it| *it)).1)
    }
    the_one_who_upgrades_is_the_last leads to ["(0, 1)", "(1, 0)"] {
        struct Counts(AtomicU32);
        thread_local!(static DROPPED: AtomicU32 = const { AtomicU32::new(0) });
        impl Drop for Counts {
            fn drop(&mut self) {
                self.0.load(SeqCst);
                DROPPED.with(|dropped| dropped.fetch_add(1, SeqCst));
            }
        }
        let mine = Arc::new(Counts(AtomicU32::new(0)));
        let weak = Arc::downgrade(&mine);
        let dropped = || DROPPED.with(|dropped| dropped.load(SeqCst));
        format!("{:?}", both(|| { drop(mine); dropped() }, || { drop(weak.upgrade()); dropped() }))
    }
    only_one_may_change leads to ["(None, None)", "(None, Some(8))", "(Some(8), None)"] {
        let mut mine = Arc::new(7);
        let mut theirs = mine.clone();
        let change = |owner: &mut Arc<i32>| Arc::get_mut(owner).map(|it| { *it += 1; *it });
        format!("{:?}", both(move || change(&mut mine), move || change(&mut theirs)))
    }
    made_to_change leads to ["(8, 8)"] {
        let mut mine = Arc::new(7);
        let mut theirs = mine.clone();
        let change = |owner: &mut Arc<i32>| { *Arc::make_mut(owner) += 1; **owner };
        format!("{:?}", both(move || change(&mut mine), move || change(&mut theirs)))
    }
    weak_ones_are_counted leads to ["1", "2"] {
        let mine = Arc::new(7);
        let (one, two) = (Arc::downgrade(&mine), Arc::downgrade(&mine));
        let counted = both(|| Arc::weak_count(&mine), || drop(one)).0;
        drop(two);
        format!("{counted}")
    }
    a_weak_one_forbids_to_change leads to ["false", "true"] {
        let mut mine = Arc::new(7);
        let weak = Arc::downgrade(&mine);
        format!("{}", both(|| Arc::get_mut(&mut mine).is_some(), || drop(weak)).0)
    }
    moved_away_from_a_weak_one leads to ["(7, None)", "(7, Some(7))"] {
        let mut mine = Arc::new(7);
        let weak = Arc::downgrade(&mine);
        format!("{:?}", both(|| *Arc::make_mut(&mut mine), || weak.upgrade().map(|it| *it)))
    }
    who_drops_last_is_seen leads to ["main", "other"] {
        struct Tells(mpsc::Sender<String>);
        impl Drop for Tells {
            fn drop(&mut self) {
                self.0.send(thread::current().name().unwrap_or("none").to_owned()).expect("it listens");
            }
        }
        let (to, from) = mpsc::channel();
        let mine = Arc::new(Tells(to));
        let theirs = mine.clone();
        let other = thread::Builder::new().name("other".into()).spawn(move || drop(theirs)).expect("a thread");
        drop(mine);
        other.join().expect("no panic");
        from.recv().expect("it was told")
    }
    a_count_is_asked_in_a_loop leads to ["1"] {
        let mine = Arc::new(AtomicU32::new(0));
        let theirs = mine.clone();
        thread::spawn(move || theirs.store(1, Release));
        while Arc::strong_count(&mine) > 1 {
            thread::yield_now();
        }
        format!("{}", Arc::try_unwrap(mine).expect("the only owner").into_inner())
    }
    an_old_count_may_be_read leads to ["(false, 1)", "(false, 2)", "(true, 1)", "(true, 2)"] {
        let gone = AtomicBool::new(false);
        let mine = Arc::new(());
        let theirs = mine.clone();
        let seen = both(
            || { drop(theirs); gone.store(true, Relaxed) },
            || (gone.load(Relaxed), Arc::strong_count(&mine)),
        );
        format!("{:?}", seen.1)
    }
    a_new_count_after_acquire leads to ["1"] {
        let gone = AtomicBool::new(false);
        let mine = Arc::new(());
        let theirs = mine.clone();
        let seen = both(
            || { drop(theirs); gone.store(true, Release) },
            || gone.load(Acquire).then(|| Arc::strong_count(&mine)),
        );
        format!("{}", seen.1.unwrap_or(1))
    }
}

/// A number in a cell that the program promises to share as it should.
struct Number(UnsafeCell<u32>);

// SAFETY: whether that is so is what the tests ask of the explorer. One thread of the system runs all.
unsafe impl Sync for Number {}

impl Number {
    fn new() -> Arc<Self> {
        Arc::new(Number(UnsafeCell::new(0)))
    }

    fn set(&self, to: u32) {
        // SAFETY: as for `Sync`.
        unsafe { *self.0.get() = to }
    }

    fn read(&self) -> u32 {
        // SAFETY: as for `Sync`.
        unsafe { *self.0.get() }
    }
}

#[track_caller]
fn races(body: impl Fn() + Send + Sync + 'static) {
    assert_eq!(fails(body).kind, Kind::Race);
}

/// A thread writes and drops its owner.
fn written() -> Arc<Number> {
    let mine = Number::new();
    let theirs = mine.clone();
    thread::spawn(move || theirs.set(1));
    mine
}

#[test]
fn the_last_owner_knows_what_all_have_done() {
    struct Reads(Number);
    impl Drop for Reads {
        fn drop(&mut self) {
            assert_eq!(self.0.read(), 1);
            self.0.set(2);
        }
    }
    holds(|| {
        let mine = Arc::new(Reads(Number(UnsafeCell::new(0))));
        let theirs = mine.clone();
        thread::spawn(move || theirs.0.set(1));
        drop(mine.clone());
        // If this one is the last owner, the other has written before.
        if let Some(it) = Arc::into_inner(mine) {
            assert_eq!(it.0.read(), 1);
        }
    });
}

#[test]
fn who_gets_the_value_knows_what_the_others_have_done() {
    holds(|| {
        if let Some(number) = Arc::into_inner(written()) {
            assert_eq!(number.read(), 1);
        }
    });
    holds(|| {
        if let Ok(number) = Arc::try_unwrap(written()) {
            assert_eq!(number.read(), 1);
        }
    });
    holds(|| {
        if let Some(number) = Arc::get_mut(&mut written()) {
            assert_eq!(number.read(), 1);
        }
    });
}

#[test]
fn a_count_that_was_read_orders_nothing() {
    races(|| {
        let mine = written();
        if Arc::strong_count(&mine) == 1 {
            mine.read();
        }
    });
    // A clone tells nothing, and its owner learns nothing.
    races(|| {
        let mine = Number::new();
        let theirs = mine.clone();
        let cloned = Arc::new(AtomicBool::new(false));
        let tells = cloned.clone();
        thread::spawn(move || {
            theirs.set(1);
            std::mem::forget(theirs.clone());
            tells.store(true, Relaxed);
            std::mem::forget(theirs);
        });
        if cloned.load(Relaxed) {
            mine.clone().read();
        }
    });
}

#[test]
fn an_upgrade_learns_from_those_who_are_gone() {
    races(|| {
        let mine = Number::new();
        let theirs = mine.clone();
        let weak = Arc::downgrade(&mine);
        thread::spawn(move || theirs.set(1));
        weak.upgrade().expect("an owner").read();
    });
    holds(|| {
        let mine = Number::new();
        let theirs = mine.clone();
        let weak = Arc::downgrade(&mine);
        let gone = Arc::new(AtomicBool::new(false));
        let tells = gone.clone();
        thread::spawn(move || {
            theirs.set(1);
            drop(theirs);
            tells.store(true, Relaxed);
        });
        if gone.load(Relaxed) {
            // It reads the count that the other has written, or a later one.
            assert_eq!(weak.upgrade().expect("an owner").read(), 1);
        }
    });
}

/// The same programs with this `std` and the plain one: what nobody can tell is no step.
macro_rules! without_counts {
    ($std:ident, $module:ident) => {
        mod $module {
            use $std::cell::UnsafeCell;
            use $std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
            use $std::sync::{Arc, Barrier, Mutex, mpsc};
            use $std::thread;

            pub const PROGRAMS: &[fn()] = &[locked, counted, relaxed, sent, met, nested, spun, kept, panics];

            fn locked() {
                let sum = Arc::new(Mutex::new(0));
                let threads = [1, 2, 3].map(|step| {
                    let sum = Arc::clone(&sum);
                    thread::spawn(move || *sum.lock().unwrap() += step)
                });
                threads.into_iter().for_each(|thread| thread.join().unwrap());
                assert_eq!(*sum.lock().unwrap(), 6);
            }

            fn counted() {
                let sum = Arc::new(AtomicU32::new(0));
                let theirs = sum.clone();
                let other = thread::spawn(move || theirs.fetch_add(1, SeqCst));
                sum.fetch_add(1, SeqCst);
                other.join().unwrap();
                assert_eq!(sum.load(SeqCst), 2);
            }

            fn relaxed() {
                let both = Arc::new((AtomicU32::new(0), AtomicU32::new(0)));
                let theirs = both.clone();
                let other = thread::spawn(move || {
                    theirs.0.store(1, Relaxed);
                    theirs.1.load(Relaxed)
                });
                both.1.store(1, Relaxed);
                both.0.load(Relaxed);
                other.join().unwrap();
            }

            fn sent() {
                let (to, from) = mpsc::channel::<Arc<str>>();
                let text: Arc<str> = "text".into();
                let other = thread::spawn(move || from.iter().map(|text| text.len()).sum::<usize>());
                to.send(text.clone()).unwrap();
                to.send(text).unwrap();
                drop(to);
                assert_eq!(other.join().unwrap(), 8);
            }

            fn met() {
                let barrier = Arc::new(Barrier::new(2));
                let theirs = Arc::clone(&barrier);
                let other = thread::spawn(move || theirs.wait().is_leader());
                assert!(barrier.wait().is_leader() != other.join().unwrap());
            }

            fn nested() {
                let all = Arc::new(Mutex::new(Vec::<Arc<AtomicU32>>::new()));
                let theirs = all.clone();
                let other = thread::spawn(move || theirs.lock().unwrap().push(Arc::new(AtomicU32::new(1))));
                let first = all.lock().unwrap().first().cloned();
                first.inspect(|it| assert_eq!(it.load(SeqCst), 1));
                other.join().unwrap();
            }

            fn spun() {
                struct Spin(AtomicBool, UnsafeCell<u32>);
                // SAFETY: only who has set the flag uses the cell.
                unsafe impl Sync for Spin {}
                let spin = Arc::new(Spin(AtomicBool::new(false), UnsafeCell::new(0)));
                let add = |spin: Arc<Spin>| {
                    while spin.0.swap(true, Acquire) {
                        $std::hint::spin_loop();
                    }
                    // SAFETY: as above.
                    unsafe { *spin.1.get() += 1 };
                    spin.0.store(false, Release);
                };
                let theirs = spin.clone();
                let other = thread::spawn(move || add(theirs));
                add(spin);
                other.join().unwrap();
            }

            fn kept() {
                thread_local!(static KEPT: Arc<AtomicU32> = Arc::new(AtomicU32::new(0)));
                let other = thread::spawn(|| KEPT.with(|kept| kept.clone().fetch_add(1, SeqCst)));
                KEPT.with(|kept| kept.fetch_add(1, SeqCst));
                assert_eq!(other.join().unwrap(), 0);
            }

            fn panics() {
                let sum = Arc::new(Mutex::new(0));
                let theirs = sum.clone();
                let other = thread::spawn(move || {
                    let _held = theirs.lock();
                    panic!("no");
                });
                let _ = sum.lock();
                assert!(other.join().is_err());
            }
        }
    };
}

without_counts!(std, seen);
without_counts!(plain_std, unseen);

#[test]
fn what_nobody_can_tell_is_no_step() {
    for (at, (seen, unseen)) in real_std::iter::zip(seen::PROGRAMS, unseen::PROGRAMS).enumerate() {
        for old_values in [false, true] {
            let orders = |body: fn()| {
                let report = Search { old_values, ..Search::default() }.every_order(body);
                assert!(report.problem.is_none() && report.all, "program {at}: {report:?}");
                report.schedules
            };
            assert_eq!(orders(*seen), orders(*unseen), "program {at}, old values: {old_values}");
        }
    }
}

#[test]
fn a_static_begins_afresh_in_each_order() {
    static SHARED: LazyLock<Arc<AtomicU32>> = LazyLock::new(|| Arc::new(AtomicU32::new(0)));
    static ONCE: OnceLock<Arc<Mutex<u32>>> = OnceLock::new();
    static NONE: Weak<u32> = Weak::new();
    holds(|| {
        assert_eq!(Arc::strong_count(&SHARED), 1);
        let other = thread::spawn(|| SHARED.clone().fetch_add(1, SeqCst));
        ONCE.get_or_init(|| Arc::new(Mutex::new(0))).lock().unwrap();
        assert_eq!(other.join().unwrap(), 0);
        assert_eq!(Arc::strong_count(&SHARED), 1);
        assert_eq!(NONE.upgrade(), None);
        assert_eq!((NONE.strong_count(), NONE.clone().weak_count()), (0, 0));
    });
}

#[test]
fn an_owner_in_a_thread_local_goes_with_its_thread() {
    thread_local!(static KEPT: OnceLock<Arc<u32>> = const { OnceLock::new() });
    holds(|| {
        let mine = Arc::new(1);
        let theirs = mine.clone();
        let other = thread::spawn(move || KEPT.with(|kept| kept.set(theirs).expect("the first")));
        other.join().unwrap();
        assert_eq!(Arc::try_unwrap(mine), Ok(1));
    });
}

#[test]
fn owners_are_dropped_by_a_panic() {
    holds(|| {
        let mine = Arc::new(Mutex::new(1));
        let theirs = mine.clone();
        let weak = Arc::downgrade(&mine);
        let other = thread::spawn(move || {
            let (_own, _weak) = (theirs.clone(), Arc::downgrade(&theirs));
            assert!(weak.upgrade().is_some());
            panic!("no");
        });
        assert!(other.join().is_err());
        assert_eq!(Arc::strong_count(&mine), 1);
        assert_eq!(Arc::weak_count(&mine), 0);
    });
}

#[test]
fn a_circle_of_owners_is_never_dropped_and_a_weak_one_is() {
    struct Node(Mutex<Option<Arc<Node>>>, Weak<Node>, Arc<AtomicU32>);
    impl Drop for Node {
        fn drop(&mut self) {
            self.2.fetch_add(1, SeqCst);
        }
    }
    let dropped = |circle: bool| {
        let dropped = Arc::new(AtomicU32::new(0));
        let node = Arc::new_cyclic(|weak: &Weak<Node>| Node(Mutex::new(None), weak.clone(), dropped.clone()));
        if circle {
            *node.0.lock().unwrap() = node.1.upgrade();
        }
        thread::spawn({
            let node = node.clone();
            move || drop(node)
        })
        .join()
        .unwrap();
        drop(node);
        dropped.load(SeqCst)
    };
    holds(move || assert_eq!((dropped(false), dropped(true)), (1, 0)));
}

#[test]
fn owners_of_owners() {
    holds(|| {
        let all = Arc::new(Mutex::new(Vec::<Arc<Mutex<u32>>>::new()));
        let theirs = Arc::clone(&all);
        let other = thread::spawn(move || theirs.lock().unwrap().push(Arc::new(Mutex::new(1))));
        other.join().unwrap();
        let one = all.lock().unwrap().pop().expect("one");
        assert_eq!(Arc::try_unwrap(one).unwrap().into_inner().unwrap(), 1);
        assert!(Arc::try_unwrap(all).is_ok());
    });
}

#[test]
fn raw_pointers_count() {
    holds(|| {
        let mine = Arc::new(AtomicU32::new(1));
        let raw = Arc::into_raw(mine.clone());
        assert_eq!((Arc::as_ptr(&mine), Arc::strong_count(&mine)), (raw, 2));
        let there = AtomicPtr::new(raw.cast_mut());
        thread::scope(|scope| {
            scope.spawn(|| {
                // SAFETY: `into_raw` has returned it, and nobody else takes it.
                let mine = unsafe { Arc::from_raw(there.load(Acquire).cast_const()) };
                mine.fetch_add(1, SeqCst);
            });
        });
        assert_eq!(Arc::strong_count(&mine), 1);
        // SAFETY: there is an owner; what is added is taken away.
        unsafe {
            Arc::increment_strong_count(Arc::as_ptr(&mine));
            assert_eq!(Arc::strong_count(&mine), 2);
            Arc::decrement_strong_count(Arc::as_ptr(&mine));
        }
        let weak = Arc::downgrade(&mine).into_raw();
        // SAFETY: `into_raw` has returned it.
        let weak = unsafe { Weak::from_raw(weak) };
        assert!(weak.upgrade().is_some_and(|it| Arc::ptr_eq(&it, &mine)));
        assert_eq!((Arc::strong_count(&mine), Arc::weak_count(&mine)), (1, 1));
        assert_eq!(Arc::try_unwrap(mine).unwrap().into_inner(), 2);
        assert!(weak.ptr_eq(&weak.clone()) && Weak::<u32>::new().ptr_eq(&Weak::default()));
    });
}

#[test]
#[expect(clippy::mutable_key_type, reason = "the counts are no part of the key")]
fn it_has_the_traits_of_its_value() {
    #[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
    struct Point(u32, u32);
    trait Named {
        fn name(&self) -> String;
    }
    impl Named for Arc<Point> {
        fn name(&self) -> String {
            format!("{}, {}", self.0, self.1)
        }
    }
    impl From<Arc<Point>> for Point {
        fn from(of: Arc<Point>) -> Self {
            Arc::unwrap_or_clone(of)
        }
    }
    struct Wrong;
    impl Debug for Wrong {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("wrong")
        }
    }
    impl Display for Wrong {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("it is wrong")
        }
    }
    impl std::error::Error for Wrong {}
    fn is_shared<T: Send + Sync + Unpin + std::panic::UnwindSafe>() {}

    holds(|| {
        is_shared::<Arc<Point>>();
        let point: Arc<Point> = Arc::from(Point(1, 2));
        assert_eq!(point.name(), "1, 2");
        assert_eq!(format!("{point:?} {}", Arc::new(3)), "Point(1, 2) 3");
        assert!(format!("{point:p}").starts_with("0x"));
        assert!(Arc::<Point>::default() < point && point == point.clone());
        assert_eq!(Point::from(point.clone()), *point);
        let named = HashMap::from([(point.clone(), 1), (Arc::default(), 2)]);
        assert_eq!(named[&Point(1, 2)], 1); // by Borrow
        let texts: BTreeSet<Arc<str>> = ["b", "a"].map(Arc::from).into();
        assert_eq!(texts.iter().map(AsRef::as_ref).collect::<String>(), "ab");
        let list: Arc<[u32]> = (0..3).collect();
        assert_eq!((&list[1..], Arc::<[u32]>::from([0, 1, 2])), (&[1, 2][..], list.clone()));
        assert_eq!(
            (Arc::<[u32]>::from(vec![0, 1, 2]), Arc::<[u32]>::from(&[0, 1, 2][..])),
            (list.clone(), list)
        );
        let error: Box<dyn std::error::Error> = Box::new(Arc::new(Wrong));
        assert_eq!(error.to_string(), "it is wrong");
        let shown: Arc<dyn Debug> = Arc::from(Box::new(5) as Box<dyn Debug>);
        assert_eq!(format!("{shown:?}"), "5");
        let pinned: Pin<Arc<Point>> = Arc::pin(Point(3, 4));
        assert_eq!(Pin::clone(&pinned).deref().1, 4);
        assert_eq!(Pin::new(Arc::new(5)).as_ref().get_ref(), &5);
    });
}

#[test]
fn a_value_may_borrow_from_what_is_dropped_with_it() {
    holds(|| {
        let (owner, text);
        text = String::from("text");
        owner = Arc::new(&text);
        assert_eq!(owner.len(), 4);
        let closure = Arc::new(|| text.len());
        assert_eq!(closure(), 4);
        assert_eq!(thread::scope(|scope| scope.spawn(|| closure() + 1).join().unwrap()), 5);
    });
}

#[test]
fn locks_and_weak_ones_in_a_registry() {
    holds(|| {
        let registry: Arc<RwLock<Vec<Weak<AtomicUsize>>>> = Arc::default();
        let theirs = registry.clone();
        let other = thread::spawn(move || {
            let one = Arc::new(AtomicUsize::new(1));
            theirs.write().unwrap().push(Arc::downgrade(&one));
            one.fetch_add(1, SeqCst);
        });
        let alive: Vec<_> = registry.read().unwrap().iter().filter_map(Weak::upgrade).collect();
        assert!(alive.iter().all(|one| [1, 2].contains(&one.load(SeqCst))));
        other.join().unwrap();
        drop(alive);
        registry.write().unwrap().retain(|weak| weak.strong_count() > 0);
        assert!(registry.read().unwrap().is_empty());
    });
}

//! Known algorithms on weak orders: each as it should be, and with one order or fence that is too weak.

use std::cell::UnsafeCell;
use std::hint;
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, fence};
use std::thread;

use interleave::{Kind, Report, Search};
use real_std::time::Duration;

fn explored(body: impl Fn() + Send + Sync + 'static) -> Report {
    let search = Search { old_values: true, time: Duration::from_secs(30), ..Search::default() };
    search.every_order(body)
}

#[track_caller]
fn holds(body: impl Fn() + Send + Sync + 'static) {
    let report = explored(body);
    assert!(report.problem.is_none(), "{}", report.problem.unwrap());
    assert!(report.all, "{report:?}");
}

#[track_caller]
fn fails(body: impl Fn() + Send + Sync + 'static) {
    let problem = explored(body).problem.expect("an order that fails");
    assert!(matches!(problem.kind, Kind::Failed | Kind::Race), "{problem}");
}

/// A number that one thread at a time may use.
struct Guarded(UnsafeCell<u32>);

// SAFETY: whether that is so is what the tests ask of the explorer. One thread of the system runs all.
unsafe impl Sync for Guarded {}

impl Guarded {
    const fn new() -> Self {
        Guarded(UnsafeCell::new(0))
    }

    fn add(&self) {
        // SAFETY: as for `Sync`.
        unsafe { *self.0.get() += 1 }
    }

    fn read(&self) -> u32 {
        // SAFETY: as for `Sync`.
        unsafe { *self.0.get() }
    }
}

/// Two threads that do this, with their numbers.
fn two(body: impl Fn(usize) + Sync) {
    let body = &body;
    thread::scope(|scope| {
        for me in 0..2 {
            scope.spawn(move || body(me));
        }
    });
}

fn fence_if(order: Option<Ordering>) {
    if let Some(order) = order {
        fence(order);
    }
}

fn seqlock(writer: Option<Ordering>, reader: Option<Ordering>) {
    let [version, one, other] = [const { AtomicU32::new(0) }; 3];
    two(|me| {
        if me == 0 {
            version.store(1, Relaxed);
            fence_if(writer);
            one.store(1, Relaxed);
            other.store(1, Relaxed);
            version.store(2, Release);
        } else {
            let before = version.load(Acquire);
            let read = (one.load(Relaxed), other.load(Relaxed));
            fence_if(reader);
            if before % 2 == 0 && version.load(Relaxed) == before {
                assert_eq!(read.0, read.1);
            }
        }
    });
}

#[test]
fn a_seqlock_needs_both_fences() {
    holds(|| seqlock(Some(Release), Some(Acquire)));
    holds(|| seqlock(Some(SeqCst), Some(SeqCst)));
    fails(|| seqlock(None, Some(Acquire)));
    fails(|| seqlock(Some(Release), None));
    fails(|| seqlock(Some(Acquire), Some(Release)));
}

/// A third thread changes the flag between the one that sets it and the one that looks.
fn release_sequence(in_one_step: bool, sets: Ordering) {
    let [flag, data] = [const { AtomicU32::new(0) }; 2];
    thread::scope(|scope| {
        scope.spawn(|| {
            data.store(1, Relaxed);
            flag.store(1, sets);
        });
        scope.spawn(|| {
            if in_one_step {
                flag.fetch_add(1, Relaxed);
            } else if flag.load(Relaxed) == 1 {
                flag.store(2, Relaxed);
            }
        });
        if flag.load(Acquire) == 2 {
            assert_eq!(data.load(Relaxed), 1);
        }
    });
}

#[test]
fn a_change_in_one_step_passes_on_what_was_released() {
    holds(|| release_sequence(true, Release));
    fails(|| release_sequence(true, Relaxed));
    fails(|| release_sequence(false, Release));
}

fn two_fences(release: Option<Ordering>, acquire: Option<Ordering>) {
    let (flag, data) = (AtomicBool::new(false), Guarded::new());
    two(|me| {
        if me == 0 {
            data.add();
            fence_if(release);
            flag.store(true, Relaxed);
        } else if flag.load(Relaxed) {
            fence_if(acquire);
            assert_eq!(data.read(), 1);
        }
    });
}

#[test]
fn a_fence_publishes_to_a_fence() {
    for (release, acquire) in [(Release, Acquire), (AcqRel, AcqRel), (SeqCst, SeqCst)] {
        holds(move || two_fences(Some(release), Some(acquire)));
    }
    for (release, acquire) in [(None, Some(Acquire)), (Some(Release), None), (Some(Acquire), Some(Release))] {
        fails(move || two_fences(release, acquire));
    }
}

/// Each says that it wants to, and goes in if the other has not.
fn dekker(between: Ordering) {
    let (wants, number) = ([const { AtomicBool::new(false) }; 2], Guarded::new());
    two(|me| {
        wants[me].store(true, Relaxed);
        fence(between);
        if !wants[1 - me].load(Relaxed) {
            number.add();
        }
    });
}

#[test]
fn dekker_needs_a_seq_cst_fence() {
    holds(|| dekker(SeqCst));
    fails(|| dekker(AcqRel));
}

/// A new version is written aside, and then shown by its index.
fn published(shows: Ordering, looks: Ordering) {
    let (versions, newest) = ([const { AtomicU32::new(0) }; 2], AtomicUsize::new(0));
    two(|me| {
        if me == 0 {
            versions[1].store(1, Relaxed);
            newest.store(1, shows);
        } else {
            let at = newest.load(looks);
            assert_eq!(versions[at].load(Relaxed) as usize, at);
        }
    });
}

#[test]
fn a_version_is_shown_when_it_is_whole() {
    holds(|| published(Release, Acquire));
    fails(|| published(Relaxed, Acquire));
    // The index says where to read. That orders nothing.
    fails(|| published(Release, Relaxed));
}

fn ticket_lock(looks: Ordering, unlocks: Ordering) {
    let ([next, serves], number) = ([const { AtomicU32::new(0) }; 2], Guarded::new());
    two(|_| {
        let mine = next.fetch_add(1, Relaxed);
        while serves.load(looks) != mine {
            hint::spin_loop();
        }
        number.add();
        serves.store(mine + 1, unlocks);
    });
    assert_eq!(number.read(), 2);
}

#[test]
fn a_ticket_lock_orders_by_the_number_that_it_serves() {
    holds(|| ticket_lock(Acquire, Release));
    fails(|| ticket_lock(Relaxed, Release));
    fails(|| ticket_lock(Acquire, Relaxed));
}

/// Mellor-Crummey and Scott: each waits at a flag of its own. Threads are counted from 1, so that 0 is nobody.
fn queue_lock(enters: Ordering, wakes: Ordering, leaves: Ordering) {
    let (last, number) = (AtomicUsize::new(0), Guarded::new());
    let (waits, follows) = ([const { AtomicBool::new(false) }; 3], [const { AtomicUsize::new(0) }; 3]);
    two(|me| {
        let me = me + 1;
        waits[me].store(true, Relaxed);
        let before = last.swap(me, enters);
        if before != 0 {
            follows[before].store(me, Release);
            while waits[me].load(Acquire) {
                hint::spin_loop();
            }
        }
        number.add();
        if follows[me].load(Acquire) == 0 && last.compare_exchange(me, 0, leaves, Relaxed).is_ok() {
            return;
        }
        while follows[me].load(Acquire) == 0 {
            hint::spin_loop();
        }
        waits[follows[me].load(Relaxed)].store(false, wakes);
    });
    assert_eq!(number.read(), 2);
}

#[test]
fn a_queue_lock_hands_over_in_two_ways() {
    holds(|| queue_lock(AcqRel, Release, Release));
    fails(|| queue_lock(AcqRel, Relaxed, Release));
    fails(|| queue_lock(AcqRel, Release, Relaxed));
    fails(|| queue_lock(Release, Release, Release));
}

/// One makes it, and the exchange that fails says whether it is done.
fn made_once(fails: Ordering, looks: Ordering, done: Ordering) {
    let (state, value) = (AtomicU32::new(0), Guarded::new());
    two(|_| {
        match state.compare_exchange(0, 1, Relaxed, fails) {
            Ok(_) => {
                value.add();
                state.store(2, done);
            }
            Err(2) => {}
            Err(_) => {
                while state.load(looks) != 2 {
                    hint::spin_loop();
                }
            }
        }
        assert_eq!(value.read(), 1);
    });
}

#[test]
fn an_exchange_that_fails_has_to_acquire_what_is_done() {
    holds(|| made_once(Acquire, Acquire, Release));
    fails(|| made_once(Relaxed, Acquire, Release));
    fails(|| made_once(Acquire, Relaxed, Release));
    fails(|| made_once(Acquire, Acquire, Relaxed));
}

/// The reader says what it reads, and looks again; the other takes it away, and frees it if nobody reads it.
fn hazard(between: Ordering, ends: Ordering) {
    let (shared, hazard, value) = (AtomicBool::new(true), AtomicBool::new(false), Guarded::new());
    two(|me| {
        if me == 0 {
            hazard.store(true, Relaxed);
            fence(between);
            if shared.load(Relaxed) {
                value.read();
            }
            hazard.store(false, ends);
        } else {
            shared.store(false, Relaxed);
            fence(between);
            if !hazard.load(Acquire) {
                value.add();
            }
        }
    });
}

#[test]
fn a_hazard_pointer_needs_seq_cst_fences() {
    holds(|| hazard(SeqCst, Release));
    fails(|| hazard(AcqRel, Release));
    fails(|| hazard(SeqCst, Relaxed));
}

/// Chase and Lev: the owner takes at one end without an exchange, as long as more than one is there.
fn stolen(between: Ordering) {
    let ([top, bottom], taken) =
        ([AtomicUsize::new(0), AtomicUsize::new(2)], [const { AtomicU32::new(0) }; 2]);
    let take = |at: usize| assert_eq!(taken[at].fetch_add(1, Relaxed), 0, "it is taken twice");
    two(|me| {
        if me == 0 {
            bottom.store(1, Relaxed);
            fence(between);
            let first = top.load(Relaxed);
            if first == 0 || first == 1 && top.compare_exchange(1, 2, SeqCst, Relaxed).is_ok() {
                take(1);
            }
        } else {
            for _ in 0..2 {
                let first = top.load(Acquire);
                fence(between);
                if first < bottom.load(Acquire)
                    && top.compare_exchange(first, first + 1, SeqCst, Relaxed).is_ok()
                {
                    take(first);
                }
            }
        }
    });
}

#[test]
fn a_thief_and_the_owner_take_what_is_there_once() {
    holds(|| stolen(SeqCst));
    fails(|| stolen(AcqRel));
}

/// Peterson with exchanges holds; a `SeqCst` fence after two relaxed stores leaves the order of the turns open.
fn peterson(exchanges: bool) {
    let (wants, turn, number) = ([const { AtomicBool::new(false) }; 2], AtomicUsize::new(0), Guarded::new());
    two(|me| {
        wants[me].store(true, Relaxed);
        if exchanges {
            turn.swap(1 - me, AcqRel);
        } else {
            turn.store(1 - me, Relaxed);
            fence(SeqCst);
        }
        while wants[1 - me].load(Acquire) && turn.load(Relaxed) == 1 - me {
            hint::spin_loop();
        }
        number.add();
        wants[me].store(false, Release);
    });
}

#[test]
fn peterson_exchanges_the_turn() {
    holds(|| peterson(true));
    fails(|| peterson(false));
}

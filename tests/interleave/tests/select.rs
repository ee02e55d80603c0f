//! What crossbeam's `select!` does where its documentation says little: measured with the crate itself, or read in its source.

#[macro_use]
extern crate interleave_std as std;
extern crate interleave_crossbeam_channel as crossbeam_channel;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{
    Receiver, Select, after, at, bounded, never, select, select_biased, tick, unbounded,
};
use interleave::Search;

fn holds(body: fn()) {
    let report = Search::default().every_order(body);
    if let Some(problem) = report.problem {
        panic!("{problem}");
    }
}

fn fails(words: &str, body: fn()) {
    let problem = Search::default().every_order(body).problem.expect("it is wrong");
    assert!(problem.to_string().contains(words), "{problem}");
}

/// All that can come out.
fn outcomes(body: fn() -> &'static str) -> Vec<String> {
    let orders = Search::default().outcomes(move || body().to_owned()).orders;
    let outcomes: BTreeSet<String> = orders.into_iter().map(|order| order.outcome).collect();
    outcomes.into_iter().collect()
}

/// A job, taken while there is no stop.
fn job_or_stop(stop: &Receiver<()>, jobs: &Receiver<u32>) -> bool {
    select_biased! {
        recv(stop) -> _ => false,
        recv(jobs) -> job => job.is_ok(),
    }
}

#[test]
fn the_first_line_wins_if_both_are_ready_when_it_looks() {
    holds(|| {
        let (to, jobs) = unbounded();
        let (running, stop) = bounded::<()>(0);
        to.send(1).unwrap();
        drop(running);
        assert!(!job_or_stop(&stop, &jobs));
    });
}

/// One that sleeps is woken by the job, and takes it, though the stop has come in the meantime.
#[test]
fn one_that_sleeps_goes_on_with_what_came_first() {
    fails("counted twice", || {
        let (to, jobs) = unbounded();
        let (running, stop) = bounded::<()>(0);
        let seen = jobs.clone();
        let worker = thread::spawn(move || job_or_stop(&stop, &jobs));
        to.send(1).unwrap();
        drop(running);
        let left = seen.len();
        let done = worker.join().unwrap();
        assert!(left + usize::from(done) <= 1, "counted twice");
    });
    // The same with a message that says stop, from another thread.
    fails("counted twice", || {
        let ((to, jobs), (says, stop)) = (unbounded(), unbounded());
        let seen = jobs.clone();
        let worker = thread::spawn(move || job_or_stop(&stop, &jobs));
        let stopper = thread::spawn(move || {
            let _ = says.send(());
            seen.len()
        });
        to.send(1).unwrap();
        let left = stopper.join().unwrap();
        let done = worker.join().unwrap();
        assert!(left + usize::from(done) <= 1, "counted twice");
    });
    // And for a sender: the room was there before the stop.
    fails("too many", || {
        let (to, from) = bounded(1);
        let (running, stop) = bounded::<()>(0);
        to.send(1).unwrap();
        let other = to.clone();
        let worker = thread::spawn(move || {
            select_biased! { recv(stop) -> _ => false, send(to, 2) -> sent => sent.is_ok() }
        });
        from.recv().unwrap();
        drop(running);
        let room = !other.is_full();
        assert!(!(worker.join().unwrap() && room), "too many");
    });
}

#[test]
fn what_comes_after_the_stop_is_not_taken_by_one_that_sleeps() {
    holds(|| {
        let (to, jobs) = unbounded();
        let (running, stop) = bounded::<()>(0);
        let worker = thread::spawn(move || job_or_stop(&stop, &jobs));
        drop(running);
        let _ = to.send(1);
        assert!(!worker.join().unwrap());
    });
    holds(|| {
        let ((to, jobs), (says, stop)) = (unbounded(), unbounded());
        let worker = thread::spawn(move || job_or_stop(&stop, &jobs));
        says.send(()).unwrap();
        let _ = to.send(1);
        assert!(!worker.join().unwrap());
    });
    // It wakes one of two that sleep; the other one finds the stop.
    holds(|| {
        let (to, jobs) = unbounded();
        let (running, stop) = bounded::<()>(0);
        let workers = [(); 2].map(|()| {
            let (stop, jobs) = (stop.clone(), jobs.clone());
            thread::spawn(move || job_or_stop(&stop, &jobs))
        });
        to.send(1).unwrap();
        drop(running);
        let _ = to.send(2);
        let done = workers.map(|worker| worker.join().unwrap());
        assert_ne!(done, [true, true], "the second job came after the stop");
    });
}

#[test]
fn one_whose_message_is_taken_by_another_looks_again() {
    holds(|| {
        let (to, jobs) = unbounded();
        let (running, stop) = bounded::<()>(0);
        let other = jobs.clone();
        let worker = thread::spawn(move || job_or_stop(&stop, &jobs));
        to.send(1).unwrap();
        let taken = other.try_recv().is_ok();
        drop(running);
        assert_ne!(worker.join().unwrap(), taken);
    });
}

/// A message that is handed over goes to a receiver that waits by then, not to one that comes later.
#[test]
fn what_is_handed_over_is_not_taken_by_one_who_comes_later() {
    holds(|| {
        let (to, from) = bounded(0);
        let sent = AtomicBool::new(false);
        thread::scope(|s| {
            let late = from.clone();
            let first = s.spawn(move || from.recv());
            let sent = &sent;
            let second = s.spawn(move || sent.load(SeqCst) && late.try_recv().is_ok());
            let handed = select! { send(to, 1) -> sent => sent.is_ok(), default => false };
            sent.store(handed, SeqCst);
            assert!(!second.join().unwrap(), "it was handed over to another");
            if !handed {
                drop(to);
            }
            assert_eq!(first.join().unwrap().is_ok(), handed);
        });
    });
}

#[test]
fn an_operation_that_was_chosen_has_to_be_done() {
    fails("dropped `SelectedOperation` without completing the operation", || {
        let (to, _from) = bounded::<u32>(1);
        let mut one = Select::new();
        one.send(&to);
        drop(one.select());
    });
    fails("passed a receiver that wasn't selected", || {
        let (to, from) = bounded(1);
        to.send(1).unwrap();
        let other = from.clone();
        let mut one = Select::new();
        one.recv(&from);
        let _ = one.select().recv(&other);
    });
    fails("passed a sender that wasn't selected", || {
        let (to, _from) = bounded(1);
        let other = to.clone();
        let mut one = Select::new();
        one.send(&to);
        let _ = one.select().send(&other, 1);
    });
}

#[test]
fn a_time_that_is_over_has_the_last_word_only_if_nothing_is_ready() {
    holds(|| {
        let (to, from) = unbounded();
        to.send(1).unwrap();
        let got = select! { recv(from) -> n => n.unwrap(), default(Duration::ZERO) => 0 };
        assert_eq!(got, 1);
        // A channel that ended is ready, also without a message.
        drop(to);
        assert!(select! { recv(from) -> n => n.is_err(), default => false });
        assert!(select! { recv(never::<u32>()) -> _ => false, default(Duration::from_secs(1)) => true });
        // The message of `after` comes once, and its channel doesn't end.
        let soon = after(Duration::from_secs(1));
        assert!(select! { recv(soon) -> at => at.is_ok() });
        assert!(select! { recv(soon) -> _ => false, default(Duration::from_secs(1)) => true });
    });
}

#[test]
fn timers_need_no_threads() {
    holds(|| {
        let start = Instant::now();
        let second = Duration::from_secs(86_400);
        let (_open, stop) = bounded::<()>(0);
        for n in 1..=200 {
            select_biased! {
                recv(stop) -> _ => unreachable!(),
                recv(at(start + n * second)) -> time => assert_eq!(time, Ok(start + n * second)),
            }
        }
        assert!(start.elapsed() >= 200 * second);
        let ticks = tick(second);
        let times: Vec<Instant> = ticks.iter().take(100).collect();
        assert!(times.windows(2).all(|two| two[1] >= two[0] + second));
        assert_eq!(interleave::threads_started(), 0);
    });
}

#[test]
fn a_timer_and_a_message_come_in_either_order() {
    let first = || {
        let (to, from) = unbounded();
        thread::scope(|scope| {
            scope.spawn(|| to.send(()).unwrap());
            select! { recv(from) -> _ => "message", recv(after(Duration::from_secs(1))) -> _ => "timer" }
        })
    };
    assert_eq!(outcomes(first), ["message", "timer"]);
    // Of two timers, the one that is due first comes first, if nobody is held up.
    holds(|| {
        let (late, soon) = (after(Duration::from_secs(7_200)), after(Duration::from_secs(3_600 * 3 / 2)));
        select! { recv(late) -> _ => panic!("too early"), recv(soon) -> _ => {} }
    });
    // The time may also be over before somebody looks, for the same reason as any other step may come late.
    let looked = || {
        let soon = after(Duration::from_secs(1));
        let _ = Instant::now();
        if soon.try_recv().is_ok() { "over" } else { "not yet" }
    };
    assert_eq!(outcomes(looked), ["not yet", "over"]);
}

#[test]
fn a_timer_that_is_due_is_there() {
    holds(|| {
        let soon = after(Duration::from_secs(1));
        assert_eq!(soon.capacity(), Some(1));
        thread::sleep(Duration::from_secs(2));
        assert_eq!(soon.len(), 1);
        assert!(soon.try_recv().is_ok());
        assert!(soon.try_recv().is_err() && soon.is_empty());
        assert!(soon.recv_timeout(Duration::from_secs(1)).is_err());
        // Who looks again and again finds it in the end.
        let soon = after(Duration::from_secs(1));
        while soon.try_recv().is_err() {}
        let soon = after(Duration::from_secs(1));
        while !select! { recv(soon) -> _ => true, default => false } {}
    });
}

#[test]
fn one_channel_may_be_in_several_lines() {
    holds(|| {
        let ((to, from), (_other, nothing)) = (unbounded(), unbounded::<u32>());
        let sender = thread::spawn(move || to.send(1).unwrap());
        let line = select_biased! {
            recv(from) -> _ => 1,
            recv(nothing) -> _ => 2,
            recv(from) -> _ => 3,
        };
        assert_eq!(line, 1);
        sender.join().unwrap();
    });
}

/// Each of them sends its number or receives another one's, whichever comes first: `select!` is at both ends.
fn matched(threads: u32) -> Vec<Option<u32>> {
    let (to, from) = bounded(0);
    let pairs: Vec<_> = (0..threads)
        .map(|me| {
            let (to, from) = (to.clone(), from.clone());
            thread::spawn(move || {
                select! {
                    recv(from) -> other => Some(other.unwrap()),
                    send(to, me) -> sent => { sent.unwrap(); None }
                }
            })
        })
        .collect();
    pairs.into_iter().map(|thread| thread.join().unwrap()).collect()
}

#[test]
fn two_that_select_meet_at_a_channel_without_room() {
    let two = || match matched(2)[..] {
        [None, Some(0)] => "0 sends",
        [Some(1), None] => "1 sends",
        _ => panic!("not one message"),
    };
    assert_eq!(outcomes(two), ["0 sends", "1 sends"]);
    holds(|| {
        let all = matched(4);
        let received: BTreeSet<_> = all.iter().flatten().collect();
        assert_eq!(received.len(), 2, "{all:?}");
        for other in received {
            assert_eq!(all[*other as usize], None, "{all:?}");
        }
    });
    // The third one never meets anybody, least of all itself.
    fails("deadlock", || drop(matched(3)));
}

#[test]
fn of_two_channels_they_meet_at_either() {
    let met = || {
        let ((to_a, a), (to_b, b)) = (bounded(0), bounded(0));
        let other = thread::spawn(move || select! { send(to_a, 1) -> _ => 1, send(to_b, 2) -> _ => 2 });
        let got = select! { recv(b) -> n => n.unwrap(), recv(a) -> n => n.unwrap() };
        assert_eq!(other.join().unwrap(), got);
        if got == 1 { "a" } else { "b" }
    };
    assert_eq!(outcomes(met), ["a", "b"]);
    // Who comes second looks at its own arms in their order, so it may be either.
    let biased = || {
        let ((to_a, a), (to_b, b)) = (bounded(0), bounded(0));
        let other =
            thread::spawn(move || select_biased! { send(to_a, ()) -> _ => "a", send(to_b, ()) -> _ => "b" });
        let got = select_biased! { recv(b) -> _ => "b", recv(a) -> _ => "a" };
        assert_eq!(other.join().unwrap(), got);
        got
    };
    assert_eq!(outcomes(biased), ["a", "b"]);
}

#[test]
fn one_that_tries_meets_one_that_selects_or_comes_too_early() {
    let tries = || {
        let (to, from) = bounded(0);
        let (_open, never) = bounded::<u32>(0);
        let other =
            thread::spawn(move || select! { send(to, 7) -> sent => sent.is_ok(), recv(never) -> _ => false });
        let got = from.try_recv();
        drop(from);
        assert_eq!(other.join().unwrap(), got.is_ok());
        if got.is_ok() { "in time" } else { "too early" }
    };
    assert_eq!(outcomes(tries), ["in time", "too early"]);
    let tries_to_send = || {
        let (to, from) = bounded(0);
        let (_open, never) = bounded::<u32>(0);
        let other = thread::spawn(move || select! { recv(never) -> _ => None, recv(from) -> n => n.ok() });
        let sent = to.try_send(7).is_ok();
        drop(to);
        assert_eq!(other.join().unwrap(), sent.then_some(7));
        if sent { "in time" } else { "too early" }
    };
    assert_eq!(outcomes(tries_to_send), ["in time", "too early"]);
    let selects_once = || {
        let (to, from) = bounded(0);
        let other = thread::spawn(move || select! { send(to, 7) -> sent => sent.is_ok() });
        let got = select! { recv(from) -> n => n.ok(), default => None };
        drop(from);
        assert_eq!(other.join().unwrap(), got.is_some());
        if got.is_some() { "in time" } else { "too early" }
    };
    assert_eq!(outcomes(selects_once), ["in time", "too early"]);
    // Who tries again and again meets it in the end.
    holds(|| {
        let (to, from) = bounded(0);
        let other = thread::spawn(move || select! { send(to, 7) -> sent => sent.unwrap() });
        while from.try_recv().is_err() {
            thread::yield_now();
        }
        other.join().unwrap();
    });
}

#[test]
fn a_message_that_has_met_its_receiver_is_for_no_other() {
    holds(|| {
        let (to, from) = bounded(0);
        thread::scope(|scope| {
            let selects = |from: Receiver<u32>| move || select! { recv(from) -> n => n.ok() };
            let one = scope.spawn(selects(from.clone()));
            let two = scope.spawn(selects(from.clone()));
            let plain = scope.spawn(|| from.recv().ok());
            for n in [1, 2] {
                select! { send(to, n) -> sent => sent.unwrap() }
            }
            drop(to);
            let got = [one, two, plain].map(|thread| thread.join().unwrap());
            let numbers: Vec<u32> = got.into_iter().flatten().collect();
            assert_eq!(numbers.len(), 2, "{got:?}");
            assert_eq!(numbers.iter().sum::<u32>(), 3, "{got:?}");
        });
    });
    // The time is over, or they have met: both have to say the same.
    let waits = || {
        let (to, from) = bounded(0);
        let second = Duration::from_secs(1);
        let other =
            thread::spawn(move || select! { send(to, 1) -> sent => sent.is_ok(), default(second) => false });
        let got = select! { recv(from) -> n => n.is_ok(), default(second) => false };
        assert_eq!(other.join().unwrap(), got);
        if got { "met" } else { "too late" }
    };
    assert_eq!(outcomes(waits), ["met", "too late"]);
    // So it is if only one of them is in a hurry, whichever it is, and whatever the other waits in.
    let sends_in_time = || {
        let (to, from) = bounded(0);
        let other = thread::spawn(move || from.recv().is_ok());
        let sent = select! { send(to, 1) -> sent => sent.is_ok(), default(Duration::from_secs(1)) => false };
        drop(to);
        assert_eq!(other.join().unwrap(), sent);
        if sent { "met" } else { "too late" }
    };
    assert_eq!(outcomes(sends_in_time), ["met", "too late"]);
    let receives_in_time = || {
        let (to, from) = bounded(0);
        let other = thread::spawn(move || select! { send(to, 1) -> sent => sent.is_ok() });
        let got = select! { recv(from) -> n => n.is_ok(), default(Duration::from_secs(1)) => false };
        drop(from);
        assert_eq!(other.join().unwrap(), got);
        if got { "met" } else { "too late" }
    };
    assert_eq!(outcomes(receives_in_time), ["met", "too late"]);
}

/// What the message is made of may take steps: its receiver was chosen before, and waits.
#[test]
fn a_receiver_that_was_chosen_waits_for_its_message() {
    holds(|| {
        let (to, from) = bounded(0);
        let number = AtomicBool::new(false);
        thread::scope(|scope| {
            let number = &number;
            let sender = scope.spawn(move || {
                let mut one = Select::new();
                one.send(&to);
                let chosen = one.select();
                number.store(true, SeqCst);
                chosen.send(&to, number.load(SeqCst)).unwrap();
            });
            assert!(select! { recv(from) -> n => n.unwrap() });
            assert!(number.load(SeqCst));
            sender.join().unwrap();
        });
    });
}

/// What each did before is there for the other one: without a lock, it would be a race.
#[test]
fn two_that_meet_know_what_the_other_did_before() {
    use std::cell::UnsafeCell;

    struct Shared(UnsafeCell<[u32; 2]>);
    // SAFETY: whether two threads are kept apart is what is asked.
    unsafe impl Sync for Shared {}
    holds(|| {
        let shared = Shared(UnsafeCell::new([0; 2]));
        let (to, from) = bounded(0);
        thread::scope(|scope| {
            let shared = &shared;
            scope.spawn(move || {
                // SAFETY: see above.
                unsafe { (*shared.0.get())[0] = 1 };
                select! { send(to, ()) -> sent => sent.unwrap() }
            });
            select! { recv(from) -> got => got.unwrap() }
            // SAFETY: see above.
            assert_eq!(unsafe { (*shared.0.get())[0] }, 1);
        });
    });
}

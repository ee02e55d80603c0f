//! What every answer to `timer/every` must hold.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel as channel;
use exercise::{Judge, Unseen, long_wait, many, until_all_wait};
use interleave::execution::virtual_time;

use crate::answer::every;

/// A thousand seconds and half a millisecond: an answer that counts in whole seconds or milliseconds doesn't keep it.
const PERIOD: Duration = Duration::from_micros(1_000_000_500);

/// An answer that looks at the clock may find that an hour has passed: then it is late.
const HOUR: Duration = Duration::from_secs(3_600);

/// The time now. Only from the first look at the clock on, a sleep takes time.
fn clock() -> Duration {
    Instant::now();
    virtual_time()
}

/// Calls `every`, which works as often as there are lengths of work, in periods, and is then told to stop. Returns
/// when it worked, in time since the call.
fn times(works: &[f64]) -> Vec<Duration> {
    let (running, stop) = channel::bounded(0);
    let mut running = Some(running);
    let (start, mut times) = (clock(), Vec::new());
    every(PERIOD, &stop, || {
        assert!(running.is_some(), "it works after it was told to stop");
        times.push(virtual_time() - start);
        let n = times.len();
        if n == works.len() {
            running = None;
        }
        if works[n - 1] > 0.0 {
            thread::sleep(PERIOD.mul_f64(works[n - 1]));
        }
    });
    assert!(running.is_none(), "it returns before it is told to stop");
    times
}

/// Asserts that it worked at these periods after the start. An order in which an hour has passed by surprise tells nothing.
fn assert_plan(works: &[f64], plan: &[u32]) {
    let times = times(works);
    let ends = times.iter().zip(&times[1..]).map(|(before, time)| *time - *before);
    if ends.chain([times[0]]).any(|gap| gap >= HOUR) {
        return;
    }
    for (time, planned) in times.iter().zip(plan) {
        // What is less than a microsecond may be lost in the arithmetic.
        let early =
            (PERIOD * *planned).saturating_sub(*time + Duration::from_micros(1));
        assert!(
            early.is_zero() || early > PERIOD / 100,
            "it works too early, {early:?} before the time that was planned"
        );
        let periods = time.as_secs_f64() / PERIOD.as_secs_f64();
        let early_or_late = periods - f64::from(*planned);
        assert!(
            (-1e-9..0.01).contains(&early_or_late),
            "it works {periods:.1} periods after the start, and not after {planned}"
        );
    }
}

/// Tells `every` to stop in another thread, when all wait and then this has happened. Returns the time until its end, and how
/// often it had worked before and after.
fn stopped(meanwhile: impl FnOnce()) -> (Duration, u32, u32) {
    let worked = Arc::new(Unseen::new(0));
    let works = worked.clone();
    let (running, stop) = channel::bounded::<()>(0);
    let start = clock();
    let work = move || works.update(|worked| *worked += 1);
    let thread = thread::spawn(move || every(PERIOD, &stop, work));
    until_all_wait();
    meanwhile();
    drop(running);
    let before = worked.get(); // nothing comes in between: this is no step
    until_all_wait();
    assert!(thread.is_finished(), "it is told to stop, and waits on");
    (virtual_time() - start, before, worked.get())
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("work that takes no time is done once in each period", || {
        assert_plan(&[0.0; 4], &[1, 2, 3, 4]);
    });
    judge.every_order(
        "work that takes a part of the period doesn't shift the plan",
        || {
            assert_plan(&[0.3, 0.6, 0.0, 0.9, 0.3], &[1, 2, 3, 4, 5]);
        },
    );
    judge.every_order(
        "times that have passed are left out, and the plan is kept",
        || {
            assert_plan(&[1.5, 0.2, 2.5, 0.0, 1.2, 0.0], &[1, 3, 4, 7, 8, 10]);
        },
    );
    judge.every_order("told to stop, it comes to its end and works no more", || {
        let (_, before, after) = stopped(|| ());
        assert!(after <= before + 1, "it works after it was told to stop");
    });
    judge.every_order("told to stop after some periods, it comes to its end", || {
        let (_, before, after) = stopped(|| drop(long_wait()));
        assert!(before > 0, "it doesn't work");
        assert!(after <= before + 1, "it works after it was told to stop");
    });
    let why = "it is told to stop, and sleeps on";
    judge.some_order("told to stop, it doesn't sleep on", why, || {
        let (took, before, after) = stopped(|| ());
        took < PERIOD && (before, after) == (0, 0)
    });
    let why = "it doesn't work as often as it is told";
    judge.some_order("it works many times", why, || {
        // So long that no look at the clock takes as long.
        let period = Duration::from_secs(86_400 * 1_000);
        let (running, stop) = channel::bounded(0);
        let (mut running, mut left) = (Some(running), 10 * many());
        let (start, mut periods) = (Instant::now(), 0);
        every(period, &stop, || {
            periods += 1;
            let passed = start.elapsed().as_secs() / period.as_secs();
            assert_eq!(
                passed, periods,
                "the work of period {periods} begins in another"
            );
            thread::sleep(period / 2);
            left -= 1;
            if left == 0 {
                running = None;
            }
        });
        running.is_none()
    });
}

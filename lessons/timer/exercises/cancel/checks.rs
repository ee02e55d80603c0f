//! What every answer to `timer/cancel` must hold.

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use exercise::{Judge, Unseen, at_once, long_wait, many, tries, until_all_wait};
use interleave::execution::virtual_time;

use crate::answer::Timer;

/// How long the timers wait.
const TEN: Duration = Duration::from_secs(10);

/// An answer that looks at the clock may find that an hour has passed.
const HOUR: Duration = Duration::from_secs(3_600);

/// The time now. Only from the first look at the clock on, a sleep takes time.
fn clock() -> Duration {
    Instant::now();
    virtual_time()
}

/// What became of a timer.
#[derive(Clone)]
struct Bell(Arc<Unseen<Heard>>);

#[derive(Clone, Copy, Default)]
struct Heard {
    /// Before that, it must not ring.
    due: Duration,
    rung: u32,
    /// When it rang, and whether that was too early.
    at: Duration,
    early: bool,
    /// Whether the thread has let go of what it was to call.
    gone: bool,
}

/// Goes where the function goes.
struct Held(Bell);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.0.update(|heard| heard.gone = true);
    }
}

impl Bell {
    fn new() -> Self {
        Bell(Arc::new(Unseen::new(Heard::default())))
    }

    fn get(&self) -> Heard {
        let heard = self.0.get();
        assert!(!heard.early, "it rings before its time");
        heard
    }

    fn ring(&self) {
        let (heard, at) = (self.0.get(), virtual_time());
        let early = at < heard.due;
        self.0.set(Heard { rung: heard.rung + 1, at, early, ..heard });
    }

    fn timer(&self, after: Duration, then: impl FnOnce() + Send + 'static) -> Timer {
        let due = clock() + after;
        self.0.update(|heard| heard.due = due);
        let held = Held(self.clone());
        Timer::start(after, move || {
            held.0.ring();
            then();
        })
    }

    /// Waits until the thread of the timer has come to its end.
    fn end(&self) {
        for _ in 0..5 {
            if self.get().gone {
                break;
            }
            long_wait();
        }
        assert!(self.get().gone, "the timer's thread doesn't come to its end");
    }
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("it rings once, and not before its time", || {
        let bell = Bell::new();
        let timer = bell.timer(TEN, || ());
        bell.end();
        assert_eq!(bell.get().rung, 1, "it doesn't ring once");
        assert!(!timer.cancel(), "`cancel` says it was in time, but it has rung");
        assert!(!timer.cancel(), "`cancel` says it was in time, but it has rung");
    });
    judge.every_order("either it rings, or `cancel` was in time", || {
        let bell = Bell::new();
        let timer = bell.timer(TEN, || ());
        let in_time = timer.cancel();
        bell.end();
        assert_eq!(
            bell.get().rung,
            u32::from(!in_time),
            "it rings, and `cancel` was in time; or neither"
        );
        assert_eq!(timer.cancel(), in_time, "a second `cancel` says something else");
        assert_eq!(timer.cancel(), in_time, "a third `cancel` says something else");
    });
    judge.every_order("the thread of a cancelled timer ends, and doesn't ring", || {
        let bell = Bell::new();
        let timer = bell.timer(TEN, || ());
        until_all_wait();
        if timer.cancel() {
            until_all_wait();
            assert!(bell.get().gone, "the thread of a cancelled timer sleeps on");
            assert_eq!(
                bell.get().rung,
                0,
                "it rings, although it was cancelled in time"
            );
        }
    });
    let why = "the thread of a cancelled timer sleeps until its time";
    judge.some_order("a cancelled timer ends before its time", why, || {
        let (bell, start) = (Bell::new(), clock());
        let timer = bell.timer(TEN, || ());
        until_all_wait();
        let in_time = timer.cancel();
        until_all_wait();
        in_time && bell.get().gone && virtual_time() < start + TEN
    });
    judge.every_order("a timer that is dropped is cancelled", || {
        let bell = Bell::new();
        drop(bell.timer(TEN, || ()));
        until_all_wait();
        assert!(bell.get().gone, "a timer that is dropped goes on");
    });
    let why = "a timer that is dropped rings";
    judge.some_order("a timer that is dropped doesn't ring", why, || {
        let (bell, start) = (Bell::new(), clock());
        let timer = bell.timer(TEN, || ());
        until_all_wait();
        drop(timer);
        bell.end();
        bell.get().rung == 0 && virtual_time() < start + TEN
    });
    judge.every_order("`cancel` doesn't wait for what has begun", || {
        let bell = Bell::new();
        let (begins, may_end) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let (begun, end) = (begins.clone(), may_end.clone());
        let timer = bell.timer(TEN, move || {
            begun.wait();
            end.wait();
        });
        begins.wait();
        let in_time = at_once("`cancel`", 12, || timer.cancel());
        assert!(!in_time, "`cancel` says it was in time, but it has rung");
        at_once("to drop a timer", 12, || drop(timer));
        may_end.wait();
    });
    judge.every_order("woken for nothing, it waits for the rest of its time", || {
        let (bell, start) = (Bell::new(), clock());
        let timer = bell.timer(TEN, || ());
        until_all_wait();
        if bell.get().rung == 0 {
            thread::sleep(TEN / 2);
            timer.disturb();
            bell.end();
            let took = bell.get().at - start;
            let in_time = took < TEN * 3 / 2 || took >= HOUR;
            assert!(in_time, "it rings after {took:?}, and not after {TEN:?}");
        }
        drop(timer);
    });
    let why = "woken for nothing many times, it gives up";
    judge.some_order("woken for nothing many times, it isn't early", why, || {
        let bell = Bell::new();
        let timer = bell.timer(TEN, || ());
        for _ in 0..tries() {
            until_all_wait();
            timer.disturb();
        }
        bell.end();
        bell.get().rung == 1
    });
    judge.every_order("it sleeps until it is time", || {
        let bell = Bell::new();
        let timer = bell.timer(1_000 * HOUR, || ());
        let steps = (0..4).map(|_| long_wait()).sum::<u32>();
        assert!(steps < 30, "it took {steps} steps to wait: it doesn't sleep");
        bell.get();
        drop(timer);
    });
    judge.every_order("two timers have nothing to do with each other", || {
        let (one, other) = (Bell::new(), Bell::new());
        let (first, second) = (one.timer(TEN, || ()), other.timer(TEN, || ()));
        let in_time = first.cancel();
        one.end();
        other.end();
        assert_eq!(
            one.get().rung,
            u32::from(!in_time),
            "it rings, and `cancel` was in time; or neither"
        );
        assert_eq!(
            other.get().rung,
            1,
            "a timer doesn't ring, and another was cancelled"
        );
        assert!(!second.cancel(), "`cancel` says it was in time, but it has rung");
    });
    let why = "one of three timers is too late";
    judge.some_order("three timers at once can be cancelled", why, || {
        let bells = [(); 3].map(|()| Bell::new());
        let timers = bells.each_ref().map(|bell| bell.timer(TEN, || ()));
        until_all_wait();
        let in_time = timers.iter().all(Timer::cancel);
        until_all_wait();
        in_time && bells.iter().all(|bell| bell.get().gone && bell.get().rung == 0)
    });
    let why = "one of many timers is too late";
    judge.some_order("many timers can be cancelled, one after the other", why, || {
        (0..many()).all(|_| {
            let bell = Bell::new();
            let timer = bell.timer(TEN, || ());
            until_all_wait();
            let in_time = timer.cancel();
            until_all_wait();
            in_time && bell.get().gone && bell.get().rung == 0
        })
    });
}

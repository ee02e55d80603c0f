//! What time it is.
//!
//! An exploration takes no time: how long a step takes on a real machine nobody knows. The clock of the program goes on
//! when it sleeps, when a time that it waits for is over, and a little whenever it is looked at, more and more
//! if one place looks again and again; so a loop that the clock ends has an end. And once in an execution an hour may have
//! passed, by surprise: the thread was held up.

use std::ptr;
use std::time::Duration;

use super::{
    Execution, ObjectId, Place, Thread, is_explored, object, round, see_more, streak, surprise, tell, touch,
    with,
};

const HOUR: Duration = Duration::from_secs(3_600);

/// This often, a place may look at the clock before it goes faster and faster.
const LOOKS: u32 = 8;

#[derive(Default)]
pub(super) struct Clock {
    pub now: Duration,
    object: Option<ObjectId>,
    held_up: bool,
    /// Who has looked at it, where and how often.
    looks: Vec<(Thread, Place, u32)>,
}

/// The time since the program began, as the current thread sees it now.
pub fn now(place: Place) -> Duration {
    if !is_explored() {
        return Duration::ZERO;
    }
    let first = with(|e| {
        if !e.seen.clock {
            see_more(e, |seen| seen.clock = true);
        }
        e.clock.object.is_none()
    });
    touch(clock());
    let held_up = !first && !with(|e| e.clock.held_up) && surprise();
    let now = with(|e| {
        let me = e.current;
        // A loop that wakes up for nothing a hundred times is not one that only the clock ends.
        let streak = streak::is_in(e, me);
        let clock = &mut e.clock;
        let known = clock.looks.iter().position(|(who, at, _)| *who == me && ptr::eq(*at, place));
        let known = known.unwrap_or_else(|| {
            clock.looks.push((me, place, 0));
            clock.looks.len() - 1
        });
        let looks = &mut clock.looks[known].2;
        *looks += u32::from(!streak);
        clock.now += Duration::from_micros(1 << looks.saturating_sub(LOOKS).min(40));
        if held_up {
            clock.held_up = true;
            clock.now += HOUR;
        }
        clock.now
    });
    if held_up {
        tell(Some(place), |_| "looks at the clock: an hour has passed (it was held up)".to_owned());
    }
    now
}

/// The time now, for a thread that waits for a time from now on: no look at the clock. From then on, whatever takes time is seen.
pub fn starts() -> Duration {
    with(|e| {
        if !e.seen.clock {
            see_more(e, |seen| seen.clock = true);
        }
    });
    virtual_time()
}

/// The same, without a look.
pub fn virtual_time() -> Duration {
    if !is_explored() {
        return Duration::ZERO;
    }
    if with(|e| e.seen.clock) {
        touch(clock());
    }
    with(|e| e.clock.now)
}

/// The current thread sleeps: a round of a loop that waits, as every step may happen late anyway.
pub fn sleeps(time: Duration, place: Place) {
    passes(time);
    round(place);
}

/// Time passes.
fn passes(time: Duration) {
    if with(|e| e.seen.clock) {
        touch(clock());
        with(|e| e.clock.now = e.clock.now.saturating_add(time));
    }
}

/// A time that a thread waits for is over.
pub(super) fn is_over(e: &mut Execution, thread: Thread) {
    let running = &e.threads[thread];
    if let Some(limit) = running.intent.as_ref().and_then(|intent| intent.limit) {
        e.clock.now = e.clock.now.max(running.waits_from.saturating_add(limit));
    }
}

fn clock() -> ObjectId {
    with(|e| match e.clock.object {
        Some(object) => object,
        None => {
            let clock = object(e, "clock", "the clock".to_owned());
            e.clock.object = Some(clock);
            clock
        }
    })
}

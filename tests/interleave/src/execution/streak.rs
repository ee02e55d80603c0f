//! Many wake-ups for nothing in a row.
//!
//! A thread that waits may wake up for nothing any number of times, so an answer that goes on after the third time is wrong. To
//! try any number of wake-ups at any moment takes too long. So an order has at most two that stand by themselves, or one streak: then a
//! thread wakes up a hundred times, and nobody else takes a step in the meantime. A streak ends sooner if the thread doesn't come back to its wait.
//!
//! The steps in a streak are not counted as steps that others can see: nobody's time is over because of them, and no loop is taken
//! for one that goes round in vain.

use std::ptr;

use smallvec::{SmallVec, smallvec};

use super::pick::{Picks, is_free, is_ready, steps_of_others};
use super::step::{Intent, Ready, Woken};
use super::{Execution, Pick, Place, Thread};

/// How many wake-ups for nothing are in a streak.
const WAKES: u32 = 100;

/// How many steps a thread may take from one wait to the next, so that the streak goes on.
const ROUND: u32 = 24;

/// A streak that goes on.
pub(super) struct Streak {
    thread: Thread,
    /// How many wake-ups are left.
    left: u32,
    /// How many steps others had taken when it began.
    others: u32,
    /// Where the thread has been in its first round, from the wake-up to the next wait.
    places: SmallVec<[Place; 4]>,
    /// It has come back to its wait.
    is_loop: bool,
    /// How many steps it has taken since the last wake-up.
    steps: u32,
}

/// The first wake-up of a streak of this thread.
pub(super) fn begins(e: &mut Execution, thread: Thread) {
    e.streaks = false;
    let others = steps_of_others(e, thread);
    let streak =
        Streak { thread, left: WAKES - 1, others, places: SmallVec::new(), is_loop: false, steps: 0 };
    e.streak = Some(streak);
}

/// Whether this thread is in a streak.
pub(super) fn is_in(e: &Execution, thread: Thread) -> bool {
    e.streak.as_ref().is_some_and(|streak| streak.thread == thread)
}

/// Whether a thread waits for something that may seem to have come when it has not.
pub(super) fn may_wake(e: &Execution, intent: &Intent) -> bool {
    let is_free = match intent.ready {
        Ready::Progress(_) => false,
        Ready::Notified(lock) => is_free(e, lock),
        _ => true,
    };
    intent.spurious && is_free
}

/// What happens next if a streak goes on.
pub(super) fn goes_on(e: &mut Execution, picks: &Picks) -> Option<Picks> {
    let mut streak = e.streak.take()?;
    let thread = streak.thread;
    let intent = e.threads[thread].intent.as_ref()?;
    if steps_of_others(e, thread) > streak.others {
        return None;
    }
    if !is_ready(e, thread, &intent.ready) {
        if !may_wake(e, intent) || streak.left == 0 {
            return None;
        }
        (streak.left, streak.is_loop, streak.steps) = (streak.left - 1, true, 0);
        e.streak = Some(streak);
        return Some(smallvec![Pick { thread, woken: Woken::Spuriously, streak: false, cost: 0 }]);
    }
    let goes_on = picks.iter().find(|pick| pick.thread == thread && pick.woken == Woken::Normally)?;
    let known = streak.places.iter().any(|place| ptr::eq(*place, intent.place));
    if streak.steps == ROUND || streak.is_loop && !known {
        return None;
    }
    if !known {
        streak.places.push(intent.place);
    }
    streak.steps += 1;
    e.streak = Some(streak);
    Some(smallvec![goes_on.clone()])
}

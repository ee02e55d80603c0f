//! Loops that wait for others, and how they are kept from going on for ever.
//!
//! On a real machine, every thread that can go on has its turn sooner or later. A search that has the choice could
//! keep a thread from its turn for ever, and would then blame a right program for having no end. So a thread
//! that goes round a loop without changing anything waits until the others have gone on, or goes on by surprise: then the others
//! are slow, and it goes round many times before their next step.
//!
//! Source: Musuvathi and Qadeer, "Fair Stateless Model Checking" (PLDI 2008).

use std::ptr;

use smallvec::{SmallVec, smallvec};

use super::pick::{Picks, could_go_on, has_turn, have_gone_on, have_turns, steps_of_others};
use super::step::{Access, Intent, Ready, Weight, Woken};
use super::{Execution, ObjectId, Pick, Place, Thread, choose, reach, streak, with};

/// How often a thread may look in vain at one place, without saying that it waits, before it waits for others.
const LOOKS: u32 = 6;

/// How often a thread goes round its loop when the others are slow.
const SLOW: u32 = 40;

/// How many steps one thread may do while others wait for their turn.
const TURN: u32 = 1_000;

/// As many steps as a round counts that a thread goes alone, after it has passed over one that could go on. It comes to its end with
/// a lock in its hand, perhaps, and the other one can go on only in between.
const ROUND: u32 = 50;

/// How often in a row a `select` may pass over an operation that is ready.
const PASSED: u32 = 4;

/// How many places of a loop are told apart.
const PLACES: usize = 12;

/// What a thread has done since something changed: perhaps a loop that waits.
#[derive(Default)]
pub(super) struct Loop {
    /// Where it last went round, and how many steps each thread had done then.
    round: Option<(Place, Vec<u32>)>,
    /// How often this thread has changed something, and before its latest step.
    changes: u32,
    before: u32,
    /// How many steps others had done, and how often it had changed something, when the loop began.
    since: (u32, u32),
    /// Where it has been since then.
    places: SmallVec<[Place; 4]>,
    /// Where it has looked in vain since then, at what and how often.
    looks: Vec<(Place, ObjectId, u32)>,
    rounds: u32,
    /// How often it still goes round although others could go on.
    slow: u32,
    /// How often a `select` has passed over an operation that was ready.
    passed: Vec<(Place, usize, u32)>,
    /// Since when, and how often, it goes round in vain.
    pub(super) vain: Vain,
}

/// What a thread has done since any thread has changed something.
#[derive(Default)]
pub(super) struct Vain {
    /// It could go on.
    pub could: bool,
    /// How often it has gone round.
    pub rounds: u32,
    /// How many steps it had done before.
    pub steps: u32,
    /// How often it had changed something, at the most.
    changes: u32,
}

/// A thread has come to the end of a round.
fn goes_round(e: &mut Execution, me: Thread) {
    let turn = &mut e.threads[me].turn;
    if turn.changes > turn.vain.changes {
        turn.vain.changes = turn.changes;
        begin_again(e);
    } else {
        turn.vain.rounds += 1;
    }
}

/// Something has changed.
pub(super) fn begin_again(e: &mut Execution) {
    for thread in &mut e.threads {
        let vain = &mut thread.turn.vain;
        (vain.could, vain.rounds, vain.steps) = (false, 0, thread.steps);
    }
}

/// A thread is about to do a step that others can see.
pub(super) fn steps(e: &mut Execution, me: Thread, intent: &Intent) {
    let others = e.visible - e.threads[me].steps;
    let turn = &mut e.threads[me].turn;
    turn.begins(others);
    if turn.places.len() < PLACES && !turn.places.iter().any(|place| ptr::eq(*place, intent.place)) {
        turn.places.push(intent.place);
    }
    turn.before = turn.changes;
    let reads =
        intent.touches.as_ref().is_some_and(|all| all.iter().all(|(_, access)| *access == Access::Read));
    turn.changes += u32::from(!reads);
}

impl Loop {
    /// A new loop begins if anything has changed.
    fn begins(&mut self, others: u32) {
        let now = (others, self.changes);
        if self.since != now {
            self.since = now;
            self.places.clear();
            self.looks.clear();
            self.rounds = 0;
        }
    }
}

/// For [`changed_nothing`]: how much the current thread had changed before its latest step.
pub fn mark() -> u32 {
    with(|e| e.threads[e.current].turn.before)
}

/// The steps of the current thread since the mark, `steps` of them, have changed nothing: it has looked at something,
/// and perhaps does so until another thread changes it.
pub fn changed_nothing(object: ObjectId, mark: u32, steps: u32, place: Place) {
    if std::thread::panicking() {
        return;
    }
    let wait = with(|e| {
        let me = e.current;
        if streak::is_in(e, me) {
            return None;
        }
        let others = e.visible - e.threads[me].steps;
        let turn = &mut e.threads[me].turn;
        if turn.changes > mark + steps {
            return None;
        }
        turn.changes = mark;
        if turn.since != (others, mark) {
            return None;
        }
        let known = turn.looks.iter().position(|(at, what, _)| ptr::eq(*at, place) && *what == object);
        let known = match known {
            Some(known) => known,
            None if turn.looks.len() == PLACES => return None,
            None => {
                turn.looks.push((place, object, 0));
                turn.looks.len() - 1
            }
        };
        let looks = &mut turn.looks[known].2;
        *looks += 1;
        let looks = *looks;
        // One who says that it waits is dealt with in `round`.
        if looks <= LOOKS || looks <= 2 * turn.rounds {
            return None;
        }
        goes_round(e, me);
        let turn = &mut e.threads[me].turn;
        if turn.slow > 0 {
            turn.slow -= 1;
            return None;
        }
        if !(0..e.threads.len()).any(|thread| thread != me && could_go_on(e, thread)) {
            return None;
        }
        e.hurried |= (0..e.threads.len()).any(|thread| thread != me && has_turn(e, thread));
        Some(e.threads.iter().map(|thread| thread.steps).collect())
    });
    if let Some(then) = wait {
        waits_for_others(then, place);
    }
}

/// A round of a loop that waits for others: a yield, a spin, a sleep.
///
/// The first one changes nothing. Coming round again at the same place while nobody else has done
/// anything, the thread waits until somebody has; or else it goes on by surprise.
pub fn round(place: Place) {
    if std::thread::panicking() {
        return;
    }
    let wait = with(|e| {
        let me = e.current;
        e.steps += 1;
        e.rounds += 1;
        if streak::is_in(e, me) {
            return None;
        }
        goes_round(e, me);
        let now: Vec<u32> = e.threads.iter().map(|thread| thread.steps).collect();
        let others = e.visible - e.threads[me].steps;
        let turn = &mut e.threads[me].turn;
        turn.begins(others);
        turn.rounds += 1;
        let before = turn.round.replace((place, now.clone()));
        if turn.slow > 0 {
            turn.slow -= 1;
            return None;
        }
        // Two calls that take turns are a loop as well.
        let often = turn.rounds > 2 * LOOKS;
        match before {
            Some((before, then)) if before == place && !have_gone_on(e, me, &then, &have_turns(e)) => {
                Some(then)
            }
            _ if often => Some(now),
            _ => None,
        }
    });
    if let Some(then) = wait {
        waits_for_others(then, place);
    }
}

fn waits_for_others(then: Vec<u32>, place: Place) {
    let mut intent = Intent::quiet(place).when(Ready::Progress(then), "goes round and round");
    (intent.touches, intent.weight, intent.spurious) = (None, Weight::Visible, true);
    if reach(intent) == Woken::Spuriously {
        with(|e| e.threads[e.current].turn.slow = SLOW);
    }
}

/// What can happen next, as it is fair: nobody is kept from a turn for ever.
pub(super) fn fair(e: &mut Execution, picks: Picks) -> Picks {
    if let Some(picks) = streak::goes_on(e, &picks) {
        return picks;
    }
    let last = e.last;
    let goes_on = picks.iter().find(|pick| pick.thread == last && pick.woken == Woken::Normally);
    if e.threads[last].turn.slow > 0 {
        // The others are slow, as long as this one is in its loop.
        let turn = &e.threads[last].turn;
        let in_loop = e.threads[last].intent.as_ref().is_some_and(|intent| {
            turn.places.iter().any(|place| ptr::eq(*place, intent.place))
                && turn.since == (steps_of_others(e, last), turn.changes)
        });
        match goes_on {
            Some(pick) if in_loop => return smallvec![pick.clone()],
            _ => e.threads[last].turn.slow = 0,
        }
    }
    if e.in_a_row >= TURN && goes_on.is_some() {
        let mut in_turn = (last + 1..e.threads.len()).chain(0..last);
        if let Some(next) = in_turn.find(|thread| has_turn(e, *thread)) {
            e.hurried = true;
            return smallvec![Pick { thread: next, woken: Woken::Normally, streak: false, cost: 0 }];
        }
    }
    picks
}

/// This thread goes on. Others could, perhaps; or it goes a round alone.
pub(super) fn taken(e: &mut Execution, thread: Thread, others: bool, alone: bool) {
    if thread != e.last {
        (e.in_a_row, e.in_rounds) = (0, 0);
    } else if others {
        e.in_a_row += 1;
    } else if alone && e.in_a_row > e.in_rounds {
        e.in_a_row += ROUND;
        e.in_rounds = e.in_a_row;
    }
}

/// Which of these operations, all ready, a `select` at this place does: the search tries each, but passes over none for ever.
pub fn steers(place: Place, ready: &[usize]) -> usize {
    let overdue = with(|e| {
        let passed = &e.threads[e.current].turn.passed;
        let overdue = passed
            .iter()
            .find(|(at, arm, times)| ptr::eq(*at, place) && *times >= PASSED && ready.contains(arm));
        let overdue = overdue.map(|(_, arm, _)| *arm);
        e.hurried |= overdue.is_some() && ready.len() > 1;
        overdue
    });
    let chosen = overdue.unwrap_or_else(|| ready[choose(ready.len())]);
    with(|e| {
        let passed = &mut e.threads[e.current].turn.passed;
        passed.retain(|(at, arm, _)| !ptr::eq(*at, place) || *arm != chosen && ready.contains(arm));
        for arm in ready.iter().filter(|arm| **arm != chosen) {
            match passed.iter_mut().find(|(at, other, _)| ptr::eq(*at, place) && other == arm) {
                Some((.., times)) => *times += 1,
                None => passed.push((place, *arm, 1)),
            }
        }
    });
    chosen
}

//! Who can go on.

use smallvec::{SmallVec, smallvec};

use super::step::{Intent, Ready, Woken};
use super::{Execution, ObjectId, Thread, streak, turn};

/// After this many steps of others, a time that a thread waits for is over.
const TIME: u32 = 30;

/// How often in one execution somebody may wake up for nothing, but for one [streak]: checks count how often a thread that sleeps
/// has looked.
pub(super) const WAKES: u32 = 2;

/// How often each thread has to go round in vain until they count as waiting: if all are at the end of a round, and if not.
const ROUNDS: u32 = 2;
const MORE_ROUNDS: u32 = 8;

/// A thread that could be picked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pick {
    pub thread: Thread,
    pub woken: Woken,
    /// It is the first of many wake-ups for nothing in a row.
    pub streak: bool,
    /// 1 if another thread that could go on is interrupted, and 1 if it is a surprise.
    pub cost: u32,
}

/// What could happen next: seldom more than four.
pub(super) type Picks = SmallVec<[Pick; 4]>;

#[inline]
pub(super) fn is_ready(e: &Execution, me: Thread, ready: &Ready) -> bool {
    match ready {
        Ready::Always => true,
        Ready::Free(lock) => is_free(e, *lock),
        Ready::NotWritten(lock) => e.objects[*lock].writer.is_none(),
        Ready::Upgradable(lock) => e.objects[*lock].writer.is_none() && e.objects[*lock].upgrader.is_none(),
        Ready::Upgraded(lock) => e.objects[*lock].readers.is_empty(),
        Ready::Behind(lock, mode) => is_ready(e, me, &mode.ready(*lock)) && !writer_waits(e, me, *lock),
        Ready::Notified(lock) => e.threads[me].notified && is_free(e, *lock),
        Ready::Woken => e.threads[me].notified,
        Ready::Unparked => e.threads[me].token,
        Ready::Left(thread) => e.threads[*thread].left,
        Ready::Ended(thread) => e.threads[*thread].ended,
        Ready::Progress(then) => have_gone_on(e, me, then, &have_turns(e)),
        // Decided where it is known what others can do.
        Ready::Quiescence | Ready::OneStep => false,
        Ready::When(can) => can(),
    }
}

pub(super) fn is_free(e: &Execution, lock: ObjectId) -> bool {
    let lock = &e.objects[lock];
    lock.writer.is_none() && lock.readers.is_empty() && lock.upgrader.is_none()
}

/// Whether another waits to write what is read now.
pub(super) fn writer_waits(e: &Execution, me: Thread, lock: ObjectId) -> bool {
    let waits = |thread: Thread| {
        let ready = e.threads[thread].intent.as_ref().map(|intent| &intent.ready);
        thread != me && matches!(ready, Some(Ready::Free(it) | Ready::Upgraded(it)) if *it == lock)
    };
    let object = &e.objects[lock];
    (!object.readers.is_empty() || object.upgrader.is_some()) && (0..e.threads.len()).any(waits)
}

/// Whether a thread could go on, if only once more round its loop.
pub(super) fn could_go_on(e: &Execution, thread: Thread) -> bool {
    e.threads[thread].intent.as_ref().is_some_and(|intent| {
        matches!(intent.ready, Ready::Progress(_))
            || intent.limit.is_some()
            || is_ready(e, thread, &intent.ready)
    })
}

/// Whether a thread could go on, and doesn't go round a loop.
pub(super) fn has_turn(e: &Execution, thread: Thread) -> bool {
    e.threads[thread].intent.as_ref().is_some_and(|intent| {
        !matches!(intent.ready, Ready::Progress(_)) && is_ready(e, thread, &intent.ready)
    })
}

/// Whether the others have gone on since then. Who goes round a loop as well doesn't count: two that
/// wait could keep each other going, and a third from ever having its turn.
///
/// Source: Musuvathi and Qadeer, "Fair Stateless Model Checking" (PLDI 2008).
pub(super) fn have_gone_on(e: &Execution, me: Thread, then: &[u32], have_turns: &[Thread]) -> bool {
    let moved = |thread: Thread| e.threads[thread].steps > then.get(thread).copied().unwrap_or(0);
    let mut others = (0..e.threads.len()).filter(|thread| *thread != me);
    others.any(moved) && !have_turns.iter().any(|thread| *thread != me && !moved(*thread))
}

/// The threads that [have a turn](has_turn).
pub(super) fn have_turns(e: &Execution) -> SmallVec<[Thread; 4]> {
    (0..e.threads.len()).filter(|thread| has_turn(e, *thread)).collect()
}

/// All threads that could go on. Of a hundred that go round, none looks at all others to know it.
fn all_ready(e: &Execution) -> SmallVec<[Thread; 4]> {
    let have_turns = have_turns(e);
    let ready = |thread: &Thread| {
        e.threads[*thread].intent.as_ref().is_some_and(|intent| match &intent.ready {
            Ready::Progress(then) => have_gone_on(e, *thread, then, &have_turns),
            ready => is_ready(e, *thread, ready),
        })
    };
    (0..e.threads.len()).filter(ready).collect()
}

pub(super) fn steps_of_others(e: &Execution, me: Thread) -> u32 {
    e.visible - e.threads[me].steps
}

/// Whether nobody can go on but one who goes round a loop, and waits for somebody.
pub(super) fn goes_round_alone(e: &Execution, picks: &[Pick]) -> bool {
    let rounds = |pick: &Pick| {
        let intent = e.threads[pick.thread].intent.as_ref();
        intent.is_some_and(|intent| {
            matches!(intent.ready, Ready::Progress(_)) && !is_ready(e, pick.thread, &intent.ready)
        })
    };
    picks.iter().all(rounds)
}

/// All that could happen next.
pub(super) fn picks(e: &mut Execution) -> Picks {
    let ready = all_ready(e);
    if let Some(thread) = all_go_round_in_vain(e, &ready) {
        return smallvec![Pick { thread, woken: Woken::Normally, streak: false, cost: 0 }];
    }
    let (picks, spent) = picks_and_spent(e, &ready);
    e.spent |= spent;
    picks
}

/// A thread that waits until nobody else can go on, if all that can have gone round their loops a few times and nobody has
/// changed anything. Two that go round could keep each other going for ever: each takes a lock, finds the next one held, and lets go.
fn all_go_round_in_vain(e: &mut Execution, ready: &[Thread]) -> Option<Thread> {
    let intent = |thread: Thread| e.threads[thread].intent.as_ref();
    let quiet = |intent: &Intent| matches!(intent.ready, Ready::Quiescence);
    let waits = (0..e.threads.len()).find(|thread| intent(*thread).is_some_and(quiet))?;
    let late =
        |thread: Thread| intent(thread).is_some_and(|intent| intent.limit.is_some()) && is_late(e, thread);
    if ready.is_empty() || (0..e.threads.len()).any(late) {
        return None;
    }
    let at_its_end = |thread: Thread| {
        e.threads[thread].intent.as_ref().is_some_and(|one| matches!(one.ready, Ready::Progress(_)))
    };
    let rounds = if ready.iter().all(|thread| at_its_end(*thread)) { ROUNDS } else { MORE_ROUNDS };
    // One that has done something and can't go on any more has changed something.
    let stands = |thread: Thread| {
        let one = &e.threads[thread];
        thread != waits
            && !ready.contains(&thread)
            && one.turn.vain.rounds == 0
            && one.steps > one.turn.vain.steps
    };
    if (0..e.threads.len()).any(stands) {
        turn::begin_again(e);
    }
    ready.iter().for_each(|thread| e.threads[*thread].turn.vain.could = true);
    let vain = e.threads.iter().map(|one| &one.turn.vain);
    let all = vain.filter(|vain| vain.could).all(|vain| vain.rounds >= rounds);
    all.then_some(waits)
}

/// And whether there were more, by one more surprise.
fn picks_and_spent(e: &Execution, ready: &[Thread]) -> (Picks, bool) {
    let (mut picks, mut held_up, mut spent) =
        (Picks::new(), SmallVec::<[(Thread, &Intent); 4]>::new(), false);
    let waiting = |thread: Thread| e.threads[thread].intent.as_ref().map(|intent| (thread, intent));
    for (thread, intent) in (0..e.threads.len()).filter_map(waiting) {
        if ready.binary_search(&thread).is_ok() {
            picks.push(Pick { thread, woken: Woken::Normally, streak: false, cost: 0 });
        } else {
            held_up.push((thread, intent));
        }
    }
    let goes_on = picks.iter().any(|pick| pick.thread == e.last);
    for pick in &mut picks {
        pick.cost = u32::from(goes_on && pick.thread != e.last);
    }
    let others = !picks.is_empty();
    let late = |(thread, intent): &&(Thread, &Intent)| intent.limit.is_some() && is_late(e, *thread);
    if let Some((thread, _)) = held_up.iter().find(late) {
        // Time goes on, whatever others do.
        return (smallvec![Pick { thread: *thread, woken: Woken::TimeOver, streak: false, cost: 0 }], false);
    }
    let stepped = |(thread, intent): &&(Thread, &Intent)| {
        matches!(intent.ready, Ready::OneStep) && steps_of_others(e, *thread) > e.threads[*thread].since
    };
    if let Some((thread, _)) = held_up.iter().find(stepped) {
        return (smallvec![Pick { thread: *thread, woken: Woken::Normally, streak: false, cost: 0 }], false);
    }
    let quiet = |(_, intent): &&(Thread, &Intent)| matches!(intent.ready, Ready::Quiescence | Ready::OneStep);
    if let (false, Some((thread, _))) = (others, held_up.iter().find(quiet)) {
        // Nobody else can go on, but for one whose time may be over soon.
        return (smallvec![Pick { thread: *thread, woken: Woken::Normally, streak: false, cost: 0 }], false);
    }
    for (thread, intent) in held_up {
        let rounds = matches!(intent.ready, Ready::Progress(_));
        let wakes = streak::may_wake(e, intent);
        let cost = 1 + u32::from(goes_on);
        if others && e.surprises == 0 {
            spent |= intent.limit.is_some() || rounds || wakes;
            continue;
        }
        if intent.limit.is_some() {
            // A time can be over while another holds the lock; then it waits for that one.
            let cost = if others { cost } else { 0 };
            picks.push(Pick { thread, woken: Woken::TimeOver, streak: false, cost });
        }
        if !others {
            continue;
        }
        if rounds {
            picks.push(Pick { thread, woken: Woken::Spuriously, streak: false, cost });
        } else if wakes && e.wakes >= WAKES {
            spent = true;
        } else if wakes {
            picks.push(Pick { thread, woken: Woken::Spuriously, streak: false, cost });
            if e.streaks && e.wakes == 0 {
                picks.push(Pick { thread, woken: Woken::Spuriously, streak: true, cost });
            }
        }
    }
    if picks.is_empty() {
        // Nobody can go on but who goes round a loop: one after the other.
        let rounds = |(_, intent): &(Thread, &Intent)| matches!(intent.ready, Ready::Progress(_));
        let mut in_turn = (e.last + 1..e.threads.len()).chain(0..=e.last).filter_map(waiting);
        if let Some((thread, _)) = in_turn.find(rounds) {
            picks.push(Pick { thread, woken: Woken::Normally, streak: false, cost: 0 });
        }
    }
    // The thread that goes on comes first, so that the simplest order is tried first.
    picks.sort_by_key(|pick| (pick.cost, pick.thread != e.last, pick.thread));
    (picks, spent)
}

pub(super) fn circle(e: &Execution) -> Vec<Thread> {
    let waits_for = |thread: Thread| match e.threads[thread].intent.as_ref()?.ready {
        Ready::Free(lock) | Ready::NotWritten(lock) => e.objects[lock].writer,
        _ => None,
    };
    let in_circle = |thread: &Thread| {
        let mut next = waits_for(*thread);
        for _ in 0..e.threads.len() {
            match next {
                Some(found) if found == *thread => return true,
                Some(other) => next = waits_for(other),
                None => return false,
            }
        }
        false
    };
    (0..e.threads.len()).filter(in_circle).collect()
}

/// Whether a thread that waits for a time has seen enough of the others.
pub(super) fn is_late(e: &Execution, thread: Thread) -> bool {
    steps_of_others(e, thread) > e.threads[thread].since + TIME
}

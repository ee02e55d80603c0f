//! Data races: two threads access a cell, one of them writes, and neither access happens before the other.
//!
//! Each thread counts its accesses to cells, and its knowledge says how many of every other thread's happened before. So a race
//! is found in whatever order the two come (vector clocks).
//!
//! Source: Flanagan and Freund, "FastTrack: Efficient and Precise Dynamic Race Detection" (PLDI 2009).

use std::sync::atomic::{AtomicBool, Ordering};

use super::memory::{acquires, needs_memory, releases};
use super::record::{shown, tell};
use super::{Execution, ObjectId, Place, Thread, refuse_as, with};
use crate::name;
use crate::report::Kind;
use crate::usage::{Part, Use, overlap};

/// An access to a cell.
#[derive(Clone, Debug)]
pub(super) struct Accessed {
    by: Thread,
    /// Which of the accesses of its thread it was, from 1.
    number: u32,
    place: Place,
    writes: bool,
    /// What it accesses of the value in the cell.
    part: Part,
}

/// A load whose store said more than the load has learnt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unheard {
    pub atomic: ObjectId,
    /// Which store it read, from 1.
    pub store: u32,
    pub order: Ordering,
    pub place: Place,
}

static IGNORED: AtomicBool = AtomicBool::new(false);

/// From now on, data races are not looked for in this process: the program has orders between its threads that are not seen.
pub fn ignore_races() {
    IGNORED.store(true, Ordering::Relaxed);
}

fn are_looked_for() -> bool {
    !std::thread::panicking() && !IGNORED.load(Ordering::Relaxed)
}

/// The current thread reads or writes what is in a cell. Ends the execution if that is a data race.
pub fn access(cell: ObjectId, how: Use, place: Place) {
    if !are_looked_for() {
        return;
    }
    let verb = if how.writes { "writes" } else { "reads" };
    let race = races(cell, how, place);
    tell(Some(place), |name| format!("{verb} {}", name(cell)));
    if let Some(message) = race {
        refuse_as(Kind::Race, message);
    }
}

/// The current thread has a cell to itself, or so unsafe code says. Ends the execution if that is a data race, and is no step.
pub fn owns(cell: ObjectId, place: Place) {
    if are_looked_for()
        && let Some(message) = races(cell, Use { writes: true, part: Part::default() }, place)
    {
        refuse_as(Kind::Race, message);
    }
}

/// Keeps what is accessed, and says with what that is a data race.
fn races(cell: ObjectId, Use { writes, part }: Use, place: Place) -> Option<String> {
    with(|e| {
        if !e.seen.memory {
            needs_memory(e);
            return None;
        }
        let by = e.current;
        let number = e.threads[by].knows.count_access(by);
        let object = &mut e.objects[cell];
        let knows = &e.threads[by].knows;
        let this = Accessed { by, number, place, writes, part };
        let races = |other: &&Accessed| {
            let unordered = other.number > knows.accesses(other.by);
            (other.writes || writes) && overlap(&other.part, &this.part) && unordered
        };
        let race = object.accesses.iter().find(races).cloned();
        // From now on, this one stands for those that are forgotten here: what races with one of them races with this one, too.
        object.accesses.retain(|other| {
            let covers = this.part.len() <= other.part.len() && overlap(&this.part, &other.part);
            let again = other.part == this.part;
            !(covers && writes || (covers || again) && other.by == by && other.writes <= writes)
        });
        object.accesses.push(this.clone());
        race.map(|other| message(e, cell, &this, &other))
    })
}

fn message(e: &Execution, cell: ObjectId, this: &Accessed, other: &Accessed) -> String {
    let verb = |access: &Accessed| if access.writes { "writes" } else { "reads" };
    let object = name_of(e, cell);
    let (me, they) = (shown(e, this.by), shown(e, other.by));
    let file = |access: &Accessed| name::file(access.place.file());
    let one_file = file(this) == file(other);
    let line = |access: &Accessed| {
        let line = access.place.line();
        if one_file { format!("line {line}") } else { format!("line {line} of {}", file(access)) }
    };
    format!(
        "data race: {me} {} {object} in {}, and {they} {} it in {}, with nothing that orders the two. {}",
        verb(this),
        line(this),
        verb(other),
        line(other),
        missing(e, this, other)
    )
}

/// What would have ordered the two: the latest load of this thread that read a store which the other one did after its access.
fn missing(e: &Execution, this: &Accessed, other: &Accessed) -> String {
    let came_after = |unheard: &&Unheard| {
        // The orderings of an `Arc` are not the program's.
        if ["Arc", "Weak"].contains(&e.objects[unheard.atomic].kind) {
            return false;
        }
        let store = &e.objects[unheard.atomic].stores[unheard.store as usize - 1];
        store.accesses.of(other.by) >= other.number
    };
    let Some(unheard) = e.threads[this.by].unheard.iter().rev().find(came_after) else {
        return "A lock around both would, or a Release store after the first that an Acquire load reads before the second."
            .to_owned();
    };
    let store = &e.objects[unheard.atomic].stores[unheard.store as usize - 1];
    let atomic = name_of(e, unheard.atomic);
    let (me, they) = (shown(e, this.by), shown(e, store.by));
    let mut changes = Vec::new();
    if !releases(store.order) {
        changes.push(format!("the store of {they} in line {} would have to be Release", store.place.line()));
    }
    if !acquires(unheard.order) {
        changes.push(format!("the load in line {} would have to be Acquire", unheard.place.line()));
    }
    if changes.is_empty() {
        // A release sequence was broken, or a fence is missing.
        changes.push("something between the two is too weak".to_owned());
    }
    format!("{me} has read {atomic}, but {}.", changes.join(", and "))
}

fn name_of(e: &Execution, object: ObjectId) -> String {
    let known = &e.objects[object];
    if known.name.is_empty() { format!("a {}", known.kind) } else { format!("`{}`", known.name) }
}

//! What each thread knows of what others have written, and so which old values a load may still read.
//!
//! The stores to an atomic have one order, the one in which they are done. A thread's [`Knowledge`] says of each atomic
//! which store is the oldest that the thread may still read. A load reads that one or a newer one, and none that is older
//! from then on. A store that releases takes what its thread knows along; a load that acquires learns it. So does
//! everything else that orders two threads: the stand-ins call [`knowledge`] and [`learn`] where std promises it.
//!
//! `SeqCst` has one more rule: all such accesses and fences have one order that all threads agree on, here the one in which
//! they are done. So a `SeqCst` load reads nothing older than what a `SeqCst` access before it has written or read, and a
//! `SeqCst` fence exchanges what its thread knows with what such fences and stores before it knew.
//!
//! Nothing comes out that C++20 forbids. It allows more than is tried: a load that reads from a store that is done later
//! (load buffering), two threads whose stores to two atomics take effect in opposite orders (2+2W, S), a weaker store that is
//! seen before a `SeqCst` store of its thread that stands before it, and an old value for a `compare_exchange` that fails.
//!
//! None of this is kept while a program has no access that is weaker than `SeqCst`.
//!
//! Sources: the C++20 standard, [atomics.order], which the Rust reference adopts; Kang and others, "A Promising Semantics for
//! Relaxed-Memory Concurrency" (POPL 2017), for views; Lahav and others, "Repairing Sequential Consistency in C/C++11"
//! (PLDI 2017), for fences.

use std::sync::Arc;
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Release, SeqCst};

use smallvec::SmallVec;

use super::race::Unheard;
use super::step::{Access, Intent, Weight};
use super::{Execution, ObjectId, Place, Thread, reach, see_more, touch_in, unlikely, with};

/// What one thread knows, and hands on to others.
///
/// Cheap to clone: a copy is made only when one of two is changed.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    /// Of each atomic: the oldest store that may still be read, where 0 is the value that the atomic was made with.
    stores: Numbers,
    /// Of each thread: how many of its accesses to cells happened before.
    accesses: Numbers,
}

/// A number for each object or thread, 0 where none was set.
#[derive(Clone, Debug, Default)]
pub(super) struct Numbers(Option<Arc<SmallVec<[u32; 8]>>>);

impl Numbers {
    fn all(&self) -> &[u32] {
        self.0.as_ref().map_or(&[], |numbers| numbers)
    }

    pub(super) fn of(&self, which: usize) -> u32 {
        self.all().get(which).copied().unwrap_or(0)
    }

    fn raise(&mut self, which: usize, to: u32) {
        if self.of(which) < to {
            let numbers = Arc::make_mut(self.0.get_or_insert_default());
            if numbers.len() <= which {
                numbers.resize(which + 1, 0);
            }
            numbers[which] = to;
        }
    }

    fn add(&mut self, other: &Numbers) {
        match (&self.0, &other.0) {
            (_, None) => {}
            (Some(mine), Some(theirs)) if Arc::ptr_eq(mine, theirs) => {}
            // Then both share one copy.
            _ if other.has_all(self) => self.0.clone_from(&other.0),
            _ => other.all().iter().enumerate().for_each(|(which, to)| self.raise(which, *to)),
        }
    }

    fn has_all(&self, other: &Numbers) -> bool {
        other.all().iter().enumerate().all(|(which, number)| self.of(which) >= *number)
    }
}

impl Knowledge {
    /// One more access of this thread to a cell. Returns which of its accesses it is.
    pub(super) fn count_access(&mut self, of: Thread) -> u32 {
        let number = self.accesses.of(of) + 1;
        self.accesses.raise(of, number);
        number
    }

    /// How many accesses of this thread to cells happened before.
    pub(super) fn accesses(&self, of: Thread) -> u32 {
        self.accesses.of(of)
    }

    pub(super) fn add(&mut self, other: &Knowledge) {
        self.stores.add(&other.stores);
        self.accesses.add(&other.accesses);
    }

    fn is_nothing(&self) -> bool {
        self.stores.0.is_none() && self.accesses.0.is_none()
    }
}

/// What the fences of a thread need.
#[derive(Default)]
pub(super) struct Fences {
    /// What came with the values that it has read without acquiring them.
    unacquired: Knowledge,
    /// What it knew at its last fence that releases.
    released: Knowledge,
}

/// A store to an atomic: its first one, or a later one.
pub(super) struct Store {
    /// The bits that were there before.
    was: u64,
    is: u64,
    pub by: Thread,
    /// What a load that acquires learns from it.
    tells: Knowledge,
    /// How many accesses to cells happened before, for the words of a data race.
    pub accesses: Numbers,
    pub order: Ordering,
    pub place: Place,
}

/// What a load reads, if not the newest value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Old {
    /// The bits of the value.
    pub bits: u64,
    /// Who wrote the next value after it.
    pub overwritten_by: Thread,
    /// The bits of that.
    pub overwritten_with: u64,
}

pub(super) fn acquires(order: Ordering) -> bool {
    matches!(order, Acquire | AcqRel | SeqCst)
}

pub(super) fn releases(order: Ordering) -> bool {
    matches!(order, Release | AcqRel | SeqCst)
}

/// Another step of this program needs what is kept here: from the start, in a new search.
pub(super) fn needs_memory(e: &mut Execution) {
    if e.seen.old_values {
        see_more(e, |seen| seen.memory = true);
    }
}

/// The current thread reads an atomic: the newest value, which is `None`, or by choice of the search an old one.
pub fn load(atomic: ObjectId, order: Ordering, place: Place) -> Option<Old> {
    let oldest = with(|e| {
        if !e.seen.memory {
            if order != SeqCst || e.weak_stores {
                needs_memory(e);
            }
            return None;
        }
        if e.seen.newest {
            return Some(e.objects[atomic].stores.len() as u32);
        }
        let known = e.threads[e.current].knows.stores.of(atomic);
        Some(if order == SeqCst { known.max(e.sequential.stores.of(atomic)) } else { known })
    })?;
    let newest = with(|e| e.objects[atomic].stores.len() as u32);
    let read = newest - unlikely((newest - oldest) as usize + 1) as u32;
    with(|e| {
        sees(e, atomic, read, order, place);
        let next = e.objects[atomic].stores.get(read as usize)?;
        e.read_old = true;
        Some(Old { bits: next.was, overwritten_by: next.by, overwritten_with: next.is })
    })
}

/// The current thread reads the newest value, in a step that may also write.
pub fn load_newest(atomic: ObjectId, order: Ordering, place: Place) {
    with(|e| {
        if e.seen.memory {
            let newest = e.objects[atomic].stores.len() as u32;
            sees(e, atomic, newest, order, place);
        }
    });
}

fn sees(e: &mut Execution, atomic: ObjectId, store: u32, order: Ordering, place: Place) {
    let me = &mut e.threads[e.current];
    if let Some(before) = store.checked_sub(1) {
        let read = &e.objects[atomic].stores[before as usize];
        if acquires(order) {
            me.knows.add(&read.tells)
        } else {
            me.fences.unacquired.add(&read.tells)
        }
        if read.by != e.current && read.accesses.0.is_some() {
            me.unheard.push(Unheard { atomic, store, order, place });
        }
    }
    me.knows.stores.raise(atomic, store);
    if order == SeqCst && e.sequential.stores.of(atomic) < store {
        e.sequential.stores.raise(atomic, store);
        // What another `SeqCst` load may read depends on it, so the two can't be exchanged.
        touch_in(e, atomic);
    }
}

/// The current thread writes the bits `is` to an atomic, in which those of `was` were.
pub fn store(atomic: ObjectId, order: Ordering, change: [u64; 2], place: Place) {
    with(|e| {
        e.weak_stores |= order != SeqCst;
        if e.seen.memory {
            adds_store(e, atomic, order, change, false, place);
        } else if order != SeqCst {
            needs_memory(e);
        }
    });
}

/// The current thread reads the newest value and writes another, in one step. So a load that acquires the new value learns what
/// came with the old one, too (a release sequence).
pub fn exchange(atomic: ObjectId, order: Ordering, change: [u64; 2], place: Place) {
    with(|e| {
        e.exchanges += 1;
        adds_exchange(e, atomic, order, change, place);
    });
}

fn adds_exchange(e: &mut Execution, atomic: ObjectId, order: Ordering, change: [u64; 2], place: Place) {
    e.weak_stores |= order != SeqCst;
    if e.seen.memory {
        let newest = e.objects[atomic].stores.len() as u32;
        sees(e, atomic, newest, order, place);
        adds_store(e, atomic, order, change, true, place);
    }
}

fn adds_store(
    e: &mut Execution,
    atomic: ObjectId,
    order: Ordering,
    [was, is]: [u64; 2],
    exchanges: bool,
    place: Place,
) {
    let by = e.current;
    let me = &mut e.threads[by];
    let stores = &mut e.objects[atomic].stores;
    let number = stores.len() as u32 + 1;
    me.knows.stores.raise(atomic, number);
    let mut tells = if releases(order) { me.knows.clone() } else { me.fences.released.clone() };
    // One that acquires and releases tells it anyway.
    if let (true, Some(before)) = (exchanges && !(acquires(order) && releases(order)), stores.last()) {
        tells.add(&before.tells);
    }
    stores.push(Store { was, is, by, tells, accesses: me.knows.accesses.clone(), order, place });
    if order == SeqCst {
        e.sequential.stores.raise(atomic, number);
    }
}

/// The current thread changes the count of an `Arc`, in one step that reads the newest one. This alone is no reason to keep
/// what is kept here: a count can't be written without reading it.
pub fn changes_count(count: impl FnOnce() -> ObjectId, order: Ordering, change: [u64; 2], place: Place) {
    if with(|e| e.seen.memory) {
        let atomic = count();
        with(|e| adds_exchange(e, atomic, order, change, place));
    }
}

/// The current thread reads the newest count of an `Arc`, in a step that could have changed it.
pub fn reads_count(count: impl FnOnce() -> ObjectId, order: Ordering, place: Place) {
    if with(|e| e.seen.memory) {
        load_newest(count(), order, place);
    }
}

/// What stands for the one order of all that is `SeqCst`, which a fence can't be exchanged with.
const SEQUENTIAL: ObjectId = ObjectId::MAX;

/// A step at an atomic.
pub fn atomic_step(atomic: ObjectId, access: Access, order: Ordering, place: Place) -> Intent {
    let intent = Intent::new(atomic, access, place);
    if order == SeqCst && with(|e| e.seen.fences) { intent.and(SEQUENTIAL, Access::Read) } else { intent }
}

/// A fence of the current thread. One that is `SeqCst` is a step that others can see.
pub fn fence(order: Ordering, place: Place) {
    let memory = with(|e| {
        if e.seen.memory && order == SeqCst && !e.seen.fences {
            see_more(e, |seen| seen.fences = true);
        }
        e.seen.memory
    });
    if !memory {
        return;
    }
    if order == SeqCst {
        let mut intent = Intent::new(SEQUENTIAL, Access::Write, place);
        intent.weight = Weight::Visible;
        reach(intent);
    }
    with(|e| {
        let me = &mut e.threads[e.current];
        if acquires(order) {
            me.knows.add(&me.fences.unacquired);
        }
        if order == SeqCst {
            me.knows.add(&e.sequential);
            e.sequential = me.knows.clone();
        }
        if releases(order) {
            me.fences.released = me.knows.clone();
        }
    });
}

/// What the current thread knows, to be left for others who [`learn`] it.
pub fn knowledge() -> Knowledge {
    with(|e| if e.seen.memory { e.threads[e.current].knows.clone() } else { Knowledge::default() })
}

/// From now on the current thread knows this as well.
pub fn learn(of: &Knowledge) {
    if !of.is_nothing() {
        with(|e| e.threads[e.current].knows.add(of));
    }
}

/// The current thread leaves what it knows at an object, for all who [`learn_at`] it.
pub fn leave_at(object: ObjectId) {
    with(|e| {
        if e.seen.memory {
            let knows = e.threads[e.current].knows.clone();
            e.objects[object].left.add(&knows);
        }
    });
}

/// The current thread learns what was left at an object.
pub fn learn_at(object: ObjectId) {
    with(|e| {
        if e.seen.memory {
            let left = e.objects[object].left.clone();
            e.threads[e.current].knows.add(&left);
        }
    });
}

/// What a lock hands on to the one who takes it: what all knew who held it to write, and to a writer what its readers knew, too.
pub(super) fn locked(e: &mut Execution, lock: ObjectId, write: bool) {
    if e.seen.memory {
        let (object, me) = (&e.objects[lock], &mut e.threads[e.current]);
        me.knows.add(&object.left);
        if write {
            me.knows.add(&object.left_by_readers);
        }
    }
}

/// The counterpart of [`locked`].
pub(super) fn unlocks(e: &mut Execution, lock: ObjectId, write: bool) {
    if e.seen.memory {
        let (object, me) = (&mut e.objects[lock], &e.threads[e.current]);
        let left = if write { &mut object.left } else { &mut object.left_by_readers };
        left.add(&me.knows);
    }
}

/// The current thread learns what another knew, which has ended.
pub fn learn_from(thread: Thread) {
    with(|e| {
        if e.seen.memory {
            let knew = e.threads[thread].knows.clone();
            e.threads[e.current].knows.add(&knew);
        }
    });
}

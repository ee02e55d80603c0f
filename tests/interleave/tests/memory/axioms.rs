//! What C++20 says of a program, by its axioms and without running it.
//!
//! An execution is a choice, for each load, of the store that it reads from, and for each atomic of an order of its stores
//! (the modification order). It is allowed if the two agree with what happens before what, and if there is one order of all
//! that is `SeqCst` as [atomics.order] wants it. All choices are tried.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst};

use crate::program::{Kind, Op, Outcome, Program};

/// The outcomes of a program.
pub struct Verdict {
    /// Those that C++20 allows.
    pub allowed: BTreeSet<Outcome>,
    /// Those of them that some order of all steps leads to, in which each load comes after the store that it reads from, and the stores
    /// to an atomic come in its modification order.
    pub in_some_order: BTreeSet<Outcome>,
}

/// A relation between events: for each one, a bit for every one that it holds to.
#[derive(Clone, PartialEq)]
struct Relation(Vec<u32>);

impl Relation {
    fn of(events: usize, holds: impl Fn(usize, usize) -> bool) -> Self {
        let bits = |a: usize| (0..events).filter(|b| holds(a, *b)).fold(0, |bits, b| bits | 1 << b);
        Relation((0..events).map(bits).collect())
    }

    fn has(&self, a: usize, b: usize) -> bool {
        self.0[a] >> b & 1 == 1
    }

    /// Holds from a to c if this holds from a to b, and the other from b to c.
    fn then(&self, other: &Relation) -> Relation {
        let bits = |row: &u32| {
            let (mut left, mut bits) = (*row, 0);
            while left != 0 {
                bits |= other.0[left.trailing_zeros() as usize];
                left &= left - 1;
            }
            bits
        };
        Relation(self.0.iter().map(bits).collect())
    }

    fn or(&self, other: &Relation) -> Relation {
        Relation(self.0.iter().zip(&other.0).map(|(a, b)| a | b).collect())
    }

    /// This, and from every event to itself.
    fn or_same(&self) -> Relation {
        Relation(self.0.iter().enumerate().map(|(a, bits)| bits | 1 << a).collect())
    }

    fn closure(mut self) -> Relation {
        for through in 0..self.0.len() {
            for a in 0..self.0.len() {
                if self.has(a, through) {
                    self.0[a] |= self.0[through];
                }
            }
        }
        self
    }

    fn is_irreflexive(&self) -> bool {
        (0..self.0.len()).all(|a| !self.has(a, a))
    }

    fn is_acyclic(&self) -> bool {
        self.clone().closure().is_irreflexive()
    }
}

/// All events of a program: its steps, thread after thread, and then the stores that its atomics begin with.
struct Events {
    ops: Vec<Op>,
    /// The thread of each step; none for the first stores.
    threads: Vec<Option<usize>>,
    steps: usize,
}

impl Events {
    fn of(program: &Program) -> Self {
        let threads = program.0.iter().enumerate();
        let steps: Vec<(Op, Option<usize>)> =
            threads.flat_map(|(thread, ops)| ops.iter().map(move |op| (*op, Some(thread)))).collect();
        let first = |at| (Op { kind: Kind::Store, at, value: 0, order: Relaxed }, None);
        let all = steps.iter().copied().chain((0..program.atomics()).map(first));
        let (ops, threads) = all.unzip();
        Events { ops, threads, steps: steps.len() }
    }

    fn is_fence(&self, event: usize) -> bool {
        self.ops[event].kind == Kind::Fence
    }

    fn same_atomic(&self, a: usize, b: usize) -> bool {
        !self.is_fence(a) && !self.is_fence(b) && self.ops[a].at == self.ops[b].at
    }

    /// Whether it synchronizes with what acquires, or as a fence helps the stores after it to.
    fn releases(&self, event: usize) -> bool {
        self.ops[event].kind != Kind::Load && matches!(self.ops[event].order, Release | AcqRel | SeqCst)
    }

    fn acquires(&self, event: usize) -> bool {
        self.ops[event].kind != Kind::Store && matches!(self.ops[event].order, Acquire | AcqRel | SeqCst)
    }
}

/// Judges every execution of the program.
pub fn judge(program: &Program) -> Verdict {
    let events = &Events::of(program);
    let n = events.ops.len();
    let atomics = program.atomics();
    let readers: Vec<usize> = (0..events.steps).filter(|event| events.ops[*event].reads()).collect();
    let writers = |at: usize| {
        (0..events.steps).filter(move |event| events.ops[*event].writes() && events.ops[*event].at == at)
    };
    let sources: Vec<Vec<usize>> = readers
        .iter()
        .map(|reader| {
            let at = events.ops[*reader].at;
            writers(at).filter(|writer| writer != reader).chain([events.steps + at]).collect()
        })
        .collect();
    let orders: Vec<Vec<Vec<usize>>> =
        (0..atomics).map(|at| permutations(&writers(at).collect::<Vec<_>>())).collect();
    let sequenced = Relation::of(n, |a, b| match (events.threads[a], events.threads[b]) {
        (None, Some(_)) => true,
        (one, other) => one.is_some() && one == other && a < b,
    });
    let mut verdict = Verdict { allowed: BTreeSet::new(), in_some_order: BTreeSet::new() };
    for_each_choice(&sources, &mut |from| {
        let reads_from = Relation::of(n, |a, b| {
            readers.iter().zip(from).any(|(reader, writer)| (*writer, *reader) == (a, b))
        });
        let Some(before) = Before::of(events, &sequenced, &reads_from) else { return };
        for_each_choice(&orders, &mut |modified| {
            let execution = Execution { events, sequenced: &sequenced, reads_from: &reads_from };
            let position = |event: usize| {
                modified[events.ops[event].at]
                    .iter()
                    .position(|writer| *writer == event)
                    .map_or(0, |at| at + 1)
            };
            let modification = Relation::of(n, |a, b| {
                let both = events.ops[a].writes() && events.ops[b].writes() && events.same_atomic(a, b);
                both && position(a) < position(b)
            });
            let Some((allowed, in_some_order)) = execution.judge(&before, &modification) else { return };
            let outcome = Outcome {
                read: from.iter().map(|writer| events.ops[*writer].value).collect(),
                last: modified
                    .iter()
                    .map(|all| all.last().map_or(0, |last| events.ops[*last].value))
                    .collect(),
            };
            if in_some_order {
                verdict.in_some_order.insert(outcome.clone());
            }
            if allowed {
                verdict.allowed.insert(outcome);
            }
        });
    });
    verdict
}

/// What comes before what, whatever the modification orders.
struct Before {
    synchronizes: Relation,
    happens: Relation,
}

impl Before {
    /// `None` if something would happen before itself.
    fn of(events: &Events, sequenced: &Relation, reads_from: &Relation) -> Option<Self> {
        let n = events.ops.len();
        // A release sequence: a store, the swap that reads from it, the swap that reads from that, and so on.
        let exchanged = Relation::of(n, |a, b| reads_from.has(a, b) && events.ops[b].kind == Kind::Swap);
        let release_sequence = exchanged.closure().or_same();
        let begins = Relation::of(n, |a, store| {
            events.releases(a)
                && events.ops[store].writes()
                && (a == store || events.is_fence(a) && sequenced.has(a, store))
        });
        let ends = Relation::of(n, |load, b| {
            events.acquires(b)
                && events.ops[load].reads()
                && (load == b || events.is_fence(b) && sequenced.has(load, b))
        });
        let synchronizes = begins.then(&release_sequence).then(reads_from).then(&ends);
        let happens = sequenced.or(&synchronizes).closure();
        happens.is_irreflexive().then_some(Before { synchronizes, happens })
    }
}

struct Execution<'a> {
    events: &'a Events,
    sequenced: &'a Relation,
    reads_from: &'a Relation,
}

impl Execution<'_> {
    /// Whether C++20 allows it, and whether it has an order of all steps; `None` if an atomic is not coherent.
    fn judge(&self, before: &Before, modification: &Relation) -> Option<(bool, bool)> {
        let (events, n) = (self.events, self.events.ops.len());
        let reads_before = Relation::of(n, |reader, writer| {
            reader != writer
                && (0..n).any(|from| self.reads_from.has(from, reader) && modification.has(from, writer))
        });
        let coherence = self.reads_from.or(modification).or(&reads_before).closure();
        let exchanges_are_one_step =
            (0..events.steps).filter(|event| events.ops[*event].kind == Kind::Swap).all(|swap| {
                (0..n).any(|from| self.reads_from.has(from, swap) && modification.has(from, swap))
                    && !(0..n).any(|writer| reads_before.has(swap, writer) && modification.has(writer, swap))
            });
        if !exchanges_are_one_step
            || !coherence.is_irreflexive()
            || !before.happens.then(&coherence).is_irreflexive()
        {
            return None;
        }
        // [atomics.order], 4: what has to be in the one order of all that is SeqCst.
        let sequential = |event: usize| events.ops[event].order == SeqCst;
        let access = Relation::of(n, |a, b| a == b && sequential(a) && !events.is_fence(a));
        let fence = Relation::of(n, |a, b| a == b && sequential(a) && events.is_fence(a));
        let from = access.or(&fence.then(&before.happens));
        let to = access.or(&before.happens.then(&fence));
        let ordered = from.then(&coherence).then(&to);
        let any = access.or(&fence);
        let strongly = any.then(&self.strongly_happens_before(before)).then(&any);
        let allowed = ordered.or(&strongly).is_acyclic();
        let everything = self.sequenced.or(self.reads_from).or(modification).or(&ordered);
        Some((allowed, everything.is_acyclic()))
    }

    /// [intro.races]: a step of the same thread; or what synchronizes if both are SeqCst; or what happens before, with a step of the same
    /// thread before and after.
    fn strongly_happens_before(&self, before: &Before) -> Relation {
        let events = self.events;
        let sequential = |event: usize| events.ops[event].order == SeqCst && !events.is_fence(event);
        let both = Relation::of(events.ops.len(), |a, b| {
            before.synchronizes.has(a, b) && sequential(a) && sequential(b)
        });
        let between = self.sequenced.then(&before.happens).then(self.sequenced);
        self.sequenced.or(&both).or(&between).closure()
    }
}

fn permutations(of: &[usize]) -> Vec<Vec<usize>> {
    let Some((first, rest)) = of.split_first() else { return vec![Vec::new()] };
    let with_first = |rest: Vec<usize>| {
        (0..=rest.len()).map(move |at| {
            let mut all = rest.clone();
            all.insert(at, *first);
            all
        })
    };
    permutations(rest).into_iter().flat_map(with_first).collect()
}

/// Calls `then` with one of each list, in every way to choose.
fn for_each_choice<T: Clone>(of: &[Vec<T>], then: &mut dyn FnMut(&[T])) {
    fn go<T: Clone>(of: &[Vec<T>], chosen: &mut Vec<T>, then: &mut dyn FnMut(&[T])) {
        let Some(list) = of.get(chosen.len()) else { return then(chosen) };
        for one in list {
            chosen.push(one.clone());
            go(of, chosen, then);
            chosen.pop();
        }
    }
    go(of, &mut Vec::new(), then);
}

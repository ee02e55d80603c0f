//! Small programs of loads, stores, swaps and fences: written down as Rust, run by the explorer.

use std::fmt;
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicU32, fence};
use std::thread;

/// The atomics that a program can name.
pub const NAMES: [&str; 4] = ["x", "y", "z", "w"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Load,
    Store,
    Swap,
    Fence,
}

/// One step of a thread. A fence is at no atomic, and only a store or a swap writes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Op {
    pub kind: Kind,
    pub at: usize,
    pub value: u32,
    pub order: Ordering,
}

impl Op {
    pub fn writes(&self) -> bool {
        matches!(self.kind, Kind::Store | Kind::Swap)
    }

    pub fn reads(&self) -> bool {
        matches!(self.kind, Kind::Load | Kind::Swap)
    }
}

/// The steps of each thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program(pub Vec<Vec<Op>>);

/// What the threads read, one thread after the other, and what is in the atomics at the end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Outcome {
    pub read: Vec<u32>,
    pub last: Vec<u32>,
}

impl Program {
    /// Reads a program from its text: threads with `‖` between them, steps with `;`, each as in Rust.
    pub fn parse(text: &str) -> Self {
        let step = |step: &str| Op::parse(step.trim()).unwrap_or_else(|| panic!("not a step: {step}"));
        Program(text.split('‖').map(|thread| thread.trim().split(';').map(step).collect()).collect())
    }

    /// How many atomics it uses.
    pub fn atomics(&self) -> usize {
        let steps = self.0.iter().flatten().filter(|op| op.kind != Kind::Fence);
        steps.map(|op| op.at + 1).max().unwrap_or(0)
    }

    /// Runs it once: with the stand-in's atomics, in the order that the explorer has chosen.
    pub fn run(&self) -> Outcome {
        let numbers = [const { AtomicU32::new(0) }; NAMES.len()];
        let numbers = &numbers[..self.atomics()];
        let thread = |ops: &[Op]| -> Vec<u32> {
            let step = |op: &Op| match op.kind {
                Kind::Load => Some(numbers[op.at].load(op.order)),
                Kind::Swap => Some(numbers[op.at].swap(op.value, op.order)),
                Kind::Store => {
                    numbers[op.at].store(op.value, op.order);
                    None
                }
                Kind::Fence => {
                    fence(op.order);
                    None
                }
            };
            ops.iter().filter_map(step).collect()
        };
        let read = thread::scope(|scope| {
            let threads: Vec<_> = self.0.iter().map(|ops| scope.spawn(|| thread(ops))).collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
        });
        Outcome { read, last: numbers.iter().map(|number| number.load(Relaxed)).collect() }
    }
}

impl Op {
    fn parse(step: &str) -> Option<Self> {
        let (call, arguments) = step.strip_suffix(')')?.split_once('(')?;
        let arguments: Vec<&str> = arguments.split(',').map(str::trim).collect();
        let order = [Relaxed, Acquire, Release, AcqRel, SeqCst];
        let order =
            order.into_iter().find(|order| arguments.last() == Some(&format!("{order:?}").as_str()))?;
        if call == "fence" {
            return Some(Op { kind: Kind::Fence, at: 0, value: 0, order });
        }
        let (name, method) = call.split_once('.')?;
        let at = NAMES.iter().position(|known| *known == name)?;
        let (kind, values) = match method {
            "load" => (Kind::Load, 0),
            "store" => (Kind::Store, 1),
            "swap" => (Kind::Swap, 1),
            _ => return None,
        };
        let value = if values == 1 { arguments.first()?.parse().ok()? } else { 0 };
        (arguments.len() == values + 1).then_some(Op { kind, at, value, order })
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Op { kind, at, value, order } = self;
        match kind {
            Kind::Load => write!(f, "{}.load({order:?})", NAMES[*at]),
            Kind::Store => write!(f, "{}.store({value}, {order:?})", NAMES[*at]),
            Kind::Swap => write!(f, "{}.swap({value}, {order:?})", NAMES[*at]),
            Kind::Fence => write!(f, "fence({order:?})"),
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thread = |ops: &Vec<Op>| ops.iter().map(Op::to_string).collect::<Vec<_>>().join("; ");
        f.write_str(&self.0.iter().map(thread).collect::<Vec<_>>().join(" ‖ "))
    }
}

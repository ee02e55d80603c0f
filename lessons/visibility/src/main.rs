//! Two flags: each thread sets its own, then reads the other's. Both may read 0.
//!
//!     cargo run -p lesson-visibility
//!     cargo run -p lesson-visibility -- --order seq-cst
//!
//!     --order NAME    how strict [default: relaxed; try: release-acquire, seq-cst]
//!     --rounds N      how often, with new flags each time [default: 50000; try: 1]
//!
//! Chapter: book/chapters/en/visibility.md
//! Try: `fence(SeqCst);` between the store and the load. How many rounds are left?

use std::process::ExitCode;
use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicU32, AtomicUsize};
use std::{hint, iter, thread};

use anyhow::{Result, ensure};
use shared::choice::{self, BadArgument};
use shared::{busy, run, say, wait};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: turn
struct Flags {
    ann: AtomicU32,
    bob: AtomicU32,
}

/// Sets the flag of this thread, then reads that of the other.
fn turn(mine: &AtomicU32, other: &AtomicU32, order: (Ordering, Ordering)) -> u32 {
    mine.store(1, order.0);
    other.load(order.1)
}
// ANCHOR_END: turn

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let name = choice::value::<String>("--order")?;
    let order = match &*name {
        "relaxed" => (Relaxed, Relaxed),
        "release-acquire" => (Release, Acquire),
        "seq-cst" => (SeqCst, SeqCst),
        other => return Err(BadArgument(format!("no such --order: {other}")).into()),
    };
    let rounds = choice::value::<u16>("--rounds")?.into();
    let new = || Flags { ann: AtomicU32::new(0), bob: AtomicU32::new(0) };
    let flags: Vec<_> = iter::repeat_with(new).take(rounds).collect();
    let [ann, bob] = thread::scope(|threads| -> Result<_> {
        let named = |name: &str| thread::Builder::new().name(name.into());
        let ann = || play(&flags, |round| turn(&round.ann, &round.bob, order));
        let bob = || play(&flags, |round| turn(&round.bob, &round.ann, order));
        let ann = named("Ann").spawn_scoped(threads, ann)?;
        let bob = named("Bob").spawn_scoped(threads, bob)?;
        Ok([ann, bob].map(|t| wait("join", || t.join()).expect("no panic")))
    })?;

    let both = ann.iter().zip(&bob).filter(|read| *read == (&0, &0)).count();
    say!("both read 0 in {both} of {rounds} rounds");
    ensure!(both == 0 || name != "seq-cst", "with SeqCst, one of the two reads 1");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: play
/// Plays all rounds, and returns what was read in each.
fn play(flags: &[Flags], turn: impl Fn(&Flags) -> u32) -> Vec<u32> {
    let round = |(played, flags)| {
        if played > 0 {
            meet(2 * played);
        }
        turn(flags)
    };
    busy("plays", || flags.iter().enumerate().map(round).collect())
}

/// Waits for the other thread, so that both begin the next round at the same moment.
fn meet(both: usize) {
    static ARRIVED: AtomicUsize = AtomicUsize::new(0);
    ARRIVED.fetch_add(1, AcqRel);
    for looks in 1.. {
        match ARRIVED.load(Acquire) {
            arrived if arrived >= both => return,
            _ if looks % 100 == 0 => thread::yield_now(), // the other may need the core
            _ => hint::spin_loop(),
        }
    }
}
// ANCHOR_END: play

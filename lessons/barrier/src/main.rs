//! A barrier: three runners, and each waits until all have ended the lap.
//!
//!     cargo run -p lesson-barrier
//!
//!     --runners N    how many run together [default: 3; try: 1, 2]
//!     --laps N       laps that each of them runs [default: 3; try: 1]
//!
//! Chapter: book/chapters/en/barrier.md
//! Try: `Barrier::new(1)` for three runners. When are they done, and who leads?

use std::num::NonZero;
use std::process::ExitCode;
use std::sync::Barrier;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;

use anyhow::{Result, ensure};
use shared::{choice, run, say, wait, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let runners = choice::value::<NonZero<u8>>("--runners")?.get().into();
    let laps = choice::value::<u8>("--laps")?.into();
    let (all_here, ended) = (Barrier::new(runners), AtomicUsize::new(0));
    let track = &Track { runners, laps, all_here, ended };
    let ran = thread::scope(|threads| -> Result<Vec<_>> {
        let start = |runner| {
            let named = thread::Builder::new().name(format!("runner {runner}"));
            named.spawn_scoped(threads, move || run_laps(track, runner))
        };
        let started = (1..=runners).map(start).collect::<Result<Vec<_>, _>>()?;
        Ok(started.into_iter().map(|one| one.join().expect("no panic")).collect())
    })?;

    let (led, together): (Vec<usize>, Vec<bool>) = ran.into_iter().unzip();
    say!("{laps} laps: the runners led {led:?} of them");
    ensure!(together.iter().all(|all| *all), "a runner went on before all were here");
    ensure!(led.iter().sum::<usize>() == laps, "not every lap had one leader");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: run
/// What all runners share.
struct Track {
    runners: usize,
    laps: usize,
    all_here: Barrier,
    ended: AtomicUsize, // laps that were ended, by all runners together
}

/// Returns how many laps this runner led, and whether all had ended each lap when it went on.
fn run_laps(track: &Track, runner: usize) -> (usize, bool) {
    let (mut led, mut together) = (0, true);
    for lap in 1..=track.laps {
        work(0.5 * (1 + (runner + lap) % 3) as f64); // 0.5, 1 or 1.5 seconds, in turn
        say!("ends lap {lap}");
        track.ended.fetch_add(1, Relaxed);
        let result = wait("the others", || track.all_here.wait());
        together &= track.ended.load(Relaxed) >= lap * track.runners;
        if result.is_leader() {
            say!("leads lap {lap}");
            led += 1;
        }
    }
    (led, together)
}
// ANCHOR_END: run

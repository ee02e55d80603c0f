//! The lesson `shutdown` is told to stop at any moment, again and again: each parcel is packed or on the pile, and
//! nobody is left.

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fastrand::Rng;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use suite::{Living, Run, Running, deadline};

/// So fast that a run without a signal takes some 200 ms.
const SPEED: &str = "40";

/// Far more than a run needs: a packer is killed 50 ms after it was asked to stop.
const HANGS: Duration = Duration::from_secs(20);

/// How runs have ended.
#[derive(Default)]
struct Count {
    stopped: usize,
    before_a_handler: usize,
    main_killed: usize,
    signals: usize,
    packers_killed: usize,
    deadlines: usize,
    second_signals: usize,
}

/// Sends signals to the lesson, while it starts, works and stops, and kills some of its processes.
pub fn interrupted(rng: &mut Rng, times: usize) -> Result<String> {
    let lesson =
        std::env::var("FAULT_LESSON").context("FAULT_LESSON is the program of the lesson shutdown")?;
    let mut count = Count::default();
    for _ in 0..times {
        let mut drive = suite::program(&lesson).args(&["--signal", "none"]).env("LESSON_SPEED", SPEED);
        if rng.bool() {
            drive = drive.args(&["--same-group"]);
        }
        if rng.u32(0..4) == 0 {
            drive = drive.args(&["--deadline", "0"]);
        }
        let running = drive.unrecorded().deadline(HANGS).start();
        let kills_main = rng.u32(0..8) == 0;
        pause(rng, 150_000);
        let (most, gap) = if kills_main { (1, 10_000) } else { (3, 40_000) };
        for _ in 0..rng.u32(1..=most) {
            count.signals += 1;
            match rng.u32(0..3) {
                0 => running.ctrl_c(),
                1 => running.signal(Signal::TERM),
                _ => running.signal(Signal::HUP),
            }
            pause(rng, gap);
            if rng.u32(0..3) == 0 {
                count.packers_killed += usize::from(kill_a_packer(rng, Path::new(&lesson)));
            }
        }
        if kills_main {
            running.signal(Signal::KILL);
        }
        ended(running, kills_main, &lesson, &mut count)?;
    }
    let Count { stopped, before_a_handler, main_killed, signals, packers_killed, deadlines, second_signals } =
        count;
    Ok(format!(
        "{times} runs, {signals} signals, {packers_killed} packers killed: {stopped} stopped with each parcel once \
         ({deadlines} at the deadline, {second_signals} by a second signal), {before_a_handler} were not ready, \
         {main_killed} killed; nobody is left"
    ))
}

fn pause(rng: &mut Rng, most: u64) {
    thread::sleep(Duration::from_micros(rng.u64(0..most)));
}

/// Kills a process of the lesson that has one of the lesson's as its parent; returns whether there was one.
fn kill_a_packer(rng: &mut Rng, lesson: &Path) -> bool {
    let all = family(lesson);
    let mut packers = all.clone();
    packers.retain(|one| all.iter().any(|other| other.pid == one.parent));
    let Some(victim) = rng.choice(packers) else { return false };
    let pid = Pid::from_raw(victim.pid as i32).expect("a process has a number above 0");
    let Ok(descriptor) = pidfd_open(pid, PidfdFlags::empty()) else { return false };
    // The number may belong to somebody else by now; the descriptor can't.
    let is_it = family(lesson).iter().any(|one| one.pid == victim.pid);
    is_it && pidfd_send_signal(descriptor, Signal::KILL).is_ok()
}

/// All processes that run the lesson, in whichever group.
fn family(lesson: &Path) -> Vec<Living> {
    let runs =
        |one: &Living| std::fs::read_link(format!("/proc/{}/exe", one.pid)).is_ok_and(|exe| exe == lesson);
    suite::living().filter(runs).collect()
}

/// Waits for the end, asks what was promised, and counts.
fn ended(running: Running, main_killed: bool, lesson: &str, count: &mut Count) -> Result<()> {
    let run = running.end();
    deadline::until(HANGS, "that no packer is left", || family(Path::new(lesson)).is_empty());
    let began = run.lines.iter().any(|line| line.contains("has 10 parcels"));
    match run.status.signal() {
        Some(9) if main_killed => count.main_killed += 1,
        Some(_) if !began => count.before_a_handler += 1,
        _ => {
            ensure!(run.status.success(), "{}: {}\n{}", run.status, run.errors, run.lines.join("\n"));
            each_parcel_once(&run).with_context(|| run.lines.join("\n"))?;
            let says = |text: &str| usize::from(run.lines.iter().any(|line| line.contains(text)));
            count.stopped += 1;
            count.deadlines += says("the time is over");
            count.second_signals += says("waits no longer");
        }
    }
    Ok(())
}

/// Asks by what the packers said themselves. One says that a parcel is packed when it has told `main` so: then `main` may not
/// put it back. One that was killed may have told, and not said it.
fn each_parcel_once(run: &Run) -> Result<()> {
    let parcels = |start: &str, end: &str| -> Vec<u32> {
        let told = run.said().into_iter().filter_map(|said| said.text.strip_prefix(start)?.split(end).next());
        told.filter_map(|kg| kg.parse().ok()).collect()
    };
    let packed = parcels("has packed ", " kg");
    let back = [parcels("hands back ", " kg"), parcels("puts ", " kg back")].concat();
    let distinct: BTreeSet<_> = packed.iter().chain(&back).collect();
    ensure!(distinct.len() == packed.len() + back.len(), "a parcel was packed twice, or packed and put back");
    let begun = parcels("packs ", " kg");
    let unknown: u32 = begun.iter().filter(|kg| !distinct.contains(kg)).sum();
    let least: u32 = packed.iter().sum();
    let last = |packed: u32| format!("{packed} kg are packed, {} kg are on the pile", 55 - packed);
    let mut may_be = (least..=least + unknown).map(last);
    ensure!(
        run.said_by("main").last().is_some_and(|says| may_be.any(|line| line == **says)),
        "{}",
        last(least)
    );
    Ok(())
}

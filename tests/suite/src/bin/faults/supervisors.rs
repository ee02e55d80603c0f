//! The lesson's own supervisor is killed at any moment: as its child starts, gets ready, works or ends, or in a pause. No child
//! is left.

use std::os::unix::process::ExitStatusExt;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fastrand::Rng;
use rustix::process::Signal;

/// The lesson's program, which is built by the test: another package's is not known here.
pub const PROGRAM: &str = "FAULT_SUPERVISOR";

/// Kills supervisors, asks that nobody of their groups is left, and measures how long that takes.
pub fn killed(rng: &mut Rng, times: usize) -> Result<String> {
    let program = std::env::var(PROGRAM).with_context(|| format!("{PROGRAM} is the lesson's program"))?;
    let (mut with_child, mut too_late, mut outlived) = (0, 0, Vec::new());
    while outlived.len() < times {
        let child = ["crashes", "recovers", "flaps", "silent"][outlived.len() % 4];
        let drive = suite::program(&program).args(&["--child", child]).env("LESSON_SPEED", "20");
        let running = drive.unrecorded().start();
        thread::sleep(Duration::from_micros(rng.u64(0..150_000)));
        let pid = running.pid();
        let has_child = suite::living().any(|process| process.parent == pid);
        let dead = Instant::now();
        running.signal(Signal::KILL);
        let run = running.end(); // and asks that nobody is left
        if run.status.success() {
            too_late += 1; // it has ended by itself
            ensure!(too_late <= times, "they end before they are killed");
            continue;
        }
        ensure!(run.status.signal() == Some(Signal::KILL.as_raw()), "{child}: {}", run.status);
        with_child += usize::from(has_child);
        outlived.push(dead.elapsed());
    }
    outlived.sort();
    let at = |part: f64| outlived[((times - 1) as f64 * part).round() as usize].as_secs_f64() * 1e3;
    ensure!(times < 100 || (1..times).contains(&with_child), "{with_child} of {times} had a child then");
    Ok(format!(
        "{times} supervisors killed, {with_child} of them with a child: no orphan; outlived, in ms: half {:.1}, \
         99 % {:.1}, longest {:.1}",
        at(0.5),
        at(0.99),
        at(1.0)
    ))
}

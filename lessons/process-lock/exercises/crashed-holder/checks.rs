//! What every answer to `process-lock/crashed-holder` must hold.

use std::collections::BTreeMap;
#[cfg(target_os = "linux")]
use std::fs::{File, TryLockError};

use exercise::Judge;
#[cfg(target_os = "linux")]
use suite::step::Stepped;
use suite::{Drive, Run};

pub fn judge(judge: &mut Judge) {
    judge.program("one turn at a time", |program| {
        one_at_a_time(&program.env("LESSON_SPEED", "20").run());
    });
    judge.program("a crash frees the turn, each time", |program| {
        // Both others wait when it crashes, in some of the runs: only one may begin.
        for _ in 0..8 {
            let run = crashing(&program).run();
            let crashed = run.said_by("crash");
            assert_eq!(
                crashed,
                ["begins turn 1"],
                "it did not crash in a turn: {}",
                run.errors
            );
            one_at_a_time(&run);
        }
    });
    #[cfg(target_os = "linux")]
    judge.program(
        "a turn ends before the same process begins the next one",
        |program| {
            let free = free_between_turns(&program);
            assert!(free, "a process kept its turn until it began the next one");
        },
    );
    #[cfg(target_os = "linux")]
    judge.program("a turn ends if its process is killed as it begins it", |program| {
        killed_at_once(&program);
    });
    #[cfg(unix)]
    judge.program(
        "a turn ends when its process is killed, and not before",
        |program| {
            let (running, killed) = in_its_turn(crashing(&program));
            running.kill(killed);
            running.listen();
            let usual = running.end();
            one_at_a_time(&usual);

            // The first of the two stands still before it has asked for a turn, so the second has one.
            let asks = |trace: &suite::trace::Trace, child| {
                trace.of("wait").any(|event| event.pid == child)
            };
            let held = fast(&program)
                .unheard()
                .held_up(suite::Running::child, |trace, child| !asks(trace, child));
            if let Some((mut running, first)) = held {
                let second = begun(&mut running);
                running.kill(second);
                running.listen();
                running.go_on(first);
                // A `main` that waits for the killed one first gives up, and ends the other.
                let waits =
                    "a process was killed in its turn, and the other waits for it";
                running.until(waits, |trace| {
                    let mut own = trace.0.iter();
                    own.find(|event| {
                        event.pid == first && event.name == "ends turn 3"
                            || event.category == "end" && event.args["pid"] == first
                    })
                    .map(drop)
                });
            }

            let (mut running, slow) = in_its_turn(fast(&program));
            running.stop(slow);
            running.listen();
            let why =
                "a process was slow in its turn, and another began in the turn of it";
            running.waits(usual.hold(), &["begins"], why);
            running.go_on(slow);
            one_at_a_time(&running.end());
        },
    );
}

fn fast(program: &Drive) -> Drive {
    let hangs = std::time::Duration::from_secs(5); // far more than a right answer needs
    program.again().env("LESSON_SPEED", "200").deadline(hangs)
}

/// A run that begins with a crash.
fn crashing(program: &Drive) -> Drive {
    fast(program).args(&["--crash"])
}

/// A run in which a process is in the middle of saying that it begins a turn.
#[cfg(unix)]
fn in_its_turn(drive: Drive) -> (suite::Running, u32) {
    let mut running = drive.unheard().start();
    let holder = begun(&mut running);
    (running, holder)
}

/// Who is the first to say that it begins a turn.
#[cfg(unix)]
fn begun(running: &mut suite::Running) -> u32 {
    running.until("nobody began a turn", |trace| {
        let begins = trace.of("say").find(|event| event.name.starts_with("begins"));
        begins.map(|event| event.pid)
    })
}

/// Whether nobody has the turn for a moment between two turns of a process, which goes on step by step. Only a turn that
/// is a lock on a file is looked at.
#[cfg(target_os = "linux")]
fn free_between_turns(program: &Drive) -> bool {
    let (mut running, holder) = in_its_turn(fast(program));
    let Some(both) = running.children::<2>("take_turns") else { return true };
    let Ok(mut stepped) = Stepped::begin(holder) else { return true };
    for other in both.into_iter().filter(|pid| *pid != holder) {
        running.stop(other);
    }
    running.listen();
    let held = |file: &File| {
        let held = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
        let _ = file.unlock();
        held
    };
    let files = suite::open_files(holder).filter(|path| path.is_file());
    let locks: Vec<_> = files.flat_map(File::open).filter(held).collect();
    let begun = || {
        let trace = running.trace();
        let says = trace.of("say").filter(|event| event.pid == holder);
        says.filter(|event| event.name.starts_with("begins")).count()
    };
    while !locks.is_empty() && begun() == 1 && stepped.step() {
        // A process may have another lock for all its life.
        if !locks.iter().all(held) {
            return true;
        }
    }
    locks.is_empty() || begun() < 2
}

/// Kills the first process as soon as there is a file, step by step: whatever it would write into that, it hasn't yet.
#[cfg(target_os = "linux")]
fn killed_at_once(program: &Drive) {
    let found = crashing(program).stepped(|main| {
        let main_pid = main.pid();
        let children = format!("/proc/{main_pid}/task/{main_pid}/children");
        let is_first =
            std::fs::read_to_string(children).is_ok_and(|all| all.is_empty());
        if is_first { main.stepped_child() } else { None }
    });
    let Some((running, mut first)) = found else { return };
    let folder = format!("/proc/{}/cwd", running.pid());
    let any_file =
        || std::fs::read_dir(&folder).is_ok_and(|mut files| files.next().is_some());
    while !any_file() && first.step() {}
    running.kill_if_there(first.pid());
    while first.step() {} // `main` hears of its end after this process has
    one_at_a_time(&running.end());
}

/// Two processes, three turns each, and nobody begins in the turn of another.
fn one_at_a_time(run: &Run) {
    assert!(run.status.success(), "{}: {}", run.status, run.errors);
    let mut holder = None;
    let mut turns: BTreeMap<&str, u32> = BTreeMap::new();
    for said in run.said().into_iter().filter(|said| said.name() == "take_turns") {
        if said.text.starts_with("begins") {
            assert_eq!(
                holder, None,
                "{} began in the turn of another process",
                said.who
            );
            holder = Some(said.who);
        } else {
            assert_eq!(holder, Some(said.who), "a turn ended that had not begun");
            holder = None;
            *turns.entry(said.who).or_default() += 1;
        }
    }
    assert_eq!(
        turns.values().collect::<Vec<_>>(),
        [&3, &3],
        "not three turns for each of two"
    );
    // What `main` did, in its own order: no clock is asked.
    let of_main: Vec<_> =
        run.trace.0.iter().filter(|event| event.pid == run.pid).collect();
    let last_start = of_main.iter().rposition(|event| event.phase == "s");
    let first_end =
        of_main.iter().position(|event| event.name.starts_with("take_turns "));
    let side_by_side = last_start < first_end;
    assert!(side_by_side, "the second process started only when the first had ended");
}

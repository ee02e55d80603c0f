//! What every answer to `orphans/reap` must hold.

use std::time::Duration;

use exercise::Judge;
#[cfg(unix)]
use rustix::process::Signal;
use suite::trace::{Event, Trace};
use suite::{Drive, Run};
#[cfg(unix)]
use {shared::process::look, suite::Running};

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(5);

/// Elsewhere than on Unix, nobody can tell when a process is over that has said its last.
const LAG: usize = if cfg!(unix) { 2 } else { 20 };

pub fn judge(judge: &mut Judge) {
    judge.program("each end is seen soon, and told once", |program| {
        let mut running = drive(&program, 6, "20").start();
        let first = running.until("no process ended by itself", |trace| {
            answers(trace)
                .into_iter()
                .find(|&pid| has_ended(trace, pid) && is_over(pid))
        });
        // In the second round from here, `reap` is called when the process has ended.
        let until = rounds(&running.trace()) + LAG;
        let why = "a process has ended, and the server does not go on";
        running.until(why, |trace| has_come_to(trace, until));
        let trace = running.trace();
        reaped(&trace, &[first], place(&trace, until));
        whole(&running.end(), 6, &[]);
    });
    #[cfg(unix)]
    judge.program(
        "a slow process holds up neither the server nor the others",
        |program| {
            // The oldest, one in the middle and the newest: no answer may count on the place.
            let slow = [0, 2, 4].map(|place| {
                let find = |running: &mut Running| {
                    let why = "the server did not start five processes";
                    running
                        .until(why, |trace| answers(trace).get(place).copied())
                        .into()
                };
                drive(&program, 5, "16")
                    .held_up(find, |trace, slow| !has_ended(trace, slow))
            });
            let hold = suite::hold(); // the three are held up at the same time
            for (mut running, slow) in slow.into_iter().flatten() {
                let why =
                    "a process was slow, and the server did not reap the other four";
                let others = running.until(why, |trace| {
                    let last = trace
                        .of("say")
                        .filter(|event| event.name.starts_with("goes on"))
                        .last()?;
                    let all = answers(trace);
                    let others = all.len() == 5 && last.name == "goes on: 1 at work";
                    others.then(|| {
                        all.into_iter().filter(|&pid| pid != slow).collect::<Vec<_>>()
                    })
                });
                let trace = running.trace();
                reaped(&trace, &others, trace.0.len());
                let early = "a process was slow, and was not let work to its end";
                running.waits(hold, &["0 at work"], early);
                running.go_on(slow);
                whole(&running.end(), 5, &[]);
            }
        },
    );
    #[cfg(unix)]
    judge.program(
        "many end at once, or are killed, and none stays a zombie",
        |program| {
            let many = 2 * exercise::many();
            let mut running = program.again().args(&["--requests", &many.to_string()]);
            let running = running.env("LESSON_SPEED", "20").deadline(6 * HANGS);
            let mut running = running.start();
            let server = running.until("nothing was recorded", |trace| {
                trace.pids("main").into_iter().next()
            });
            let mut killed = Vec::new();
            // The first time, most end by themselves. Later all are killed, in even rounds and in odd ones.
            for wanted in 40..49 {
                let trace = stand_still(&mut running, server, wanted);
                let mut working = answers(&trace);
                working.retain(|&pid| !has_ended(&trace, pid));
                let first =
                    if wanted == 40 { working.len().saturating_sub(1) } else { 0 };
                // By several signals: an answer may know one of them.
                let signals = [Signal::KILL, Signal::TERM, Signal::HUP, Signal::ALARM];
                for (&pid, signal) in
                    working[first..].iter().zip(signals.into_iter().cycle())
                {
                    if running.signal_to(pid, signal) {
                        killed.push(pid);
                    }
                }
                suite::deadline::until(HANGS, "that all have ended", || {
                    working.iter().all(|&pid| is_over(pid))
                });
                let until = rounds(&trace) + 1;
                running.go_on(server);
                let why = "many have ended, and the server does not go on";
                running.until(why, |trace| has_come_to(trace, until));
                let trace = running.trace();
                reaped(&trace, &working, place(&trace, until));
            }
            whole(&running.end(), many, &killed);
        },
    );
}

/// Stops the server when it has started this many, in its pause before a call of `reap`; or lets it be, if it is over.
#[cfg(unix)]
fn stand_still(running: &mut Running, server: u32, wanted: usize) -> Trace {
    loop {
        running.until("the server did not go on while many worked", |trace| {
            (answers(trace).len() >= wanted).then_some(())
        });
        running.stop(server);
        let trace = running.trace();
        let last = trace.0.iter().filter(|event| event.pid == server).last();
        let pauses =
            last.is_some_and(|event| event.category == "work" && event.phase == "B");
        if pauses || is_over(server) {
            return trace;
        }
        running.go_on(server);
    }
}

fn drive(program: &Drive, requests: usize, speed: &str) -> Drive {
    let args = ["--requests", &requests.to_string()];
    program.again().args(&args).env("LESSON_SPEED", speed).deadline(HANGS)
}

/// The processes that have been started, and have begun, in the order of their starts.
fn answers(trace: &Trace) -> Vec<u32> {
    let names = trace.0.iter().filter(|event| event.name == "process_name");
    names
        .filter(|event| event.args["name"] == "answer")
        .map(|event| event.pid)
        .collect()
}

fn has_ended(trace: &Trace, pid: u32) -> bool {
    trace.of("end").any(|event| event.pid == pid || event.args["pid"] == pid)
}

/// Whether the system has ended it.
fn is_over(pid: u32) -> bool {
    #[cfg(unix)]
    return look(pid).is_none_or(|row| row.zombie);
    #[cfg(not(unix))]
    return pid > 0;
}

/// How many rounds the server has told of.
fn rounds(trace: &Trace) -> usize {
    trace.0.iter().filter(|event| goes_on(event)).count()
}

/// Whether the server has told of this many rounds, or is over: then it has no more to do.
fn has_come_to(trace: &Trace, round: usize) -> Option<()> {
    let main = trace.pids("main");
    let is_over =
        trace.of("end").any(|event| event.name == "ends" && main.contains(&event.pid));
    (is_over || rounds(trace) >= round).then_some(())
}

/// Asks that these, which had ended, were reaped and told of before an event of the trace.
fn reaped(trace: &Trace, ended: &[u32], before: usize) {
    for &pid in ended {
        let start = format!("{pid} ended: ");
        let earlier = trace.0.iter().take(before);
        let steps = earlier.filter(|event| match event.category.as_str() {
            "end" => event.args["pid"] == pid,
            "say" => event.name.starts_with(&start),
            _ => false,
        });
        let done = steps.count() >= 2;
        assert!(
            done,
            "{pid} has ended, and is still in the table, or not told of: `reap` was called, and left it"
        );
    }
}

/// Where in the trace the server tells of this round; behind all, if it never does.
fn place(trace: &Trace, round: usize) -> usize {
    let mut rounds = trace.0.iter().enumerate().filter(|(_, event)| goes_on(event));
    rounds.nth(round - 1).map_or(trace.0.len(), |(place, _)| place)
}

fn goes_on(event: &Event) -> bool {
    event.category == "say" && event.name.starts_with("goes on")
}

/// All that has to hold at the end. Nobody else than the check may have killed a process.
fn whole(run: &Run, requests: usize, killed: &[u32]) {
    assert!(
        run.status.success(),
        "{}: {}\n{}",
        run.status,
        run.errors,
        run.lines.join("\n")
    );
    let (mut rounds, mut told) = (0, Vec::new());
    for line in run.said_by("main") {
        if let Some((pid, status)) = line.split_once(" ended: ") {
            told.push((pid.parse::<u32>(), status));
        } else if let Some(count) = line.strip_prefix("goes on: ") {
            rounds += 1;
            let working = requests.min(rounds).checked_sub(told.len());
            let right =
                working.is_some_and(|working| count == format!("{working} at work"));
            let ended = told.len();
            assert!(
                right,
                "it said \"{line}\" in round {rounds}, and had told {ended} ends"
            );
        }
    }
    assert_eq!(
        told.len(),
        requests,
        "so many ends were told, on the left, of so many processes"
    );
    for pid in answers(&run.trace) {
        let ends = || run.trace.of("end").filter(|event| event.args["pid"] == pid);
        let how = ends()
            .find_map(|event| event.name.split_once(" ended: "))
            .map(|(_, how)| how);
        let Some(how) = how else { panic!("{pid} was never waited for") };
        assert!(
            how.ends_with(": 0") || killed.contains(&pid),
            "{pid} was killed: {how}"
        );
        let right = told.iter().filter(|&told| *told == (Ok(pid), how)).count();
        assert_eq!(right, 1, "{pid} ended: {how}. It was told so often, on the left");
    }
}

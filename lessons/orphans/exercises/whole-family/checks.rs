//! What every answer to `orphans/whole-family` must hold.

use std::thread;
use std::time::{Duration, Instant};

use exercise::Judge;
use rustix::process::{Pid, Signal, kill_process};
use shared::process::look;
#[cfg(target_os = "linux")]
use suite::step::Stepped;
use suite::trace::Trace;
use suite::{Drive, Run, Running};

/// A limit at which a job may not have begun, in seconds of the lesson.
const SOON: f64 = 0.4;

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(5);

pub fn judge(judge: &mut Judge) {
    judge.program("an endless job is stopped, and nobody is left", |program| {
        let run =
            stopped(&program, "endless", 2.4, "was stopped", |_| Some(Frozen(None)));
        let start = run.trace.of("start").find(|event| event.phase == "s");
        let end = run.trace.of("end").find(|event| event.name.contains(" ended: "));
        let (Some(start), Some(end)) = (start, end) else {
            panic!("no job was started")
        };
        let took = Duration::from_micros(end.time - start.time);
        let limit = Duration::from_millis(300);
        assert!(
            took >= limit,
            "it may take {limit:.1?}, and was stopped after {took:.1?}"
        );
    });
    judge.program("nobody else's helpers are touched", |program| {
        let mut other = drive(&program, "endless", 1e6).start();
        let helpers = other.until("the other job's helpers never began", |trace| {
            let helpers =
                ["helper", "last"].map(|role| trace.pids(role).into_iter().next());
            let works =
                trace.of("say").filter(|event| helpers.contains(&Some(event.pid)));
            (works.count() == 2).then_some(helpers)
        });
        stopped(&program, "endless", 2.4, "was stopped", |_| Some(Frozen(None)));
        for pid in helpers.into_iter().flatten() {
            let row = look(pid).filter(|row| !row.zombie);
            assert!(row.is_some(), "a helper of another job was ended");
        }
        other.signal(Signal::KILL);
        other.end();
    });
    judge.program("a helper that stands still is ended as well", |program| {
        stopped(&program, "endless", 2.4, "was stopped", |running| {
            // On a busy machine, it may not have begun before the job was stopped.
            let last = running.until("the helper's helper never began", |trace| {
                let last = trace.pids("last");
                let begun = trace
                    .of("say")
                    .map(|event| event.pid)
                    .find(|pid| last.contains(pid));
                let over =
                    trace.of("say").any(|event| event.name.starts_with("the job "));
                begun.map(Some).or(over.then_some(None))
            });
            Frozen::of(last?)
        });
    });
    judge.program("a job that has ended leaves nobody behind", |program| {
        stopped(&program, "brief", 1e6, "has ended", |_| Some(Frozen(None)));
    });
    judge.program("a job that has nobody ends as well", |program| {
        let run = drive(&program, "alone", 1e6).run().well();
        assert_eq!(run.said_by("main"), ["the job has ended", "goes on"]);
    });
    judge.program("a job that has not begun yet is stopped", |program| {
        for _ in 0..2 {
            stopped(&program, "endless", 0.0, "was stopped", |_| Some(Frozen(None)));
        }
        #[cfg(target_os = "linux")]
        stopped(&program, "endless", SOON, "was stopped", |running| {
            let job = match Stepped::begin(running.pid()) {
                Ok(mut main) => main.child(),
                // Not allowed here: then it is stopped as early as can be.
                Err(_) => running.children::<1>("endless").map(|[job]| job),
            };
            Frozen::of(job?)
        });
    });
}

/// The limit is in seconds of the lesson, eight of which are one of the clock.
fn drive(program: &Drive, job: &str, limit: f64) -> Drive {
    let args = ["--job", job, "--limit", &limit.to_string()];
    program.again().args(&args).env("LESSON_SPEED", "8").deadline(HANGS)
}

/// A process that stands still as long as this is there. Then it sees its pipe's end, if it is there at all.
struct Frozen(Option<Pid>);

impl Frozen {
    /// `None` if it is gone already.
    fn of(pid: u32) -> Option<Self> {
        let pid = Pid::from_raw(pid as i32)?;
        kill_process(pid, Signal::STOP).ok().map(|()| Frozen(Some(pid)))
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        let _ = self.0.map(|pid| kill_process(pid, Signal::CONT));
    }
}

/// Runs the program up to the line that says what became of the job, and asks that nobody is left then, while `main` is
/// still there. `freeze` may hold one of them up before.
fn stopped(
    program: &Drive,
    job: &str,
    limit: f64,
    says: &str,
    freeze: impl Fn(&mut Running) -> Option<Frozen>,
) -> Run {
    for _ in 0..10 {
        let mut running = drive(program, job, limit).start();
        let frozen = freeze(&mut running);
        let line = running.until_says("the job ");
        assert!(line.ends_with(says), "the job is {job}, and it was said: {line}");
        let main = suite::said(&line).pid().expect("main has a process id");
        running.stop(main);
        let trace = running.trace();
        // On a busy machine, `main` may be over by now, or the helpers have not begun.
        let is_over = trace.of("say").any(|event| event.name == "goes on");
        let begun = ["helper", "last"].iter().all(|role| !trace.pids(role).is_empty());
        let can_tell = frozen.is_some() && !is_over && (begun || limit <= SOON);
        if can_tell {
            nobody_is_left(&trace, main);
        }
        drop(frozen);
        running.go_on(main);
        let run = running.end().well();
        if can_tell {
            assert_eq!(
                run.said_by("main"),
                [format!("the job {says}"), "goes on".to_owned()]
            );
            return run;
        }
    }
    panic!("on this machine, ten runs could not show what is left");
}

/// Asks that the job has been reaped, and that all others have ended.
fn nobody_is_left(trace: &Trace, main: u32) {
    let mut names = trace
        .0
        .iter()
        .filter(|event| event.name == "process_name" && event.pid != main);
    let waited_for = trace.of("end").find_map(|event| event.args["pid"].as_u64());
    assert!(waited_for.is_some(), "nobody has waited for the job: it is a zombie");
    let until = Instant::now() + Duration::from_secs(1);
    for event in names.by_ref() {
        let goes_on = || look(event.pid).filter(|row| !row.zombie);
        while goes_on().is_some() && Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
        }
        let name = &event.args["name"];
        assert_eq!(
            goes_on().map(|row| row.to_string()),
            None,
            "{name} {} goes on",
            event.pid
        );
    }
}

//! What every answer to `processes/time-limit` must hold.

use std::time::Duration;

use exercise::Judge;
use suite::{Drive, Run};

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(5);

pub fn judge(judge: &mut Judge) {
    judge.program(
        "a quick job ends by itself, and nobody waits on for the limit",
        |program| {
            // On a busy machine one run may be late, and its job takes as much longer.
            let (mut life, mut late) = (Duration::MAX, Duration::MAX);
            for _ in 0..3 {
                let fast = drive(&program, "quick", 1e6).env("LESSON_SPEED", "20");
                let run = fast.run().well();
                let_end(&run);
                let (lived, seen) = life_and_delay(&run);
                (life, late) = (life.min(lived), late.min(seen));
                if late < Duration::from_millis(200) + 10 * life {
                    return;
                }
            }
            panic!(
                "the quick job's end was seen {late:.1?} late, in each of three runs"
            );
        },
    );
    judge.program(
        "an endless job is killed when its time is over, and not before",
        |program| {
            let was = stopped(drive(&program, "endless", 0.15).run(), 0.15);
            // An answer that looks at anything but the limit would stop this one as early.
            let limit = 0.15 + 2.0 * was.took.as_secs_f64();
            let hangs = HANGS + 4 * was.took;
            stopped(drive(&program, "endless", limit).deadline(hangs).run(), limit);
        },
    );
    #[cfg(unix)]
    judge.program("a job that stands still is killed; a slow one ends", |program| {
        let held_up = |limit| {
            // Slow enough for its job to be stopped before it ends.
            let drive = drive(&program, "quick", limit).env("LESSON_SPEED", "0.2");
            drive.held_up(suite::Running::child, |trace, job| {
                !trace.of("end").any(|event| event.pid == job)
            })
        };
        let slow = held_up(1e6);
        if let Some((still, _)) = held_up(0.04) {
            let run = stopped(still.end(), 0.2);
            if let Some((mut slow, job)) = slow {
                let early = "the job was slow, and its time was not over";
                slow.waits(run.hold(), &["the job"], early);
                slow.go_on(job);
                let_end(&slow.end().well());
            }
        }
    });
}

/// A run with a limit of this many seconds.
fn drive(program: &Drive, job: &str, limit: f64) -> Drive {
    let args = ["--job", job, "--limit", &limit.to_string()];
    program.again().args(&args).deadline(HANGS)
}

/// Asks that the job ended by itself, and well.
fn let_end(run: &Run) {
    let said = run.said_by("main").concat();
    let ended = said.starts_with("the job ended: ") && said.ends_with(": 0");
    assert!(ended, "the quick job was not let end: {said:?}");
}

/// Asks that the job was killed, not before `limit` seconds were over, and that its end is told as it was.
fn stopped(run: Run, limit: f64) -> Run {
    let run = run.well();
    let said = run.said_by("main").concat();
    let status = said.strip_prefix("the job was stopped: ");
    let status =
        status.unwrap_or_else(|| panic!("the endless job was not stopped: {said:?}"));
    assert!(
        !status.ends_with(": 0"),
        "the endless job can't have ended well: {said:?}"
    );
    let (start, end) = (at(&run, "start"), at(&run, " ended: "));
    let took = (end - start).as_secs_f64();
    assert!(
        took >= limit,
        "it may take {limit:.2} seconds, and was killed after {took:.2}"
    );
    let ends = run
        .trace
        .of("end")
        .find(|event| event.pid == run.pid && event.name.contains(" ended: "));
    let ended = ends.is_some_and(|event| event.name.ends_with(status));
    assert!(ended, "it did not end like this: {said:?}");
    run
}

/// How long the quick job took from its start to its own end, and how long it then took `main` to see that.
fn life_and_delay(run: &Run) -> (Duration, Duration) {
    let mut own = run
        .trace
        .of("end")
        .filter(|event| event.pid != run.pid && event.name == "ends");
    let ends = own.next().expect("it ended by itself");
    let ends = Duration::from_micros(ends.time);
    (ends - at(run, "start"), at(run, " ended: ") - ends)
}

/// When `main` recorded the start of its job, or its end; since the run began.
fn at(run: &Run, name: &str) -> Duration {
    let mut events = run.trace.0.iter().filter(|event| event.pid == run.pid);
    let event = events.find(|event| match name {
        "start" => event.phase == "s",
        name => event.name.contains(name),
    });
    Duration::from_micros(event.expect("the job was started, and waited for").time)
}

//! What every answer to `processes/time-limit` must hold.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use exercise::Judge;
use suite::{Drive, Run};
#[cfg(unix)]
use suite::{Living, Running, deadline::until, trace::Trace};

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(5);

pub fn judge(judge: &mut Judge) {
    judge.program(
        "a quick job ends by itself, and nobody waits on for the limit",
        |program| {
            // In seconds: none that is ever over, and some that are short. The run is 20 times as fast.
            for limit in [1e6, 3.0, 0.9, 0.6] {
                seen_at_once(&program, 20.0 * limit);
            }
        },
    );
    judge.program(
        "an endless job is killed when its time is over, and not before",
        |program| {
            let was = stopped(drive(&program, "endless", 0.15).run(), 0.15);
            // An answer that looks at anything but the limit would stop this one as early.
            let limit = 0.15 + 2.0 * was.took.as_secs_f64();
            let hangs = HANGS + 4 * was.took;
            killed_in_time(|| drive(&program, "endless", limit).deadline(hangs), limit);
        },
    );
    #[cfg(unix)]
    judge.program("a job that stands still is killed; a slow one ends", |program| {
        let first = [(); 2].map(|()| held_up(&program, 1e6));
        let last = [(); 2].map(|()| held_up(&program, 1e6));
        let held = Instant::now();
        let Some((still, _)) = held_up(&program, 0.04) else { return };
        let still = stopped(still.end(), 0.2);
        let until = still.hold();
        // For how long an answer sleeps may depend on how long it has waited.
        sleep(
            (held + Duration::from_millis(1400))
                .saturating_duration_since(Instant::now()),
        );
        let_go(first, None, 2 * still.took);
        let_go(last, Some(until), 2 * still.took);
    });
    #[cfg(unix)]
    judge.program(
        "a job that ended in time was not stopped, even if `main` looks late",
        |program| {
            let told = look_late(&program);
            let wrong = |from: fn(&Late) -> &String, word: &str| {
                !told.is_empty() && told.iter().all(|late| from(late).contains(word))
            };
            assert!(
                !wrong(|late| &late.of_ended, "was stopped: exit status: 0"),
                "the job ended before its time was over, and was reported as stopped"
            );
            assert!(
                !wrong(|late| &late.of_slow, "job ended"),
                "the job's time was over, and `main`, which came back late, let it go on"
            );
        },
    );
}

/// A run in which the job stands still before it ends. It needs half a second.
#[cfg(unix)]
fn held_up(program: &Drive, limit: f64) -> Option<(Running, u32)> {
    // Slow enough for its job to be stopped before it ends.
    let drive = drive(program, "quick", limit).env("LESSON_SPEED", "0.2");
    drive.held_up(Running::child, |trace, job| {
        !trace.of("end").any(|event| event.pid == job)
    })
}

/// Lets two held-up jobs go on, after asking that `main` waits for them until then. On a busy machine, the end of one may be seen
/// late, but not of both: the time that counts as late grows with that of another run.
#[cfg(unix)]
fn let_go(
    mut slow: [Option<(Running, u32)>; 2],
    until: Option<Instant>,
    late: Duration,
) {
    for (run, _) in slow.iter_mut().flatten() {
        if let Some(until) = until {
            run.waits(
                until,
                &["the job"],
                "the job was slow, and its time was not over",
            );
        }
    }
    for (run, job) in slow.iter().flatten() {
        run.go_on(*job);
    }
    let seen = slow.into_iter().flatten().map(|(run, _)| {
        let run = run.end().well();
        let_end(&run);
        life_and_delay(&run).1
    });
    let seen = seen.min().unwrap_or_default();
    assert!(
        seen < late,
        "a slow job's end was seen {seen:.1?} late, in both of two runs"
    );
}

/// What `main` tells that stood still until after the job's time was over.
#[cfg(unix)]
struct Late {
    /// Of a job that ended meanwhile.
    of_ended: String,
    /// Of a job that needs 0.3 seconds from then on.
    of_slow: String,
}

/// A few runs in which `main` stands still from before the job's end until its time is over.
#[cfg(unix)]
fn look_late(program: &Drive) -> Vec<Late> {
    let held_up = || {
        let drive = drive(program, "quick", 0.7 / 3.0)
            .env("LESSON_SPEED", &(1.0 / 3.0).to_string())
            .deadline(4 * HANGS); // the first stands still until all of them do
        // If it had begun its work, the time in which it stands still would count as work.
        let begun = |trace: &Trace, job| trace.of("work").any(|event| event.pid == job);
        let found = drive.held_up(Running::child, |trace, job| !begun(trace, job))?;
        // If its first thread never sleeps, it might be stopped between its last two looks.
        let sleeps =
            |run: &Running| Living::find(run.pid()).is_some_and(|main| main.sleeps);
        sleep(Duration::from_millis(20)); // it is done with starting the job, and waits
        let waits = (0..50).any(|_| sleeps(&found.0)) && found.0.stop(found.0.pid());
        waits.then_some(found)
    };
    let runs: Vec<_> = (0..3).filter_map(|_| Some((held_up()?, held_up()?))).collect();
    for ((run, job), _) in &runs {
        run.go_on(*job);
    }
    // Since the last of them began.
    sleep(Duration::from_millis(700));
    let told = |((ended, job), (slow, its_job)): ((Running, u32), (Running, u32))| {
        until(4 * HANGS, "the job ends", || Living::find(job).is_none());
        ended.go_on(ended.pid());
        slow.go_on(its_job);
        slow.go_on(slow.pid());
        let said = |run: Running| run.end().well().said_by("main").concat();
        Late { of_ended: said(ended), of_slow: said(slow) }
    };
    runs.into_iter().map(told).collect()
}

/// A run with a limit of this many seconds.
fn drive(program: &Drive, job: &str, limit: f64) -> Drive {
    let args = ["--job", job, "--limit", &limit.to_string()];
    program.again().args(&args).deadline(HANGS)
}

/// Asks that an endless job isn't killed long after its time is over. Beside it, a thread of this process sleeps again and again.
/// If that thread wakes up late, `main` may be as late. Only if three runs are late is the answer refused.
fn killed_in_time(endless: impl Fn() -> Drive, limit: f64) {
    let late = |_| {
        let (begins, over) = (Instant::now(), AtomicBool::new(false));
        scope(|threads| {
            let control = threads.spawn(|| {
                let mut latest = Duration::ZERO;
                while !over.load(SeqCst) && begins.elapsed() < HANGS {
                    let slept = Instant::now();
                    sleep(Duration::from_millis(5));
                    latest = latest.max(slept.elapsed());
                }
                latest
            });
            let run = stopped(endless().run(), limit);
            over.store(true, SeqCst);
            let busy = control.join().expect("it only sleeps");
            let took = at(&run, " ended: ") - at(&run, "start");
            took.saturating_sub(Duration::from_secs_f64(limit) + busy)
        })
    };
    let in_time = (0..3).map(late).any(|late| late < Duration::from_millis(300));
    assert!(
        in_time,
        "the job's time was over, and it was killed late, in each of three runs"
    );
}

/// Asks that a quick job's end is seen at once, whatever the limit. A run is 20 times as fast.
fn seen_at_once(program: &Drive, limit: f64) {
    // On a busy machine one run may be late, and its job takes as much longer.
    let (mut life, mut late) = (Duration::MAX, Duration::MAX);
    for _ in 0..3 {
        let run = drive(program, "quick", limit).env("LESSON_SPEED", "20").run().well();
        let_end(&run);
        let (lived, seen) = life_and_delay(&run);
        (life, late) = (life.min(lived), late.min(seen));
        if late < Duration::from_millis(200) + 4 * life {
            return;
        }
    }
    panic!("the quick job's end was seen {late:.1?} late, in each of three runs");
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
    let of_main = run.trace.0.iter().filter(|event| event.pid == run.pid);
    let of_main: Vec<_> = of_main.map(|event| &*event.name).collect();
    let step = |text: &str| of_main.iter().position(|name| name.contains(text));
    assert!(
        step(" ended: ") < step("the job was stopped"),
        "`main` told how the job had ended before it had waited for it"
    );
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

//! What every answer to `processes/time-limit` must hold.

use std::time::Duration;

use exercise::Judge;
use suite::Run;

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(5);

/// Far more than a right answer takes to see an end, also on a busy machine.
const LATE: Duration = Duration::from_secs(3);

pub fn judge(judge: &mut Judge) {
    judge.program(
        "a quick job ends by itself, and nobody waits on for the limit",
        |program| {
            let args = ["--job", "quick", "--limit", "3600"]; // three minutes, at this speed
            let run = program
                .env("LESSON_SPEED", "20")
                .deadline(HANGS)
                .args(&args)
                .run()
                .well();
            let said = run.said_by("main").concat();
            assert!(
                said.starts_with("the job ended: "),
                "the quick job was not let end: {said:?}"
            );
            assert!(said.ends_with(": 0"), "the quick job was not let end: {said:?}");
            let (ends, seen) = end_of_job(&run);
            let late = seen - ends.expect("it ended by itself");
            assert!(late < LATE, "the quick job's end was seen {late:.0?} late");
        },
    );
    judge.program(
        "an endless job is killed when its time is over, and not before",
        |program| {
            let args = ["--job", "endless", "--limit", "20"]; // one second, at this speed
            let run = program
                .env("LESSON_SPEED", "20")
                .deadline(HANGS)
                .args(&args)
                .run()
                .well();
            let said = run.said_by("main").concat();
            assert!(
                said.starts_with("the job was stopped: "),
                "the endless job was not stopped: {said:?}"
            );
            assert!(
                !said.ends_with(": 0"),
                "the endless job can't have ended well: {said:?}"
            );
            let took = end_of_job(&run).1.as_millis();
            assert!(
                took >= 1000,
                "it may take 1000 milliseconds, and was killed after {took}"
            );
        },
    );
}

/// When the job said that it ends, if it could, and when `main` knew; since the start.
fn end_of_job(run: &Run) -> (Option<Duration>, Duration) {
    let ends = |main: bool, name: &str| {
        let mut events = run.trace.0.iter().filter(|event| event.category == "end");
        let event = events
            .find(|event| (event.pid == run.pid) == main && event.name.contains(name));
        event.map(|event| Duration::from_micros(event.time))
    };
    (ends(false, "ends"), ends(true, " ended: ").expect("the job was waited for"))
}

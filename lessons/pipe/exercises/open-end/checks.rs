//! What every answer to `pipe/open-end` must hold.

#[cfg(target_os = "linux")]
use std::io::Write;
use std::time::Duration;
#[cfg(target_os = "linux")]
use std::time::Instant;

use exercise::Judge;
#[cfg(target_os = "linux")]
use exercise::many;
use suite::Drive;
#[cfg(unix)]
use suite::{Running, trace::Trace};

pub fn judge(judge: &mut Judge) {
    judge.program("`main` reads the lines of both, and then the end", |program| {
        let run = drive(&program).run().well();
        let said = run.said_by("main");
        assert_eq!(said[0], "received 300 lines", "not all lines were received");
        let zeros = said[1].matches(": 0").count();
        assert_eq!(zeros, 2, "a writer did not end well: {said:?}");
    });
    judge.program("a writer crashes, and `main` still reads to the end", |program| {
        let run = drive(&program).args(&["--crash"]).run().well();
        assert_eq!(
            run.said_by("main")[0],
            "received 151 lines",
            "not all lines were received"
        );
    });
    #[cfg(unix)]
    judge.program("a writer is killed in the middle of its lines", |program| {
        for which in [0, 1] {
            let Some((running, writer)) = held_up(&program, which) else { continue };
            running.kill(writer);
            let run = running.end().well();
            let received = run.said_by("main")[0];
            let written = lines(&run.trace, writer, "E");
            // Killed between a line and the record of it, it has written one more.
            let right =
                [150, 151].map(|all| format!("received {} lines", all + written));
            assert!(
                right.iter().any(|right| right == received),
                "150 lines of one, and {written} of the other that was killed: {received:?}"
            );
        }
    });
    #[cfg(unix)]
    judge.program("both writers are killed in the middle of their lines", |program| {
        let Some((running, writers)) = all_held_up(&program) else { return };
        writers.map(|writer| running.kill(writer));
        running.go_on(main(&running.trace()).expect("it was held up"));
        let run = running.end().well();
        let received = run.said_by("main")[0];
        let written: usize =
            writers.map(|writer| lines(&run.trace, writer, "E")).iter().sum();
        let right = [0, 1, 2].map(|more| format!("received {} lines", written + more));
        assert!(
            right.iter().any(|right| right == received),
            "{written} lines of two writers that were killed: {received:?}"
        );
    });
    #[cfg(unix)]
    judge.program("a writer is slow, and `main` waits for its lines", |program| {
        let usual = drive(&program).run();
        let held = [0, 1].map(|which| held_up(&program, which));
        let until = usual.hold();
        for (mut running, writer) in held.into_iter().flatten() {
            let early = "a writer had still lines to write, and `main` read no more";
            running.waits(until, &["received"], early);
            running.go_on(writer);
            let run = running.end().well();
            let received = run.said_by("main")[0];
            assert_eq!(received, "received 300 lines", "not all lines were received");
        }
    });
    #[cfg(target_os = "linux")]
    judge.program("more lines come than anybody has counted", |program| {
        let Some((mut running, writer)) = held_up(&program, 0) else { return };
        let Some(third) = running.one_more_writer(writer) else { return };
        let early = "a third writer had lines to write, and `main` read no more";
        let more = "\n".repeat(20 * many()); // so few that they are written whole or not at all
        running.until(early, |_| (&third).write(more.as_bytes()).ok());
        drop(third);
        running.waits(Instant::now(), &["received"], early);
        running.go_on(writer);
        let run = running.end().well();
        let received = run.said_by("main")[0];
        let all = format!("received {} lines", 300 + more.len());
        assert_eq!(received, all, "not all lines were received");
    });
}

fn drive(program: &Drive) -> Drive {
    program.again().deadline(Duration::from_secs(5)) // far more than a right answer needs
}

/// A run in which one writer stands still in the middle of its lines.
#[cfg(unix)]
fn held_up(program: &Drive, which: usize) -> Option<(Running, u32)> {
    drive(program).held_up(
        |running| {
            let why = "not two writers were started";
            let writers =
                |trace: &Trace| trace.pids("write").into_iter().collect::<Vec<_>>();
            running.until(why, |trace| (writers(trace).len() == 2).then_some(()));
            Some(writers(&running.trace())[which])
        },
        |trace, writer| {
            lines(trace, writer, "B") < 150 && lines(trace, writer, "E") > 0
        },
    )
}

/// A run in which `main` and both writers stand still, so early that the lines of both together are fewer than those of one.
#[cfg(unix)]
fn all_held_up(program: &Drive) -> Option<(Running, [u32; 2])> {
    let both = |trace: &Trace| {
        let writers: Vec<u32> = trace.pids("write").into_iter().collect();
        <[u32; 2]>::try_from(writers).ok()
    };
    let (running, _) = drive(program).held_up(
        |running| {
            let [first, second] = running.until("not two writers were started", both);
            let stopped = running.stop(main(&running.trace())?) && running.stop(first);
            stopped.then_some(second)
        },
        |trace, _| {
            let begun =
                both(trace).map(|both| both.map(|writer| lines(trace, writer, "B")));
            begun.is_some_and(|begun| begun.iter().sum::<usize>() < 150)
        },
    )?;
    let writers = both(&running.trace())?;
    Some((running, writers))
}

/// The process id of `main`.
#[cfg(unix)]
fn main(trace: &Trace) -> Option<u32> {
    trace.pids("main").into_iter().next()
}

/// How many lines a writer has begun to write, or has written.
#[cfg(unix)]
fn lines(trace: &Trace, writer: u32, phase: &str) -> usize {
    let waits = trace.of("wait").filter(|event| event.pid == writer);
    waits.filter(|event| event.phase == phase).count()
}

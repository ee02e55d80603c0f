//! What every answer to `pipeline/statuses` must hold.

use std::time::Duration;

use exercise::{Judge, many};
#[cfg(unix)]
use rustix::process::Signal;
#[cfg(unix)]
use suite::Running;
use suite::{Drive, Run};

pub fn judge(judge: &mut Judge) {
    judge.program("nobody fails", |program| {
        for lines in [3, 1, 0, 300 + many()] {
            answered(&drive(&program, lines, &[]).run(), lines);
        }
    });
    judge.program("one of the three fails", |program| {
        for lines in [3, 300 + many()] {
            for who in ["numbers", "double", "take"] {
                failed(&drive(&program, lines, &["--fails", who]).run(), who, ": 1");
            }
        }
    });
    judge.program("two fail, and the first of them is told", |program| {
        for (first, both) in [
            ("numbers", "numbers,double"),
            ("numbers", "numbers,take"),
            ("double", "double,take"),
            ("numbers", "numbers,double,take"),
        ] {
            failed(&drive(&program, 3, &["--fails", both]).run(), first, ": 1");
        }
    });
    judge.program("the last one wants a few lines only", |program| {
        for take in [0, 1, 2, many()] {
            let take = take.to_string();
            let few = drive(&program, 300 + many(), &["--take", &take]);
            answered(&few.run(), take.parse().expect("a number"));
        }
        let fails = ["--take", "2", "--fails", "take"];
        failed(&drive(&program, 300 + many(), &fails).run(), "take", ": 1");
    });
    #[cfg(unix)]
    judge.program("one of the three is slow, or is killed", |program| {
        let usual = drive(&program, 300 + many(), &["--take", "1"]).run();
        let mut slow = Vec::new();
        for who in ["numbers", "double"] {
            // It has written its first line, and `take` has ended, or ends.
            let few = drive(&program, 300 + many(), &["--take", "1"]);
            slow.extend(held_up(&few, who).map(|held| (who, held)));
        }
        // Each by another signal: an answer may know one of them.
        for (who, signal, how) in [
            ("numbers", Signal::TERM, "signal: 15 (SIGTERM)"),
            ("double", Signal::KILL, "signal: 9 (SIGKILL)"),
            ("take", Signal::HUP, "signal: 1 (SIGHUP)"),
        ] {
            let all = drive(&program, 300 + many(), &[]);
            if let Some((running, killed)) = held_up(&all, who) {
                assert!(
                    running.signal_to(killed, signal),
                    "{who} was held up, and is gone"
                );
                running.go_on(killed); // only then does it see a signal other than SIGKILL
                failed(&running.end(), who, how);
            }
        }
        let until = usual.hold();
        for (who, (running, _)) in &mut slow {
            let early = format!("{who} had not ended, and was not waited for");
            running.waits(until, &["the answer", "failed"], &early);
        }
        for (_, (running, pid)) in slow {
            running.go_on(pid);
            answered(&running.end(), 1);
        }
    });
}

fn drive(program: &Drive, lines: usize, more: &[&str]) -> Drive {
    let hangs = Duration::from_secs(5); // far more than a right answer needs
    program.again().args(&["--lines", &lines.to_string()]).args(more).deadline(hangs)
}

/// A run in which one of the three stands still, after it has written a line, and before it has ended.
#[cfg(unix)]
fn held_up(program: &Drive, who: &str) -> Option<(Running, u32)> {
    let why = format!("{who} did not write a line");
    program.held_up(
        |running| {
            running.until(&why, |trace| {
                let pids = trace.pids(who);
                let mut written = trace.of("wait").filter(|event| event.phase == "E");
                let wrote = written.find(|event| pids.contains(&event.pid));
                wrote.map(|event| Some(event.pid))
            })
        },
        |trace, pid| !trace.of("end").any(|event| event.pid == pid),
    )
}

/// Asks that `main` gives an answer of this many lines, and that nobody failed.
fn answered(run: &Run, lines: usize) {
    let last = if lines == 0 { "nothing".into() } else { (2 * lines).to_string() };
    let right = format!("the answer has {lines} lines, up to {last}");
    let said = run.said_by("main");
    let why = "nobody failed, and `main` does not give the answer";
    assert!(said == [&right], "{why}: {said:?} {}", run.errors);
    whole(run);
    let ends = ends(run);
    let well = ends.iter().all(|end| end.ends_with(": 0"));
    assert!(well, "nobody failed, and not all three ended well: {ends:?}");
}

/// Asks that `main` says who failed, and how that one ended.
fn failed(run: &Run, who: &str, how: &str) {
    let said = run.said_by("main");
    let told = said.len() == 1
        && said[0].starts_with(&format!("{who} failed: "))
        && said[0].ends_with(how);
    assert!(told, "{who} failed, and `main` did not say so: {said:?} {}", run.errors);
    whole(run);
    let begins = format!("{who} ");
    let mut own = ends(run).into_iter().filter(|end| end.starts_with(&begins));
    assert!(own.any(|end| end.ends_with(how)), "{who} did not end like this: {said:?}");
}

/// Asks that all three were waited for before `main` said anything, and that `main` ended well.
fn whole(run: &Run) {
    assert!(run.status.success(), "`main` failed: {}", run.errors);
    let says = |event: &suite::trace::Event| {
        event.pid == run.pid && ["say", "end"].contains(&event.category.as_str())
    };
    let steps: Vec<_> = run.trace.0.iter().filter(|event| says(event)).collect();
    let said = steps.iter().position(|event| event.category == "say");
    let ended = steps.iter().take(said.unwrap_or_default());
    let ended = ended.filter(|event| event.name.contains(" ended: ")).count();
    assert_eq!(ended, 3, "`main` had not waited for all three");
}

/// How each of them ended, as `main` has seen it.
fn ends(run: &Run) -> Vec<&str> {
    let ends = run.trace.of("end").filter(|event| event.name.contains(" ended: "));
    ends.map(|event| event.name.as_str()).collect()
}

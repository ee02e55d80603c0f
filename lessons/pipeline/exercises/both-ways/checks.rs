//! What every answer to `pipeline/both-ways` must hold.

use std::time::Duration;

use exercise::{Judge, many};
use suite::{Drive, Run};

pub fn judge(judge: &mut Judge) {
    judge.program("a long question, and each line is answered at once", |program| {
        for lines in [30_000, 1, 0, 30_000 + many()] {
            shouted(&ask(&program, "shout", lines).run(), lines);
        }
    });
    judge.program("the other process reads to the end before it answers", |program| {
        for lines in [30_000 + many(), 0] {
            let run = ask(&program, "sort", lines).run();
            let mut sorted: Vec<_> =
                (1..=lines).map(|n| format!("line {n}\n")).collect();
            sorted.sort();
            answered(&run, &sorted.concat());
            well(&run);
        }
    });
    judge.program("the other process says much before it reads", |program| {
        for lines in [30_000 + many(), 0] {
            let run = ask(&program, "chat", lines).run();
            let chat: String = (1..=3_000).map(|n| format!("{n:99}\n")).collect();
            answered(&run, &(chat + &shout(lines)));
            well(&run);
        }
    });
    judge.program("the other process ends before it has read all", |program| {
        for lines in [30_000 + many(), 30_000, 2] {
            let run = ask(&program, "brief", lines).run();
            early(&run);
            answered(&run, "only line 1\n");
            well(&run);
        }
        let run = ask(&program, "fail", 30_000 + many()).run();
        early(&run);
        answered(&run, "only line 1\n");
        ended(&run, ": 1");
    });
    #[cfg(unix)]
    judge.program("the other process is slow, or is killed", |program| {
        let lines = 30_000 + many();
        let usual = ask(&program, "shout", lines).run();
        let held_up = || ask(&program, "shout", lines).held_up(child, |_, _| true);
        let (slow, killed) = (held_up(), held_up());
        if let Some((running, other)) = killed {
            running.kill(other);
            let run = running.end();
            early(&run);
            ended(&run, "signal: 9 (SIGKILL)");
        }
        if let Some((mut running, other)) = slow {
            let early = "the other process was slow, and its answer was not waited for";
            running.waits(usual.hold(), &["answer", "ended"], early);
            running.go_on(other);
            shouted(&running.end(), lines);
        }
    });
}

/// The child, before it has read anything.
#[cfg(unix)]
fn child(running: &mut suite::Running) -> Option<u32> {
    running.child()
}

fn ask(program: &Drive, who: &str, lines: usize) -> Drive {
    let hangs = Duration::from_secs(5); // far more than a right answer needs
    program.again().args(&["--who", who, "--lines", &lines.to_string()]).deadline(hangs)
}

fn shout(lines: usize) -> String {
    (1..=lines).map(|n| format!("LINE {n}!\n")).collect::<String>() + "that was all\n"
}

fn shouted(run: &Run, lines: usize) {
    answered(run, &shout(lines));
    well(run);
}

/// Asks that `main` went on to its end, although nobody wanted the rest of the question.
fn early(run: &Run) {
    let why = "the other process wanted no more, and `main` failed";
    assert!(run.status.success(), "{why}: {}", run.errors);
}

/// Asks that `main` got this answer, as far as it says what it got.
fn answered(run: &Run, answer: &str) {
    let (first, last) = (answer.lines().next(), answer.lines().last());
    let (first, last) = (first.unwrap_or("nothing"), last.unwrap_or("nothing"));
    let whole =
        format!("the answer has {} bytes, from {first:?} to {last:?}", answer.len());
    let said = run.said_by("main");
    assert_eq!(said.first(), Some(&&*whole), "not the whole answer: {}", run.errors);
}

fn well(run: &Run) {
    ended(run, ": 0");
    assert!(run.status.success(), "`main` failed: {}", run.errors);
}

/// Asks that `main` says how the other process ended, and that this is how it did.
fn ended(run: &Run, how: &str) {
    let said = run.said_by("main");
    let said = said.get(1).copied().unwrap_or_default();
    let told = said.starts_with("the other process has ended: ") && said.ends_with(how);
    assert!(told, "not how the other process ended: {said:?}, {}", run.errors);
    let mut ends = run.trace.of("end").filter(|event| event.name.contains(" ended: "));
    let right = ends.any(|event| event.name.ends_with(how));
    assert!(right, "the other process was not left to end: {said:?}");
}

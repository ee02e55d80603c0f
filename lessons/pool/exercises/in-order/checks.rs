//! What every answer to `pool/in-order` must hold.

use std::collections::BTreeSet;

use exercise::Judge;
use suite::Run;
#[cfg(unix)]
use suite::trace::Trace;

/// Far more than a right answer needs.
#[cfg(unix)]
const HANGS: std::time::Duration = std::time::Duration::from_secs(5);

pub fn judge(judge: &mut Judge) {
    judge.program(
        "two workers do six tasks, and the results come in order",
        |program| {
            in_order(&program.env("LESSON_SPEED", "20").run());
        },
    );
    #[cfg(unix)]
    judge.program("one worker is slow, and the other goes on", |program| {
        let usual = program.again().env("LESSON_SPEED", "20").run();
        let held = [0, 2].map(|which| {
            // Slow enough for a worker to be stopped in the middle of its task.
            let drive = program.again().env("LESSON_SPEED", "2").deadline(HANGS);
            drive.held_up(|running| Some(worker(running, which)), |trace, _| !done(trace, which))
        });
        let until = usual.hold();
        for (which, held) in [0, 2].into_iter().zip(held) {
            let Some((mut running, slow)) = held else { continue };
            let why = "one task was slow, and `main` did not submit the others before it was done";
            running.until(why, |trace| (tasks(trace).len() >= 6).then_some(()));
            let why = "one worker was slow, and the other one did not do the rest";
            running.until(why, |trace| {
                let done = (0..6).filter(|which| done(trace, *which));
                (done.count() >= 5).then_some(())
            });
            let why = "a task was slow, and `main` did not wait for its result before the next one";
            // Its number in the order in which `main` says the results: several threads may submit in another order.
            let trace = running.trace();
            let name = trace.of("task").filter(|event| event.phase == "s").nth(which);
            let number = name.and_then(|event| event.args["text"].as_str()?.rsplit(' ').next()?.parse().ok());
            let number = number.unwrap_or(which + 1);
            let later: Vec<_> = (number..=6).map(|n| format!("task {n}: ")).collect();
            let later: Vec<_> = later.iter().map(String::as_str).collect();
            running.waits(until, &later, why);
            running.go_on(slow);
            in_order(&running.end());
        }
    });
}

/// The ids of the tasks that were submitted, in that order.
#[cfg(unix)]
fn tasks(trace: &Trace) -> Vec<&str> {
    trace.arrows("s").filter(|(what, _)| *what == "task").map(|(_, id)| id).collect()
}

/// Whether the result is there of the task that was submitted after this many others.
#[cfg(unix)]
fn done(trace: &Trace, which: usize) -> bool {
    let task = tasks(trace).get(which).copied();
    trace.arrows("s").any(|(what, id)| what == "result" && Some(id) == task)
}

/// The worker that does the task which was submitted after this many others.
#[cfg(unix)]
fn worker(running: &mut suite::Running, which: usize) -> u32 {
    running.until("no worker began a task", |trace| {
        let task = *tasks(trace).get(which)?;
        let mut begun = trace.of("task").filter(|event| event.phase == "f");
        begun.find(|event| event.id.as_deref() == Some(task)).map(|event| event.pid)
    })
}

fn in_order(run: &Run) {
    assert!(run.status.success(), "{}: {}", run.status, run.errors);
    let said = run.said_by("main");
    let in_order =
        ["task 1: 1", "task 2: 4", "task 3: 9", "task 4: 6", "task 5: 5", "task 6: 6"];
    assert_eq!(said, in_order, "the results are not in order");

    let by_main = run.trace.of("work").any(|event| event.pid == run.pid);
    assert!(!by_main, "`main` did a task itself");
    let worked = run.trace.of("work").filter(|event| event.phase == "B").count();
    assert_eq!(worked, 6, "not each task was done once, and with its work");
    let workers = run.trace.of("start").filter(|event| event.phase == "s").count();
    assert_eq!(workers, 2, "there were not two workers");

    // What `main` did, in its own order: no clock is asked. The first task takes longest, and at some moment
    // another one has to be submitted too.
    let of_main = run.trace.0.iter().filter(|event| event.pid == run.pid);
    let (mut submitted, mut results) = (BTreeSet::new(), BTreeSet::new());
    let mut most = 0;
    for event in of_main {
        let Some(id) = event.id.as_deref() else { continue };
        _ = match event.category.as_str() {
            "task" => submitted.insert(id),
            "result" => results.insert(id),
            _ => continue,
        };
        most = most.max(submitted.difference(&results).count());
    }
    assert!(
        most >= 2,
        "`main` took a result before it had submitted the next task: one at a time"
    );
}

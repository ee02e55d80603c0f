//! What every answer to `process-lock/lost-update` must hold.

use exercise::Judge;
use suite::{Drive, Run};

pub fn judge(judge: &mut Judge) {
    judge.program("two processes earn 20 each, and the balance is 40", |program| {
        nothing_lost(&program.env("LESSON_SPEED", "20").run());
    });
    // Who gets a lock next is up to the system, so one may go first in a run by chance. On other systems it may
    // be more than chance.
    if cfg!(target_os = "linux") {
        judge.program("one does not wait until the other has done all", |program| {
            let taking_turns = (0..20).any(|_| {
                let run = fast(&program).run();
                nothing_lost(&run);
                let mut works: Vec<_> = rounds(&run).collect();
                works.dedup();
                works.len() > 2
            });
            assert!(
                taking_turns,
                "in 20 runs, one process had all its rounds before the other"
            );
        });
    }
    #[cfg(unix)]
    judge.program("one is slow between reading and writing", |program| {
        let usual = fast(&program).run();
        let held =
            program.again().env("LESSON_SPEED", "20").held_up(
                |running| {
                    let why = "nobody worked";
                    Some(running.until(why, |trace| {
                        trace.of("work").map(|event| event.pid).nth(4)
                    }))
                },
                |_, _| true,
            );
        if let Some((mut running, slow)) = held {
            running.waits(
                usual.hold(),
                &["the balance is"],
                "one process was slow, and not done",
            );
            running.go_on(slow);
            nothing_lost(&running.end());
        }
    });
}

fn fast(program: &Drive) -> Drive {
    program.again().env("LESSON_SPEED", "200")
}

/// Whose round each was, in the order in which they worked.
fn rounds(run: &Run) -> impl Iterator<Item = u32> {
    run.trace.of("work").filter(|event| event.phase == "B").map(|event| event.pid)
}

fn nothing_lost(run: &Run) {
    let said = run.said_by("main");
    let lost = format!("an update was lost, or torn\n{}", run.errors);
    assert_eq!(said, ["the balance is 40"], "{}", lost.trim_end());
    assert!(run.status.success(), "{}: {}", run.status, run.errors);
    for earner in run.trace.pids("earn") {
        let rounds = rounds(run).filter(|pid| *pid == earner).count();
        assert_eq!(rounds, 20, "a process did not work 20 times");
    }
    let of_main: Vec<_> =
        run.trace.0.iter().filter(|event| event.pid == run.pid).collect();
    let second_start = of_main.iter().rposition(|event| event.phase == "s");
    let first_wait = of_main.iter().position(|event| event.category == "wait");
    assert!(
        second_start < first_wait,
        "the second started only when the first had ended"
    );
}

//! What every answer to `processes/wait-for-all` must hold.

use exercise::Judge;
use suite::{Drive, Run};

pub fn judge(judge: &mut Judge) {
    judge.program("three children count, and all are waited for", |program| {
        whole(&drive(&program).run().well());
    });
    #[cfg(unix)]
    judge.program("a slow child is waited for, and holds up no other", |program| {
        let usual = drive(&program).run();
        let slow = [0, 1, 2].map(|which| held_up(&program, which));
        let until = usual.hold();
        for (mut running, slow) in slow {
            let others = "a child was slow, and not both others counted to 3 meanwhile";
            running.until(others, |trace| {
                let counted = trace.of("say").filter(|event| event.name == "counts 3");
                (counted.count() >= 2).then_some(())
            });
            let early = "`main` did not wait for a slow child";
            running.waits(until, &["all have ended"], early);
            running.go_on(slow);
            whole(&running.end().well());
        }
    });
}

fn drive(program: &Drive) -> Drive {
    program.again().env("LESSON_SPEED", "20")
}

/// A run in which one of the children stands still, as it counts to 1.
#[cfg(unix)]
fn held_up(program: &Drive, which: usize) -> (suite::Running, u32) {
    let mut running = drive(program).unheard().start();
    // Each is in the middle of saying it: none has to wait until another is done.
    let child = running.until("not all three children count side by side", |trace| {
        let counts = trace.of("say").filter(|event| event.name == "counts 1");
        let counts: Vec<_> = counts.map(|event| event.pid).collect();
        (counts.len() == 3).then(|| counts[which])
    });
    running.stop(child);
    running.listen();
    (running, child)
}

/// All that has to hold at the end.
fn whole(run: &Run) {
    // What `main` did, in its own order: no clock is asked.
    let of_main = run.trace.0.iter().filter(|event| event.pid == run.pid);
    let steps: Vec<_> = of_main.filter(|event| event.phase != "M").collect();
    let first = |found: &dyn Fn(&str, &str) -> bool| {
        steps.iter().position(|event| found(&event.category, &event.name))
    };
    let starts = steps.iter().filter(|event| event.phase == "s").count();
    assert_eq!(starts, 3, "`main` did not start three processes");
    let says = first(&|category, name| category == "say" && name == "all have ended")
        .expect("`main` does not say \"all have ended\"");
    let ends =
        steps[..says].iter().filter(|event| event.name.contains(" ended: ")).count();
    assert_eq!(
        ends, 3,
        "`main` said \"all have ended\" before it had waited for all three"
    );

    let last_start = steps.iter().rposition(|event| event.phase == "s");
    let done_with_one = first(&|category, name| {
        category == "wait" && name.starts_with("join") || name.contains(" ended: ")
    });
    assert!(
        last_start < done_with_one,
        "`main` waited for a child, or dropped it, before all three were started"
    );

    for pid in run.trace.pids("count") {
        let counted = run.said_by(&format!("count {pid}"));
        assert_eq!(
            counted,
            ["counts 1", "counts 2", "counts 3"],
            "a child did not count to 3"
        );
    }
    let counted = run.lines.iter().filter(|line| line.contains("counts 3")).count();
    assert_eq!(counted, 3, "a child did not count to 3");
}

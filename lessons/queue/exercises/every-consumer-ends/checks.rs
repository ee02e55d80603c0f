//! What every answer to `queue/every-consumer-ends` must hold.

use exercise::Judge;
use suite::{Drive, Run};

pub fn judge(judge: &mut Judge) {
    judge.program(
        "each number is received once, and three consumers see the end",
        |program| {
            whole(&drive(&program).run());
        },
    );
    #[cfg(unix)]
    judge.program(
        "nobody sees the end too early, and `main` waits for all",
        |program| {
            let usual = drive(&program).run();
            let producers = [0, 1].map(|which| held_up(&program, "produce", which));
            let consumers = [0, 1, 2].map(|which| held_up(&program, "consume", which));
            let until = usual.hold();
            for (mut running, slow) in producers {
                let sent = running.trace();
                let sent = sent
                    .arrows("s")
                    .filter(|(_, id)| id.starts_with(&format!("{slow}.")));
                if sent.count() < 10 {
                    let early = "a producer was slow, and still had numbers to send";
                    running.waits(
                        until,
                        &["has seen the end", "all have ended"],
                        early,
                    );
                }
                running.go_on(slow);
                whole(&running.end());
            }
            for (mut running, slow) in consumers {
                running.waits(
                    until,
                    &["all have ended"],
                    "`main` did not wait for a slow consumer",
                );
                running.go_on(slow);
                whole(&running.end());
            }
        },
    );
}

fn drive(program: &Drive) -> Drive {
    let hangs = std::time::Duration::from_secs(5); // far more than a right answer needs
    program.again().env("LESSON_SPEED", "20").deadline(hangs)
}

/// A run in which one process of this role stands still, before it has sent or received anything.
#[cfg(unix)]
fn held_up(program: &Drive, role: &str, which: usize) -> (suite::Running, u32) {
    let mut running = drive(program).unheard().start();
    let why = "not all producers and consumers were started";
    let child = running.until(why, |trace| trace.pids(role).into_iter().nth(which));
    running.stop(child);
    running.listen();
    (running, child)
}

/// All that has to hold at the end.
fn whole(run: &Run) {
    assert!(run.status.success(), "{}: {}", run.status, run.errors);
    let started = |role: &str| {
        let starts = run.trace.of("start").filter(|event| event.phase == "s");
        starts.filter(|event| event.args["text"] == role).count()
    };
    assert_eq!(started("produce"), 2, "not two producers were started");
    assert_eq!(started("consume"), 3, "not three consumers were started");
    let said = run.said();
    for pid in run.trace.pids("consume") {
        let ends = run.said_by(&format!("consume {pid}"));
        let ends = ends.iter().filter(|text| **text == "has seen the end");
        assert_eq!(ends.count(), 1, "not every consumer has seen the end");
    }
    let mut received: Vec<u32> = said
        .iter()
        .filter_map(|said| said.text.strip_prefix("received ")?.parse().ok())
        .collect();
    received.sort_unstable();
    let sent: Vec<u32> = (1..=10).flat_map(|n| [n, n]).collect();
    assert_eq!(received, sent, "not each number once from each producer");
    let last = said.last().expect("it was asked to say something");
    assert_eq!(
        (last.name(), last.text),
        ("main", "all have ended"),
        "not the last line"
    );
}

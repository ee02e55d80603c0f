//! What every answer to `queue/every-consumer-ends` must hold.

use exercise::Judge;
#[cfg(target_os = "linux")]
use suite::trace::Trace;
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
    #[cfg(target_os = "linux")]
    // elsewhere numbers are put aside for a consumer before it asks
    judge.program("one consumer receives what two slow ones leave", |program| {
        let Some((mut running, slow)) = two_held_up(&program) else { return };
        let why = "two consumers were slow, and the third left numbers to nobody";
        running.until(why, |trace| {
            let heads = trace.of("message").filter(|event| event.phase == "f");
            (heads.count() == 20).then_some(())
        });
        slow.map(|consumer| running.go_on(consumer));
        whole(&running.end());
    });
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

/// A run in which two consumers stand still, each with a number that it has received. Few are received by then.
#[cfg(target_os = "linux")]
fn two_held_up(program: &Drive) -> Option<(suite::Running, [u32; 2])> {
    let first = std::cell::Cell::new(0);
    let held = drive(program).held_up(
        |running| {
            let busy = running.until("no consumer received all its numbers", |trace| {
                let mut busy: Vec<u32> = trace.pids("consume").into_iter().collect();
                busy.retain(|pid| received(trace, *pid) > 0);
                (busy.len() > 1 || busy.iter().any(|pid| received(trace, *pid) == 20))
                    .then_some(busy)
            });
            let [one, other, ..] = busy[..] else { return None };
            first.set(one);
            running.stop(one).then_some(other)
        },
        |trace, second| {
            let both = [first.get(), second];
            both.iter().all(|pid| !is_in_queue(trace, *pid))
                && both.map(|pid| received(trace, pid)).iter().sum::<usize>() <= 6
        },
    );
    held.map(|(running, second)| (running, [first.get(), second]))
}

/// How many numbers a consumer has received.
#[cfg(target_os = "linux")]
fn received(trace: &Trace, consumer: u32) -> usize {
    let messages = trace.of("message").filter(|event| event.pid == consumer);
    messages.filter(|event| event.phase == "f").count()
}

/// Whether a consumer is in the middle of receiving: one that stands still there is in the way of all others.
#[cfg(target_os = "linux")]
fn is_in_queue(trace: &Trace, consumer: u32) -> bool {
    let waits = || trace.of("wait").filter(|event| event.pid == consumer);
    waits().filter(|event| event.phase == "B").count()
        != waits().filter(|event| event.phase == "E").count()
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

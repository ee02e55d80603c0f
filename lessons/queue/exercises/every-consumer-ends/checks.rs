//! What every answer to `queue/every-consumer-ends` must hold.

use exercise::{Judge, many};
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
                let trace = running.trace();
                if sent(&trace).iter().any(|(pid, sent)| *pid == slow && *sent < 10) {
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
            let sent: Vec<_> = sent(trace).into_iter().map(|(_, sent)| sent).collect();
            let received = trace.of("message").filter(|event| event.phase == "f");
            // An answer may send marks for the end, too: they come after the numbers.
            (all(&sent) && received.count() >= sent.iter().sum::<usize>()).then_some(())
        });
        slow.map(|consumer| running.go_on(consumer));
        whole(&running.end());
    });
}

fn drive(program: &Drive) -> Drive {
    let hangs = std::time::Duration::from_secs(5); // far more than a right answer needs
    let numbers = many().to_string();
    program.again().env("LESSON_SPEED", "60").env("NUMBERS", &numbers).deadline(hangs)
}

/// Each producer, and how many numbers it has sent.
fn sent(trace: &Trace) -> Vec<(u32, usize)> {
    let sent = |pid| {
        let messages = trace.of("message").filter(|event| event.phase == "s");
        (pid, messages.filter(|event| event.pid == pid).count())
    };
    trace.pids("produce").into_iter().map(sent).collect()
}

/// Whether both producers have sent all. One that asks nobody how many sends ten.
fn all(sent: &[usize]) -> bool {
    sent.len() == 2 && sent.iter().all(|sent| [10, many()].contains(sent))
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

/// A run in which two consumers stand still before they have asked for a number.
#[cfg(target_os = "linux")]
fn two_held_up(program: &Drive) -> Option<(suite::Running, [u32; 2])> {
    let first = std::cell::Cell::new(0);
    let held = drive(program).unheard().held_up(
        |running| {
            let [one, other] = running.children("consume")?;
            first.set(one);
            running.stop(one).then_some(other)
        },
        |trace, second| {
            // One that stands still in the middle of receiving is in the way of all others.
            !trace.of("wait").any(|event| [first.get(), second].contains(&event.pid))
        },
    );
    let (running, second) = held?;
    running.listen();
    Some((running, [first.get(), second]))
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
    let sent: Vec<_> = sent(&run.trace).into_iter().map(|(_, sent)| sent).collect();
    assert!(all(&sent), "a producer has not sent all its numbers: {sent:?}");
    let mut numbers: Vec<_> =
        sent.into_iter().flat_map(|last| 1..=last as u32).collect();
    numbers.sort_unstable();
    assert_eq!(received, numbers, "not each number once from each producer");
    // What `main` did, in its own order: no clock is asked.
    let mut of_main = run.trace.0.iter().filter(|event| event.pid == run.pid);
    let waited = of_main
        .by_ref()
        .take_while(|event| event.name != "all have ended")
        .filter(|event| event.category == "end");
    assert_eq!(waited.count(), 5, "`main` did not wait for all its children");
    let last = said.last().expect("it was asked to say something");
    assert_eq!(
        (last.name(), last.text),
        ("main", "all have ended"),
        "not the last line"
    );
}

//! What every answer to `queue/every-consumer-ends` must hold.

use exercise::Judge;

pub fn judge(judge: &mut Judge) {
    judge.program(
        "each number is received once, and three consumers see the end",
        |program| {
            let hangs = std::time::Duration::from_secs(4); // far more than a right answer needs
            let run = program.env("LESSON_SPEED", "20").deadline(hangs).run().well();
            for (role, processes) in [("produce", 2), ("consume", 3)] {
                assert_eq!(
                    run.trace.pids(role).len(),
                    processes,
                    "not {processes} processes that {role}"
                );
            }
            for pid in run.trace.pids("consume") {
                let said = run.said_by(&format!("consume {pid}"));
                let saw = said.last() == Some(&"has seen the end");
                assert!(saw, "a consumer ended and had not seen the end: {said:?}");
            }
            let said = run.said();
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
        },
    );
}

//! What every answer to `queue/every-consumer-ends` must hold.

use exercise::Judge;

pub fn judge(judge: &mut Judge) {
    judge.program(
        "each number is received once, and three consumers see the end",
        |program| {
            let hangs = std::time::Duration::from_secs(5); // far more than a right answer needs
            let run = program.env("LESSON_SPEED", "20").deadline(hangs).run().well();
            let started = |role: &str| {
                let starts = run.trace.of("start").filter(|event| event.phase == "s");
                starts.filter(|event| event.args["text"] == role).count()
            };
            assert_eq!(started("produce"), 2, "not two producers were started");
            assert_eq!(started("consume"), 3, "not three consumers were started");
            let said = run.said();
            let ends = said.iter().filter(|said| said.text == "has seen the end");
            assert_eq!(ends.count(), 3, "not every consumer has seen the end");
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

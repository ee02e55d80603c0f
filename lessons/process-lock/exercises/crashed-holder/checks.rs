//! What every answer to `process-lock/crashed-holder` must hold.

use std::collections::BTreeMap;

use exercise::Judge;

pub fn judge(judge: &mut Judge) {
    judge.program("one turn at a time", |program| {
        one_at_a_time(&program.env("LESSON_SPEED", "20").run().well());
    });
    judge.program("a crash frees the turn", |program| {
        let hangs = std::time::Duration::from_secs(5); // far more than a right answer needs
        let run =
            program.env("LESSON_SPEED", "200").deadline(hangs).args(&["--crash"]).run();
        let crashed = run.said_by("crash");
        assert_eq!(
            crashed,
            ["begins turn 1"],
            "it did not crash in a turn: {}",
            run.errors
        );
        one_at_a_time(&run.well());
    });
}

/// Two processes, three turns each, and nobody begins in the turn of another.
fn one_at_a_time(run: &suite::Run) {
    let mut holder = None;
    let mut turns: BTreeMap<&str, u32> = BTreeMap::new();
    for said in run.said().into_iter().filter(|said| said.name() == "take_turns") {
        if said.text.starts_with("begins") {
            assert_eq!(
                holder, None,
                "{} began in the turn of another process",
                said.who
            );
            holder = Some(said.who);
        } else {
            assert_eq!(holder, Some(said.who), "a turn ended that had not begun");
            holder = None;
            *turns.entry(said.who).or_default() += 1;
        }
    }
    assert_eq!(
        turns.values().collect::<Vec<_>>(),
        [&3, &3],
        "not three turns for each of two"
    );
}

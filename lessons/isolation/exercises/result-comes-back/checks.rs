//! What every answer to `isolation/result-comes-back` must hold.

use exercise::Judge;

pub fn judge(judge: &mut Judge) {
    judge.program("`main` says the sum that a child has added up", |program| {
        let run = program.run().well();
        let by: Vec<u32> = run.trace.of("work").map(|event| event.pid).collect();
        assert!(!by.is_empty(), "nobody has added up: `busy(\"adds up\", …)` is gone");
        assert!(!by.contains(&run.pid), "`main` itself has added up: the child should");
        let said = run.said_by("main");
        assert_eq!(said, ["the sum is 5000050000"], "`main` did not get the sum");
    });
}

//! What every answer to `processes/wait-for-all` must hold.

use exercise::Judge;

pub fn judge(judge: &mut Judge) {
    judge.program("three children count, and all are waited for", |program| {
        let run = program.env("LESSON_SPEED", "20").run().well();

        // What `main` did, in its own order: no clock is asked.
        let of_main = run.trace.0.iter().filter(|event| event.pid == run.pid);
        let steps: Vec<_> = of_main.filter(|event| event.phase != "M").collect();
        let first = |found: &dyn Fn(&str, &str) -> bool| {
            steps.iter().position(|event| found(&event.category, &event.name))
        };
        let starts = steps.iter().filter(|event| event.phase == "s").count();
        assert_eq!(starts, 3, "`main` did not start three processes");
        let says =
            first(&|category, name| category == "say" && name == "all have ended")
                .expect("`main` does not say \"all have ended\"");
        let ends = steps[..says]
            .iter()
            .filter(|event| event.name.contains(" ended: "))
            .count();
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
    });
}

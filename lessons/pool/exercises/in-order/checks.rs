//! What every answer to `pool/in-order` must hold.

use exercise::Judge;

pub fn judge(judge: &mut Judge) {
    judge.program(
        "two workers do six tasks, and the results come in order",
        |program| {
            let run = program.env("LESSON_SPEED", "20").run().well();
            let said = run.said_by("main");
            let in_order = [
                "task 1: 1",
                "task 2: 4",
                "task 3: 9",
                "task 4: 6",
                "task 5: 5",
                "task 6: 6",
            ];
            assert_eq!(said, in_order, "the results are not in order");

            let by_main = run.trace.of("work").any(|event| event.pid == run.pid);
            assert!(!by_main, "`main` did a task itself");
            let workers =
                run.trace.of("start").filter(|event| event.phase == "s").count();
            assert_eq!(workers, 2, "there were not two workers");

            // What `main` did, in its own order: no clock is asked.
            let of_main: Vec<_> =
                run.trace.0.iter().filter(|event| event.pid == run.pid).collect();
            let last_task = of_main.iter().rposition(|event| event.category == "task");
            let first_result =
                of_main.iter().position(|event| event.category == "result");
            assert!(
                last_task < first_result,
                "`main` took a result before it had submitted all tasks: one at a time"
            );
        },
    );
}

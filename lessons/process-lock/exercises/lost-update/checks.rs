//! What every answer to `process-lock/lost-update` must hold.

use exercise::Judge;

pub fn judge(judge: &mut Judge) {
    judge.program("two processes earn 20 each, and the balance is 40", |program| {
        let run = program.env("LESSON_SPEED", "20").run();
        let said = run.said_by("main");
        let lost = format!("an update was lost, or torn\n{}", run.errors);
        assert_eq!(said, ["the balance is 40"], "{}", lost.trim_end());
        assert!(run.status.success(), "{}: {}", run.status, run.errors);

        let work = |event: &&suite::trace::Event| {
            event.category == "work" && event.phase == "B"
        };
        for pid in run.trace.pids("earn") {
            let rounds = run
                .trace
                .0
                .iter()
                .filter(work)
                .filter(|event| event.pid == pid)
                .count();
            assert_eq!(rounds, 20, "a process did not work 20 times");
        }
        let of_main: Vec<_> =
            run.trace.0.iter().filter(|event| event.pid == run.pid).collect();
        let second_start = of_main.iter().rposition(|event| event.phase == "s");
        let first_wait = of_main.iter().position(|event| event.category == "wait");
        assert!(
            second_start < first_wait,
            "the second started only when the first had ended"
        );
    });
}

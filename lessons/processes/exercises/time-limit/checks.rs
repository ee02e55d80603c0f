//! What every answer to `processes/time-limit` must hold.

use std::time::Duration;

use exercise::Judge;

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(5);

pub fn judge(judge: &mut Judge) {
    judge.program(
        "a quick job ends by itself, and nobody waits on for the limit",
        |program| {
            let args = ["--job", "quick", "--limit", "3600"]; // three minutes, at this speed
            let run = program
                .env("LESSON_SPEED", "20")
                .deadline(HANGS)
                .args(&args)
                .run()
                .well();
            let said = run.said_by("main").concat();
            assert!(
                said.starts_with("the job ended: "),
                "the quick job was not let end: {said:?}"
            );
            assert!(said.ends_with(": 0"), "the quick job was not let end: {said:?}");
        },
    );
    judge.program("an endless job is killed when its time is over", |program| {
        let args = ["--job", "endless", "--limit", "1"];
        let run =
            program.env("LESSON_SPEED", "20").deadline(HANGS).args(&args).run().well();
        let said = run.said_by("main").concat();
        assert!(
            said.starts_with("the job was stopped: "),
            "the endless job was not stopped: {said:?}"
        );
        assert!(
            !said.ends_with(": 0"),
            "the endless job can't have ended well: {said:?}"
        );
    });
}

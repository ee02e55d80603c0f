//! What every answer to `single-process/exit-status` must hold.

use exercise::Judge;

pub fn judge(judge: &mut Judge) {
    judge.program("a job that went well: 0", |program| {
        let run = program.args(&["--job", "well"]).run();
        assert_eq!(
            run.status.code(),
            Some(0),
            "the job went well, the program did not"
        );
    });
    judge.program("a job that failed: its own number", |program| {
        let run = program.args(&["--job", "fails"]).run();
        let ended = run.said_by("main");
        assert!(
            ended.concat().contains(": 3"),
            "the job did not end with 3: {ended:?}"
        );
        let code = run.status.code();
        assert_eq!(
            code,
            Some(3),
            "the job ended with 3, the program with another status"
        );
    });
    judge.program("a job that crashed: a failure, and no panic", |program| {
        let run = program.args(&["--job", "crashes"]).run();
        assert!(!run.errors.contains("panicked"), "the job crashed, and so did `main`");
        assert!(!run.status.success(), "the job crashed, and the program ended with 0");
        if cfg!(unix) {
            assert_eq!(
                run.status.code(),
                Some(1),
                "a job without a number: end with 1"
            );
        }
    });
}

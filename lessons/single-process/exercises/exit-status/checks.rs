//! What every answer to `single-process/exit-status` must hold.

use exercise::Judge;
use suite::Run;

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
        failed(&program.args(&["--job", "fails"]).run());
    });
    judge.program("a job that crashed: a failure, and no panic", |program| {
        crashed(&program.args(&["--job", "crashes"]).run());
    });
    #[cfg(unix)]
    judge.program("a job that was killed, or is slow", |program| {
        let job = |name: &str| program.again().args(&["--job", name]);
        let usual = job("fails").run();
        if let Some((running, killed)) = held_up(job("well")) {
            running.kill(killed);
            crashed(&running.end());
        }
        if let Some((mut running, slow)) = held_up(job("fails")) {
            running.waits(
                usual.hold(),
                &["the job ended"],
                "the job had not ended yet",
            );
            running.go_on(slow);
            failed(&running.end());
        }
    });
}

/// A run whose job stands still before it has done anything.
#[cfg(unix)]
fn held_up(program: suite::Drive) -> Option<(suite::Running, u32)> {
    program.held_up(suite::Running::child, |_, _| true)
}

fn failed(run: &Run) {
    let ended = run.said_by("main");
    assert!(ended.concat().contains(": 3"), "the job did not end with 3: {ended:?}");
    let code = run.status.code();
    assert_eq!(code, Some(3), "the job ended with 3, the program with another status");
}

fn crashed(run: &Run) {
    assert!(!run.errors.contains("panicked"), "the job crashed, and so did `main`");
    assert!(!run.status.success(), "the job crashed, and the program ended with 0");
    if cfg!(unix) {
        let code = run.status.code();
        assert_eq!(code, Some(1), "a job without a number: end with 1");
    }
}

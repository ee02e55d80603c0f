//! What every answer to `processes/ctrl-c` must hold.

use exercise::Judge;

#[cfg(unix)]
pub fn judge(judge: &mut Judge) {
    judge.program("Ctrl-C stops both children in order", |program| {
        let hangs = std::time::Duration::from_secs(5); // far more than a right answer needs
        let mut running = program.env("LESSON_SPEED", "20").deadline(hangs).start();
        for _ in ["main", "a child", "the other"] {
            running.until_says("begins");
        }
        running.ctrl_c();
        let run = running.end();
        assert!(
            run.status.code().is_some(),
            "Ctrl-C ended `main` where it stood: {}",
            run.status
        );
        assert!(run.status.success(), "{}: {}", run.status, run.errors);
        let stopped = run.said_by("main").last() == Some(&"both have stopped");
        assert!(stopped, "`main` ended, and did not say that both have stopped");
        let children = run.trace.pids("count");
        assert_eq!(children.len(), 2, "there were not two children");
        for pid in children {
            let said = run.said_by(&format!("count {pid}"));
            let stops = said.last().is_some_and(|text| text.starts_with("stops at "));
            assert!(stops, "a child did not come to say where it stops: {said:?}");
        }
        let last = run.said().pop().expect("it was asked to say something");
        assert_eq!(
            (last.name(), last.text),
            ("main", "both have stopped"),
            "not the last line"
        );
    });
}

#[cfg(not(unix))]
pub fn judge(judge: &mut Judge) {
    judge.program("not judged: on this system the check can't press Ctrl-C", drop);
}

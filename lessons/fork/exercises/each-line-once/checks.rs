//! What every answer to `fork/each-line-once` must hold.

use std::collections::BTreeSet;
use std::time::Duration;

use exercise::Judge;
use suite::Drive;

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(5);

pub fn judge(judge: &mut Judge) {
    judge.program("three helpers", |program| whole(&program, 3));
    judge.program("no helper, and one", |program| {
        whole(&program, 0);
        whole(&program, 1);
    });
    judge.program("many helpers", |program| whole(&program, exercise::many()));
}

/// Asks that each line of the log comes as often as it was written.
fn whole(program: &Drive, helpers: usize) {
    let args = ["--helpers", &helpers.to_string()];
    let run = program.again().args(&args).deadline(HANGS).run();
    assert!(run.status.success(), "{}: {}", run.status, run.errors);
    let log = run.said_by("main");
    let came = |line: &str| log.iter().filter(|said| **said == line).count();
    for (line, times) in [("begins", 1), ("starts a helper", helpers), ("ends", 1)] {
        let count = came(line);
        assert_eq!(
            count, times,
            "\"{line}\" came {count} times, and was written {times} times"
        );
    }
    let mut processes = BTreeSet::from([run.pid]);
    for number in 1..=helpers {
        let start = format!("helper {number} is process ");
        let pids: Vec<u32> = log
            .iter()
            .filter_map(|line| line.strip_prefix(&start)?.parse().ok())
            .collect();
        assert_eq!(
            pids.len(),
            1,
            "the line of helper {number} came {} times",
            pids.len()
        );
        assert!(processes.insert(pids[0]), "helper {number} is no process of its own");
    }
    assert_eq!(log.len(), 2 + 2 * helpers, "other lines came, too: {log:?}");
    assert_eq!(log[0], "begins", "the log doesn't begin with what was written first");
    assert_eq!(
        log[log.len() - 1],
        "ends",
        "the log doesn't end with what was written last"
    );
}

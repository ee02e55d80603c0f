//! What every answer to `fork/each-line-once` must hold.

use std::collections::BTreeSet;
use std::time::Duration;

use exercise::{Judge, many};
use suite::{Drive, Run};
#[cfg(target_os = "linux")]
use suite::{Running, step::Stepped};

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(5);

pub fn judge(judge: &mut Judge) {
    #[cfg(target_os = "linux")]
    let mut held = None;
    judge.program("three helpers", |program| {
        // For the last check: it stands still meanwhile, and the others take no time beyond that.
        #[cfg(target_os = "linux")]
        {
            held = with_a_slow_helper(&program);
        }
        whole(&program, 3);
    });
    judge.program("no helper, and one", |program| {
        whole(&program, 0);
        whole(&program, 1);
    });
    judge.program("many helpers", |program| {
        whole(&program, many());
        whole(&program, 4 * many());
    });
    #[cfg(target_os = "linux")]
    judge.program("a helper is slow, and `ends` comes last", |_| {
        let Some((mut running, helper)) = held.take() else { return };
        running.waits(suite::hold(), &["ends"], "a helper had still a line to write");
        running.go_on(helper);
        each_once(&running.end(), 4 * many());
    });
}

/// Asks that each line of the log comes as often as it was written.
fn whole(program: &Drive, helpers: usize) {
    each_once(&drive(program, helpers).run(), helpers);
}

fn drive(program: &Drive, helpers: usize) -> Drive {
    program.again().args(&["--helpers", &helpers.to_string()]).deadline(HANGS)
}

/// A run in which a helper stands still before it does anything, and that helper. `None` where it isn't allowed to step
/// `main`.
#[cfg(target_os = "linux")]
fn with_a_slow_helper(program: &Drive) -> Option<(Running, u32)> {
    // There are so many that others are still to be started when the first ones have been.
    drive(program, 4 * many()).stepped(Stepped::copy)
}

fn each_once(run: &Run, helpers: usize) {
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

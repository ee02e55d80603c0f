//! What every answer to `fork/end-of-file` must hold.

#[cfg(target_os = "linux")]
use std::collections::BTreeSet;
use std::time::Duration;

use exercise::{Judge, many};
use suite::deadline::until;
use suite::trace::Trace;
use suite::{Drive, Living, Run, Running};

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(10);

/// A question or an answer of this many lines is more than a pipe holds.
const LONG: usize = 8_000;

pub fn judge(judge: &mut Judge) {
    judge.program("one helper, two, and none", |program| {
        for helpers in [1, 2, 0] {
            whole(&drive(&program, helpers, 3, 1).run(), helpers, 3, 1, &[]);
        }
    });
    judge.program("more helpers", |program| {
        for helpers in [3, many()] {
            whole(&drive(&program, helpers, 3, 1).run(), helpers, 3, 1, &[]);
        }
    });
    judge.program("long questions and long answers", |program| {
        whole(&drive(&program, 3, LONG, 1).run(), 3, LONG, 1, &[]);
        whole(&drive(&program, 3, 1, LONG).run(), 3, 1, LONG, &[]);
    });
    judge.program("`main` is slow, or a helper is", |program| {
        let usual = drive(&program, 4, 3, 1).run();
        let mut slow_main = unasked(&program, 4, 3, 1);
        let slow = [(4, 1), (4, 2), (many(), many())].map(|(helpers, slow)| {
            let running = unasked(&program, helpers, 3, 1);
            let pid = stopped(&running, slow);
            running.listen();
            (running, helpers, slow, pid)
        });
        let hold = usual.hold();
        for (mut running, helpers, slow, pid) in slow {
            let Some(pid) = pid else { continue };
            let never = format!(
                "helper {slow} stands still, and another one never sees the end of its question"
            );
            let all = |trace: &Trace| {
                (1..=helpers).all(|n| n == slow || asked(trace, n).is_some()).then_some(())
            };
            running.until(&never, all);
            let early = format!("helper {slow} stands still, and was not waited for");
            running.waits(hold, &[&format!("helper {slow} answered")], &early);
            running.go_on(pid);
            whole(&running.end(), helpers, 3, 1, &[]);
        }
        only_its_own(&slow_main, 4);
        slow_main.waits(hold, &[], "`main` had not asked yet");
        for n in 1..=4 {
            let lines = asked(&slow_main.trace(), n);
            assert!(
                lines.is_none_or(|lines| lines == 3 * n),
                "helper {n} didn't wait for the end of its question"
            );
        }
        whole(&slow_main.end(), 4, 3, 1, &[]);
    });
    judge.program("a helper is killed, and the others go on", |program| {
        for killed in [1, 2, 3] {
            let running = unasked(&program, 3, LONG, 1);
            running.kill(pid(&running.trace(), killed).expect("it is there"));
            whole(&running.end(), 3, LONG, 1, &[killed]);
        }
    });
    judge.program("`main` is killed before it has asked", |program| {
        for helpers in [1, 4] {
            let running = unasked(&program, helpers, 3, 1);
            running.kill(running.pid());
            // As long as nobody listens, none of them gets any further.
            for n in 1..=helpers {
                let pid = pid(&running.trace(), n).expect("it is there");
                let end = format!(
                    "helper {n} reads the end of its question, now that `main` is gone"
                );
                until(HANGS, &end, || {
                    asked(&running.trace(), n).is_some() || Living::find(pid).is_none()
                });
            }
            running.end();
        }
    });
    judge.program("`main` is killed before it has read the answers", |program| {
        let mut running = unasked(&program, 3, 1, LONG);
        let pids = [1, 2, 3].map(|n| pid(&running.trace(), n).expect("it is there"));
        // It asks all, and then waits for the answer of the first.
        let Some(first) = stopped(&running, 1) else { return };
        running.listen();
        let never =
            "helper 1 stands still, and another one never sees the end of its question";
        running.until(never, |trace| asked(trace, 2).and(asked(trace, 3)));
        running.stop(running.pid());
        running.go_on(first);
        running.kill(running.pid());
        for (n, pid) in (1..).zip(pids) {
            let end = format!("helper {n} ends, now that nobody reads its answer");
            until(HANGS, &end, || Living::find(pid).is_none());
        }
        running.end();
    });
}

fn drive(program: &Drive, helpers: usize, lines: usize, times: usize) -> Drive {
    let [helpers, lines, times] = [helpers, lines, times].map(|n| n.to_string());
    let args = ["--helpers", &helpers, "--lines", &lines, "--times", &times];
    program.again().args(&args).deadline(HANGS)
}

/// A run in which all helpers wait for their questions, and `main` doesn't get any further until somebody listens.
fn unasked(program: &Drive, helpers: usize, lines: usize, times: usize) -> Running {
    let mut running = drive(program, helpers, lines, times).unheard().start();
    let never = "not all helpers were started before `main` asked the first";
    running.until(never, |trace| {
        (1..=helpers).all(|n| pid(trace, n).is_some()).then_some(())
    });
    running
}

/// Stops a helper that waits for its question; `None` if it has got it already.
fn stopped(running: &Running, n: usize) -> Option<u32> {
    let pid = pid(&running.trace(), n)?;
    let stopped = running.stop(pid);
    let trace = running.trace();
    let wait = trace.of("wait").find(|event| event.pid == pid && event.phase == "E");
    (stopped && wait.is_none()).then_some(pid)
}

/// The process id of a helper that has begun to wait for its question.
fn pid(trace: &Trace, n: usize) -> Option<u32> {
    let name = format!("question {n}");
    let wait = trace.of("wait").find(|event| event.name == name)?;
    Some(wait.pid)
}

/// Asks that no helper has an end of a pipe open that another helper has, too.
#[cfg(target_os = "linux")]
fn only_its_own(running: &Running, helpers: usize) {
    let trace = running.trace();
    let ends = |process: &str| {
        let led =
            suite::open_files(process).filter_map(|open| std::fs::read_link(open).ok());
        led.map(|end| end.display().to_string())
            .filter(|end| end.starts_with("pipe:") || end.starts_with("socket:"))
            .collect::<BTreeSet<_>>()
    };
    // What this process has open was given to all.
    let given = ends("self");
    let of = |n: usize| pid(&trace, n).expect("it is there").to_string();
    let all: Vec<_> = (1..=helpers).map(|n| &ends(&of(n)) - &given).collect();
    for (n, ends) in (1..).zip(&all) {
        for (other, others) in (n + 1..).zip(&all[n..]) {
            assert!(
                ends.is_disjoint(others),
                "helpers {n} and {other} both have an end of the same pipe open"
            );
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn only_its_own(_: &Running, _: usize) {}

/// How many lines a helper was asked, once it has them all.
fn asked(trace: &Trace, n: usize) -> Option<usize> {
    let begins = format!("helper {n} was asked ");
    let mut said = trace.of("say").filter_map(|event| event.name.strip_prefix(&begins));
    said.next()?.strip_suffix(" lines")?.parse().ok()
}

/// Asks that each helper had its question and answered it, but for those that were killed.
fn whole(run: &Run, helpers: usize, first: usize, times: usize, killed: &[usize]) {
    assert!(run.status.success(), "{}: {}", run.status, run.errors);
    let said = run.said();
    let answered = said.iter().filter(|line| line.text.contains(" answered ")).count();
    assert_eq!(
        answered, helpers,
        "so many helpers have answered, and so many were wanted"
    );
    for n in 1..=helpers {
        let begins = format!("helper {n} answered ");
        let said: Vec<&str> =
            said.iter().filter_map(|line| line.text.strip_prefix(&begins)).collect();
        let right = match killed.contains(&n) {
            true => "0 lines, signal: 9 (SIGKILL)".to_owned(),
            false => format!("{} lines, exit status: 0", n * first * times),
        };
        assert_eq!(said, [right.as_str()], "what `main` said of helper {n}");
    }
    for n in (1..=helpers).filter(|n| !killed.contains(n)) {
        let lines = asked(&run.trace, n);
        assert_eq!(lines, Some(n * first), "how many lines helper {n} was asked");
    }
    let pids: Vec<_> = (1..=helpers).map(|n| pid(&run.trace, n)).collect();
    for (n, helper) in (1..).zip(&pids) {
        let own = helper.is_some_and(|pid| pid != run.pid)
            && pids.iter().filter(|pid| *pid == helper).count() == 1;
        assert!(own, "helper {n} is no process of its own");
    }
}

//! What every answer to `shutdown/one-deadline` must hold.

use std::thread;
use std::time::{Duration, Instant};

use exercise::Judge;
use suite::trace::{Event, Trace};
use suite::{Drive, Run};

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(5);

/// A time that nobody lets go by, in seconds.
const LONG: &str = "1e6";

/// How long the children get where the time goes by, in seconds of the lesson: half a second of the clock.
const TIME: &str = "5";
const LIMIT: u64 = 500_000;

/// How each of some children is recorded to have ended.
type Ends = Vec<(u32, String)>;

pub fn judge(judge: &mut Judge) {
    judge.program("all are asked, even if one of them doesn't stop", |program| {
        let orders = ["1e6,0,0", "0,1e6,0", "0,0,1e6"];
        for mut running in orders.map(|needs| drive(&program, needs, LONG).start()) {
            running.until("not every child has heard that it is asked", |trace| {
                (asked(trace).len() == 3).then_some(())
            });
            let stays = running.until(
                "two of the children did not end by themselves",
                |trace| {
                    let over = |pid: &u32| {
                        trace
                            .of("end")
                            .any(|event| event.pid == *pid && event.name == "ends")
                    };
                    let left: Vec<_> =
                        asked(trace).into_iter().filter(|pid| !over(pid)).collect();
                    (left.len() == 1).then(|| left[0])
                },
            );
            assert!(
                running.kill_if_there(stays),
                "a child was killed before its time was over"
            );
            let ends = reaped(&running.end(), 3);
            let killed = ends.iter().filter(|(_, how)| how.contains("signal"));
            assert_eq!(killed.count(), 1, "a child was killed that stops: {ends:?}");
        }
    });
    judge.program("a child that has ended before is no problem", |program| {
        for needs in ["gone", "gone,0,gone", "0,gone,0"] {
            let ends =
                reaped(&drive(&program, needs, LONG).run(), needs.split(',').count());
            all_by_themselves(&ends);
        }
        let many = vec!["0"; 12].join(",");
        all_by_themselves(&reaped(&drive(&program, &many, LONG).run(), 12));
    });
    judge.program("no child is killed before the time is over", |program| {
        let orders = ["4,0,0", "0,4,0", "0,0,4"];
        let held = orders.map(|needs| {
            let slow = needs.split(',').position(|needs| needs == "4");
            drive(&program, needs, LONG).held_up(
                |running| {
                    let why = "not every child has begun";
                    let child = slow.and_then(|slow| {
                        running
                            .until(why, |trace| {
                                (begun(trace).len() == 3).then(|| begun(trace)[slow])
                            })
                            .into()
                    });
                    child
                },
                |trace, child| !trace.of("end").any(|event| event.pid == child),
            )
        });
        let until = suite::hold();
        let mut held: Vec<_> = held.into_iter().flatten().collect();
        for (running, child) in &mut held {
            let why = "a child was killed before its time was over";
            running.waits(until, &["nobody is left"], why);
            running.go_on(*child);
        }
        for (running, _) in held {
            all_by_themselves(&reaped(&running.end(), 3));
        }
    });
    judge.program("when the time is over, all that are left are killed", |program| {
        // The third needs longer than all have, but not longer than it would have after the second, or of its own.
        let mut runs = (0..3).map(|_| {
            let run = drive(&program, "1e6,4,7,1e6,gone,0", TIME).run();
            let ends = reaped(&run, 6);
            let asks = time(&run.trace, |event| event.name == "asks all to stop");
            let children = begun(&run.trace);
            for pid in [children[0], children[3]] {
                let end = time(&run.trace, |event| event.args["pid"] == pid);
                let killed = ends
                    .iter()
                    .any(|(ended, how)| *ended == pid && how.contains("signal: 9"));
                assert!(killed, "a child that doesn't stop was not killed: {ends:?}");
                let took = end - asks;
                assert!(
                    took >= LIMIT,
                    "a child had {LIMIT} µs, and was killed after {took} µs"
                );
            }
            let by_itself = |(pid, how): &(u32, String)| {
                *pid == children[2] && how.ends_with(": 0")
            };
            !ends.iter().any(by_itself)
        });
        assert!(
            runs.any(|killed| killed),
            "a child had more time than all have together: its deadline was another one"
        );
    });
    judge.program("time goes by also while `main` stands still", |program| {
        let runs = [(); 3].map(|()| drive(&program, "1e6,0", TIME).start());
        let runs = runs.map(|mut running| {
            running.until("not every child has heard that it is asked", |trace| {
                (asked(trace).len() == 2).then_some(())
            });
            let stopped = running.stop(running.pid())
                && who(&running.trace(), "nobody is left").is_empty();
            (running, stopped, Instant::now())
        });
        thread::sleep(Duration::from_micros(LIMIT + LIMIT / 5));
        let runs = runs.map(|(running, stopped, since)| {
            running.go_on(running.pid());
            (running, stopped, since.elapsed().as_micros() as u64)
        });
        // An answer that counts its own pauses takes all of them on top. On a busy machine, one of three is enough.
        let in_time = runs.map(|(running, stopped, stood_still)| {
            let most = stood_still + LIMIT - LIMIT / 10;
            let run = running.end();
            reaped(&run, 2);
            let asks = time(&run.trace, |event| event.name == "asks all to stop");
            let left = time(&run.trace, |event| event.name == "nobody is left");
            stopped.then_some(left - asks < most) // one that was over tells nothing
        });
        assert!(
            in_time.contains(&Some(true)) || !in_time.contains(&Some(false)),
            "`main` stood still until the time was over, and then the children had more of it: its deadline was another one"
        );
    });
}

fn drive(program: &Drive, needs: &str, time: &str) -> Drive {
    let args = ["--needs", needs, "--time", time];
    program.again().args(&args).env("LESSON_SPEED", "10").deadline(HANGS)
}

/// Who has said this, in the order in which they did.
fn who(trace: &Trace, says: &str) -> Vec<u32> {
    let said = trace.of("say").filter(|event| event.name == says);
    said.map(|event| event.pid).collect()
}

/// Those that have begun, in the order in which they were started.
fn begun(trace: &Trace) -> Vec<u32> {
    let begun = who(trace, "has begun");
    let names = trace.0.iter().filter(|event| event.name == "process_name");
    names.map(|event| event.pid).filter(|pid| begun.contains(pid)).collect()
}

fn asked(trace: &Trace) -> Vec<u32> {
    who(trace, "is asked")
}

fn time(trace: &Trace, which: impl Fn(&Event) -> bool) -> u64 {
    trace.0.iter().find(|event| which(event)).map_or(0, |event| event.time)
}

/// How each child has ended, if all have been waited for when `main` says that nobody is left.
fn reaped(run: &Run, children: usize) -> Ends {
    assert!(
        run.status.success(),
        "{}: {}\n{}",
        run.status,
        run.errors,
        run.lines.join("\n")
    );
    assert_eq!(run.said_by("main"), ["asks all to stop", "nobody is left"]);
    let unasked =
        run.trace.of("say").take_while(|event| event.name != "asks all to stop");
    assert!(
        unasked.filter(|event| event.name == "is asked").count() == 0,
        "a child was asked too early"
    );
    let before = run.trace.0.iter().take_while(|event| event.name != "nobody is left");
    let ends = before.filter(|event| event.category == "end").filter_map(|event| {
        let pid = event.args["pid"].as_u64()?;
        Some((pid as u32, event.name.split_once(" ended: ")?.1.to_owned()))
    });
    let ends: Ends = ends.collect();
    assert_eq!(
        ends.len(),
        children,
        "`main` has waited for so many children, on the left, of so many"
    );
    ends
}

fn all_by_themselves(ends: &Ends) {
    let good = ends.iter().all(|(_, how)| how.ends_with(": 0"));
    assert!(good, "a child was killed that would have ended in time: {ends:?}");
}

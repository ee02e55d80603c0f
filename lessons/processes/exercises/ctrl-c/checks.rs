//! What every answer to `processes/ctrl-c` must hold.

use exercise::Judge;
#[cfg(unix)]
use suite::{Drive, Run, Running, trace::Event};

#[cfg(unix)]
pub fn judge(judge: &mut Judge) {
    judge.program("Ctrl-C stops both children in order", |program| {
        in_order(&pressed_early(&program));
    });
    judge.program(
        "they count until Ctrl-C, however late, and `main` waits for a slow child",
        |program| {
            let usual = pressed_early(&program);
            let mut late = begun(drive(&program).start());
            // It can't end a pipe, and its children have seen Ctrl-C.
            let mut slow_main = begun(drive(&program).start());
            slow_main.stop(slow_main.pid());
            slow_main.ctrl_c();
            let mut slow = [0, 1].map(|which| {
                let mut running = begun(drive(&program).start());
                let children = children(&running);
                let (child, other) = (children[which], children[1 - which]);
                // Where nobody knows a process of another group, such a child can't be held up.
                let held_up = running.stop(child);
                running.ctrl_c();
                if held_up {
                    running.until(
                        "a child was slow, and the other one was not stopped",
                        |trace| {
                            let stops = |event: &&Event| {
                                event.pid == other && event.name.starts_with("stops")
                            };
                            trace.of("say").find(stops).map(drop)
                        },
                    );
                }
                (running, held_up.then_some(child))
            });
            let until = usual.hold();
            late.waits(until, &["stop"], "it stopped before Ctrl-C");
            late.ctrl_c();
            in_order(&late.end());
            let why = "Ctrl-C stopped a child whose pipe had not ended";
            slow_main.waits(until, &["stops at"], why);
            slow_main.go_on(slow_main.pid());
            in_order(&slow_main.end());
            for (running, child) in &mut slow {
                let Some(child) = child else { continue };
                let why = "`main` did not wait for a child that was slow to stop";
                running.waits(until, &["both have stopped"], why);
                running.go_on(*child);
            }
            for (running, _) in slow {
                in_order(&running.end());
            }
        },
    );
}

#[cfg(not(unix))]
pub fn judge(judge: &mut Judge) {
    judge.program("not judged: on this system the check can't press Ctrl-C", drop);
}

#[cfg(unix)]
fn drive(program: &Drive) -> Drive {
    program.again().env("LESSON_SPEED", "200")
}

/// Ctrl-C comes as early as it may: each of the three is in the middle of saying that it begins.
#[cfg(unix)]
fn pressed_early(program: &Drive) -> Run {
    let running = begun(drive(program).unheard().start());
    running.ctrl_c();
    running.end()
}

/// Blocks until `main` and both children have said that they begin.
#[cfg(unix)]
fn begun(mut running: Running) -> Running {
    running.until("`main` and two children did not all say that they begin", |trace| {
        let say = trace.of("say").filter(|event| event.name.starts_with("begins"));
        (say.count() >= 3).then_some(())
    });
    running
}

#[cfg(unix)]
fn children(running: &Running) -> Vec<u32> {
    running.trace().pids("count").into_iter().collect()
}

/// Each child has said how far it has come, and `main` after both that they have stopped.
#[cfg(unix)]
fn in_order(run: &Run) {
    let code = run.status.code();
    assert!(
        code.is_some(),
        "Ctrl-C ended `main` where it stood, which had said that it waits for it: {}",
        run.status
    );
    let killed = run.trace.of("end").any(|event| event.name.contains("signal: 2"));
    assert!(
        !killed,
        "Ctrl-C ended a child: it was not ready when it said that it begins"
    );
    assert!(run.status.success(), "{}: {}", run.status, run.errors);
    let stopped = run.said_by("main").last() == Some(&"both have stopped");
    assert!(stopped, "`main` ended, and did not say that both have stopped");
    let children = run.trace.pids("count");
    assert_eq!(children.len(), 2, "there were not two children");
    for pid in children {
        let said = run.said_by(&format!("count {pid}"));
        let stops = said.last().and_then(|text| text.strip_prefix("stops at "));
        assert!(
            stops.is_some(),
            "a child did not come to say where it stops: {said:?}"
        );
        let works = run.trace.of("work").filter(|event| event.pid == pid);
        let counted = works.filter(|event| event.phase == "B").count();
        let says = stops.and_then(|number| number.parse::<usize>().ok());
        let right = says.is_some_and(|says| says == counted || says + 1 == counted);
        // The last round may not count yet. And a child may count without `work`.
        assert!(right || counted == 0, "a child came to {counted}, and {said:?}");
    }
    let last = run.said().pop().expect("it was asked to say something");
    assert_eq!(
        (last.name(), last.text),
        ("main", "both have stopped"),
        "not the last line"
    );
}

//! What every answer to `process-lock/lost-update` must hold.

use exercise::Judge;
use suite::{Drive, Run};

pub fn judge(judge: &mut Judge) {
    judge.program("two processes earn 20 each, and the balance is 40", |program| {
        nothing_lost(&program.env("LESSON_SPEED", "20").run());
    });
    #[cfg(target_os = "linux")]
    judge.program("one does not wait until the other has done all", |program| {
        // Who gets a lock next is up to the system, and may be the same one again and again. So the check asks
        // for the lock too, and has to get it in the middle of the rounds.
        let free = (0..10).any(|_| free_between_rounds(&program));
        assert!(free, "in 10 runs, one process kept the lock over all its rounds");
    });
    #[cfg(unix)]
    judge.program("one is slow between reading and writing", |program| {
        let usual = fast(&program).run();
        let held =
            program.again().env("LESSON_SPEED", "20").held_up(
                |running| {
                    let why = "nobody worked";
                    Some(running.until(why, |trace| {
                        trace.of("work").map(|event| event.pid).nth(4)
                    }))
                },
                |_, _| true,
            );
        if let Some((mut running, slow)) = held {
            running.waits(
                usual.hold(),
                &["the balance is"],
                "one process was slow, and not done",
            );
            running.go_on(slow);
            nothing_lost(&running.end());
        }
    });
}

fn fast(program: &Drive) -> Drive {
    program.again().env("LESSON_SPEED", "200")
}

/// Whether a lock that a process has is free before it has done all its rounds.
#[cfg(target_os = "linux")]
fn free_between_rounds(program: &Drive) -> bool {
    let mut running = program.again().env("LESSON_SPEED", "50").start();
    let first = running
        .until("nobody worked", |trace| trace.of("work").map(|event| event.pid).next());
    // The file of a lock has no name, and is found with the process that has it open.
    let open =
        std::fs::read_dir(format!("/proc/{first}/fd")).into_iter().flatten().flatten();
    let nameless = open.map(|entry| entry.path()).find(|path| {
        std::fs::read_link(path)
            .is_ok_and(|file| file.to_string_lossy().ends_with(" (deleted)"))
    });
    let Some(file) = nameless.and_then(|path| std::fs::File::open(path).ok()) else {
        return true;
    };
    let (to, locked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        // Held until the rounds are counted.
        let held = file.lock().is_ok();
        to.send((held, file))
    });
    let locked = locked.recv_timeout(std::time::Duration::from_secs(10));
    let trace = running.trace();
    drop(locked);
    let rounds = |pid| {
        let works = trace.of("work").filter(|event| event.phase == "B");
        works.filter(|event| event.pid == pid).count()
    };
    let between =
        trace.pids("earn").into_iter().any(|pid| (1..20).contains(&rounds(pid)));
    nothing_lost(&running.end());
    between
}

/// Whose round each was, in the order in which they worked.
fn workers(run: &Run) -> impl Iterator<Item = u32> {
    run.trace.of("work").filter(|event| event.phase == "B").map(|event| event.pid)
}

fn nothing_lost(run: &Run) {
    let said = run.said_by("main");
    let lost = format!("an update was lost, or torn\n{}", run.errors);
    assert_eq!(said, ["the balance is 40"], "{}", lost.trim_end());
    assert!(run.status.success(), "{}: {}", run.status, run.errors);
    for earner in run.trace.pids("earn") {
        let rounds = workers(run).filter(|pid| *pid == earner).count();
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
}

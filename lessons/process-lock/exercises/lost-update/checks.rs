//! What every answer to `process-lock/lost-update` must hold.

#[cfg(target_os = "linux")]
use std::collections::BTreeSet;

use exercise::Judge;
#[cfg(target_os = "linux")]
use suite::trace::Trace;
use suite::{Drive, Run};

pub fn judge(judge: &mut Judge) {
    judge.program("two processes earn 20 each, and the balance is 40", |program| {
        nothing_lost(&program.env("LESSON_SPEED", "20").run());
    });
    #[cfg(target_os = "linux")]
    judge.program("a third process adds to the balance in between", |program| {
        // Who gets a lock next is up to the system, and may be the same one again and again. So the check asks
        // for the lock too, and has to get it after one round and again after the next, early and late.
        let mut free = BTreeSet::new();
        let rounds = |free: &BTreeSet<usize>, mut which: std::ops::Range<usize>| {
            which.any(|n| free.contains(&n) && free.contains(&(n + 1)))
        };
        // With one processor, it can ask only while nobody else works, and then the lock is held.
        let alone = std::thread::available_parallelism().is_ok_and(|all| all.get() == 1);
        let each = (0..if alone { 1 } else { 20 }).any(|_| {
            third(&program, &mut free);
            rounds(&free, 1..9) && rounds(&free, 11..19)
        });
        assert!(
            each || alone,
            "in 20 runs, one process kept the lock over more than one round; it was free after {free:?}"
        );
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

/// A run in which the check takes the lock too, as often as it gets it, and adds to the balance. Notes after which
/// of its rounds a process has left the lock free.
#[cfg(target_os = "linux")]
fn third(program: &Drive, free: &mut BTreeSet<usize>) {
    const ADDED: usize = 1000;
    let mut running = program.again().env("LESSON_SPEED", "50").start();
    let first = running
        .until("nobody worked", |trace| trace.of("work").map(|event| event.pid).next());
    let link = |what: String| std::fs::read_link(format!("/proc/{first}/{what}"));
    let balance = link("cwd".to_owned()).map(|folder| folder.join("balance.txt"));
    // The file of a lock has no name, and is found with the process that has it open.
    let open =
        std::fs::read_dir(format!("/proc/{first}/fd")).into_iter().flatten().flatten();
    let nameless = open.map(|entry| entry.path()).find(|path| {
        std::fs::read_link(path)
            .is_ok_and(|file| file.to_string_lossy().ends_with(" (deleted)"))
    });
    let lock = nameless.and_then(|path| std::fs::File::open(path).ok());
    let (Ok(balance), Some(lock)) = (balance, lock) else {
        panic!("a process worked, and had no lock");
    };
    let read = || {
        let text = std::fs::read_to_string(&balance).unwrap_or_default();
        text.parse::<usize>().unwrap_or_else(|_| {
            panic!("an update was lost, or torn: the check had the lock, and the file had no balance, but {text:?}")
        })
    };
    let mut times = 0;
    let hangs = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while suite::Living::find(first).is_some() && std::time::Instant::now() < hangs {
        // A thread that waits for the lock is often too late, so this one asks again and again.
        if !(0..1000).any(|_| lock.try_lock().is_ok()) {
            continue;
        }
        let before = running.trace();
        let begun = |trace: &Trace| -> Vec<usize> {
            let works = |pid| {
                let works = trace.of("work").filter(|event| event.phase == "B");
                works.filter(|event| event.pid == pid).count()
            };
            trace.pids("earn").into_iter().map(works).collect()
        };
        let rounds = begun(&before);
        if rounds.iter().all(|rounds| *rounds >= 20) {
            break; // `main` may be about to remove the file
        }
        let now = read();
        let added = times * ADDED;
        let sum: usize = rounds.iter().sum();
        assert!(
            (added + sum).abs_diff(now) <= 2,
            "two processes have begun {sum} rounds, and the balance doesn't say so, but {now}, with {added} of a third"
        );
        std::fs::write(&balance, (now + ADDED).to_string()).expect("it is there");
        times += 1;
        if times <= 3 {
            // Time enough for a process that does not ask for the lock.
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let lost =
            "an update was lost: another process wrote while the check had the lock";
        assert_eq!(read(), now + ADDED, "{lost}");
        free.extend(rounds);
        let _ = lock.unlock();
    }
    drop(lock);
    earned(&running.end(), 40 + times * ADDED);
}

/// Whose round each was, in the order in which they worked.
fn workers(run: &Run) -> impl Iterator<Item = u32> {
    run.trace.of("work").filter(|event| event.phase == "B").map(|event| event.pid)
}

fn nothing_lost(run: &Run) {
    earned(run, 40);
}

fn earned(run: &Run, sum: usize) {
    let said = run.said_by("main");
    let lost = format!("an update was lost, or torn\n{}", run.errors);
    assert_eq!(said, [format!("the balance is {sum}")], "{}", lost.trim_end());
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

//! What every answer to `pool/supervise` must hold.

use exercise::Judge;
use suite::{Drive, Run, Running};

pub fn judge(judge: &mut Judge) {
    judge.program(
        "the pool goes on past a dead worker, a hung one and a killed one",
        |program| {
            // Only this kill ends the first worker that has the fish, and it comes after the tea.
            let mut running = fast(&program).start();
            let hung = begins(&mut running, "fish 1");
            until_tea(&mut running);
            running.kill(hung);
            whole(&running.end());
        },
    );
    judge.program("every worker may die, and more than once", |program| {
        // Slow enough for most of them to be killed in time. One that has just ended is one that has done its task.
        let mut running = program.again().env("LESSON_SPEED", "2").start();
        while let Some(line) = running.next_line() {
            let Some(said) = shared::stage::Said::parse(&line) else { continue };
            let Some(task) = said.text.strip_prefix("begins ") else { continue };
            let pid = said.pid().expect("a worker has a process id");
            // Two attempts at each and all three at the rice, and not always by the same signal.
            match task.split_once(' ') {
                Some(("stone", _)) => {}
                #[cfg(unix)]
                Some(("soup" | "tea", "1")) => {
                    _ = running.signal_to(pid, rustix::process::Signal::TERM);
                }
                Some((_, "1" | "2") | ("rice", _)) => _ = running.kill_if_there(pid),
                _ => {}
            }
        }
        whole(&running.end());
    });
    #[cfg(unix)]
    judge.program("two workers at a time, and a slow one is let work", |program| {
        // The worker that has the soup is in the middle of saying so. The first one that has the fish hangs.
        let mut slow = program.again().env("LESSON_SPEED", "20").unheard().start();
        let soup = slow.until("nobody begins the soup", |trace| {
            let begins = trace.of("say").find(|event| event.name == "begins soup 1");
            begins.map(|event| event.pid)
        });
        slow.stop(soup);
        slow.listen();
        let fish = begins(&mut slow, "fish 1");

        let mut hung = fast(&program).start();
        let hung_fish = begins(&mut hung, "fish 1");
        until_tea(&mut hung);

        let until = suite::hold();
        let why = "the soup's and the fish's first worker were slow, and did not end yet";
        slow.waits(until, &["soup", "fish", "rice", "tea"], why);
        hung.waits(until, &["fish"], "the fish's first worker was not dead yet");
        hung.kill(hung_fish);
        whole(&hung.end());

        slow.kill(fish);
        for last in ["fish", "rice", "tea"] {
            let why = format!(
                "the soup's worker was slow, and no other did all the rest, such as the {last}"
            );
            let done = format!("{last} is done");
            slow.until(&why, |trace| {
                trace.of("say").find(|event| event.name == done).map(drop)
            });
        }
        slow.waits(std::time::Instant::now(), &["soup"], "the soup's worker was slow, and did not end yet");
        slow.go_on(soup);
        let slow = slow.end();
        whole(&slow);
        // One place had all the others, one after the other.
        let first = |task| {
            let begins = format!("begins {task} 1");
            slow.trace.of("say").position(|event| event.name == begins)
        };
        let begun = ["stone", "fish", "rice", "tea"].map(first);
        assert!(begun.is_sorted(), "the tasks did not begin in their order");
    });
}

fn fast(program: &Drive) -> Drive {
    let hangs = std::time::Duration::from_secs(5); // far more than a right answer needs
    program.again().env("LESSON_SPEED", "20").deadline(hangs)
}

/// The worker that begins this task.
fn begins(running: &mut Running, task: &str) -> u32 {
    let line = running.until_says(&format!("begins {task}"));
    suite::said(&line).pid().expect("a worker has a process id")
}

/// Blocks until the tea is done. On a busy machine, that may be said before the fish is begun.
fn until_tea(running: &mut Running) {
    running.until("the fish's first worker hangs, and nobody does the rest", |trace| {
        trace.of("say").find(|event| event.name == "tea is done").map(drop)
    });
}

/// All that has to hold at the end, whichever workers died.
fn whole(run: &Run) {
    assert!(run.status.success(), "{}: {}", run.status, run.errors);
    let said = run.said();
    let count = |text: &str| said.iter().filter(|said| said.text == text).count();
    // What `main` recorded of a worker's end, and where in the whole trace.
    let end = |pid: u32| {
        let mut ends =
            run.trace.0.iter().enumerate().filter(|(_, event)| event.category == "end");
        ends.find(|(_, event)| event.pid == run.pid && event.args["pid"] == pid)
    };
    for task in ["soup", "stone", "fish", "rice", "tea"] {
        let begins = format!("begins {task} ");
        let begun = said.iter().filter(|said| said.text.starts_with(&begins));
        let attempts: Vec<_> = begun
            .map(|said| {
                (&said.text[begins.len()..], said.pid().expect("a worker has one"))
            })
            .collect();
        let numbers: Vec<_> = attempts.iter().map(|(number, _)| *number).collect();
        let right: Vec<_> =
            (1..=attempts.len()).map(|number| number.to_string()).collect();
        assert_eq!(numbers, right, "attempts are numbered from 1");
        let (done, given_up) =
            (count(&format!("{task} is done")), count(&format!("{task} is given up")));
        let well = |pid| end(pid).is_some_and(|(_, event)| event.name.ends_with(": 0"));
        let last =
            attempts.last().unwrap_or_else(|| panic!("nobody began the {task}")).1;
        let tried = attempts.len();
        if task == "stone" {
            assert_eq!(tried, 3, "the stone was not tried three times, but");
        }
        // Any other task is given up too, if its third worker was killed as well.
        if tried == 3 && !well(last) {
            assert_eq!((done, given_up), (0, 1), "nobody said \"{task} is given up\"");
        } else {
            assert!(
                well(last) && given_up == 0,
                "a worker was killed, and its task is lost: {task}, tried {tried} times"
            );
            assert_eq!(done, 1, "{task} was not done once");
        }
        for pair in attempts.windows(2) {
            let [(_, before), (number, next)] = pair else { continue };
            let begins = run.trace.0.iter().position(|event| event.pid == *next);
            assert!(!well(*before), "{task} was done, and is tried again");
            assert!(
                end(*before).is_some_and(|(at, _)| Some(at) < begins),
                "attempt {number} at the {task} began before the last worker was dead"
            );
        }
    }

    // A start is recorded before it happens, and an end after it was waited for.
    let (mut now, mut most) = (0, 0);
    for event in run.trace.0.iter().filter(|event| event.pid == run.pid) {
        match event.category.as_str() {
            "start" if event.phase == "s" => now += 1,
            "end" if event.name.starts_with("cook ") => now -= 1,
            _ => {}
        }
        most = most.max(now);
    }
    assert!(most <= 2, "more than two workers at a time: {most}");
}

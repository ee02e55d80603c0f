//! What a single lesson promises, and holds in every run.

use std::collections::BTreeSet;
use std::process::Command;

use suite::{Run, lesson, tree};

/// The position of the only line that contains `text`.
fn at(run: &Run, text: &str) -> usize {
    let found: Vec<_> = (0..run.lines.len()).filter(|&n| run.lines[n].contains(text)).collect();
    assert_eq!(found.len(), 1, "{text:?} is said {} times:\n{}", found.len(), run.lines.join("\n"));
    found[0]
}

fn counted(what: &str, times: u32) -> Vec<String> {
    (1..=times).map(|n| format!("{what}, {n} of {times}")).collect()
}

#[test]
fn isolation_keeps_memory_apart_and_survives_a_crash() {
    let run = lesson("isolation").run().well();
    assert_eq!(run.said_by("thread"), ["count was 0, is 1"]);
    assert_eq!(run.said_by("add"), ["count was 0, is 1"], "the child begins with fresh memory");
    at(&run, "after the thread: count is 1");
    at(&run, "after the process: count is 1");
    #[cfg(unix)]
    at(&run, "the child has crashed: signal: 6 (SIGABRT)");
    assert!(at(&run, "crashes") < at(&run, "and this process goes on"));
    let child = run.said().into_iter().find(|said| said.name() == "add").and_then(|said| said.pid());
    assert_ne!(child, Some(run.pid));
}

#[test]
fn single_thread_does_one_thing_after_the_other() {
    let run = lesson("single-thread").run().well();
    let mut lines = counted("listens to music", 3);
    lines.extend(counted("watches a film", 4));
    lines.push("both are over".into());
    assert_eq!(run.said_by("main"), lines);
    assert_eq!(run.lines.len(), 8);
    // Seven seconds of work, 20 times as fast: sleep never takes less than it is asked to.
    assert!(run.said()[7].seconds >= 0.35, "{}", run.lines[7]);
}

#[test]
fn daemon_threads_die_with_main() {
    let run = lesson("daemon-threads").run().well();
    for (name, what) in [("music", "listens to music"), ("film", "watches a film")] {
        let said = run.said_by(name);
        let expected: Vec<_> = (1..=said.len()).map(|n| format!("{what}, {n}")).collect();
        assert_eq!(said, expected);
        // On a busy machine a thread may not even have begun.
        let ended = !said.is_empty() && run.trace.has_ended(run.trace.lane(name));
        assert!(!ended, "{name} came to an end of its own");
    }
    assert_eq!(run.said_by("main"), ["ends, and waits for nobody"]);
    assert!(run.trace.has_ended(run.trace.lane("main")));
}

#[test]
fn join_threads_waits_and_takes_results_and_panics() {
    let run = lesson("join-threads").run().well();
    assert_eq!(run.said_by("music"), counted("listens to music", 3));
    assert_eq!(run.said_by("film"), counted("watches a film", 4)[..3]);
    assert!(at(&run, "listens to music, 3") < at(&run, "music returned: 3 songs"));
    assert!(at(&run, "watches a film, 3") < at(&run, "film panicked: the film tears"));
    for name in ["music", "film", "main"] {
        assert!(run.trace.has_ended(run.trace.lane(name)), "{name} did not end");
    }
}

#[test]
fn race_counts_what_it_loses_and_is_honest() {
    for (args, rounds) in [(&[][..], 1_000_000), (&["--rounds", "1"], 1)] {
        let run = lesson("race").args(args).run().well();
        let said = run.said_by("main");
        let (begin, balance) = said[0].rsplit_once(' ').expect("the balance comes last");
        assert_eq!(begin, format!("{rounds} times +1 and -1: the balance is"));
        let balance: i64 = balance.parse().expect("a number");
        assert!(balance.abs() <= rounds);
        match balance.abs() {
            0 => assert!(said[1].contains("proves nothing")),
            lost => assert_eq!(said[1], format!("at least {lost} updates are lost")),
        }
    }
}

#[test]
fn race_in_plain_code_is_refused_for_one_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut rustc = Command::new(rustc);
    rustc
        .args(["--edition=2024", "--emit=metadata", "--color=never", "--out-dir"])
        .arg(folder.path())
        .arg(tree::folder("race").join("refused.rs"));
    let output = suite::deadline::output(&mut rustc, suite::DEADLINE).expect("rustc is where cargo is");
    let errors = String::from_utf8_lossy(&output.stderr);
    let codes: Vec<_> = errors.lines().filter(|line| line.starts_with("error")).collect();
    assert_eq!(codes.len(), 2, "one error, and the line that counts it: {errors}");
    assert!(
        codes[0].starts_with("error[E0499]: cannot borrow `balance` as mutable more than once"),
        "{errors}"
    );
}

#[test]
fn lock_loses_nothing() {
    for (args, rounds) in [(&[][..], 1_000_000), (&["--rounds", "1"], 1)] {
        let run = lesson("lock").args(args).run().well();
        for name in ["earn", "spend"] {
            assert!(run.trace.has_ended(run.trace.lane(name)), "{name} did not end");
        }
        assert_eq!(run.said_by("main"), [format!("{rounds} times +1 and -1: the balance is 0")]);
    }
}

#[test]
fn spin_lock_loses_nothing() {
    for (args, threads, rounds) in [(&[][..], 2, 2000), (&["--threads", "5", "--rounds", "10"], 5, 10)] {
        let run = lesson("spin-lock").args(args).run().well();
        let all = threads * rounds * 1000;
        assert_eq!(run.said_by("main"), [format!("{threads} threads have counted to {all}")]);
        for n in 1..=threads {
            assert!(run.trace.has_ended(run.trace.lane(&format!("adder {n}"))), "adder {n} did not end");
        }
    }
}

#[test]
fn one_shot_drops_each_letter_once_received_or_not() {
    let run = lesson("one-shot").run().well();
    assert_eq!(run.said_by("main"), ["has received letter 1", "drops letter 1", "drops letter 2"]);
    assert_eq!(run.said_by("writer 1"), ["sends letter 1"]);
    assert_eq!(run.said_by("writer 2"), ["sends letter 2"]);
    assert!(at(&run, "sends letter 1") < at(&run, "has received letter 1"));
    assert!(at(&run, "sends letter 2") < at(&run, "drops letter 2"));
}

#[test]
fn owners_drop_the_letter_once_and_last() {
    let run = lesson("owners").run().well();
    assert_eq!(run.said_by("main"), ["3 owners have dropped the letter 1 times"]);
    let dropped = at(&run, "was the last owner: the letter goes");
    for n in 1..=3 {
        let name = format!("reader {n}");
        assert_eq!(run.said_by(&name)[0], "reads: Dear all");
        assert!(at(&run, &format!("{name}          reads")) < dropped, "{name} reads what is gone");
        assert!(run.trace.has_ended(run.trace.lane(&name)), "{name} did not end");
    }
}

#[test]
fn sleeping_lock_loses_nothing_and_alone_never_waits() {
    for (args, threads, rounds) in [(&[][..], 3, 2), (&["--threads", "1", "--rounds", "5"], 1, 5)] {
        let run = lesson("sleeping-lock").args(args).run().well();
        let said = run.said_by("main");
        let counted = format!("{threads} threads counted to {}, with ", threads * rounds);
        let waits = said[0].strip_prefix(&counted).and_then(|rest| rest.strip_suffix(" calls of wait"));
        let waits: u32 = waits.unwrap_or_else(|| panic!("{said:?}")).parse().expect("a number");
        assert!(threads > 1 || waits == 0, "{said:?}");
        for n in 1..=threads {
            assert!(run.trace.has_ended(run.trace.lane(&format!("adder {n}"))), "adder {n} did not end");
        }
    }
}

#[test]
fn visibility_counts_both_reading_0_and_with_seq_cst_never() {
    for order in ["relaxed", "release-acquire", "seq-cst"] {
        for rounds in [50_000, 1, 0] {
            let run =
                lesson("visibility").args(&["--order", order, "--rounds", &rounds.to_string()]).run().well();
            let said = run.said_by("main");
            let [said] = &said[..] else { panic!("{said:?}") };
            let both = said
                .strip_prefix("both read 0 in ")
                .and_then(|rest| rest.strip_suffix(&format!(" of {rounds} rounds")))
                .and_then(|both| both.parse::<u32>().ok())
                .unwrap_or_else(|| panic!("{said}"));
            assert!(both <= if order == "seq-cst" { 0 } else { rounds }, "{order}: {said}");
        }
    }
    let run = lesson("visibility").args(&["--order", "strict"]).run();
    assert_eq!((run.status.code(), run.errors.trim_end()), (Some(2), "error: no such --order: strict"));
}

#[test]
fn publish_shows_the_text_with_the_flag() {
    for rounds in [50_000, 1] {
        let run = lesson("publish").args(&["--rounds", &rounds.to_string()]).run().well();
        let said = format!("flag seen without the text in 0 of {rounds} rounds");
        assert_eq!(run.said_by("main"), [said]);
    }
    let run = lesson("publish").args(&["--order", "relaxed"]).run().well();
    assert!(at(&run, "flag seen without the text in") < run.lines.len());
    let run = lesson("publish").args(&["--order", "seq-cst"]).run();
    assert_eq!((run.status.code(), run.errors.trim_end()), (Some(2), "error: no such --order: seq-cst"));
}

/// The chapter says that the compiler writes the pages after the loop. With another compiler or processor it may be different,
/// and then the chapter has to say so.
#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn publish_is_compiled_to_a_program_that_keeps_its_pages_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc
        .args(["-O", "--edition=2024", "--out-dir"])
        .arg(folder.path())
        .arg(tree::folder("publish").join("compiled.rs"));
    let output = suite::deadline::output(&mut rustc, suite::DEADLINE).expect("rustc is where cargo is");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let keeps_back = || {
        let mut compiled = Command::new(folder.path().join("compiled"));
        let output = suite::deadline::output(&mut compiled, suite::DEADLINE).expect("it is there");
        let said = String::from_utf8(output.stdout).expect("it says text");
        let (_, written) = said.split_once(" pages are ready, and ").unwrap_or_else(|| panic!("{said}"));
        written == "0 are written\n"
    };
    // On a busy machine, the writer may be done before the reader begins.
    assert!((0..10).any(|_| keeps_back()), "ten runs wrote their pages in time");
}

#[test]
fn deadlock_is_found_and_names_who_is_stuck() {
    // On a busy machine Ann may be done before Bob has begun: but not every time.
    let found = (0..10).any(|_| {
        let run = lesson("deadlock").run().well();
        let stuck = run.said_by("main") == ["a deadlock: Ann and Bob are stuck"];
        for (name, holds, wants) in [("Ann", "pen", "paper"), ("Bob", "paper", "pen")] {
            let said = run.said_by(name);
            assert_eq!(said[0], format!("has the {holds}, wants the {wants}"));
            match stuck {
                true => assert_eq!(said.len(), 1, "{said:?}"),
                false => assert_eq!(said[1..], ["writes with a blue pen on white paper"]),
            }
            assert_eq!(run.trace.has_ended(run.trace.lane(name)), !stuck);
        }
        assert!(stuck || run.said_by("main") == ["both are done"]);
        stuck
    });
    assert!(found, "ten runs, and nobody was stuck in any");
}

#[test]
fn deadlock_needs_a_second_order() {
    let run = lesson("deadlock").args(&["--order", "same"]).run().well();
    assert_eq!(run.said_by("main"), ["both are done"]);
    // One at a time: who has the pen writes before the other has it.
    let texts: Vec<_> = run.said().iter().map(|said| (said.who, said.text)).collect();
    let wrote = "writes with a blue pen on white paper";
    assert_eq!(texts.len(), 5);
    for turn in texts[..4].chunks(2) {
        assert_eq!(turn, [(turn[0].0, "has the pen, wants the paper"), (turn[0].0, wrote)]);
    }
    assert_ne!(texts[0].0, texts[2].0);
    for name in ["Ann", "Bob"] {
        assert!(run.trace.has_ended(run.trace.lane(name)), "{name} did not end");
    }
}

#[test]
fn single_process_is_one_process() {
    let run = lesson("single-process").run().well();
    let mut lines = Vec::new();
    for work in ["work_1", "work_2"] {
        lines.extend((1..=3).map(|n| format!("does {work}, {n} of 3, in process {}", run.pid)));
    }
    lines.push("both are done".into());
    assert_eq!(run.said_by("main"), lines);
}

#[test]
fn processes_are_started_before_one_is_waited_for() {
    let run = lesson("processes").run().well();
    for work in ["work_1", "work_2"] {
        assert_eq!(run.said_by(work), counted(&format!("does {work}"), 3));
    }
    let pids: BTreeSet<_> = run.said().iter().filter_map(|said| said.pid()).collect();
    assert_eq!(pids.len(), 3);
    assert!(pids.contains(&run.pid));
    // Side by side: both have been started when the wait for the first begins.
    let starts = run.trace.of("start").filter(|event| event.phase == "s").map(|event| event.time).max();
    let first_wait = run.trace.of("wait").next().map(|event| event.time);
    assert!(starts <= first_wait);
    at(&run, "both are done");
}

#[test]
fn process_lock_lets_one_in_at_a_time_and_outlives_its_holder() {
    let run = lesson("process-lock").run().well();
    let mut times = Vec::new();
    for work in ["work_1", "work_2"] {
        assert_eq!(run.said_by(work), counted("works under the lock", 3));
        let pids = run.trace.pids(work);
        assert_eq!(pids.len(), 1);
        times.extend(pids.iter().map(|&pid| run.trace.busy(pid)));
    }
    times.sort();
    assert!(times[0].1 <= times[1].0, "both were under the lock: {times:?}");

    let killed = at(&run, "kills the holder");
    assert!(at(&run, "holds the lock, and will never free it") < killed);
    assert!(killed < at(&run, "holds the lock: the system freed it"));
    #[cfg(unix)]
    assert!(run.trace.of("end").any(|event| event.name.ends_with("ended: signal: 9 (SIGKILL)")));
}

/// Tasks begun and ended, each with the worker's process id.
fn tasks(run: &Run, what: &str) -> Vec<(u32, u32)> {
    let said = run.said().into_iter().filter(|said| said.name() == "worker");
    let mut tasks: Vec<(u32, u32)> = said
        .filter_map(|said| {
            let number = said.text.strip_prefix(what)?.strip_prefix(" task ")?;
            Some((number.parse().expect("a number"), said.pid().expect("a worker is a process")))
        })
        .collect();
    tasks.sort();
    tasks
}

#[test]
fn pool_does_each_task_once_and_uses_its_workers_again() {
    let run = lesson("pool").run().well();
    let begun = tasks(&run, "begins");
    assert_eq!(begun.iter().map(|(task, _)| *task).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(begun, tasks(&run, "ends"), "a task ends on the worker that began it");
    let workers: BTreeSet<_> = begun.iter().map(|(_, pid)| *pid).collect();
    assert!(workers.len() <= 3, "five tasks on {} workers", workers.len());
    assert!(!workers.contains(&run.pid));
    for (task, pid) in begun {
        at(&run, &format!("task {task} was done by worker {pid}"));
    }
    at(&run, &format!("5 tasks done by {} workers, 0 reported", workers.len()));
}

#[test]
fn pool_reports_the_task_of_a_killed_worker_and_does_the_rest() {
    let run = lesson("pool").args(&["--kill"]).env("LESSON_SPEED", "2").run().well();
    let (_, rest) = run.lines[at(&run, "kills worker")].split_once("kills worker ").expect("it was found");
    let (killed, _) = rest.split_once(',').expect("a comma");
    #[cfg(unix)]
    at(&run, &format!("task 2: worker {killed} died: signal: 9 (SIGKILL)"));
    let ended: Vec<_> = tasks(&run, "ends").iter().map(|(task, _)| *task).collect();
    assert_eq!(ended, [1, 3, 4, 5]);
    assert!(tasks(&run, "begins").contains(&(2, killed.parse().expect("a process id"))));
    assert!(run.lines.last().expect("it says something").contains("4 tasks done by "));
    assert!(run.lines.last().expect("it says something").ends_with(", 1 reported"));
}

#[test]
fn pool_does_the_task_of_a_killed_worker_again_if_asked() {
    let run = lesson("pool").args(&["--kill", "--retry"]).env("LESSON_SPEED", "2").run().well();
    at(&run, "kills worker");
    let ended: Vec<_> = tasks(&run, "ends").iter().map(|(task, _)| *task).collect();
    assert_eq!(ended, [1, 2, 3, 4, 5]);
    let begun: Vec<_> = tasks(&run, "begins").iter().map(|(task, _)| *task).collect();
    assert_eq!(begun, [1, 2, 2, 3, 4, 5]);
    assert!(run.lines.last().expect("it says something").ends_with(", 0 reported"));
}

#[test]
fn pool_tasks_bring_results_and_a_panic_back() {
    let run = lesson("pool-tasks").run().well();
    assert!(at(&run, "cleans 2 rooms") < at(&run, "clean returned: 2 rooms"));
    assert!(at(&run, "cooks noodles") < at(&run, "cook returned: a bowl of noodles"));
    assert!(at(&run, "shops for rice and tea") < at(&run, "shop panicked: the shop is closed"));
    assert_eq!(run.trace.pids("worker").len(), 2, "a panic costs no worker");
    let lanes: BTreeSet<_> = run.trace.0.iter().map(|event| (event.pid, event.lane)).collect();
    assert_eq!(lanes.len(), 3, "main and two workers, and nothing of how the pool works");
}

/// Letters that go from one process to another, and the reader that ends by itself.
fn letters(run: &Run, end: &str) {
    assert_eq!(run.said_by("put"), ["sends A", "sends B", "sends C"]);
    assert_eq!(run.said_by("get"), ["received A", "received B", "received C", end]);
    let tails: Vec<_> = run.trace.of("message").filter(|event| event.phase == "s").collect();
    assert_eq!(tails.len(), 3);
    for tail in tails {
        let mut heads = run.trace.of("message").filter(|event| event.phase == "f" && event.id == tail.id);
        let head = heads.next().unwrap_or_else(|| panic!("{tail:?} never arrives"));
        assert!(tail.time <= head.time && tail.pid != head.pid, "{tail:?} {head:?}");
        assert!(heads.next().is_none(), "{tail:?} arrives twice");
    }
    at(run, "both have ended");
}

/// How each child ended, in the order of their ends.
fn ends(run: &Run) -> Vec<&str> {
    let ends = run.trace.of("end").filter(|event| event.args["pid"].is_number());
    ends.map(|end| end.name.split_once("ended: ").expect("a status").1).collect()
}

fn all_ended_well(run: &Run, count: usize) {
    let ends = ends(run);
    assert!(ends.len() == count && ends.iter().all(|end| end.ends_with(": 0")), "{ends:?}");
}

#[test]
fn queue_keeps_order_and_ends_with_its_last_sender() {
    let run = lesson("queue").run().well();
    letters(&run, "the queue has ended");
    all_ended_well(&run, 2);
}

/// Elsewhere, what is on its way to a reader that is killed is lost.
#[cfg(target_os = "linux")]
#[test]
fn queue_loses_nothing_with_a_reader_that_is_killed_while_it_waits() {
    let run = lesson("queue").args(&["--kill"]).run().well();
    let killed = at(&run, "kills a reader that waits for a letter");
    letters(&run, "the queue has ended");
    assert!(killed < at(&run, "sends A"));
    let ends = ends(&run);
    assert_eq!(ends.len(), 3, "{ends:?}");
    assert_eq!(ends[0], "signal: 9 (SIGKILL)");
    assert!(ends[1..].iter().all(|end| end.ends_with(": 0")), "{ends:?}");
}

#[test]
fn pipe_keeps_order_and_ends_with_its_last_writer() {
    let run = lesson("pipe").run().well();
    letters(&run, "the pipe has ended");
    all_ended_well(&run, 2);
}

/// What was made, eaten and left, after asking that it adds up and nothing is there twice.
fn bones(run: &Run) -> (usize, usize, usize) {
    let made: Vec<_> = run.said_by("Tim");
    let expected: Vec<_> = (1..=made.len()).map(|n| format!("made bone {n}")).collect();
    assert_eq!(made, expected);
    let mut eaten: Vec<_> = [run.said_by("King"), run.said_by("Wang")].concat();
    let times = eaten.len();
    eaten.sort();
    eaten.dedup();
    assert_eq!(eaten.len(), times, "a bone is eaten twice");
    for bone in &eaten {
        let bone = bone.strip_prefix("eats ").expect("dogs say nothing else");
        assert!(made.contains(&&*format!("made {bone}")), "{bone} was never made");
    }
    let last = run.said_by("main").last().expect("main says the last word").to_owned();
    let numbers: Vec<usize> = last.split(' ').filter_map(|word| word.parse().ok()).collect();
    assert_eq!((numbers[0], numbers[1]), (made.len(), times), "{last}");
    assert_eq!(numbers[0], numbers[1] + numbers[2], "{last}");
    (numbers[0], numbers[1], numbers[2])
}

#[test]
fn producer_consumer_adds_up() {
    let (_, _, left) = bones(&lesson("producer-consumer").run().well());
    assert!(left <= 10);
}

#[test]
fn producer_consumer_takes_its_choices() {
    for capacity in ["0", "1", "3"] {
        let run = lesson("producer-consumer").args(&["--seconds", "3", "--capacity", capacity]).run().well();
        let (_, _, left) = bones(&run);
        assert!(left <= capacity.parse().expect("a number"), "{left} left in a queue of {capacity}");
    }
    let run = lesson("producer-consumer").args(&["--seconds=0"]).run().well();
    bones(&run);
}

#[cfg(unix)]
#[test]
fn producer_consumer_stops_cleanly_on_ctrl_c() {
    let mut running = lesson("producer-consumer").args(&["--seconds", "1000000"]).start();
    running.until_says("eats bone");
    running.ctrl_c();
    let (made, eaten, _) = bones(&running.end().well());
    assert!(made > 0 && eaten > 0);
}

/// The chapter has a table of them: one that is new belongs there too.
#[test]
fn pool_tasks_tells_every_kind_of_error() {
    let read = |path: &str| std::fs::read_to_string(tree::root().join(path)).expect("it is there");
    let source = read("shared/src/process/pool.rs");
    let (_, kinds) = source.split_once("pub enum TaskError {\n").expect("the enum");
    let (kinds, _) = kinds.split_once("\n}\n").expect("its end");
    let is_kind = |line: &&str| line.starts_with(|c: char| c.is_ascii_uppercase());
    let kinds: BTreeSet<_> = kinds
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(is_kind)
        .map(|line| line.trim_end_matches([' ', '{', ',']))
        .collect();
    assert!(kinds.contains("Panicked"), "{kinds:?}");

    let chapter = read("book/chapters/en/pool-tasks.md");
    let rows = chapter.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    let told: BTreeSet<_> = rows.map(|(kind, _)| kind).collect();
    assert_eq!(told, kinds, "the table of the chapter and the enum");
}

//! What the lessons on processes promise.

use std::collections::BTreeSet;

use suite::{Run, lesson, tree};

use crate::{at, counted};

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
fn single_process_is_one_process() {
    let run = lesson("single-process").run().well();
    let mut lines = Vec::new();
    for work in ["work_1", "work_2"] {
        lines.extend((1..=3).map(|n| format!("does {work}, {n} of 3, in process {}", run.pid)));
    }
    lines.push("both are done".into());
    let said = run.said_by("main");
    assert_eq!(said[said.len() - 7..], lines);
    assert_eq!(said[0], format!("is process {}", run.pid));
}

#[test]
fn single_process_says_what_it_was_given() {
    let usual = lesson("single-process").run().well();
    at(&usual, "runs the program lesson-single-process");
    at(&usual, "has 0 arguments");
    at(&usual, "works in the folder work");
    let variables = |run: &Run| {
        let line = &run.lines[at(run, "variables in its environment")];
        line.split_whitespace().find_map(|word| word.parse::<usize>().ok().filter(|_| !word.contains('.')))
    };
    let more = lesson("single-process").env("ONE_MORE", "1").run().well();
    assert_eq!(variables(&more), variables(&usual).map(|count| count + 1));
}

#[cfg(target_os = "linux")]
#[test]
fn single_process_knows_its_memory_and_its_open_files() {
    let run = lesson("single-process").run().well();
    at(&run, "has its code in r-xp lesson-single-process");
    at(&run, "has a local variable in rw-p [stack]");
    at(&run, "has a value in a Box in rw-p ");
    for leads_to in ["0: /dev/null", "1: pipe", "2: pipe"] {
        at(&run, &format!("has open file {leads_to}"));
    }
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

/// What is lost is up to the run; what isn't lost isn't.
#[test]
fn shared_memory_loses_nothing_in_one_step_or_under_a_lock_and_is_gone_with_its_maker() {
    let run = lesson("shared-memory").run().well();
    assert_eq!(run.said_by("count"), ["counts", "counts"]);
    assert_eq!(run.trace.pids("count").len(), 2);
    let plain = &run.lines[at(&run, "load, then store: ")];
    let (_, plain) = plain.split_once("store: ").expect("it was found");
    let number = |text: &str| text.parse::<u64>().expect("a number");
    let (counted, lost) = plain.split_once(" of 2000000, ").expect("of all");
    let lost = lost.strip_suffix(" are lost").expect("what is lost");
    assert_eq!(number(counted) + number(lost), 2_000_000);
    at(&run, "fetch_add: 2000000 of 2000000");
    at(&run, "load, then store, under the lock: 20000 of 20000");
    assert!(at(&run, "has an array of 1000000 numbers") < at(&run, "make was killed, and 0 files are left"));
    #[cfg(unix)]
    assert!(run.trace.of("end").any(|event| event.name.ends_with("ended: signal: 9 (SIGKILL)")));
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

/// How the three ended, as `main` says it.
fn statuses(run: &Run) -> [&str; 3] {
    ["first", "second", "third"].map(|which| {
        let line = &run.lines[at(run, &format!("the {which} has ended: "))];
        line.rsplit(' ').next().expect("a number")
    })
}

#[test]
fn pipeline_passes_each_line_on_when_it_is_written() {
    let run = lesson("pipeline").run().well();
    assert_eq!(run.said_by("count"), ["writes 1", "writes 2", "writes 3"]);
    assert_eq!(run.said_by("square"), ["writes 1", "writes 4", "writes 9"]);
    assert_eq!(run.said_by("sum"), ["writes 14"]);
    at(&run, "reads 14, and the end");
    assert_eq!(statuses(&run), ["0", "0", "0"]);
    // Side by side: the third process has its first line before the first process is through.
    let end = run.trace.busy(*run.trace.pids("count").first().expect("it was started")).1;
    let arrives = |text: &str| {
        let mut heads = run.trace.of("message").filter(|event| event.phase == "f");
        let head = heads.find(|event| event.id.as_deref() == Some(text));
        head.unwrap_or_else(|| panic!("{text} never arrives")).time
    };
    for text in ["number 2", "number 3", "square 4", "square 9"] {
        arrives(text);
    }
    assert!(arrives("number 1") <= arrives("square 1") && arrives("square 1") < end);
}

#[test]
fn pipeline_ends_those_who_write_to_nobody() {
    let run = lesson("pipeline").args(&["--case", "early"]).run().well();
    assert_eq!(run.said_by("first"), ["writes 1"]);
    for endless in ["count_on", "square"] {
        let last = *run.said_by(endless).last().expect("it says something");
        assert!(last.starts_with("fails: "), "{last}");
        #[cfg(unix)]
        assert_eq!(last, "fails: Broken pipe (os error 32)");
    }
    assert_eq!(statuses(&run), ["1", "1", "0"]);
}

#[test]
fn pipeline_with_a_first_that_fails_has_an_answer_all_the_same() {
    let run = lesson("pipeline").args(&["--case", "fail"]).run().well();
    assert_eq!(run.said_by("fail"), ["writes 1", "fails: there are no more numbers"]);
    assert_eq!(run.said_by("sum"), ["writes 1"]);
    assert_eq!(statuses(&run), ["1", "0", "0"]);
}

#[test]
fn pipeline_is_stuck_when_it_writes_all_first() {
    let run = lesson("pipeline").args(&["--case", "full"]).run().well();
    let killed = at(&run, "kills copy");
    assert!(at(&run, "writes a megabyte, and then reads") < killed);
    assert!(killed < at(&run, "has not written all: "));
    at(&run, "has read 1048576 bytes, and the end");
    #[cfg(unix)]
    assert_eq!(ends(&run), ["signal: 9 (SIGKILL)", "exit status: 0"]);
    // Both waited, each for the other to read, until the kill.
    let waits = |process: &str, pid: u32| {
        let of = run.trace.of("wait").find(|event| event.pid == pid && event.name == "pipe");
        of.unwrap_or_else(|| panic!("{process} did not wait")).time
    };
    let end = run.trace.of("end").find(|event| event.name.starts_with("copy ")).expect("it was killed").time;
    let copy = *run.trace.pids("copy").first().expect("it was started");
    assert!(waits("main", run.pid) < end && waits("copy", copy) < end);
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

#[cfg(unix)]
#[test]
fn fork_copies_memory_an_open_end_a_buffer_and_a_lock() {
    let run = lesson("fork").run().well();
    if cfg!(target_os = "linux") {
        let counts = |when: &str| -> [u32; 2] {
            let line = &run.lines[at(&run, when)];
            let (_, counts) = line.split_once(": ").expect("counts");
            let numbers: Vec<_> = counts.split_whitespace().filter_map(|word| word.parse().ok()).collect();
            numbers.try_into().expect("two numbers")
        };
        assert!(matches!(counts("before the fork"), [64..=80, 0..8]), "{:?}", run.lines);
        assert!(matches!(counts("after it"), [0..8, 64..=80]));
        assert!(matches!(counts("has filled half"), [32..64, 32..64]));
        assert!(matches!(counts("begins in main"), [0..8, 0..8]), "a role begins with memory of its own");
    }
    at(&run, "still has 1");
    let closes = at(&run, "has closed the writing end");
    assert!(closes < at(&run, "reads the end of the pipe"));
    assert!(at(&run, "ends, and never knew") < at(&run, "reads the end of the pipe"));
    at(&run, "orders a cup of tea, a cup of tea");
    assert!(at(&run, "gives it back") < at(&run, "has had the lock"));
    assert!(at(&run, "has had the lock") < at(&run, "kills the copy, which still waits"));
    assert_eq!(
        ends(&run),
        ["exit status: 0", "exit status: 0", "exit status: 0", "signal: 9 (SIGKILL)", "exit status: 0"]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn fork_leaves_no_copy_wherever_main_is_killed() {
    use rustix::process::Signal;
    use suite::{DEADLINE, Living, deadline};

    for moment in ["before the fork", "after it", "closed the writing end", "baker", "has had the lock"] {
        for signal in [Signal::KILL, Signal::INT] {
            let mut running = lesson("fork").env("LESSON_SPEED", "2").start();
            running.until_says(moment);
            running.signal(signal);
            for pid in running.end().trace.pids("copy") {
                deadline::until(DEADLINE, &format!("the end of {pid}"), || Living::find(pid).is_none());
            }
        }
    }
}

/// The processes of a run of `orphans`, by name, of those that have begun.
#[cfg(unix)]
fn family(trace: &suite::trace::Trace) -> [Option<u32>; 3] {
    ["child", "stays", "leaves"].map(|role| trace.pids(role).into_iter().next())
}

#[cfg(unix)]
#[test]
fn orphans_are_adopted_and_only_who_has_left_the_group_survives_its_kill() {
    let run = lesson("orphans").run().well();
    let [Some(child), Some(stays), Some(leaves)] = family(&run.trace) else { panic!("{:?}", run.lines) };
    let listed = |who: &str| -> Vec<&str> {
        let lines = run.said_by("main").into_iter();
        lines.filter_map(|line| line.strip_prefix(who)?.strip_prefix(": ")).collect()
    };

    // `main` sees the same parents as the two themselves.
    let adopted_by = |pid: u32, name: &str| -> u32 {
        let says = run.said_by(&format!("{name} {pid}"));
        let [before, after] = says[..] else { panic!("{says:?}") };
        assert_eq!(before, format!("has parent {child}"));
        let (parent, _) =
            after.strip_prefix("is an orphan: adopted by ").expect(after).split_once(' ').expect(after);
        parent.parse().expect("a process id")
    };
    let parent = adopted_by(stays, "stays");
    assert_eq!(parent, adopted_by(leaves, "leaves"));
    assert_ne!(parent, child);

    let main = run.pid;
    assert_eq!(
        listed(&format!("child {child}")),
        [
            format!("alive, parent {main}, group {child}"),
            format!("zombie, parent {main}, group {child}"),
            "not in the table".into(),
        ]
    );
    let [first, second, last] = listed(&format!("stays {stays}"))[..] else { panic!("{:?}", run.lines) };
    assert_eq!(first, format!("alive, parent {child}, group {child}"));
    assert_eq!(second, format!("alive, parent {parent}, group {child}"));
    let reaped = [format!("zombie, parent {parent}, group {child}"), "not in the table".into()];
    assert!(reaped.contains(&last.to_owned()), "{last}");
    assert_eq!(
        listed(&format!("leaves {leaves}")),
        [
            format!("alive, parent {child}, group {leaves}"),
            format!("alive, parent {parent}, group {leaves}"),
            format!("alive, parent {parent}, group {leaves}"),
        ]
    );
    at(&run, "nobody is left");
    assert_eq!(ends(&run), ["signal: 9 (SIGKILL)"; 3]);
    let zombie = run.trace.of("wait").filter(|event| event.name == "zombie");
    assert!(zombie.map(|event| (event.pid, &event.phase[..])).eq([(child, "B"), (child, "E")]));
}

/// However far it has come: nobody of another group or session is left.
#[cfg(target_os = "linux")]
#[test]
fn orphans_end_with_main_wherever_it_is_killed() {
    use rustix::process::{Pid, Signal, kill_process};
    use suite::{DEADLINE, Living, deadline};

    let gone = |trace: &suite::trace::Trace| {
        for pid in family(trace).into_iter().flatten() {
            deadline::until(DEADLINE, &format!("the end of {pid}"), || Living::find(pid).is_none());
        }
    };
    let slow = || lesson("orphans").env("LESSON_SPEED", "2");
    let moments =
        ["starts two", "has parent", "grandchildren", "kills child", "adopted", "zombie", "kills group"];
    for moment in moments {
        for signal in [Signal::KILL, Signal::INT] {
            let mut running = slow().start();
            running.until_says(moment);
            running.signal(signal);
            gone(&running.end().trace);
        }
    }
    // Or it fails in the middle, because somebody else has killed one of them.
    for one in [0, 2] {
        let mut running = slow().start();
        running.until_says("grandchildren");
        let pid = family(&running.trace())[one].expect("it is there");
        kill_process(Pid::from_raw(pid as i32).expect("a process id"), Signal::KILL).expect("it is there");
        let run = running.end();
        gone(&run.trace);
        assert!(run.status.code().is_some(), "{}", run.status);
    }
}

/// A run of `shutdown` in which each packer has begun with a parcel, and nobody sends a signal but the test.
#[cfg(unix)]
fn all_pack(speed: &str, args: &[&str]) -> suite::Running {
    let drive = lesson("shutdown").env("LESSON_SPEED", speed).args(&["--signal", "none"]).args(args);
    let mut running = drive.start();
    for _ in 0..3 {
        running.until_says("packs ");
    }
    running
}

/// How quick, careful and stubborn have ended. That each parcel is packed or on the pile, the lesson asks itself, and the
/// fault harness with it.
#[cfg(unix)]
fn packers(run: &Run) -> [String; 3] {
    let main = run.said_by("main");
    assert!(main.last().is_some_and(|line| line.ends_with(" kg are on the pile")), "{main:?}");
    ["quick", "careful", "stubborn"].map(|name| {
        let start = format!("{name} has ended: ");
        let how = main.iter().find_map(|line| line.strip_prefix(start.as_str()));
        how.unwrap_or_else(|| panic!("nobody waited for {name}")).to_owned()
    })
}

#[cfg(unix)]
const ENDED: &str = "exit status: 0";
#[cfg(unix)]
const KILLED: &str = "signal: 9 (SIGKILL)";

#[cfg(unix)]
#[test]
fn shutdown_keeps_the_sum_whichever_signal_comes() {
    for args in [["--signal", "TERM"], ["--signal", "HUP"], ["--signal", "INT"], ["--deadline", "0"]] {
        let run = lesson("shutdown").args(&args).run().well();
        let signal = if args[0] == "--signal" { args[1] } else { "INT" };
        assert!(at(&run, "sends SIG") < at(&run, &format!("gets SIG{signal}: asks all packers to stop")));
        packers(&run);
    }
    let run = lesson("shutdown").args(&["--signal", "none"]).run().well();
    assert_eq!(packers(&run), [ENDED; 3]);
    at(&run, "55 kg are packed, 0 kg are on the pile");
}

#[cfg(unix)]
#[test]
fn shutdown_lets_those_finish_who_do_in_time_and_kills_the_others() {
    use rustix::process::Signal;

    let running = all_pack("4", &["--deadline", "255"]);
    running.signal(Signal::TERM);
    let run = running.end().well();
    assert_eq!(packers(&run), [ENDED; 3]);
    assert_eq!(run.said_by("careful"), ["packs 2 kg", "hands back 2 kg", "ends"]);
    assert_eq!(run.said_by("stubborn"), ["packs 3 kg", "has packed 3 kg", "ends"]);

    // Each needs five seconds and more, and has none.
    let running = all_pack("0.2", &["--deadline", "0"]);
    running.signal(Signal::TERM);
    let run = running.end().well();
    assert_eq!(packers(&run), [KILLED; 3]);
    at(&run, "0 kg are packed, 55 kg are on the pile");
}

#[cfg(unix)]
#[test]
fn shutdown_waits_no_longer_after_a_second_signal() {
    use rustix::process::Signal;

    let mut running = all_pack("0.2", &["--deadline", "255"]);
    running.signal(Signal::TERM);
    running.until_says("gets SIGTERM: asks");
    running.signal(Signal::INT);
    let run = running.end().well();
    at(&run, "gets SIGINT again: waits no longer");
    assert_eq!(packers(&run)[2], KILLED);
}

#[cfg(unix)]
#[test]
fn shutdown_by_ctrl_c_reaches_the_packers_only_in_its_own_group() {
    let own = all_pack("4", &["--deadline", "255"]);
    own.ctrl_c();
    assert_eq!(packers(&own.end().well()), [ENDED; 3]);
    let same = all_pack("0.2", &["--deadline", "255", "--same-group"]);
    same.ctrl_c();
    assert_eq!(packers(&same.end().well()), ["signal: 2 (SIGINT)"; 3]);
}

fn supervised(child: &str) -> Run {
    lesson("supervisor").args(&["--child", child]).run().well()
}

/// How each child ended, and how long the supervisor paused then, in milliseconds. A child begins when the one before it has ended.
fn lives(run: &Run) -> (Vec<&str>, Vec<u64>) {
    let mut alive = 0;
    for event in run.trace.0.iter().filter(|event| event.pid == run.pid) {
        match (event.category.as_str(), event.phase.as_str()) {
            ("start", "s") => alive += 1,
            ("end", _) if event.args["pid"].is_number() => alive -= 1,
            _ => {}
        }
        assert!((0..=1).contains(&alive), "two children at once: {:?}", run.lines);
    }
    let said = run.said_by("main").into_iter();
    let pauses = said.filter_map(|line| line.strip_prefix("starts it again in ")?.strip_suffix(" s"));
    let pauses: Vec<_> = pauses.map(|pause| (pause.parse::<f64>().expect(pause) * 1e3) as u64).collect();
    // They are drawn as long as they are said to be, or a little longer. The lesson runs 20 times as fast as for a reader.
    let of = |phase: &'static str| {
        let pauses = run.trace.of("wait").filter(move |event| event.name == "pause" && event.phase == phase);
        pauses.map(|event| event.time)
    };
    assert_eq!(of("B").count(), pauses.len());
    for ((begin, end), pause) in of("B").zip(of("E")).zip(&pauses) {
        assert!(end - begin >= pause * 1_000 / 20, "a pause of {pause} ms took {} µs", end - begin);
    }
    (ends(run), pauses)
}

#[test]
fn supervisor_starts_a_child_that_crashes_later_each_time() {
    let run = supervised("crashes");
    assert_eq!(lives(&run), (vec!["exit status: 1"; 4], vec![500, 1_000, 2_000]));
    assert_eq!(run.said_by("crashes"), ["fails: the oven is broken"; 4]);
    assert_eq!(run.said_by("main").last(), Some(&"gives up: 3 restarts in 30s"));
}

#[test]
fn supervisor_starts_no_child_again_that_has_ended_well() {
    let run = supervised("recovers");
    let (ends, pauses) = lives(&run);
    let (last, before) = ends.split_last().expect("it was started");
    assert!(last.ends_with(": 0") && before.iter().all(|end| end.ends_with(": 1")), "{ends:?}");
    assert_eq!(pauses, [500, 1_000, 2_000][..before.len()]);
    assert_eq!(run.said_by("recovers"), vec!["fails: the oven is cold"; before.len()]);
    assert_eq!(run.said_by("main").last(), Some(&"all is done: no restart"));
}

#[test]
fn supervisor_gives_up_a_child_that_flaps_and_never_waits_longer() {
    let run = supervised("flaps");
    assert_eq!(lives(&run), (vec!["exit status: 1"; 4], vec![500; 3]));
    assert_eq!(run.said_by("main").last(), Some(&"gives up: 3 restarts in 30s"));
}

#[test]
fn supervisor_kills_a_child_that_never_gets_ready() {
    let run = supervised("silent");
    let (ends, pauses) = lives(&run);
    assert!(ends.len() == 4 && ends.iter().all(|end| !end.ends_with(": 0")), "{ends:?}");
    #[cfg(unix)]
    assert_eq!(ends, ["signal: 9 (SIGKILL)"; 4]);
    assert_eq!(pauses, [500, 1_000, 2_000]);
    let killed =
        run.said_by("main").into_iter().filter(|line| line.ends_with("isn't ready after 1s: kills it"));
    assert_eq!(killed.count(), 4);
    assert!(run.said_by("silent").is_empty());
}

/// A run of the lesson in which the third client does this, slow enough for the server to tell of it.
#[cfg(unix)]
fn served(third: &str) -> Run {
    let run = lesson("server").args(&["--third", third]).env("LESSON_SPEED", "5").run().well();
    let mut counts: Vec<u32> = Vec::new();
    for client in ["first", "second"] {
        let said = run.said_by(client).into_iter().map(|line| {
            let count = line.strip_prefix("adds 1: bread is ").expect(line);
            count.parse::<u32>().expect(count)
        });
        let said: Vec<_> = said.collect();
        assert!(said.is_sorted(), "{said:?}");
        counts.extend(said);
    }
    counts.sort_unstable();
    assert_eq!(counts, [1, 2, 3, 4, 5, 6], "each request changed the count by one");
    assert!(run.said_by("main").contains(&"bread is 6"));
    assert!(at(&run, "owns a dictionary") < at(&run, "the socket is in a folder with mode 700"));
    at(&run, "the server was killed, and its socket is gone");
    // Each request arrives, and each answer.
    let (tails, heads): (Vec<_>, Vec<_>) = run.trace.of("message").partition(|event| event.phase == "s");
    let answered = |event: &&&suite::trace::Event| !event.id.as_deref().unwrap_or("").contains("third");
    assert_eq!(tails.iter().filter(answered).count(), 14);
    assert_eq!(heads.iter().filter(answered).count(), 14);
    run
}

#[cfg(unix)]
#[test]
fn server_outlives_a_client_that_dies_in_the_middle_of_a_request() {
    let run = served("dies");
    assert_eq!(run.said_by("dies"), ["has sent half a request"]);
    at(&run, "the third client has ended: signal: 6 (SIGABRT)");
    at(&run, "ends: the other side died in the middle of a message");
}

#[cfg(unix)]
#[test]
fn server_hangs_up_on_a_client_that_stays_in_the_middle_of_a_request() {
    let run = served("stays");
    assert_eq!(run.said_by("stays"), ["has sent half a request", "the server has hung up"]);
    at(&run, "ends: no message came in time");
}

#[cfg(unix)]
#[test]
fn server_hangs_up_on_a_client_without_the_key() {
    let run = served("guesses");
    assert_eq!(run.said_by("guesses"), ["the server has hung up"]);
    at(&run, "ends: this is not the key");
}

/// Whatever ends `main`, and wherever: the server is gone afterwards, and so is the folder of its socket. The same if the
/// server is killed.
#[cfg(target_os = "linux")]
#[test]
fn server_and_its_socket_end_with_main() {
    use rustix::process::Signal;

    for moment in ["owns a dictionary", "mode 700", "bread is 1", "half a request", "bread is 6"] {
        for signal in [Signal::KILL, Signal::INT, Signal::TERM] {
            let mut running = lesson("server").env("LESSON_SPEED", "5").start();
            running.until_says(moment);
            running.signal(signal);
            running.end(); // and asks that no process and no file is left
        }
        let mut running = lesson("server").env("LESSON_SPEED", "5").start();
        running.until_says(moment);
        let server = running.trace().pids("serve").into_iter().next().expect("it has said something");
        running.kill(server);
        assert!(!running.end().status.success(), "nobody noticed");
    }
}

//! What the lesson on machines promises. It needs PostgreSQL, and `every_lesson` runs these: there, a test that is left out says why.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use suite::{Drive, Run, Running, lesson, tree};

/// A test with its name. It gets the lesson's topic, as those of every lesson do.
pub type Test = (&'static str, fn(&str));

pub const TESTS: &[Test] = &[
    ("hands_each_task_out_once", |_| hands_each_task_out_once()),
    ("gives_the_task_of_a_killed_worker_again", |_| gives_the_task_of_a_killed_worker_again()),
    ("refuses_a_late_answer_by_its_number", |_| refuses_a_late_answer_by_its_number()),
    ("shares_with_a_worker_of_another_terminal", |_| shares_with_a_worker_of_another_terminal()),
    ("leaves_nothing_wherever_main_is_killed", |_| leaves_nothing_wherever_main_is_killed()),
    ("refuses_silence_that_makes_no_sense", |_| refuses_silence_that_makes_no_sense()),
    ("does_the_work_of_a_killed_keeper", |_| does_the_work_of_a_killed_keeper()),
    ("refuses_a_late_holder_of_a_lock", |_| refuses_a_late_holder_of_a_lock()),
];

/// Faults of one kind, and how many: the program itself asks what was promised. Those that end in `_times` are long, and run with
/// `cargo test -p suite --test every_lesson machines -- --ignored --nocapture`.
pub const FAULTS: &[Test] = &[
    ("killed_workers_lose_no_task", |_| fault("machines", 10)),
    ("killed_workers_lose_no_task_200_times", |_| fault("machines", 200)),
    ("workers_that_stand_still_count_once", |_| fault("late-machines", 3)),
    ("workers_that_stand_still_count_once_50_times", |_| fault("late-machines", 50)),
    ("a_killed_engine_loses_nothing_confirmed", |_| fault("engines", 1)),
    ("a_killed_engine_loses_nothing_confirmed_20_times", |_| fault("engines", 20)),
];

/// Tests and faults that cut cables.
pub const CABLES: &[Test] = &[
    ("gives_a_task_behind_a_cut_cable_again", |_| gives_a_task_behind_a_cut_cable_again()),
    ("waits_for_ever_without_a_patience", |_| waits_for_ever_without_a_patience()),
    ("leaves_no_machine_wherever_main_is_killed", |_| leaves_no_machine_wherever_main_is_killed()),
    ("a_cut_cable_frees_the_task", |_| fault("cables", 1)),
    ("a_cut_cable_frees_the_task_20_times", |_| fault("cables", 20)),
];

/// The fault harness, with the lesson's program for its workers.
fn fault(mode: &str, times: usize) {
    let lesson = tree::program("machines").to_str().expect("a plain path");
    let faults = suite::program(env!("CARGO_BIN_EXE_faults")).env("FAULT_LESSON", lesson).unrecorded();
    let faults = faults.args(&["--mode", mode, "--times", &times.to_string()]);
    let faults = match std::env::var("FAULT_SEED") {
        Ok(seed) => faults.args(&["--seed", &seed]),
        Err(_) => faults,
    };
    let run = faults.deadline(Duration::from_secs(600)).run().well();
    println!("{}\n{}", run.lines[0], run.lines[run.lines.len() - 1]);
}

/// `worker 4711 begins task 2, with number 4`: the worker, the task, the number, and where it is said.
struct HandOut {
    worker: u32,
    task: u32,
    number: u32,
    line: usize,
}

fn hand_outs(run: &Run) -> Vec<HandOut> {
    let hand_out = |(line, said): (usize, suite::Said<'_>)| {
        let (task, number) = said.text.strip_prefix("begins task ")?.split_once(", with number ")?;
        let [task, number] = [task, number].map(|text| text.parse().expect("a number"));
        Some(HandOut { worker: said.pid().expect("a process"), task, number, line })
    };
    run.said().into_iter().enumerate().filter_map(hand_out).collect()
}

/// Where the only line is that contains this.
fn at(run: &Run, text: &str) -> usize {
    let found: Vec<_> = (0..run.lines.len()).filter(|&n| run.lines[n].contains(text)).collect();
    assert_eq!(found.len(), 1, "{text:?} is said {} times:\n{}", found.len(), run.lines.join("\n"));
    found[0]
}

/// What holds in every run: each task has one answer that counts, and each hand-out a number of its own.
fn checked(run: Run) -> Run {
    for task in 1..=5 {
        at(&run, &format!("ends task {task}"));
    }
    let mut numbers: Vec<_> = hand_outs(&run).iter().map(|it| it.number).collect();
    numbers.sort_unstable();
    assert!(numbers.iter().copied().eq(1..=numbers.len() as u32), "{numbers:?}");
    at(&run, &format!("{} hand-outs: 5 answers count, ", numbers.len()));
    run
}

/// At this pace, only a worker that is stopped is late, and it still has its task when it is stopped.
fn slow(args: &[&str]) -> Drive {
    lesson("machines").env("LESSON_SPEED", "4").args(args)
}

/// The worker that `main` has caught, and what it was in the middle of.
fn caught(run: &Run, what: &str) -> HandOut {
    let main = run.said_by("main");
    let line = main.iter().find_map(|line| line.strip_prefix(what)?.split_once(','));
    let (pid, _) = line.unwrap_or_else(|| panic!("{main:?}"));
    let pid: u32 = pid.parse().expect("a process id");
    hand_outs(run).into_iter().rfind(|it| it.worker == pid).expect("it had a task")
}

fn hands_each_task_out_once() {
    let run = checked(slow(&[]).run().well());
    at(&run, "5 hand-outs: 5 answers count, 0 refused");
    assert_eq!(run.trace.pids("worker").len(), 3);
}

fn gives_the_task_of_a_killed_worker_again() {
    let run = checked(slow(&["--kill"]).run().well());
    let killed = caught(&run, "kills worker ");
    let kill = at(&run, "kills worker ");
    assert!(kill < at(&run, &format!("sees the end of worker {}, and rolls back", killed.worker)));
    let again = hand_outs(&run).into_iter().find(|it| it.task == killed.task && it.line > kill);
    let again = again.expect("the task was given again");
    assert!(again.worker != killed.worker && again.number > killed.number);
    let end = &run.said()[at(&run, &format!("ends task {}", killed.task))];
    assert_eq!(end.pid(), Some(again.worker));
    at(&run, "6 hand-outs: 5 answers count, 0 refused");
}

fn refuses_a_late_answer_by_its_number() {
    late(&["--freeze"], "stops worker ", "lets worker ");
}

fn gives_a_task_behind_a_cut_cable_again() {
    late(&["--cut"], "cuts the cable of worker ", "joins the cable of worker ");
}

/// A worker falls silent, and is heard again. In the meantime, another one has its task.
fn late(args: &[&str], falls_silent: &str, is_heard: &str) {
    let run = checked(slow(args).run().well());
    let late = caught(&run, falls_silent);
    let silent = at(&run, falls_silent);
    assert!(silent < at(&run, &format!("hears nothing of worker {}, and ends its session", late.worker)));
    let again = hand_outs(&run).into_iter().find(|it| it.task == late.task && it.line > silent);
    let again = again.expect("the task was given again");
    assert!(again.worker != late.worker && again.number > late.number);
    let refused =
        at(&run, &format!("is refused: task {} is done, and not with number {}", late.task, late.number));
    assert_eq!(run.said()[refused].pid(), Some(late.worker));
    assert!(at(&run, is_heard) < refused);
    at(&run, "6 hand-outs: 5 answers count, 1 refused");
}

fn waits_for_ever_without_a_patience() {
    let run = checked(slow(&["--cut", "--patience", "none"]).run().well());
    let silent = caught(&run, "cuts the cable of worker ");
    let lines = [
        "cuts the cable of worker ",
        "waits in vain: nobody else has the task",
        "joins the cable of worker ",
        &format!("ends task {}", silent.task),
    ];
    let lines = lines.map(|text| at(&run, text));
    assert!(lines.is_sorted(), "{lines:?}:\n{}", run.lines.join("\n"));
    assert_eq!(run.said()[lines[3]].pid(), Some(silent.worker));
    assert!(!run.lines.iter().any(|line| line.contains("session")), "{}", run.lines.join("\n"));
    at(&run, "5 hand-outs: 5 answers count, 0 refused");
}

fn refuses_silence_that_makes_no_sense() {
    let wants = "--cut wants Linux, root, and `ip` (iproute2): ";
    for (args, why) in [
        (&["--freeze", "--patience", "none"][..], "--freeze doesn't go with --patience none"),
        (&["--cut", "--freeze"], "--cut doesn't go with --freeze"),
        (&["--cut", "--engine", "/run"], "--cut doesn't go with --engine"),
        (&["--cut", "--work", "/run"], "--cut doesn't go with --work"),
        (&["--cut"], wants),
    ] {
        // Where nobody finds `ip`.
        let run = lesson("machines").env("PATH", "/nowhere").args(args).run();
        assert_eq!((run.status.code(), run.lines.len()), (Some(2), 0), "{args:?}: {}", run.errors);
        assert!(run.errors.lines().count() == 1 && run.errors.contains(why), "{args:?}: {}", run.errors);
    }
}

/// A run that goes on, in which tasks are handed out, and where its engine is.
fn engine() -> (Running, String) {
    let mut running = lesson("machines").env("LESSON_SPEED", "1").start();
    let line = running.until_says("is ready: ");
    let (_, address) = line.split_once("is ready: ").expect("it was found");
    running.until_says("begins task ");
    (running, address.to_owned())
}

/// A worker of an engine that another run has started, and that run. The worker comes too late only on a very busy machine.
fn one_more(worker: impl Fn(&str) -> Drive) -> (Run, Run) {
    let runs = (0..5).find_map(|_| {
        let (running, address) = engine();
        let other = worker(&address).run().well();
        let run = running.end().well();
        other.lines.iter().any(|line| line.contains("ends task ")).then_some((other, run))
    });
    let (other, run) = runs.expect("one of five comes in time");
    // Each task is done by one of the two.
    let ends: Vec<_> =
        other.lines.iter().chain(&run.lines).filter_map(|line| line.split_once("ends ")).collect();
    let tasks: BTreeSet<_> = ends.iter().map(|(_, task)| task).collect();
    assert_eq!((ends.len(), tasks.len()), (5, 5), "{ends:?}");
    at(&run, "hand-outs: 5 answers count, ");
    (other, run)
}

fn shares_with_a_worker_of_another_terminal() {
    let work = |address: &str| lesson("machines").env("LESSON_SPEED", "1").args(&["--work", address]);
    let (other, _) = one_more(work);
    assert!(other.said().iter().all(|said| said.name() == "main"), "{:?}", other.lines);
}

/// The statements of the chapter, told to an engine by PostgreSQL's own program.
fn refuses_a_late_holder_of_a_lock() {
    let (running, address) = engine();
    let statements = tree::folder("machines").join("lock.sql");
    let statements = statements.to_str().expect("a plain path");
    let args = ["-h", &address, "-U", "lesson", "-v", "ON_ERROR_STOP=1", "-f", statements, "postgres"];
    let run = suite::program(suite::psql()).args(&args).unrecorded().run().well();
    let updates: Vec<_> = run.lines.iter().filter(|line| line.starts_with("UPDATE")).collect();
    assert_eq!(updates, ["UPDATE 1", "UPDATE 0"], "{}", run.lines.join("\n"));
    running.end().well();
}

/// The twin is one more worker: it says what the lesson's workers say, and nothing else.
pub fn shares_with_its_twin(python: &str, kind_of: impl Fn(&str) -> String) {
    let twin = tree::folder("machines").join("python.py");
    let twin = |address: &str| twin_of(python, &twin, address);
    let (twin, run) = one_more(twin);
    let ours: Vec<_> = run.said_by("worker").into_iter().map(&kind_of).collect();
    for line in &twin.lines {
        let (who, text) = line.split_once("  ").expect("who says what");
        assert!(who.starts_with("worker "), "{line}");
        assert!(ours.contains(&kind_of(text)), "only Python says {line:?}; the workers say {ours:?}");
    }
}

fn twin_of(python: &str, script: &Path, address: &str) -> Drive {
    let script = script.to_str().expect("a plain path");
    suite::program(python).args(&["-I", script, address]).env("PYTHONDONTWRITEBYTECODE", "1")
}

fn leaves_nothing_wherever_main_is_killed() {
    #[cfg(unix)]
    for moment in
        ["initdb: creating", "initdb: running", "is ready", "begins task 1", "ends task", "hand-outs"]
    {
        for signal in [rustix::process::Signal::KILL, rustix::process::Signal::INT] {
            let mut running = slow(&[]).start();
            running.until_says(moment);
            running.signal(signal);
            running.end(); // and asks that no process and no file is left
        }
    }
}

fn does_the_work_of_a_killed_keeper() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Pid, Signal, kill_process};

        let mut running = slow(&[]).start();
        running.until_says("begins task 1");
        let [keeper] = running.children("keeper").expect("it is there as long as main");
        let keeper = Pid::from_raw(keeper as i32).expect("a process id");
        kill_process(keeper, Signal::KILL).expect("it has a group of its own");
        let run = checked(running.end().well()); // which also asks that no file is left
        at(&run, "5 hand-outs: 5 answers count, 0 refused");
    }
}

fn leaves_no_machine_wherever_main_is_killed() {
    #[cfg(unix)]
    for moment in ["initdb: running", "cuts the cable"] {
        let mut running = slow(&["--cut"]).start();
        running.until_says("initdb: creating");
        // A network is called as the engine's folder.
        let [network] = &running.temporary()[..] else { panic!("{:?}", running.temporary()) };
        assert_eq!(machines(network), 5, "an engine, three workers and a switch");
        running.until_says(moment);
        running.signal(rustix::process::Signal::KILL);
        running.end();
        assert_eq!(machines(network), 0, "{network} is left");
    }
}

/// How many network namespaces there are of a network.
#[cfg(unix)]
fn machines(network: &str) -> usize {
    let machines = std::fs::read_dir("/run/netns").into_iter().flatten().flatten();
    machines.filter(|it| it.file_name().to_string_lossy().starts_with(network)).count()
}

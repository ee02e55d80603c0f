//! What holds for every lesson in the tree, each with a test of its own by name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use libtest_mimic::{Arguments, Completion, Trial};
use shared::choice::{self, Choice};
use suite::{DEADLINE, Run, deadline, installed, lesson, tree};

#[path = "lessons/machines.rs"]
mod machines;

fn main() {
    let mut trials = Vec::new();
    for topic in tree::topics() {
        let mut test = |what: &str, test: fn(&str), lacks: Option<&'static str>| {
            let topic = topic.clone();
            let name = format!("{topic}::{what}");
            // Its layout can be seen without it.
            let lacks = lacks.or(lacks_engine(&topic).filter(|_| !what.starts_with("is_laid_out")));
            let long = name.ends_with("_times");
            let trial = Trial::ignorable_test(name, move || {
                if let Some(why) = lacks {
                    return Ok(Completion::ignored_with(why));
                }
                test(&topic);
                Ok(Completion::Completed)
            });
            trials.push(trial.with_ignored_flag(long));
        };
        let linux = (!cfg!(target_os = "linux")).then_some("wants Linux");
        let unix = (!cfg!(unix)).then_some("wants Unix");
        // Never skipped in CI, where it then fails.
        let python = (!has_python() && std::env::var_os("CI").is_none()).then_some("wants python3");
        test("is_laid_out_as_the_map_says", layout, None);
        test("runs_and_records_what_it_says", runs, None);
        test("helps", helps, None);
        test("refuses_what_it_cannot_take", refuses, None);
        test("ends_quietly_when_nobody_reads", ends_quietly_when_nobody_reads, None);
        test("fails_when_its_output_has_no_room", fails_when_its_output_has_no_room, linux);
        test("ends_on_ctrl_c", ends_on_ctrl_c, unix);
        test("ends_with_its_first_process", ends_with_its_first_process, unix);
        if topic == "machines" {
            machines(&mut test);
            continue;
        }
        if tree::has_twin(&topic) {
            test("says_what_its_python_twin_says", twin, python);
        }
        if !tree::refused(&topic).is_empty() {
            test("is_refused_where_it_says_so", refused_programs, None);
        }
        if Choice::declared_in(&tree::source(&topic)).iter().any(|choice| choice.name == "--kill") {
            test("shows_with_its_twin_what_a_kill_does_to_python", twin_that_is_killed, python);
        }
        if topic == "race" {
            test("loses_updates_in_python_too", race_in_python, python);
        }
    }
    for topic in tree::own() {
        let why =
            || Ok(Completion::ignored_with("it is yours: the course's part of SUMMARY.md doesn't name it"));
        trials.push(Trial::ignorable_test(format!("{topic}::is_what_every_lesson_is"), why));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// What a lesson wants that isn't part of it. Never skipped in CI, where it then fails; but Windows has no engine of the lesson's own.
fn lacks_engine(topic: &str) -> Option<&'static str> {
    let wanted = cfg!(unix) && (installed::programs().is_some() || std::env::var_os("CI").is_some());
    (topic == "machines" && !wanted).then_some("wants PostgreSQL")
}

/// Its twin is one more worker of an engine that runs, and its kinds of ends have tests of their own.
fn machines(test: &mut impl FnMut(&str, fn(&str), Option<&'static str>)) {
    let linux = (!cfg!(target_os = "linux")).then_some("wants Linux");
    let cables = linux.or((!makes_cables()).then_some("wants root, and ip"));
    for (tests, lacks) in [(machines::TESTS, None), (machines::FAULTS, linux), (machines::CABLES, cables)] {
        for &(name, promise) in tests {
            test(name, promise, lacks);
        }
    }
    let import = deadline::output(Command::new(PYTHON).args(["-I", "-c", "import psycopg"]), DEADLINE);
    let psycopg = import.is_ok_and(|output| output.status.success());
    let twin = |_: &str| machines::shares_with_its_twin(PYTHON, kind_of);
    test("shares_with_its_python_twin", twin, (!psycopg).then_some("wants psycopg"));
}

/// Whether network namespaces can be made here: root in a container may not.
fn makes_cables() -> bool {
    let try_it = "ip netns add try-$$ && ip netns del try-$$";
    deadline::output(Command::new("sh").args(["-c", try_it]), DEADLINE)
        .is_ok_and(|output| output.status.success())
}

fn layout(topic: &str) {
    let folder = tree::folder(topic);
    let source = tree::source(topic);
    assert!(source.lines().count() <= 90, "more than 90 lines");

    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).expect("a Cargo.toml");
    assert!(manifest.contains(&format!("name = \"lesson-{topic}\"\n")), "the package is lesson-{topic}");
    assert!(!manifest.contains("path ="), "dependencies stand at the root");

    let head: Vec<_> = choice::head(&source).collect();
    let has = |text: &str| head.iter().any(|line| line.trim().starts_with(text));
    assert!(head[0].len() > 20, "the head opens with what the lesson is");
    for line in &head {
        assert!(line.chars().count() <= 80, "wider than 80 columns: {line}");
    }
    assert!(has(&format!("cargo run -p lesson-{topic}")), "the head says how to run it");
    assert!(has(&format!("Chapter: book/chapters/en/{topic}.md")), "the head names the chapter");
    assert!(has("Try: "), "the head gives one thing to try");
    for choice in Choice::declared_in(&source) {
        assert!(choice.default.as_deref() != Some(""), "{} has a default", choice.name);
    }

    let mut open = None;
    for line in source.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("// ANCHOR: ") {
            assert_eq!(open.replace(name), None, "an anchor in an anchor");
        } else if let Some(name) = line.strip_prefix("// ANCHOR_END: ") {
            assert_eq!(open.take(), Some(name), "an anchor that ends is the one that began");
        }
    }
    assert_eq!(open, None, "an anchor without an end");
    assert_ne!(
        tree::has_twin(topic),
        has("Python: "),
        "a python.py, or a line of the head that begins with `Python: ` and says why there is none"
    );
    chapter(topic);
}

/// The sections of every chapter on a lesson, in their order; each with the end of its anchor.
const SECTIONS: [(&str, &str); 8] = [
    ("In Python", "in-python"),
    ("In Rust", "in-rust"),
    ("Run it", "run"),
    ("What the timeline shows", "timeline"),
    ("What differs from Python", "differs"),
    ("Things to try", "try"),
    ("Exercises", "exercises"),
    ("In production", "production"),
];

fn chapter(topic: &str) {
    let path = format!("book/chapters/en/{topic}.md");
    let chapter = std::fs::read_to_string(tree::root().join(&path)).unwrap_or_else(|_| panic!("no {path}"));
    // `cargo book new` leaves the headings in a comment.
    let (first, rest) = chapter.split_once("<!--").unwrap_or((&chapter, ""));
    let after = rest.split("<!--").map(|part| part.split_once("-->").map_or("", |(_, after)| after));
    let shown: String = [first].into_iter().chain(after).collect();
    let mut lines = shown.lines();
    for (section, anchor) in SECTIONS {
        let heading = format!("## {section} {{#{topic}-{anchor}}}");
        assert!(lines.any(|line| line == heading), "{path} has no section `{heading}`, or not at its place");
    }
}

/// With which message a thread of the lesson panics, if that is part of its story.
fn panics(topic: &str) -> Option<&'static str> {
    match topic {
        "join-threads" => Some("the film tears"),
        "thread-pool" => Some("the fish is burnt"),
        _ => None,
    }
}

fn runs(topic: &str) {
    let run = lesson(topic).run().well();
    match panics(topic) {
        Some(message) => assert!(run.errors.contains(message), "{}", run.errors),
        None => assert_eq!(run.errors, ""),
    }

    for line in &run.lines {
        assert!(line.chars().count() <= 80, "wider than 80 columns: {line}");
    }
    let mut last = BTreeMap::new();
    for said in run.said() {
        let last = last.insert(said.who, said.seconds).unwrap_or(0.0);
        assert!(last <= said.seconds, "{}'s time runs back", said.who);
    }

    // The run that is drawn is the run that is read: the same lines by the same speakers in the same order.
    match topic {
        // What dies in them leaves things open.
        "daemon-threads" | "deadlock" | "process-lock" | "shared-memory" | "orphans" | "shutdown"
        | "server" => run.trace.check(),
        _ => run.trace.check_whole(&run.trace.pids("crash").into_iter().collect::<Vec<_>>()),
    }
    let mut drawn: BTreeMap<(u32, u32), Vec<&str>> = BTreeMap::new();
    for event in run.trace.of("say") {
        drawn.entry((event.pid, event.lane)).or_default().push(&event.name);
    }
    let mut read: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for said in run.said() {
        read.entry(said.who).or_default().push(said.text);
    }
    let (mut drawn, mut read): (Vec<_>, Vec<_>) =
        (drawn.into_values().collect(), read.into_values().collect());
    drawn.sort();
    read.sort();
    assert_eq!(drawn, read);
}

fn helps(topic: &str) {
    let run = lesson(topic).args(&["--help"]).run().well();
    assert_eq!(run.lines, choice::head(&tree::source(topic)).collect::<Vec<_>>());
    assert_eq!(run.errors, "");
}

fn refuses(topic: &str) {
    let refused = |run: Run, what: &str| {
        assert_eq!(run.status.code(), Some(2), "{what}: {}", run.errors);
        assert_eq!(run.errors.lines().count(), 1, "{what}: {}", run.errors);
        assert!(run.lines.is_empty(), "{what}: {:?}", run.lines);
    };
    for args in [&["--nonsense"][..], &["nonsense"], &["--role"], &["--role", "put", "x", "y"]] {
        refused(lesson(topic).args(args).run(), &format!("{args:?}"));
    }
    for Choice { name, default, .. } in Choice::declared_in(&tree::source(topic)) {
        let bad: &[&str] = match default {
            None => &["=1"],
            Some(_) => &["", "=", "=bones", "=-1", "=99999999999999999999999"],
        };
        for bad in bad {
            let argument = format!("{name}{bad}");
            refused(lesson(topic).args(&[&argument]).run(), &argument);
        }
    }
    refused(lesson(topic).env("LESSON_SPEED", "0").run(), "LESSON_SPEED=0");
    refused(lesson(topic).env("LESSON_SPEED", "fast").run(), "LESSON_SPEED=fast");
    refused(lesson(topic).env("LESSON_TRACE", "no/such/folder").run(), "LESSON_TRACE=no/such/folder");
}

/// Each program in `refused` has one error, and its head names the code: a typo would have another one.
fn refused_programs(topic: &str) {
    for program in tree::refused(topic) {
        let name = program.display();
        let source = std::fs::read_to_string(&program).unwrap_or_else(|error| panic!("{name}: {error}"));
        let code = source.lines().find_map(|line| line.strip_prefix("//! Refused: "));
        let code = code.unwrap_or_else(|| panic!("{name}: the head says `Refused: ` and the error's code"));
        let folder = tempfile::tempdir().expect("a folder");
        let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
        rustc.args(["--edition=2024", "--emit=metadata", "--color=never", "--out-dir"]);
        rustc.arg(folder.path()).arg(&program);
        let output = deadline::output(&mut rustc, DEADLINE).expect("rustc is where cargo is");
        let told = String::from_utf8_lossy(&output.stderr);
        let told_at_head = |what: &str| told.lines().filter(|line| line.starts_with(what)).count();
        assert_eq!(told_at_head("error"), 2, "{name}: one error, and the line that counts it: {told}");
        assert_eq!(told_at_head(&format!("error[{code}]: ")), 1, "{name}: {code} is expected: {told}");
        assert_eq!(told_at_head("warning"), 0, "{name}: {told}");
    }
}

fn ends_quietly_when_nobody_reads(topic: &str) {
    // After each of its lines: other processes are in the middle of something else each time.
    let lines = lesson(topic).run().well().lines.len();
    for lines in 1..lines.min(10) {
        let run = lesson(topic).head(lines).run().well();
        assert!(run.lines.len() <= lines);
        // It may panic before it has anything more to say.
        assert!(run.errors.is_empty() || panics(topic).is_some(), "{}", run.errors);
    }
}

#[cfg(target_os = "linux")]
fn fails_when_its_output_has_no_room(topic: &str) {
    let run = lesson(topic).stdout("/dev/full").run();
    assert_eq!(run.status.code(), Some(1), "{}", run.errors);
    assert!(run.errors.contains("cannot write to standard output"), "{}", run.errors);
    assert!(!run.errors.contains("panicked") || panics(topic).is_some(), "{}", run.errors);
}

#[cfg(not(target_os = "linux"))]
fn fails_when_its_output_has_no_room(_topic: &str) {}

/// Whether a lesson handles signals: then it uses a crate for them.
#[cfg(unix)]
fn handles_signals(topic: &str) -> bool {
    let manifest = std::fs::read_to_string(tree::folder(topic).join("Cargo.toml")).expect("a Cargo.toml");
    ["ctrlc.", "signal-hook."].iter().any(|name| manifest.lines().any(|line| line.starts_with(name)))
}

/// A lesson in the middle of things, and whether it surely stays there until it is ended: it is slowed
/// down for that, but a lesson that only computes has its own pace.
#[cfg(unix)]
fn in_the_middle(topic: &str) -> (suite::Running, bool) {
    let source = tree::source(topic);
    // One that handles Ctrl-C ends its work first: that must not take too long.
    let speed = if handles_signals(topic) { "0.2" } else { "0.01" };
    let running = lesson(topic).env("LESSON_SPEED", speed).start();
    running.until_recorded("\"ph\":\"B\"");
    (running, source.contains(" work("))
}

#[cfg(unix)]
fn ends_on_ctrl_c(topic: &str) {
    use std::os::unix::process::ExitStatusExt;

    let (running, stays) = in_the_middle(topic);
    running.ctrl_c();
    let run = running.end();
    match handles_signals(topic) {
        true => assert!(run.status.success(), "it stops cleanly: {}", run.status),
        false => assert!(run.status.signal() == Some(2) || !stays, "{}", run.status),
    }
    assert_eq!(run.errors, "");
    run.trace.check();
}

#[cfg(unix)]
fn ends_with_its_first_process(topic: &str) {
    use rustix::process::Signal;

    for signal in [Signal::TERM, Signal::KILL] {
        let (running, stays) = in_the_middle(topic);
        running.signal(signal);
        let run = running.end(); // and asks that no process is left
        assert!(!run.status.success() || !stays, "it has ended before the signal");
    }
}

#[cfg(not(unix))]
fn ends_on_ctrl_c(_topic: &str) {}

#[cfg(not(unix))]
fn ends_with_its_first_process(_topic: &str) {}

const PYTHON: &str = "python3";

fn has_python() -> bool {
    deadline::output(Command::new(PYTHON).arg("--version"), DEADLINE)
        .is_ok_and(|output| output.status.success())
}

/// Each of the twin's speakers says the same kinds of lines as the lesson's, but for lines that begin
/// with "in Python": such a line stands for one of the lesson's that Python can't say.
fn twin(topic: &str) {
    let python = run_twin(topic, &[], "20");
    let said = |line: &str| -> (String, String) {
        let (who, text) = line.split_once("  ").unwrap_or_else(|| panic!("no said line: {line:?}"));
        (name_of(who), kind_of(text))
    };
    let mut twins: BTreeSet<_> = python.lines.iter().map(|line| said(line)).collect();
    twins.extend(may_miss(topic));
    let (only_python, of_both): (Vec<_>, Vec<_>) =
        twins.into_iter().partition(|(_, text)| text.starts_with("in Python"));

    let lesson = lesson(topic).run().well();
    let mut ours: BTreeSet<_> =
        lesson.said().iter().map(|said| (name_of(said.who), kind_of(said.text))).collect();
    ours.extend(may_miss(topic));
    for line in &of_both {
        assert!(ours.remove(line), "only Python says {line:?}; the lesson also says {ours:?}");
    }
    assert!(ours.len() <= only_python.len(), "only the lesson says {ours:?}");
}

fn run_twin(topic: &str, arguments: &[&str], speed: &str) -> Run {
    run_python(&tree::folder(topic).join("python.py"), arguments, speed)
}

fn run_python(script: &Path, arguments: &[&str], speed: &str) -> Run {
    suite::program(PYTHON)
        // -I -S: with the standard library, and nothing that is installed beside it.
        .args(&["-I", "-S", script.to_str().expect("a plain path")])
        .args(arguments)
        .env("LESSON_SPEED", speed)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .run()
        .well()
}

/// The chapter says that this program loses updates in every version of Python. No single run can be held to it.
fn race_in_python(topic: &str) {
    let script = tree::folder(topic).join("python_loses.py");
    let loses = || {
        let run = run_python(&script, &[], "1");
        let last = run.lines.last().expect("it says something");
        let (_, lost) = last.split_once("at least ").unwrap_or_else(|| panic!("no loss is told: {last}"));
        lost != "0 updates are lost"
    };
    assert!((0..10).any(|_| loses()), "ten runs lost no update");
}

/// With `--kill`, the twin says what hangs in Python, under a time limit, and ends by itself with all that it
/// has started. Slow enough that what is to be killed is there still.
fn twin_that_is_killed(topic: &str) {
    let python = run_twin(topic, &["--kill"], "2");
    let of_python = |line: &&String| {
        line.split_once("  ").is_some_and(|(_, text)| text.trim_start().starts_with("in Python"))
    };
    assert!(python.lines.iter().find(of_python).is_some(), "{:?}", python.lines);
    let lines = run_twin(topic, &[], "20").lines;
    assert_eq!(lines.iter().find(of_python), None, "only with --kill");
}

/// What is said in some runs only: a thread has no time for it if the machine is so busy that it never runs
/// before `main` ends it, and one that is stuck elsewhere may be through.
fn may_miss(topic: &str) -> Vec<(String, String)> {
    let lines: &[_] = match topic {
        "daemon-threads" => &[("music", "listens to music, 0"), ("film", "watches a film, 0")],
        "deadlock" => &[
            ("Ann", "writes with a blue pen on white paper"),
            ("Bob", "writes with a blue pen on white paper"),
        ],
        "producer-consumer" => &[("Tim", "made bone 0"), ("dog", "eats bone 0")],
        // Either of the two may be first.
        "once" => &[
            ("Ann", "lights the oven"),
            ("Bob", "lights the oven"),
            ("main", "Ann lit the oven, 0 time"),
            ("main", "Bob lit the oven, 0 time"),
        ],
        // The process that adopted it may have waited for it by then.
        "orphans" => &[("main", "stays 0: zombie, parent 0, group 0"), ("main", "stays 0: not in the table")],
        // The server's threads are numbered as the clients come.
        "server" => &[
            ("client 1", "ends: the other side died in the middle of a message"),
            ("client 2", "ends: the other side died in the middle of a message"),
            ("client 3", "ends: the other side died in the middle of a message"),
        ],
        // The signal comes in the middle of one of its parcels, or late, after its first one.
        "shutdown" => &[("careful", "has packed 0 kg"), ("careful", "hands back 0 kg")],
        "select" => &[
            ("Eva", "waters the flowers: nothing came for a second"),
            ("Eva", "answers call 0"),
            ("Eva", "answers letter 0"),
        ],
        _ => &[],
    };
    lines.iter().map(|(who, text)| (who.to_string(), text.to_string())).collect()
}

fn name_of(who: &str) -> String {
    let name = who.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
    match name {
        "MainThread" | "MainProcess" => "main".into(),
        "King" | "Wang" => "dog".into(), // whichever comes first gets the bone
        name => name.into(),
    }
}

/// A line without its numbers.
fn kind_of(text: &str) -> String {
    let mut kind = String::new();
    for c in text.trim_start().chars() {
        match c {
            '-' | '.' | '0'..='9' if kind.ends_with('0') => {}
            '0'..='9' => kind.push('0'),
            _ => kind.push(c),
        }
    }
    kind.replace("-0", "0").replace("µs", "ms")
}

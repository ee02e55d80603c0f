//! Drives `cargo exercise` as a learner does, in a small course with two exercises.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, SystemTime};

use libtest_mimic::{Arguments, Completion, Trial};
use serde_json::Value;
use suite::deadline;

/// When something counts as hung. Nothing is measured by it.
const DEADLINE: Duration = Duration::from_secs(300);

fn main() {
    let test = |name: &'static str, test: fn(&Course), lacks: Option<&'static str>| {
        Trial::ignorable_test(name, move || {
            if let Some(why) = lacks {
                return Ok(Completion::ignored_with(why));
            }
            test(&Course::new(name));
            Ok(Completion::Completed)
        })
    };
    let unix = (!cfg!(unix)).then_some("wants Unix");
    let linux = (!cfg!(target_os = "linux")).then_some("wants Linux");
    let trials = vec![
        test("an_answer_is_judged_and_a_pass_is_remembered", judged_and_remembered, None),
        test("a_refusal_shows_the_steps", shows_the_steps, None),
        test("a_program_is_judged_too", judges_a_program, None),
        test("what_does_not_compile_is_told", does_not_compile, None),
        test("the_steps_to_a_panic_that_aborts_are_told", panics_that_abort, None),
        test("all_are_checked_by_one_command", checks_all, None),
        test("bad_input_gets_one_line_and_status_2", bad_input, None),
        test("changed_checks_judge_nobody", changed_checks, None),
        test("hints_come_one_by_one_and_the_solution_last", hints_and_solution, None),
        test("a_reset_keeps_what_was_there", reset, None),
        test("what_hangs_is_ended_and_told", hangs, None),
        test("what_ends_the_program_does_not_pass", ends_early, None),
        test("nothing_outlives_the_runner", nothing_outlives_the_runner, linux),
        test("no_compiler_outlives_the_runner", no_compiler_outlives_the_runner, linux),
        test("what_cannot_be_written_is_told_once_or_not_at_all", cannot_be_written, linux),
        test("a_closed_pipe_is_no_error", closed_pipe, unix),
        test("two_runners_at_once_do_not_meet", two_at_once, None),
        test("watch_checks_at_a_save_and_takes_keys", watch, None),
        test("watch_takes_single_keys_on_a_terminal", watch_on_a_terminal, unix),
        test("the_content_of_a_file_decides_and_not_its_time", content_decides, None),
        test("watch_sees_an_older_file_moved_into_place", watch_sees_an_older_file, None),
        test("what_is_no_file_is_told_and_nothing_waits_for_it", no_file, unix),
        test("a_copied_lesson_brings_no_exercises", copied_lesson, None),
        test("warnings_are_no_errors", warnings_are_no_errors, unix),
        test("any_name_of_a_folder_does", any_folder, unix),
        test("what_is_said_and_used_is_bounded", bounded, linux),
        test("counts_of_an_arc_are_seen_or_said_not_to_be", counts_of_an_arc, None),
        test("watch_offers_keys_again_and_none_where_none_can_come", watch_offers_keys, None),
        test("the_editor_follows_the_exercise", editor_follows, None),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

const FIRST: &str = "race/first";
const SECOND: &str = "pair/second";

const FIRST_START: &str = r#"//! Let `add` lose nothing.
//!
//!     cargo exercise check race/first

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

/// Adds one.
pub fn add(sum: &AtomicU32) {
    let seen = sum.load(SeqCst);
    sum.store(seen + 1, SeqCst);
}
"#;

const FIRST_CHECKS: &str = r#"//! What every answer to `race/first` must hold.

use std::sync::atomic::AtomicU32;
use std::thread;

use exercise::Judge;

use crate::answer::add;

pub fn judge(judge: &mut Judge) {
    judge.every_order("nothing is lost", || {
        let sum = AtomicU32::new(0);
        thread::scope(|threads| {
            threads.spawn(|| add(&sum));
            threads.spawn(|| add(&sum));
        });
        assert_eq!(sum.into_inner(), 2, "something was lost");
    });
}
"#;

const SECOND_START: &str = r#"//! Say hello.
//!
//!     cargo exercise check pair/second

fn main() {
    println!("hallo");
}
"#;

const SECOND_CHECKS: &str = r#"//! What every answer to `pair/second` must hold.

use exercise::Judge;

pub fn judge(judge: &mut Judge) {
    judge.program("it says hello", |program| {
        let run = program.run().well();
        assert_eq!(run.lines, ["hello"], "it does not say hello");
    });
}
"#;

/// A small course in a folder of its own, which stays, so that a second run compiles the same files.
struct Course {
    root: PathBuf,
}

impl Course {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("courses").join(name);
        let _ = fs::remove_dir_all(&root);
        let course = Course { root };
        course.write("book/book.toml", "");
        course.write(
            "book/chapters/en/SUMMARY.md",
            "# One\n\n- [Pair](pair.md)\n\n# Two\n\n- [Race](race.md)\n",
        );
        course.exercise(
            FIRST,
            "threads",
            FIRST_START,
            FIRST_CHECKS,
            &FIRST_START.replace(
                "    let seen = sum.load(SeqCst);\n    sum.store(seen + 1, SeqCst);\n",
                "    sum.fetch_add(1, SeqCst);\n",
            ),
        );
        course.exercise(
            SECOND,
            "processes",
            SECOND_START,
            SECOND_CHECKS,
            &SECOND_START.replace("hallo", "hello"),
        );
        course.exercise_command(&["seal"]).ends(0);
        course
    }

    fn exercise(&self, id: &str, kind: &str, start: &str, checks: &str, solution: &str) {
        let declared = format!(
            "title = \"The title of {id}\"\ntask = \"What to do.\"\nstars = 2\nkind = {kind:?}\nred = \"lost\"\n\
             hints = [\"Look.\", \"Look again.\"]\n\n[wrong]\n"
        );
        self.write(&file(id, "exercise.toml"), &declared);
        self.write(&file(id, "exercise.rs"), start);
        self.write(&file(id, "checks.rs"), checks);
        self.write(&file(id, "solution.rs"), solution);
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("writable");
        fs::write(path, text).expect("writable");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn solve(&self, id: &str) {
        self.write(&file(id, "exercise.rs"), &self.read(&file(id, "solution.rs")));
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_exercise"));
        // What the answers are compiled with has been compiled there before, or will be.
        let target = program.ancestors().nth(2).expect("it is in target/debug");
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", target)
            .env_remove("NO_COLOR")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn exercise_command(&self, arguments: &[&str]) -> Ended {
        Running::start(self.command(arguments)).end()
    }
}

fn file(id: &str, name: &str) -> String {
    let (topic, exercise) = id.split_once('/').expect("it is an id");
    format!("lessons/{topic}/exercises/{exercise}/{name}")
}

/// A runner that runs, and what it has said so far.
struct Running {
    child: Child,
    keys: Option<ChildStdin>,
    lines: Receiver<String>,
    errors: Receiver<String>,
    said: String,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().expect("the runner starts");
        let lines = lines(child.stdout.take().expect("it is piped"));
        let errors = lines_of_errors(&mut child);
        Running { keys: child.stdin.take(), child, lines, errors, said: String::new() }
    }

    fn press(&mut self, key: &str) {
        self.keys.as_mut().expect("they are open").write_all(key.as_bytes()).expect("it listens");
    }

    /// Blocks until it says a line that contains `text`. It must not have said `never` before.
    fn until_without(&mut self, text: &str, never: &str) {
        let before = self.said.len();
        self.until(text);
        assert!(!self.said[before..].contains(never), "{never:?} is in:\n{}", &self.said[before..]);
    }

    /// Blocks until it says a line that contains `text`.
    fn until(&mut self, text: &str) {
        loop {
            let line = self.lines.recv_timeout(DEADLINE);
            let line = line.unwrap_or_else(|_| panic!("it never said {text:?}, but:\n{}", self.said));
            self.said.push_str(&line);
            if line.contains(text) {
                return;
            }
        }
    }

    fn end(mut self) -> Ended {
        let status = deadline::end(&mut self.child, DEADLINE);
        let said = std::mem::take(&mut self.said) + &rest(&self.lines);
        let errors = rest(&self.errors);
        let errors = errors.lines().filter(|line| !line.starts_with("compiling what"));
        let errors: String = errors.map(|line| format!("{line}\n")).collect();
        for line in said.lines() {
            // The compiler's lines and those for machines are as wide as they are.
            let wide = said.contains("error[") || line.starts_with('{');
            assert!(line.chars().count() <= 80 || wide, "wider than 80 columns: {line}");
            assert!(!line.contains('\x1b'), "colour, though nobody sees it: {line:?}");
        }
        Ended { status, said, errors }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        deadline::end(&mut self.child, DEADLINE);
    }
}

fn lines(out: impl Read + Send + 'static) -> Receiver<String> {
    let (to, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if to.send(line + "\n").is_err() {
                return;
            }
        }
    });
    lines
}

/// All lines that come still, when nothing writes any more.
fn rest(lines: &Receiver<String>) -> String {
    let mut rest = String::new();
    loop {
        match lines.recv_timeout(DEADLINE) {
            Ok(line) => rest.push_str(&line),
            Err(RecvTimeoutError::Disconnected) => return rest,
            Err(RecvTimeoutError::Timeout) => {
                panic!("something that it started has its output open still: {rest}")
            }
        }
    }
}

fn lines_of_errors(child: &mut Child) -> Receiver<String> {
    lines(child.stderr.take().expect("it is piped"))
}

/// A runner that has ended.
struct Ended {
    status: ExitStatus,
    said: String,
    errors: String,
}

impl Ended {
    #[track_caller]
    fn ends(self, code: i32) -> Self {
        assert_eq!(self.status.code(), Some(code), "{}\n{}", self.said, self.errors);
        self
    }

    #[track_caller]
    fn says(self, text: &str) -> Self {
        assert!(self.said.contains(text), "no {text:?} in:\n{}\n{}", self.said, self.errors);
        self
    }

    #[track_caller]
    fn says_not(self, text: &str) -> Self {
        assert!(!self.said.contains(text), "{text:?} is in:\n{}", self.said);
        self
    }

    #[track_caller]
    fn complains(self, text: &str) -> Self {
        // Other tests compile in the same folder, at the same time.
        let complaints = self.errors.lines().filter(|line| !line.starts_with("waiting for another cargo"));
        assert_eq!(complaints.count(), 1, "one line: {}", self.errors);
        assert!(self.errors.contains(text), "no {text:?} in: {}", self.errors);
        self
    }
}

impl Ended {
    #[track_caller]
    fn complains_of_nothing(self) -> Self {
        let complaints = self.errors.lines().filter(|line| !line.starts_with("waiting for another cargo"));
        assert_eq!(complaints.count(), 0, "{}", self.errors);
        self
    }
}

fn judged_and_remembered(course: &Course) {
    course
        .exercise_command(&["list"])
        .ends(0)
        .says("One: 0 of 1")
        .says("Two: 0 of 1")
        .says("· ★★☆ race/first");
    course.exercise_command(&["next"]).ends(0).says(SECOND).says(&file(SECOND, "exercise.rs"));
    let solution = file(FIRST, "solution.rs");
    course.exercise_command(&["check", "first", "--answer", &solution]).ends(0).says("in all ");
    course.exercise_command(&["list"]).ends(0).says("Two: 0 of 1"); // the solution is not the learner's
    course.exercise_command(&["check", FIRST]).ends(1);
    course.solve(FIRST);
    course.exercise_command(&["check", FIRST]).ends(0).says("race/first passes.");
    course.exercise_command(&["list"]).ends(0).says("Two: 1 of 1").says("✓ ★★☆ race/first");
    assert_eq!(course.read(".exercises/progress.txt"), "race/first passed\n");
    // It has passed once: later changes don't take that away, and neither does an exercise that is gone.
    course.write(&file(FIRST, "exercise.rs"), FIRST_START);
    course.write(".exercises/progress.txt", "gone/away passed\nrace/first passed\n");
    course.exercise_command(&["hint", SECOND]).ends(0);
    course.exercise_command(&["list"]).ends(0).says("1 of 2 have passed");
    let progress = course.read(".exercises/progress.txt");
    assert_eq!(progress, "gone/away passed\npair/second hints=1\nrace/first passed\n");
}

fn shows_the_steps(course: &Course) {
    let ended = course.exercise_command(&["check", FIRST]).ends(1);
    let ended = ended.says("✗ nothing is lost").says("something was lost").says("step  thread");
    let reads = ended.said.lines().filter(|line| line.contains("reads 0 from `sum`")).count();
    assert_eq!(reads, 2, "both read 0 before one writes:\n{}", ended.said);

    let ended = course.exercise_command(&["check", FIRST, "--json"]).ends(1);
    let verdict: Value = serde_json::from_str(&ended.said).expect("one JSON object");
    assert_eq!(verdict["exercise"], FIRST);
    assert_eq!((&verdict["passed"], &verdict["compiled"]), (&Value::Bool(false), &Value::Bool(true)));
    let problem = &verdict["checks"][0]["problem"];
    assert_eq!(problem["kind"], "failed");
    let steps = problem["steps"].as_array().expect("steps");
    assert!(steps.iter().any(|step| step["file"] == "exercise.rs" && step["line"] == 9), "{steps:?}");
}

fn judges_a_program(course: &Course) {
    course.exercise_command(&["check", SECOND]).ends(1).says("it does not say hello").says_not("assertion");
    course.write("typo.rs", "fn main() {\n    let _ = std::process::Comand::new(\"echo\");\n}\n");
    let ended = course.exercise_command(&["check", SECOND, "--answer", "typo.rs"]).ends(1);
    ended.says("error[E0433]").says_not("can't be explored");
    course.solve(SECOND);
    course.exercise_command(&["check", SECOND]).ends(0).says("pair/second passes.");
}

fn does_not_compile(course: &Course) {
    let path = file(FIRST, "exercise.rs");
    course.write(&path, &FIRST_START.replace("u32", "u33").replace("seen + 1", "seen + \"\""));
    course.exercise_command(&["check", FIRST]).ends(1).says("error[E0277]").says(&format!("--> {path}:10"));
    for uses in ["use std::fs;", "use std::fs::File;", "use std::{fs, process};"] {
        course.write(&path, &FIRST_START.replace("/// Adds one.", &format!("{uses}\n\n/// Adds one.")));
        let ended = course.exercise_command(&["check", FIRST]).ends(1);
        ended.says("std::fs can't be explored: an answer of threads");
    }
    course.write(&path, &FIRST_START.replace("/// Adds one.", "static mut SUM: u32 = 0;\n\n/// Adds one."));
    let ended = course.exercise_command(&["check", FIRST]).ends(1);
    ended
        .says("the explorer can't see `static mut`; use an atomic or a Mutex")
        .says(&format!("--> {path}:7"));
    course.write(&path, "// everything is commented out\n");
    course.exercise_command(&["check", FIRST]).ends(1).says("error[E0432]").says("keep");
    let ended = course.exercise_command(&["check", FIRST, "--json"]).ends(1);
    let verdict: Value = serde_json::from_str(&ended.said).expect("one JSON object");
    assert_eq!(verdict["compiled"], false);
    assert!(verdict["errors"].as_str().is_some_and(|errors| errors.contains("E0432")), "{verdict}");
}

fn panics_that_abort(course: &Course) {
    let check = || {
        let mut command = course.command(&["check", FIRST]);
        command.env("CARGO_PROFILE_DEV_PANIC", "abort");
        Running::start(command).end()
    };
    check().ends(1).says("with panic = \"abort\", a panic ends the program").says("reads 0 from `sum`");
    course.solve(FIRST);
    check().ends(0).says("passes.");
}

fn checks_all(course: &Course) {
    course.solve(FIRST);
    course
        .exercise_command(&["check"])
        .ends(1)
        .says("✓ race/first")
        .says("✗ pair/second")
        .says("1 of 2 pass");
    course.solve(SECOND);
    let ended = course.exercise_command(&["check", "--json"]).ends(0);
    let passed = |line: &str| {
        let verdict: Value = serde_json::from_str(line).expect("JSON");
        let checks = verdict["checks"].as_array().expect("a list");
        assert!(
            checks.iter().all(|check| check.get("problem").is_none()),
            "it passed, and has a problem: {line}"
        );
        verdict["passed"] == true
    };
    assert_eq!(ended.said.lines().filter(|line| passed(line)).count(), 2);
    course.exercise_command(&["next"]).ends(0).says("Every exercise has passed.");
    // One that can't be judged doesn't keep the others from it, and doesn't pass.
    course.write(&file(FIRST, "checks.rs"), "");
    let ended = course.exercise_command(&["check"]).ends(1).says("✓ pair/second").says("1 of 2 pass");
    ended.complains("git checkout");
}

fn counts_of_an_arc(course: &Course) {
    let path = file(FIRST, "exercise.rs");
    // `strong_count` is asked by two at once: sometimes neither is the last.
    let asks = "    let (one, two) = (Arc::new(()), Arc::new(()));
    let leave = |owner: Arc<()>| (Arc::strong_count(&owner) == 1).then(|| sum.fetch_add(1, SeqCst));
    let other = one.clone();
    std::thread::scope(|threads| {
        threads.spawn(|| leave(other));
        leave(one);
    });
    sum.fetch_add(Arc::strong_count(&two) as u32 - 1, SeqCst);
}";
    let start = FIRST_START.replace("std::sync::atomic::{", "std::sync::{Arc, atomic::{");
    let start = start.replace("SeqCst}", "SeqCst}}");
    let (before, _) = start.split_once("    let seen").expect("the body");
    course.write(&path, &format!("{before}{asks}"));
    let refused = course.exercise_command(&["check", FIRST]).ends(1).says("something was lost");
    refused.says("reads the count 2 from `Arc one`");
    // Where the standard library's own is needed, nobody sees counts, and that is told.
    let needs = "    let shown: Arc<dyn Fn() -> u32> = Arc::new(|| 1);
    assert_eq!(Arc::strong_count(&shown), 1);
    sum.fetch_add(shown(), SeqCst);
}";
    course.write(&path, &format!("{before}{needs}"));
    course
        .exercise_command(&["check", FIRST])
        .ends(0)
        .says("The counts of an `Arc` are not seen as steps here");
    // What compiles with neither is told as it is with the standard library's.
    course.write(&path, &format!("{before}{}", needs.replace("|| 1", "|| 1 + \"\"")));
    course.exercise_command(&["check", FIRST]).ends(1).says("error[E0277]").says_not("E0308");
}

fn bad_input(course: &Course) {
    let bad = |arguments: &[&str], words: &str| {
        course.exercise_command(arguments).ends(2).says_not("✗").complains(words);
    };
    bad(&["chek"], "chek");
    bad(&["check", "--fast"], "--fast");
    bad(&["check", "no/such"], "there is no exercise `no/such`");
    bad(&["check", "no\nsuch"], "there is no exercise `no\\nsuch`");
    bad(&["check", ""], "there is no exercise ``");
    bad(&["--no\nsuch"], "--no\\nsuch");
    bad(&["check", FIRST, "--answer", "no\nsuch.rs"], "no\\nsuch.rs");
    bad(&["watch", "no/such"], "there is no exercise `no/such`");
    bad(&["check", FIRST, "--answer", "none.rs"], "none.rs");
    #[cfg(unix)]
    for cargo in ["true", "false"] {
        let mut command = course.command(&["check", FIRST]);
        command.env("CARGO", cargo);
        Running::start(command).end().ends(2).complains("cargo has compiled nothing, and doesn't say why");
    }
    bad(&["reset"], "reset");
    fs::remove_file(course.root.join(file(FIRST, "exercise.rs"))).expect("it was there");
    bad(&["check", FIRST], "cargo exercise reset race/first");
    course.write(&file(FIRST, "exercise.toml"), "title = 3\n");
    bad(&["list"], "lessons/race/exercises/first/exercise.toml: `");
    fs::remove_dir_all(course.root.join("book")).expect("it was there");
    // Above the small course is the real one, if the target folder is inside of it.
    let outside = tempfile::tempdir().expect("a folder");
    let mut command = course.command(&["list"]);
    command.current_dir(outside.path());
    Running::start(command).end().ends(2).complains("is not inside the course");
}

fn changed_checks(course: &Course) {
    course.solve(FIRST);
    let path = file(FIRST, "checks.rs");
    course.write(&path, &FIRST_CHECKS.replace('\n', "\r\n"));
    course.exercise_command(&["check", FIRST]).ends(0); // git does that on Windows
    for emptied in ["", "use exercise::Judge;\npub fn judge(_: &mut Judge) {}\n"] {
        course.write(&path, emptied);
        let complaint = format!("git checkout {path}");
        course.exercise_command(&["check", FIRST]).ends(2).says_not("passes").complains(&complaint);
    }
    // What was sealed so passes no answer either.
    course.exercise_command(&["seal"]).ends(0);
    course.exercise_command(&["check", FIRST]).ends(1).says("checks.rs has no check");
    course.write(&path, FIRST_CHECKS);
    course.exercise_command(&["seal"]).ends(0);
    let declared = file(FIRST, "exercise.toml");
    course.write(&declared, &course.read(&declared).replace("threads", "processes"));
    course.exercise_command(&["check", FIRST]).ends(2).complains(&format!("git checkout {declared}"));
}

fn hints_and_solution(course: &Course) {
    course.exercise_command(&["hint", FIRST]).ends(0).says("1. Look.").says_not("again").says("1 more");
    let second = course.exercise_command(&["hint", FIRST]).ends(0);
    second.says("2. Look again.").says_not("1. Look.").says("the last");
    // No more is left: here are all.
    let all = course.exercise_command(&["hint", FIRST]).ends(0);
    all.says("1. Look.").says("2. Look again.").says("the last");
    course.exercise_command(&["solution", FIRST]).ends(1).says_not("fetch_add").complains("--anyway");
    course.exercise_command(&["solution", FIRST, "--anyway"]).ends(0).says("fetch_add");
    course.solve(FIRST);
    course.exercise_command(&["check", FIRST]).ends(0);
    course.exercise_command(&["solution", FIRST]).ends(0).says("fetch_add");
}

fn reset(course: &Course) {
    let path = file(FIRST, "exercise.rs");
    course.exercise_command(&["reset", FIRST]).ends(0).says("hasn't been changed");
    course.write(&path, "// mine\n");
    let kept = ".exercises/kept/race-first-1.rs";
    course.exercise_command(&["reset", FIRST]).ends(0).says(kept).says("is restored");
    assert_eq!(course.read(kept), "// mine\n");
    assert_eq!(course.read(&path), FIRST_START);
    course.write(&path, "// mine again\n");
    course.exercise_command(&["reset", "first"]).ends(0).says("race-first-2.rs");
    assert_eq!(course.read(kept), "// mine\n", "what is kept stays");
    fs::remove_file(course.root.join(&path)).expect("it was there");
    course.exercise_command(&["reset", FIRST]).ends(0);
    assert_eq!(course.read(&path), FIRST_START);

    course.write(&path, "// mine\n");
    let copy = "tests/exercise/starts/race/first.rs";
    course.write(copy, "// not as it came\n");
    course.exercise_command(&["reset", FIRST]).ends(2).complains("there is no copy of");
    assert_eq!(course.read(&path), "// mine\n");
}

/// An answer that goes on for ever, without a step.
const ENDLESS: &str = "pub fn add(_: &std::sync::atomic::AtomicU32) {\n    loop {\n        std::hint::black_box(0);\n    }\n}\n";

fn hangs(course: &Course) {
    course.write("endless.rs", ENDLESS);
    let mut command = course.command(&["check", FIRST, "--answer", "endless.rs", "--json"]);
    command.env("EXERCISE_DEADLINE", "1");
    let ended = Running::start(command).end().ends(1);
    let verdict: Value = serde_json::from_str(&ended.said).expect("one JSON object");
    assert_eq!(verdict["checks"][0]["problem"]["kind"], "hang", "{verdict}");

    course.write("endless.rs", "fn main() {\n    loop {\n        std::thread::park();\n    }\n}\n");
    course.write(
        &file(SECOND, "checks.rs"),
        &SECOND_CHECKS.replace(".run()", ".deadline(std::time::Duration::from_secs(1)).run()"),
    );
    course.exercise_command(&["seal"]).ends(0);
    let ended = course.exercise_command(&["check", SECOND, "--answer", "endless.rs", "--json"]).ends(1);
    let verdict: Value = serde_json::from_str(&ended.said).expect("one JSON object");
    assert_eq!(verdict["checks"][0]["problem"]["kind"], "hang", "{verdict}");

    course.write(
        "litters.rs",
        "fn main() {\n    println!(\"hello\");\n    std::fs::write(\"litter\", \"\").unwrap();\n}\n",
    );
    let ended = course.exercise_command(&["check", SECOND, "--answer", "litters.rs", "--json"]).ends(1);
    let verdict: Value = serde_json::from_str(&ended.said).expect("one JSON object");
    assert_eq!(verdict["checks"][0]["problem"]["kind"], "left", "{verdict}");
}

fn ends_early(course: &Course) {
    // The stand-in for std refuses to end the explorer; `core` has no such way out, but a stack can overflow.
    let deep =
        "pub fn add(sum: &std::sync::atomic::AtomicU32) {\n    add(sum);\n    std::hint::black_box(());\n}\n";
    for answer in [
        FIRST_START.replace("let seen", "std::process::exit(0); let seen"),
        FIRST_START.replace("let seen", "print!(\"{{\\\"end\\\":1}}\"); let seen"),
        deep.to_owned(),
    ] {
        course.write("early.rs", &answer);
        course.exercise_command(&["check", FIRST, "--answer", "early.rs"]).ends(1).says("✗ nothing is lost");
    }
}

fn nothing_outlives_the_runner(course: &Course) {
    let solution = course.read(&file(FIRST, "solution.rs"));
    course.write(
        "endless.rs",
        &solution.replace(
            "    sum.fetch_add",
            "    loop { std::hint::black_box(0); }\n    #[allow(unreachable_code)]\n    sum.fetch_add",
        ),
    );
    course.write("waits.rs", "fn main() {\n    loop {\n        std::thread::park();\n    }\n}\n");
    let folder = tempfile::tempdir().expect("a folder");
    let is_empty = || fs::read_dir(folder.path()).expect("it is there").next().is_none();
    let start = |id: &str, file: &str| {
        let mut command = course.command(&["check", id, "--answer", file]);
        command.env("TMPDIR", folder.path());
        Running::start(command)
    };
    for (id, file, processes) in [(FIRST, "endless.rs", 1), (SECOND, "waits.rs", 2)] {
        let mut runner = start(id, file);
        let name = id.replace('/', "-");
        let own = runner.child.id();
        until(&format!("{processes} of {name} run"), || running(&name, own).len() == processes);
        let started = running(&name, own);
        runner.child.kill().expect("it runs"); // it has no time for anything
        deadline::end(&mut runner.child, DEADLINE);
        until("all have ended", || started.iter().all(|pid| !lives(pid)));
        until("no folder is left", is_empty);
    }
    // And if the checks are killed instead.
    let runner = start(SECOND, "waits.rs");
    let name = SECOND.replace('/', "-");
    let own = runner.child.id();
    until("the answer runs", || running(&name, own).len() == 2);
    let [checks, answer] = &running(&name, own)[..] else { panic!("the answer doesn't run") };
    let killed = deadline::output(Command::new("kill").args(["-KILL", checks, answer]), DEADLINE);
    assert!(killed.expect("Linux has it").status.success(), "nobody was there to be killed");
    runner.end().ends(1);
    assert!(is_empty(), "a folder is left");
}

fn no_compiler_outlives_the_runner(course: &Course) {
    // It takes the compiler some minutes to compute a constant.
    let slow = "\n#[allow(long_running_const_eval)]\npub const SLOW: u32 = {\n    let mut n = 0;\n    while n < u32::MAX {\n        \
                n += 1;\n    }\n    n\n};\n";
    course.write("slow.rs", &(course.read(&file(FIRST, "solution.rs")) + slow));
    // Not SIGINT: the tests may run with SIGINT ignored, as in the background of a shell.
    for signal in ["-KILL", "-TERM", "-HUP"] {
        let runner = Running::start(course.command(&["check", FIRST, "--answer", "slow.rs"]));
        let own = runner.child.id();
        let compilers = || {
            let mut started = descendants(own);
            started.retain(|pid| {
                let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
                line.contains("rustc") && line.contains("race_first_slow")
            });
            started
        };
        until("it is compiled", || !compilers().is_empty());
        let started = descendants(own);
        let killed = deadline::output(Command::new("kill").args([signal, &own.to_string()]), DEADLINE);
        assert!(killed.expect("Linux has it").status.success());
        assert_eq!(runner.end().status.code(), None, "it is killed");
        deadline::until(Duration::from_secs(30), "cargo and all its compilers have ended", || {
            started.iter().all(|pid| !lives(pid))
        });
    }
}

fn cannot_be_written(course: &Course) {
    let full = || fs::File::options().write(true).open("/dev/full").expect("Linux has it");
    for arguments in [&["list"][..], &["--help"], &["next"], &["hint", FIRST], &["reset", FIRST]] {
        course.write(&file(FIRST, "exercise.rs"), "// mine\n");
        let mut command = course.command(arguments);
        command.stdout(full()).stdin(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let errors = rest(&lines_of_errors(&mut child));
        assert_eq!(deadline::end(&mut child, DEADLINE).code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.starts_with("error: cannot write to standard output: "), "{errors}");
        assert_eq!(errors.lines().count(), 1, "{errors}");
    }
    let restored = course.read(&file(FIRST, "exercise.rs"));
    assert_eq!(restored, FIRST_START, "a reset that can't be told is whole all the same");
    for arguments in [&["chek"][..], &["check", "no/such"]] {
        let mut command = course.command(arguments);
        command.stderr(full()).stdin(Stdio::null());
        let status = deadline::end(&mut command.spawn().expect("it starts"), DEADLINE);
        assert_eq!(status.code(), Some(2), "{arguments:?}");
    }
}

fn closed_pipe(course: &Course) {
    let command = course.command(&["list"]);
    let closed = |mut command: Command| {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        command.stdout(writer).stdin(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        drop(command);
        drop(reader);
        let errors = rest(&lines_of_errors(&mut child));
        (deadline::end(&mut child, DEADLINE).code(), errors)
    };
    assert_eq!(closed(command), (Some(0), String::new()));
    // Nobody would see the next verdict either.
    course.solve(FIRST);
    let (status, errors) = closed(course.command(&["watch", FIRST]));
    assert_eq!(status, Some(0), "{errors}");
}

fn until(what: &str, holds: impl Fn() -> bool) {
    deadline::until(DEADLINE, what, holds);
}

/// The programs of an exercise that a runner has started, itself or through another; no compiler.
fn running(name: &str, runner: u32) -> Vec<String> {
    let mut found = descendants(runner);
    let program = |pid: &String| {
        let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.split('\0').next().is_some_and(|program| program.contains(name))
    };
    found.retain(program);
    found
}

/// A process and all that it has started, itself or through another.
fn descendants(of: u32) -> Vec<String> {
    let mut found = vec![of.to_string()];
    let processes =
        fs::read_dir("/proc").expect("Linux").filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut pids: Vec<_> = processes.filter(|pid| pid.parse::<u32>().is_ok()).collect();
    pids.sort_by_key(|pid| pid.parse::<u32>().expect("a number"));
    for pid in pids {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let parent = stat.rsplit_once(") ").and_then(|(_, fields)| fields.split(' ').nth(1));
        if parent.is_some_and(|parent| found.iter().any(|one| one == parent)) {
            found.push(pid);
        }
    }
    found
}

/// Whether a process runs; one that has ended and that nobody asked for is no such.
fn lives(pid: &String) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, fields)| !fields.starts_with(['Z', 'X']))
}

fn two_at_once(course: &Course) {
    course.write("right.rs", &course.read(&file(FIRST, "solution.rs")));
    course.write("wrong.rs", FIRST_START);
    for _ in 0..3 {
        let start = |arguments: &[&str]| Running::start(course.command(arguments));
        let right = start(&["check", FIRST, "--answer", "right.rs"]);
        let wrong = start(&["check", FIRST, "--answer", "wrong.rs"]);
        let same = start(&["check", FIRST, "--answer", "right.rs"]);
        right.end().ends(0);
        wrong.end().ends(1);
        same.end().ends(0);
    }
}

fn watch(course: &Course) {
    let mut watch = Running::start(course.command(&["watch", FIRST]));
    watch.until("✗ nothing is lost");
    watch.until("h hint");
    watch.press("h");
    watch.until("1. Look.");
    course.solve(FIRST);
    watch.until("race/first passes.");
    watch.press("l");
    watch.until("1 of 2 have passed");
    watch.press("n");
    watch.until("The title of pair/second");
    watch.until("it does not say hello");
    // Saved as many editors do: written beside it, and moved into place.
    course.write("new.rs", &course.read(&file(SECOND, "solution.rs")));
    fs::rename(course.root.join("new.rs"), course.root.join(file(SECOND, "exercise.rs"))).expect("moved");
    watch.until("pair/second passes.");
    watch.press("n");
    watch.until("Every exercise has passed.");
    watch.press("q");
    watch.end().ends(0);
}

/// rust-analyzer has the package of one exercise: the one that was checked last.
fn editor_follows(course: &Course) {
    const EDITOR: &str = "tests/exercise/editor";
    const CURRENT: &str = "tests/exercise/editor/packages/current/Cargo.toml";
    course.exercise_command(&["check", FIRST]).ends(1);
    assert!(!course.root.join(EDITOR).exists(), "this course has nothing for editors");

    course.write(
        &format!("{EDITOR}/Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"packages/*\"]\n",
    );
    for id in [FIRST, SECOND] {
        course.exercise_command(&["check", id]).ends(1);
        assert!(course.read(CURRENT).contains(&format!("../{}", file(id, "exercise.rs"))), "{id}");
        let mut metadata = Command::new(env!("CARGO"));
        // Crates for other systems were not downloaded.
        metadata.args(["metadata", "--offline", "--filter-platform", "host-tuple"]);
        metadata.args(["--format-version", "1", "--manifest-path"]);
        metadata.arg(course.root.join(EDITOR).join("Cargo.toml"));
        let metadata = deadline::output(&mut metadata, DEADLINE).expect("cargo starts");
        assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    }
    // Another's file is not the learner's, and all at once are not one.
    let solution = course.root.join(file(FIRST, "solution.rs"));
    course.exercise_command(&["check", FIRST, "--answer", solution.to_str().expect("a plain path")]).ends(0);
    course.exercise_command(&["check"]).ends(1);
    assert!(course.read(CURRENT).contains(&file(SECOND, "exercise.rs")));
}

/// A runner on a terminal of its own, as wide as that, and the keys of the terminal.
#[cfg(unix)]
fn on_a_terminal(course: &Course, arguments: &[&str], columns: u16) -> (Running, fs::File) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{Winsize, tcsetwinsize};
    use std::os::unix::ffi::OsStrExt;

    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&terminal).and_then(|()| unlockpt(&terminal)).expect("ours");
    let size = Winsize { ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(&terminal, size).expect("ours");
    let name = ptsname(&terminal, Vec::new()).expect("a name");
    let path = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
    let open = || fs::File::options().read(true).write(true).open(path).expect("it is there");
    let mut command = course.command(arguments);
    command.stdin(open()).stdout(open()).env("TERM", "xterm");
    let mut child = command.spawn().expect("the runner starts");
    let errors = lines_of_errors(&mut child);
    drop(command); // and its ends of the terminal
    let keys = fs::File::from(terminal);
    let lines = lines(keys.try_clone().expect("a second end"));
    (Running { child, keys: None, lines, errors, said: String::new() }, keys)
}

#[cfg(unix)]
fn watch_on_a_terminal(course: &Course) {
    course.write(
        &file(FIRST, "exercise.rs"),
        &FIRST_START.replace("/// Adds one.", "/// Adds one, by and by.").replace("seen", "what_was_seen"),
    );
    for arguments in [&["--help"][..], &["list"], &["next"]] {
        let (mut runner, _keys) = on_a_terminal(course, arguments, 60);
        assert!(deadline::end(&mut runner.child, DEADLINE).success());
        let said = rest(&runner.lines);
        let wide = said.lines().find(|line| line.trim_end().chars().count() > 60 && !line.contains('\x1b'));
        assert_eq!(wide, None, "{arguments:?}");
    }
    let (mut watch, mut keys) = on_a_terminal(course, &["watch", FIRST], 60);
    watch.until("\x1b[31m✗\x1b[0m nothing is lost");
    watch.until("h hint"); // and so it listens
    let wide =
        |line: &&str| line.replace("\x1b[2m", "").replace("\x1b[0m", "").trim_end().chars().count() > 60;
    assert_eq!(watch.said.lines().find(wide), None, "{}", watch.said);
    keys.write_all(b"x").expect("it listens"); // which means nothing
    keys.write_all(b"h").expect("it listens"); // no Enter
    watch.until("1. Look.");
    watch.until("h hint");
    course.solve(FIRST);
    watch.until("race/first passes.");
    watch.until("h hint");
    keys.write_all(b"\x03").expect("it listens"); // Ctrl-C
    assert!(deadline::end(&mut watch.child, DEADLINE).success(), "it is a key while it is listened to");
}

#[cfg(not(unix))]
fn watch_on_a_terminal(_course: &Course) {}

/// Puts a text into a file's place as `mv` of a backup does: in one move, and with a time of long ago.
fn move_old(course: &Course, path: &str, text: &str) {
    course.write("backup.rs", text);
    let backup = fs::File::options().write(true).open(course.root.join("backup.rs")).expect("it is there");
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    backup.set_modified(long_ago).expect("ours");
    fs::rename(course.root.join("backup.rs"), course.root.join(path)).expect("moved");
}

fn content_decides(course: &Course) {
    for (id, start) in [(FIRST, FIRST_START), (SECOND, SECOND_START)] {
        let (path, solution) = (file(id, "exercise.rs"), course.read(&file(id, "solution.rs")));
        course.exercise_command(&["check", id]).ends(1);
        move_old(course, &path, &solution);
        course.exercise_command(&["check", id]).ends(0).says("passes.");
        move_old(course, &path, start);
        course.exercise_command(&["check", id]).ends(1).says("✗");
        // The same length and the same time as before.
        move_old(course, &path, &solution);
        course.exercise_command(&["check", id]).ends(0);
        #[cfg(unix)]
        {
            let linked = course.root.join(&path);
            fs::remove_file(&linked).expect("it was there");
            let elsewhere = format!("elsewhere/{id}.rs");
            course.write(&elsewhere, start);
            std::os::unix::fs::symlink(course.root.join(&elsewhere), &linked).expect("a link");
            course.exercise_command(&["check", id]).ends(1);
            move_old(course, &elsewhere, &solution);
            course.exercise_command(&["check", id]).ends(0);
        }
    }
    // Checks are judged by their content too.
    let stricter = FIRST_CHECKS.replace("assert_eq!(sum.into_inner(), 2,", "assert_eq!(sum.into_inner(), 3,");
    move_old(course, &file(FIRST, "checks.rs"), &stricter);
    course.exercise_command(&["seal"]).ends(0);
    course.exercise_command(&["check", FIRST]).ends(1).says("something was lost");
}

fn watch_sees_an_older_file(course: &Course) {
    let mut watch = Running::start(course.command(&["watch", FIRST]));
    watch.until("✗ nothing is lost");
    watch.until("h hint");
    move_old(course, &file(FIRST, "exercise.rs"), &course.read(&file(FIRST, "solution.rs")));
    watch.until("race/first passes.");
    move_old(course, &file(FIRST, "exercise.rs"), FIRST_START);
    watch.until("✗ nothing is lost");
    watch.until("h hint");
    watch.press("q");
    watch.end().ends(0);
}

#[cfg(unix)]
fn no_file(course: &Course) {
    let path = course.root.join(file(FIRST, "exercise.rs"));
    // What is remembered is locked by a file. A pipe does as well.
    fs::create_dir(course.root.join(".exercises")).expect("nothing is remembered yet");
    suite::named_pipe(&course.root.join(".exercises/lock"));
    let away = || match path.is_dir() {
        true => fs::remove_dir(&path).expect("it was there"),
        false => fs::remove_file(&path).expect("it was there"),
    };
    let fifo = || suite::named_pipe(&path);
    let folder = || fs::create_dir(&path).expect("a folder");
    let link = || std::os::unix::fs::symlink("nowhere.rs", &path).expect("a link");
    for (number, (put, says)) in [
        (&fifo as &dyn Fn(), "no ordinary file"),
        (&folder, "a folder"),
        (&link, "it is gone"),
        (&|| (), "it is gone"),
    ]
    .into_iter()
    .enumerate()
    {
        away();
        put();
        let remedy = "`cargo exercise reset race/first` brings it back";
        course.exercise_command(&["check", FIRST]).ends(2).complains(says).complains(remedy);
        course.exercise_command(&["check"]).ends(1).complains(says);
        let odd = file(FIRST, "exercise.rs");
        if number < 3 {
            course.exercise_command(&["check", FIRST, "--answer", &odd]).ends(2).complains("cannot read");
        }
        course.exercise_command(&["list"]).ends(0);
        course.exercise_command(&["hint", FIRST]).ends(0);
        course.exercise_command(&["seal"]).ends(2).complains("exercise.rs of race/first");
        let mut watch = Running::start(course.command(&["watch", FIRST]));
        watch.until("can't be read");
        watch.until("h hint");
        let reset = course.exercise_command(&["reset", FIRST]).ends(0);
        match number {
            0..=2 => reset.says(&format!(".exercises/kept/race-first-{}.rs", number + 1)),
            _ => reset.says_not("kept"),
        };
        assert_eq!(course.read(&file(FIRST, "exercise.rs")), FIRST_START);
        watch.until("✗ nothing is lost");
        watch.until("h hint");
        watch.press("q");
        watch.end().ends(0);
    }
    assert!(!path.with_file_name("nowhere.rs").exists(), "nothing is written to where a link leads");
    // It goes while it is watched.
    let mut watch = Running::start(course.command(&["watch", FIRST]));
    watch.until("h hint");
    away();
    fifo();
    watch.until("it is no ordinary");
    watch.until("h hint");
    watch.press("q");
    watch.end().ends(0);
    for name in ["checks.rs", "exercise.toml", "solution.rs"] {
        let path = course.root.join(file(FIRST, name));
        fs::remove_file(&path).expect("it was there");
        suite::named_pipe(&path);
        let asked: &[&str] =
            if name == "solution.rs" { &["solution", FIRST, "--anyway"] } else { &["check", FIRST] };
        course.exercise_command(asked).ends(2).complains(name);
        fs::remove_file(&path).expect("it was there");
        course.exercise_command(asked).ends(2).complains(name);
        course.write(&file(FIRST, name), "title = 3\n");
        if name == "exercise.toml" {
            return; // and no other command goes on
        }
    }
}

#[cfg(not(unix))]
fn no_file(_course: &Course) {}

fn copied_lesson(course: &Course) {
    let listed = course.exercise_command(&["list"]).ends(0).said;
    for name in ["exercise.toml", "exercise.rs", "checks.rs", "solution.rs"] {
        course.write(&file("my-race/first", name), &course.read(&file(FIRST, name)));
    }
    course.write(&file("my-race/first", "exercise.rs"), "// an answer\n");
    assert_eq!(course.exercise_command(&["list"]).ends(0).said, listed);
    course.exercise_command(&["check", "first"]).ends(1).says("✗ nothing is lost");
    course.exercise_command(&["check", "my-race/first"]).ends(2).complains("`race/first` is the exercise");
    course.exercise_command(&["check"]).ends(1).says("0 of 2 pass").complains_of_nothing();
    course.exercise_command(&["seal"]).ends(0).says("seals 2 exercises");
    assert!(!course.read("tests/exercise/seals.txt").contains("my-race"));
    // With checks of its own it is an exercise of its own.
    course.write(&file("my-race/first", "checks.rs"), &FIRST_CHECKS.replace("is lost\"", "is lost here\""));
    course.exercise_command(&["seal"]).ends(0).says("seals 3 exercises");
    course.exercise_command(&["list"]).ends(0).says("my-race/first");
}

/// Warnings as errors, for what the runner has compiled and for nothing else: as RUSTFLAGS, they would have all
/// dependencies compiled once more.
#[cfg(unix)]
fn warnings_are_no_errors(course: &Course) {
    use std::os::unix::fs::PermissionsExt;

    course.write("wrapper.sh", "#!/bin/sh\nexec \"$@\" -D warnings\n");
    let wrapper = course.root.join("wrapper.sh");
    fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)).expect("ours");
    for id in [FIRST, SECOND] {
        let unused = format!("{}\nfn nobody_calls_it() {{}}\n", course.read(&file(id, "solution.rs")));
        course.write(&file(id, "exercise.rs"), &unused);
        let mut command = course.command(&["check", id]);
        command.env("RUSTC_WORKSPACE_WRAPPER", &wrapper);
        Running::start(command).end().ends(0).says("passes.");
    }
}

#[cfg(not(unix))]
fn warnings_are_no_errors(_course: &Course) {}

#[cfg(unix)]
fn any_folder(course: &Course) {
    use std::os::unix::ffi::OsStrExt;

    let folders = tempfile::tempdir().expect("a folder");
    let target = Path::new(env!("CARGO_BIN_EXE_exercise")).ancestors().nth(2).expect("it is in target/debug");
    let check = |course: &Path, target: &Path, id: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_exercise"));
        command.args(["check", id]).current_dir(course).env("CARGO_TARGET_DIR", target).stdin(Stdio::null());
        Running::start({
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            command
        })
        .end()
    };
    // Decomposed letters, as on macOS; a change of direction; what TOML and Rust have a meaning for.
    for name in ["cafe\u{301}", "a\u{202e}b", "it's a \"course\" #1 {x}", "back\\slash"] {
        let (root, linked) = (folders.path().join(name), folders.path().join(format!("{name} target")));
        // The same folder under another name, so that nothing is compiled once more.
        std::os::unix::fs::symlink(target, &linked).expect("a link");
        fs::rename(&course.root, &root).expect("moved");
        let ended = [FIRST, SECOND].map(|id| check(&root, &linked, id));
        fs::rename(&root, &course.root).expect("moved back");
        for ended in ended {
            ended.ends(1).says("✗").says_not("error");
        }
    }
    let colon = if cfg!(target_os = "linux") { "100%" } else { "a:b" };
    for name in ["two\nlines".as_ref(), colon.as_ref(), std::ffi::OsStr::from_bytes(b"no\xffutf8")] {
        let linked = folders.path().join(name);
        std::os::unix::fs::symlink(target, &linked).expect("a link");
        check(&course.root, &linked, FIRST).ends(2).complains("cargo can't compile in");
    }
}

#[cfg(not(unix))]
fn any_folder(_course: &Course) {}

/// What an answer takes, says and has against it, and not what is in the way of others.
fn bounded(course: &Course) {
    let refused = |id: &str, text: &str, words: &str| {
        course.write("much.rs", text);
        let ended =
            course.exercise_command(&["check", id, "--answer", "much.rs", "--json"]).ends(1).says(words);
        assert!(ended.said.len() < 40_000, "{} bytes", ended.said.len());
    };
    let function = |body: &str| format!("pub fn add(_: &std::sync::atomic::AtomicU32) {{\n    {body}\n}}\n");
    let program = |body: &str| format!("fn main() {{\n    println!(\"hello\");\n    {body}\n}}\n");
    // In one line, in many, in a panic.
    refused(FIRST, &function("print!(\"{}\", \"x\".repeat(9 << 20));"), "something was lost");
    refused(FIRST, &function("panic!(\"{}\", \"line\\n\".repeat(1 << 19));"), "more lines");
    refused(SECOND, &program("loop { println!(\"{}\", \"x\".repeat(99)); }"), "it says more than a run may");
    refused(SECOND, &program("for n in 0..9999 { println!(\"{n}\"); }"), "more characters");
    refused(SECOND, &program("loop { eprintln!(\"{}\", \"x\".repeat(99)); }"), "it hangs");
    // What the compiler has against it.
    let errors: String = (0..2000).map(|n| format!("    let _: u32 = \"{n}\";\n")).collect();
    refused(FIRST, &function(&errors), "more lines");
    // Memory: as one piece, and bit by bit.
    let words = "more memory than a check allows";
    refused(FIRST, &function("std::hint::black_box(vec![1u8; 1 << 32]);"), words);
    let hoard = "let mut hoard = Vec::new(); loop { hoard.push(vec![1u8; 1 << 20]); }";
    refused(FIRST, &function(hoard), words);
    refused(SECOND, &program(hoard), words);
}

fn watch_offers_keys(course: &Course) {
    let mut watch = Running::start(course.command(&["watch", FIRST]));
    watch.until("h hint");
    watch.press("h");
    watch.until("1. Look.");
    watch.until("h hint");
    watch.press("h");
    watch.until_without("2. Look again.", "1. Look.");
    watch.until("h hint");
    watch.press("h");
    watch.until_without("the last", "Look");
    watch.press("l");
    watch.until("have passed");
    watch.until("h hint");
    watch.press("q");
    watch.end().ends(0);

    let mut command = course.command(&["watch", FIRST]);
    command.stdin(Stdio::null());
    let mut watch = Running::start(command);
    watch.until_without("Ctrl-C ends it", "h hint");
    course.solve(FIRST);
    watch.until("race/first passes.");
    watch.until_without("Ctrl-C ends it", "h hint");
}

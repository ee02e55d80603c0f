//! Drives `cargo exercise` as a learner does, in a small course with two exercises.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Trial};
use serde_json::Value;

/// When something counts as hung. Nothing is measured by it.
const DEADLINE: Duration = Duration::from_secs(300);

fn main() {
    // Skipped by name where it is missing; never in CI, where it then fails.
    let ci = std::env::var_os("CI").is_some();
    let git = ci || Command::new("git").arg("--version").output().is_ok();
    let test = |name: &'static str, test: fn(&Course), there: bool| {
        let run = move || {
            test(&Course::new(name));
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(!there)
    };
    let trials = vec![
        test("an_answer_is_judged_and_a_pass_is_remembered", judged_and_remembered, true),
        test("a_refusal_shows_the_steps", shows_the_steps, true),
        test("a_program_is_judged_too", judges_a_program, true),
        test("what_does_not_compile_is_told", does_not_compile, true),
        test("all_are_checked_by_one_command", checks_all, true),
        test("bad_input_gets_one_line_and_status_2", bad_input, true),
        test("changed_checks_judge_nobody", changed_checks, true),
        test("hints_come_one_by_one_and_the_solution_last", hints_and_solution, true),
        test("a_reset_keeps_what_was_there", reset, git),
        test("what_hangs_is_ended_and_told", hangs, true),
        test("what_ends_the_program_does_not_pass", ends_early, true),
        test("nothing_outlives_the_runner", nothing_outlives_the_runner, cfg!(target_os = "linux")),
        test("two_runners_at_once_do_not_meet", two_at_once, true),
        test("watch_checks_at_a_save_and_takes_keys", watch, true),
        test("watch_takes_single_keys_on_a_terminal", watch_on_a_terminal, cfg!(unix)),
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
        let deadline = Instant::now() + DEADLINE;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("it is our child") {
                break status;
            }
            assert!(Instant::now() < deadline, "it hangs; it said:\n{}", self.said);
            thread::sleep(Duration::from_millis(2));
        };
        let said = std::mem::take(&mut self.said) + &self.lines.iter().collect::<String>();
        let errors: String = self.errors.iter().filter(|line| !line.starts_with("compiling what")).collect();
        for line in said.lines() {
            // The compiler's lines and those for machines are as wide as they are.
            let wide = said.contains("error[") || line.starts_with('{');
            assert!(line.chars().count() <= 80 || wide, "wider than a terminal: {line}");
            assert!(!line.contains('\x1b'), "colour, though nobody sees it: {line:?}");
        }
        Ended { status, said, errors }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
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
    course.solve(SECOND);
    course.exercise_command(&["check", SECOND]).ends(0).says("pair/second passes.");
}

fn does_not_compile(course: &Course) {
    let path = file(FIRST, "exercise.rs");
    course.write(&path, &FIRST_START.replace("u32", "u33").replace("seen + 1", "seen + \"\""));
    course.exercise_command(&["check", FIRST]).ends(1).says("error[E0277]").says(&format!("--> {path}:10"));
    course.write(&path, "// everything is commented out\n");
    course.exercise_command(&["check", FIRST]).ends(1).says("error[E0432]").says("keep");
    let ended = course.exercise_command(&["check", FIRST, "--json"]).ends(1);
    let verdict: Value = serde_json::from_str(&ended.said).expect("one JSON object");
    assert_eq!(verdict["compiled"], false);
    assert!(verdict["errors"].as_str().is_some_and(|errors| errors.contains("E0432")), "{verdict}");
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

fn bad_input(course: &Course) {
    let bad = |arguments: &[&str], words: &str| {
        course.exercise_command(arguments).ends(2).says_not("✗").complains(words);
    };
    bad(&["chek"], "chek");
    bad(&["check", "--fast"], "--fast");
    bad(&["check", "no/such"], "there is no exercise `no/such`");
    bad(&["watch", "no/such"], "there is no exercise `no/such`");
    bad(&["check", FIRST, "--answer", "none.rs"], "none.rs");
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
    course
        .exercise_command(&["hint", FIRST])
        .ends(0)
        .says("1. Look.")
        .says("2. Look again.")
        .says("the last");
    course.exercise_command(&["hint", FIRST]).ends(0).says("the last");
    course.exercise_command(&["solution", FIRST]).ends(1).says_not("fetch_add").complains("--anyway");
    course.exercise_command(&["solution", FIRST, "--anyway"]).ends(0).says("fetch_add");
    course.solve(FIRST);
    course.exercise_command(&["check", FIRST]).ends(0);
    course.exercise_command(&["solution", FIRST]).ends(0).says("fetch_add");
}

fn reset(course: &Course) {
    let path = file(FIRST, "exercise.rs");
    course.exercise_command(&["reset", FIRST]).ends(0).says("is as it came");
    course.write(&path, "// mine\n");
    course.exercise_command(&["reset", FIRST]).ends(2).complains("git has no copy");
    assert_eq!(course.read(&path), "// mine\n");

    let git = |arguments: &[&str]| {
        let name = ["-c", "user.name=A learner", "-c", "user.email=learner@example.org"];
        let mut command = Command::new("git");
        let output = command.args(name).args(arguments).current_dir(&course.root).output().expect("git");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    git(&["init", "-q"]);
    course.write(&path, FIRST_START);
    git(&["add", "."]);
    git(&["commit", "-qm", "As it comes"]);
    course.write(&path, "// committed\n");
    git(&["commit", "-qam", "An answer"]);
    course.write(&path, "// mine\n");
    let kept = ".exercises/kept/race-first-1.rs";
    course.exercise_command(&["reset", FIRST]).ends(0).says(kept);
    assert_eq!(course.read(kept), "// mine\n");
    assert_eq!(course.read(&path), FIRST_START);
    course.write(&path, "// mine again\n");
    course.exercise_command(&["reset", "first"]).ends(0).says("race-first-2.rs");
    assert_eq!(course.read(kept), "// mine\n", "what is kept stays");
    fs::remove_file(course.root.join(&path)).expect("it was there");
    course.exercise_command(&["reset", FIRST]).ends(0);
    assert_eq!(course.read(&path), FIRST_START);
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
    for (id, file, processes) in [(FIRST, "endless.rs", 1), (SECOND, "waits.rs", 2)] {
        let mut runner = Running::start(course.command(&["check", id, "--answer", file]));
        let name = id.replace('/', "-");
        let own = runner.child.id();
        until(&format!("{processes} of {name} run"), || running(&name, own).len() == processes);
        let started = running(&name, own);
        runner.child.kill().expect("it runs"); // it has no time for anything
        runner.child.wait().expect("it is our child");
        until("all have ended", || started.iter().all(|pid| !lives(pid)));
    }
}

fn until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + DEADLINE;
    while !holds() {
        assert!(Instant::now() < deadline, "never: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The programs of an exercise that a runner has started, itself or through another; no compiler.
fn running(name: &str, runner: u32) -> Vec<String> {
    let mut found = vec![runner.to_string()];
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
    let program = |pid: &String| {
        let line = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        line.split('\0').next().is_some_and(|program| program.contains(name))
    };
    found.retain(program);
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

#[cfg(unix)]
fn watch_on_a_terminal(course: &Course) {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use std::os::unix::ffi::OsStrExt;

    let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&terminal).and_then(|()| unlockpt(&terminal)).expect("ours");
    let name = ptsname(&terminal, Vec::new()).expect("a name");
    let path = Path::new(std::ffi::OsStr::from_bytes(name.as_bytes()));
    let open = || fs::File::options().read(true).write(true).open(path).expect("it is there");
    let mut command = course.command(&["watch", FIRST]);
    command.stdin(open()).stdout(open()).env("TERM", "xterm");
    let mut child = command.spawn().expect("the runner starts");
    let errors = lines_of_errors(&mut child);
    drop(command); // and its ends of the terminal
    let mut keys = fs::File::from(terminal);
    let lines = lines(keys.try_clone().expect("a second end"));
    let mut watch = Running { child, keys: None, lines, errors, said: String::new() };
    watch.until("\x1b[31m✗\x1b[0m nothing is lost");
    watch.until("h hint");
    keys.write_all(b"h").expect("it listens"); // no Enter
    watch.until("1. Look.");
    course.solve(FIRST);
    watch.until("race/first passes.");
    watch.until("h hint");
    keys.write_all(b"\x03").expect("it listens"); // Ctrl-C
    let status = watch.child.wait().expect("it is our child");
    assert!(
        status.success() || std::os::unix::process::ExitStatusExt::signal(&status) == Some(2),
        "{status}"
    );
}

#[cfg(not(unix))]
fn watch_on_a_terminal(_course: &Course) {}

//! Runs the checks of one answer, and gives the verdict.

use std::fmt::Write as _;
use std::io::{BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::compile::{Programs, Refusal};
use crate::course::{Course, Exercise};
use crate::judge::{failing, hanging};

/// How long the checks may take to begin one, or to end after the last.
const PAUSE: Duration = Duration::from_secs(20);

/// No more of a text is shown than this: in lines, in characters of one line, in bytes of all.
const SHOWN: (usize, usize, usize) = (100, 500, 8000);

/// A report that is longer than this is none.
const LONGEST: usize = 1 << 22;

/// What the checks say of an answer.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The exercise's id.
    pub exercise: String,
    /// What the compiler has against it, if it does not compile.
    pub errors: Option<String>,
    /// What each check found: `{"name":…,"passed":…,"explored":…,"problem":…}`.
    pub checks: Vec<Value>,
    /// What they did not look at, if something.
    pub unseen: Option<&'static str>,
}

impl Verdict {
    /// Runs the checks of a compiled answer. Nothing of them goes on running afterwards.
    pub fn of(course: &Course, exercise: &Exercise, compiled: &Result<Programs, Refusal>) -> Result<Self> {
        let mut verdict =
            Verdict { exercise: exercise.id.clone(), errors: None, checks: Vec::new(), unseen: None };
        match compiled {
            Err(Refusal(errors)) => verdict.errors = Some(errors.clone()),
            Ok(programs) => {
                verdict.checks = run(course, programs)?;
                verdict.unseen = programs.unseen;
            }
        }
        Ok(verdict)
    }

    /// Whether every check passed.
    pub fn passed(&self) -> bool {
        let all = self.checks.iter().all(|check| check["passed"] == true);
        self.errors.is_none() && !self.checks.is_empty() && all
    }

    /// As one JSON object.
    pub fn json(&self) -> Value {
        json!({
            "exercise": self.exercise,
            "passed": self.passed(),
            "compiled": self.errors.is_none(),
            "errors": self.errors.as_deref().unwrap_or_default(),
            "checks": self.checks,
            "unseen": self.unseen,
        })
    }

    /// The check that failed.
    pub fn failed(&self) -> Option<&Value> {
        self.checks.iter().find(|check| check["passed"] != true)
    }

    /// All words by which the answer is refused: of the compiler, or of the check that failed.
    pub fn refusal(&self) -> String {
        if let Some(errors) = &self.errors {
            return errors.clone();
        }
        let Some(check) = self.failed() else { return String::new() };
        let problem = &check["problem"];
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut text = format!("{}\n{}\n", word(&check["name"]), word(&problem["message"]));
        for list in [&problem["steps"], &problem["stuck"]] {
            for item in list.as_array().into_iter().flatten() {
                let _ = writeln!(text, "{} {}", word(&item["thread"]), word(&item["text"]));
            }
        }
        text
    }
}

/// Runs the program of checks, and returns what each found. One that does not end in time is ended with all
/// that it started, and so is one whose runner is gone: its standard input ends then.
fn run(course: &Course, programs: &Programs) -> Result<Vec<Value>> {
    let mut command = Command::new(&programs.checks);
    command.args(&programs.answer).current_dir(&course.root);
    let mut checker = Checker::start(command)?;
    let own = |text: &str| course.shorten(&programs.in_own_paths(text));
    let reports = reports(&mut checker.0);
    let errors = tail(&mut checker.0);
    let mut checks = Vec::new();
    let mut current: Option<(String, Duration)> = None;
    loop {
        // The program ends itself first, if it can.
        let patience = PAUSE + current.as_ref().map_or(Duration::ZERO, |(_, deadline)| *deadline);
        let report = match reports.recv_timeout(patience) {
            Ok(report) => report,
            Err(RecvTimeoutError::Timeout) => {
                let (name, _) = current.unwrap_or_else(outside);
                checks.push(hanging(&name, patience));
                break;
            }
            Err(RecvTimeoutError::Disconnected) => {
                if checks.iter().all(|check: &Value| check["passed"] == true) {
                    let (name, _) = current.unwrap_or_else(outside);
                    let status = checker.end()?;
                    let errors = own(&errors.recv_timeout(PAUSE).unwrap_or_default());
                    let message =
                        format!("the program of the checks ended in the middle: {status}\n{errors}");
                    checks.push(failing(&name, "failed", &in_short(&out_of_memory(message.trim_end()))));
                }
                break;
            }
        };
        if let Some(name) = report["begins"].as_str() {
            let seconds = report["deadline"].as_u64().unwrap_or_default();
            current = Some((name.to_owned(), Duration::from_secs(seconds)));
        } else if report["check"].is_object() {
            checks.push(tidy(report["check"].clone(), &own));
            current = None;
        } else if report["end"].is_u64() {
            if checks.is_empty() {
                checks.push(failing("the exercise is checked", "failed", "checks.rs has no check"));
            }
            break;
        }
    }
    Ok(checks)
}

/// Leaves out what an assertion puts before its author's words: those say enough. A step is one line.
fn tidy(mut check: Value, own: &impl Fn(&str) -> String) -> Value {
    // Only one that failed has a problem; to index it by name would put an empty one there.
    if let Some(problem) = check.get_mut("problem") {
        tidy_problem(problem, own);
    }
    check
}

/// The same for a message, steps, and who is stuck.
pub(crate) fn tidy_problem(problem: &mut Value, own: &impl Fn(&str) -> String) {
    let words = |text: &str| {
        let text = own(text);
        let assertion = text.split_once("` failed: ").filter(|(before, _)| before.contains("assertion `"));
        let (before, words) = assertion.map_or(("", text.as_str()), |(before, words)| {
            (before.rsplit_once("assertion `").map_or("", |(before, _)| before), words)
        });
        format!("{before}{}", words.trim_end())
    };
    if let Some(message) = problem["message"].as_str() {
        problem["message"] = words(message).into();
    }
    for list in ["steps", "stuck"] {
        for step in problem[list].as_array_mut().into_iter().flatten() {
            if let Some(text) = step["text"].as_str() {
                step["text"] = words(text).lines().next().unwrap_or_default().into();
            }
        }
    }
}

/// What of a text is shown: its beginning, and how much is left out. An answer may say, and a compiler have
/// against it, as much as it likes.
pub(crate) fn in_short(text: &str) -> String {
    let (most_lines, widest, most) = SHOWN;
    let mut short = String::new();
    for (at, line) in text.lines().enumerate() {
        if at == most_lines || short.len() > most {
            let left = text.lines().count() - at;
            let _ = writeln!(short, "… and {left} more line{}", if left == 1 { "" } else { "s" });
            break;
        }
        let end = line.char_indices().nth(widest).map(|(end, _)| end);
        short.push_str(&line[..end.unwrap_or(line.len())]);
        if let Some(end) = end {
            let _ = write!(short, " … and {} more characters", line[end..].chars().count());
        }
        short.push('\n');
    }
    short.truncate(short.trim_end().len());
    short
}

/// Says what it means that no memory was to be had.
pub(crate) fn out_of_memory(message: &str) -> String {
    match message.contains("memory allocation of ") {
        true => format!("it uses more memory than a check allows, which is 1 GB\n{message}"),
        false => message.to_owned(),
    }
}

/// Where the program is before its first check, between two, and after the last.
fn outside() -> (String, Duration) {
    ("the checks run to their end".to_owned(), Duration::ZERO)
}

/// A running program of checks, or one that explores a file. It does not outlive this.
pub(crate) struct Checker(pub Child);

impl Checker {
    /// Starts it, in a group of its own, so that Ctrl-C is for the runner alone: its standard input ends with that.
    pub fn start(mut command: Command) -> Result<Self> {
        command
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command.spawn();
        Ok(Checker(child.with_context(|| format!("cannot start {}", command.get_program().display()))?))
    }

    /// Lets it end what it started, and ends it if it does not.
    pub fn end(&mut self) -> Result<std::process::ExitStatus> {
        drop(self.0.stdin.take());
        let deadline = Instant::now() + Duration::from_secs(2);
        loop {
            if let Some(status) = self.0.try_wait().context("cannot wait for the program that was started")? {
                // Nothing is left there, unless it was killed.
                suite::clear_after(self.0.id());
                return Ok(status);
            }
            if Instant::now() > deadline {
                #[cfg(unix)]
                let _ = rustix::process::kill_process_group(
                    rustix::process::Pid::from_child(&self.0),
                    rustix::process::Signal::KILL,
                );
                let _ = self.0.kill();
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Checker {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// The reports as they come; whatever else the program prints is left out.
pub(crate) fn reports(checker: &mut Child) -> Receiver<Value> {
    let (to, reports) = mpsc::channel();
    let mut out = BufReader::new(checker.stdout.take().expect("it is piped"));
    thread::spawn(move || {
        while let Some(line) = suite::line(&mut out, LONGEST) {
            if line.starts_with(b"{\"")
                && let Ok(report) = serde_json::from_slice(&line)
                && to.send(report).is_err()
            {
                return;
            }
        }
    });
    reports
}

/// The last of what the program says on standard error, when it has ended.
pub(crate) fn tail(checker: &mut Child) -> Receiver<String> {
    let (to, tail) = mpsc::channel();
    let mut errors = checker.stderr.take().expect("it is piped");
    thread::spawn(move || {
        let mut kept = Vec::new();
        let mut piece = [0; 4096];
        while let Ok(read @ 1..) = errors.read(&mut piece) {
            kept.extend_from_slice(&piece[..read]);
            kept.drain(..kept.len().saturating_sub(piece.len()));
        }
        let _ = to.send(String::from_utf8_lossy(&kept).into_owned());
    });
    tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_and_says_by_how_much() {
        assert_eq!(in_short("one\ntwo\n"), "one\ntwo");
        let lines = in_short(&"线程\n".repeat(1000));
        assert_eq!(lines.lines().count(), 101);
        assert!(lines.ends_with("\n… and 900 more lines"), "{lines}");
        let wide = in_short(&"线".repeat(10_000));
        assert!(wide.ends_with("线 … and 9500 more characters"), "{wide}");
        let both = in_short(&format!("{}\n", "x".repeat(10_000)).repeat(10_000));
        assert!(both.len() < 10_000 && both.ends_with(" more lines"), "{}", both.len());
    }
}

//! What checks are written with, and the program that they are part of.
//!
//! The program reports on its standard output, one JSON object a line, and each line on its own: whatever
//! an answer prints in between is no report. There are three kinds:
//!
//! ```json
//! {"begins":"no update is lost","deadline":20}
//! {"check":{"name":"no update is lost","passed":true,"explored":{}}}
//! {"end":1}
//! ```
//!
//! `EXERCISE_DEADLINE=60` gives a check 60 seconds, on a machine on which its own deadline is too short.
//!
//! Its standard input is a lifeline: when that ends, the process that wanted to know is gone, and the
//! program ends too, with all that it started.
//!
//! What an answer says and takes has bounds, so that none fills the learner's terminal or memory: a message is cut
//! to a hundred lines, an order to 300 steps, and a process gets 1 GB.

use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, TryLockError};
use std::time::{Duration, Instant};
use std::{env, process, thread};

use interleave::{Report, Search};
use serde_json::{Value, json};
use suite::Drive;

use crate::verdict::{in_short, out_of_memory};
use crate::wait;

/// When the answer's program counts as hung, in one run.
const PROGRAM: Duration = Duration::from_secs(10);

/// When a check that explores counts as hung: its search ends by itself long before. This is time of the processor: a machine
/// that is busy with other things makes no answer wrong.
pub(crate) const EXPLORING: Duration = Duration::from_secs(10);

/// How many times as long it may take by the clock.
const BUSY: u32 = 6;

/// When a check that runs the program counts as hung: it has time for several runs.
const RUNNING: Duration = Duration::from_secs(60);

/// In how many orders somebody waits very long, and among how many they are looked for.
const LONG: usize = 3;
const FIRST: usize = 300;

/// How much of an answer's standard error a verdict shows, in lines and in bytes.
const LINES: usize = 12;
const BYTES: usize = 2000;

/// How much the answer's program may say in one run.
const SAID: usize = 1 << 20;

/// How many steps of an order are shown.
const STEPS: usize = 300;

/// How much memory an answer may take: this program, of which it is a part, and each process that it starts.
#[cfg(unix)]
const MEMORY: u64 = 1 << 30;

/// Judges one answer by one check after the other, and stops at the first that fails.
pub struct Judge {
    program: Option<PathBuf>,
    watchdog: Sender<Option<Watched>>,
    deadline: Option<Duration>,
    checks: usize,
    failed: bool,
}

impl Judge {
    /// Runs `body` in every order that its threads' steps can take, or in as many as there is time for.
    /// It fails in an order in which `body` panics, threads wait for each other, two threads race for a cell, or there is no end.
    ///
    /// A load reads old values, too, where its `Ordering` allows that: a few in one order, since each is a surprise. An order that
    /// fails without them is told first. What C++20 allows and is not tried: a load that reads from a store that is done later
    /// (load buffering), two threads whose stores to two atomics take effect in opposite orders (2+2W, S), and an old value for a
    /// `compare_exchange` that fails. The checks' own atomics are atomics as well: one that only counts is `SeqCst`, or an
    /// [`Unseen`].
    ///
    /// `name` says what holds. `body` runs once for each order, each time from the beginning.
    pub fn every_order(&mut self, name: &str, body: impl Fn() + Send + Sync + 'static) {
        let body: Arc<dyn Fn() + Send + Sync> = Arc::new(body);
        self.explore(name, false, &mut |search, orders| {
            let body = body.clone();
            match orders {
                Orders::All => search.every_order(move || body()),
                Orders::Long => first_long(search, body),
            }
        });
    }

    /// Looks for one order in which `body` returns true. If there is none, `why` says what that means.
    pub fn some_order(&mut self, name: &str, why: &str, body: impl Fn() -> bool + Send + Sync + 'static) {
        let body = Arc::new(body);
        self.explore(name, true, &mut |search, _| {
            let body = body.clone();
            search.some_order(why, move || body())
        });
    }

    /// Hands the answer's program to `body`, which runs it and asserts what holds. A run has a deadline of
    /// 10 seconds and a folder of its own; one that hangs, leaves a process or a file behind, or says more than a
    /// megabyte, fails. On Linux, each of its processes may take 1 GB of memory.
    pub fn program(&mut self, name: &str, body: impl FnOnce(Drive)) {
        let mut body = Some(body);
        self.run(name, &mut |drive| once(&mut body)(drive));
    }

    fn run(&mut self, name: &str, body: &mut dyn FnMut(Drive)) {
        let path =
            self.program.clone().expect("this exercise has a program of its own: kind = \"processes\"");
        self.check(name, RUNNING, 1, &mut || {
            let drive = suite::program(&path).deadline(PROGRAM).room(SAID);
            let silent = Silent::new();
            let outcome = panic::catch_unwind(AssertUnwindSafe(|| body(drive)));
            drop(silent);
            match outcome {
                Ok(()) => json!({"name": name, "passed": true}),
                Err(panic) => {
                    let message = message(&*panic);
                    let message = out_of_memory(&message);
                    failing(name, kind(&message), &with_errors(in_short(&message), &suite::last_errors()))
                }
            }
        });
    }

    /// With `some`, one order is enough, and the report says so.
    fn explore(&mut self, name: &str, some: bool, search: &mut dyn FnMut(&Search, Orders) -> Report) {
        self.check(name, EXPLORING, BUSY, &mut || {
            let all = Search { old_values: true, for_nothing: true, ..Search::default() };
            let before = wait::long_waits();
            let mut report = search(&all, Orders::All);
            // An answer that looks a thousand times has not given up yet.
            let waited = wait::long_waits() > before;
            if report.problem.is_none() && waited && (!some || report.schedules == 1) {
                let _longer = wait::Longer::new();
                report.problem = search(&all, Orders::Long).problem;
            }
            let mut check =
                json!({"name": name, "passed": report.problem.is_none(), "explored": report.explored()});
            if some {
                check["some"] = true.into();
            }
            if let Some(problem) = report.problem {
                check["problem"] = shortened(problem.json());
            }
            check
        });
    }

    /// Not generic, as all below [`Judge::every_order`]: it would be compiled again for each check of each program.
    fn check(&mut self, name: &str, deadline: Duration, busy: u32, run: &mut dyn FnMut() -> Value) {
        if self.failed {
            return;
        }
        let deadline = self.deadline.unwrap_or(deadline);
        let longest = busy * deadline;
        say(&json!({"begins": name, "deadline": longest.as_secs()}));
        let (began, computed) = (Instant::now(), computed());
        let _ =
            self.watchdog.send(Some(Watched { name: name.to_owned(), deadline, longest, began, computed }));
        let check = run();
        let _ = self.watchdog.send(None);
        self.checks += 1;
        self.failed = check["passed"] != true;
        say(&json!({"check": check}));
    }
}

/// Which orders of a check are run.
enum Orders {
    All,
    /// The first few in which somebody waits long, and then very long.
    Long,
}

/// Runs the first orders, until somebody has waited long in a few of them.
fn first_long(search: &Search, body: Arc<dyn Fn() + Send + Sync>) -> Report {
    const NO_MORE: &str = "no more orders";
    let (orders, long) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let mut report = search.some_order(NO_MORE, move || {
        let before = wait::long_waits();
        body();
        let waited = usize::from(wait::long_waits() > before);
        long.fetch_add(waited, Relaxed) + waited >= LONG || orders.fetch_add(1, Relaxed) >= FIRST
    });
    report.problem.take_if(|problem| problem.message == NO_MORE);
    report
}

/// What is called once only, by a closure that could be called again.
fn once<T>(body: &mut Option<T>) -> T {
    body.take().expect("a check is run once")
}

/// The `main` of a program of checks. Its first argument is the answer's program, if it has one.
pub fn main(judge: fn(&mut Judge)) {
    end_with_stdin();
    limit_memory();
    let (watchdog, told) = mpsc::channel();
    thread::spawn(move || watch(&told));
    let program = env::args_os().nth(1).map(PathBuf::from);
    let deadline = env::var("EXERCISE_DEADLINE").ok().and_then(|seconds| seconds.parse().ok());
    let deadline = deadline.map(Duration::from_secs);
    let mut all = Judge { program, watchdog, deadline, checks: 0, failed: false };
    if let Err(panic) = panic::catch_unwind(AssertUnwindSafe(|| judge(&mut all))) {
        say(&json!({"check": failing("the checks run to their end", "failed", &message(&*panic))}));
    }
    say(&json!({"end": all.checks}));
}

/// Ends this program when its standard input ends: nobody waits for its reports any more.
pub(crate) fn end_with_stdin() {
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        end();
    });
}

/// An answer that takes all memory takes the learner's machine: it ends before that. Linux counts all that can be
/// written to; other systems count less.
#[cfg(unix)]
pub(crate) fn limit_memory() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { current, maximum } = getrlimit(Resource::Data);
    let current = Some(current.map_or(MEMORY, |current| current.min(MEMORY)));
    let _ = setrlimit(Resource::Data, Rlimit { current, maximum });
}

#[cfg(not(unix))]
pub(crate) fn limit_memory() {}

/// A check that is under way.
struct Watched {
    name: String,
    /// How long it may compute.
    deadline: Duration,
    /// How long it may take.
    longest: Duration,
    began: Instant,
    /// How long this program had computed then.
    computed: Duration,
}

impl Watched {
    /// How long it may still take, at the least.
    fn left(&self) -> Duration {
        let computes = self.deadline.saturating_sub(computed() - self.computed);
        computes.min(self.longest.saturating_sub(self.began.elapsed()))
    }
}

/// For how long this program has computed.
#[cfg(unix)]
fn computed() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::ProcessCPUTime).try_into().expect("no time is negative")
}

/// For how long this program has run: elsewhere, only that is known.
#[cfg(not(unix))]
fn computed() -> Duration {
    static STARTED: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    STARTED.elapsed()
}

/// Ends this program if a check takes longer than it may: nothing can end a thread that never pauses.
fn watch(told: &mpsc::Receiver<Option<Watched>>) {
    let mut current: Option<Watched> = None;
    loop {
        #[expect(clippy::disallowed_methods, reason = "between two checks nothing has a deadline")]
        let next = match &current {
            None => told.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(check) => told.recv_timeout(check.left()),
        };
        match next {
            Ok(next) => current = next,
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                let check = current.as_ref().expect("only a check has a deadline");
                if check.left() > Duration::ZERO {
                    continue;
                }
                let mut check = hanging(&check.name, check.began.elapsed());
                if let Some(at) = interleave::execution::last_step() {
                    check["problem"]["stuck"] =
                        json!([{"thread": at.thread, "text": at.text, "file": at.file, "line": at.line}]);
                }
                say(&json!({"check": check}));
                end();
            }
        }
    }
}

/// A check that had to be ended.
pub(crate) fn hanging(name: &str, after: Duration) -> Value {
    failing(name, "hang", &endless(after))
}

/// What is said of something that had to be ended.
pub(crate) fn endless(after: Duration) -> String {
    format!(
        "it was ended after {} s: a part of it goes on and on, and nothing that it does could be seen from outside",
        after.as_secs()
    )
}

/// A check that failed without an order to show.
pub(crate) fn failing(name: &str, kind: &str, message: &str) -> Value {
    let problem = json!({"kind": kind, "message": message, "steps": [], "stuck": []});
    json!({"name": name, "passed": false, "problem": problem})
}

/// No more of a problem than somebody reads: an answer may say as much as it likes, and take as many steps.
pub(crate) fn shortened(mut problem: Value) -> Value {
    let short = |text: &mut Value| *text = in_short(text.as_str().unwrap_or_default()).into();
    short(&mut problem["message"]);
    for list in ["steps", "stuck"] {
        let Some(steps) = problem[list].as_array_mut() else { continue };
        if let Some(more @ 1..) = steps.len().checked_sub(STEPS) {
            let text = format!("… {more} more steps, and then");
            let left_out = json!({"thread": "", "text": text, "file": "", "line": 0});
            steps.splice(STEPS / 2..STEPS / 2 + more, [left_out]);
        }
        steps.iter_mut().for_each(|step| short(&mut step["text"]));
    }
    problem
}

pub(crate) fn end() -> ! {
    suite::end_all();
    process::exit(1)
}

/// One line, and a line of its own: an answer may have printed half of one before.
pub(crate) fn say(report: &Value) {
    let mut out = io::stdout().lock();
    if writeln!(out, "\n{report}").and_then(|()| out.flush()).is_err() {
        end();
    }
}

/// In which way a program failed, by what [`suite`] says of it.
fn kind(message: &str) -> &'static str {
    match message {
        _ if message.starts_with("it hangs") => "hang",
        _ if message.starts_with("a process is left") || message.starts_with("left in the ") => "left",
        _ => "failed",
    }
}

/// With the last lines that the answer's program wrote to standard error, if the message doesn't have them.
fn with_errors(message: String, errors: &str) -> String {
    let lines: Vec<_> = errors.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = lines[lines.len().saturating_sub(LINES)..].join("\n");
    match &last[last.floor_char_boundary(last.len().saturating_sub(BYTES))..] {
        last if last.is_empty() || message.contains(last) => message,
        last => format!("{}\nit wrote to standard error:\n{last}", message.trim_end()),
    }
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic without a message").to_owned()
}

/// As long as it lives, a panic says nothing on standard error: its message is the check's.
struct Silent;

impl Silent {
    fn new() -> Self {
        panic::set_hook(Box::new(|_| {}));
        Silent
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        let _ = panic::take_hook();
    }
}

/// A cell for what checks count, which the explorer doesn't see: reading and writing it are no steps.
///
/// ```
/// let most = exercise::Unseen::new(0);
/// most.update(|most| *most += 1);
/// assert_eq!(most.get(), 1);
/// ```
#[derive(Debug, Default)]
pub struct Unseen<T>(Mutex<T>);

impl<T> Unseen<T> {
    /// A cell with this value. No `const fn`: a static one would keep its value from one order to the next.
    pub fn new(value: T) -> Self {
        Unseen(Mutex::new(value))
    }

    /// What it holds.
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.update(|value| value.clone())
    }

    /// Puts a value in.
    pub fn set(&self, value: T) {
        self.update(|held| *held = value);
    }

    /// Changes the value, and returns what `change` returns.
    ///
    /// # Panics
    ///
    /// If `change` takes a step that the explorer sees, and another thread comes here meanwhile.
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        // Explored threads share one thread of the system: to wait here could be to wait for ever.
        let given_up = Instant::now() + Duration::from_secs(1);
        loop {
            match self.0.try_lock() {
                Ok(mut value) => return change(&mut value),
                Err(TryLockError::Poisoned(value)) => return change(&mut value.into_inner()),
                Err(TryLockError::WouldBlock) => {
                    assert!(
                        Instant::now() < given_up,
                        "an `Unseen` is changed by a function that takes a step"
                    );
                    thread::yield_now();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_survives_a_panic_and_refuses_to_be_changed_twice_at_once() {
        let cell = Unseen::new(1);
        let _silent = Silent::new();
        let failed = panic::catch_unwind(AssertUnwindSafe(|| cell.update(|_| panic!("on purpose"))));
        assert!(failed.is_err());
        assert_eq!(cell.update(|value| std::mem::replace(value, 2)), 1);
        assert_eq!(cell.get(), 2);
        let nested = panic::catch_unwind(AssertUnwindSafe(|| cell.update(|_| cell.get())));
        assert!(message(&*nested.expect_err("refused")).contains("takes a step"));
    }

    #[test]
    fn the_end_of_standard_error_is_shown_once_and_not_without_end() {
        let with = |errors: &str| with_errors("left: Some(101)".to_owned(), errors);
        assert_eq!(with("\n"), "left: Some(101)");
        assert_eq!(with("panicked at x\n"), "left: Some(101)\nit wrote to standard error:\npanicked at x");
        assert_eq!(with_errors("1: panicked at x".to_owned(), "panicked at x\n"), "1: panicked at x");
        assert!(with(&"ü".repeat(10_000)).len() < 2_100);
        let many: String = (1..=1_000).map(|n| format!("line {n}\n")).collect();
        assert!(with(&many).ends_with("line 1000") && with(&many).lines().count() == 2 + LINES);
    }

    #[test]
    fn what_the_suite_says_of_a_program_has_its_kind() {
        assert_eq!(kind("it hangs:\nit said:\n"), "hang");
        assert_eq!(kind("a process is left of group 7"), "left");
        assert_eq!(kind("left in the work folder: [\"lock\"]"), "left");
        assert_eq!(kind("assertion failed"), "failed");
    }
}

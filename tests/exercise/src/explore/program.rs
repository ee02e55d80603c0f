//! The program that explores a file: the file's own `main` is called in it once for each order.
//!
//! Its standard input has one line that says what is wanted, and is a lifeline after that: when it ends, the one who wanted to
//! know is gone, and the program ends too. It reports on its standard output, one JSON object a line.

use std::fmt::Debug;
use std::io;
use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use interleave::{Ending, Kind, Outcome, Search, Stuck, Tally};
use serde_json::{Value, json};

use crate::judge::{EXPLORING, end, end_with_stdin, endless, limit_memory, say, shortened};

/// How a program ended: an error as its text.
pub type Ended = Result<(), String>;

/// What the `main` of a program that is explored may return.
#[diagnostic::on_unimplemented(
    message = "`cargo explore` calls `main`, and can't tell from `{Self}` how it ended",
    label = "`main` may return nothing, a `Result` or an `ExitCode`"
)]
pub trait Ends {
    /// How it ended.
    fn ended(self) -> Ended;
}

impl Ends for () {
    fn ended(self) -> Ended {
        Ok(())
    }
}

impl<T: Ends, E: Debug> Ends for Result<T, E> {
    fn ended(self) -> Ended {
        match self {
            Ok(value) => value.ended(),
            Err(error) => Err(format!("Error: {error:?}")),
        }
    }
}

impl Ends for ExitCode {
    fn ended(self) -> Ended {
        // It tells nothing of itself but by its text.
        let (code, success) = (format!("{self:?}"), format!("{:?}", ExitCode::SUCCESS));
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        if code == success { Ok(()) } else { Err(format!("exit status {digits}")) }
    }
}

/// The `main` of this program.
pub fn main(run: fn() -> Ended) {
    let mut asked = String::new();
    let _ = io::stdin().read_line(&mut asked);
    let asked: Value = serde_json::from_str(&asked).unwrap_or_default();
    end_with_stdin();
    limit_memory();
    let (beat, beats) = mpsc::channel();
    thread::spawn(move || watch(&beats));
    let time = Duration::from_secs_f64(asked["seconds"].as_f64().unwrap_or_default());
    let search = Search { time, old_values: true, ..Search::default() };
    let tally = search.tally(asked["tree"] == true, run, move |progress| {
        say(&json!({"orders_so_far": progress.orders}));
        let _ = beat.send(());
    });
    match tally.outcomes.iter().find(|outcome| outcome.ending == Ending::Failed(Kind::Refused)) {
        Some(refused) => say(&json!({"refused": refusal(refused)})),
        None => say(&json!({"found": found(&tally)})),
    }
}

/// Why a program can't be explored, and where.
fn refusal(outcome: &Outcome) -> String {
    let at = outcome.steps.iter().rev().find(|step| step.line > 0);
    let at = at.map_or(String::new(), |step| format!(" (after line {})", step.line));
    format!("{}{at}", outcome.message)
}

/// Ends this program if an order takes too long: nothing can end a thread that never pauses.
fn watch(beats: &mpsc::Receiver<()>) {
    loop {
        match beats.recv_timeout(EXPLORING) {
            Ok(()) => {}
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                say(&json!({"found": found(&hanging(interleave::execution::last_step()))}));
                end();
            }
        }
    }
}

/// What is known of a program with a loop in which nothing can be seen from outside.
fn hanging(at: Option<Stuck>) -> Tally {
    let message = endless(EXPLORING);
    let outcome = Outcome {
        ending: Ending::Failed(Kind::Endless),
        text: message.clone(),
        output: String::new(),
        error: String::new(),
        message,
        orders: 1,
        threads: Vec::new(),
        steps: Vec::new(),
        stuck: at.into_iter().collect(),
    };
    Tally {
        outcomes: vec![outcome],
        orders: 1,
        others: 0,
        all: false,
        reduced: false,
        forced_switches: None,
        surprises: None,
        hurried: false,
        unwound: false,
        seconds: EXPLORING.as_secs_f64(),
        tree: None,
    }
}

fn found(tally: &Tally) -> Value {
    let outcomes: Vec<Value> = tally.outcomes.iter().map(told).collect();
    let fails = tally.outcomes.iter().any(Outcome::fails);
    json!({"orders": tally.orders, "all": tally.all, "surprises": tally.surprises, "reduced": tally.reduced,
        "forced_switches": tally.forced_switches, "hurried": tally.hurried, "unwound": tally.unwound, "seconds": tally.seconds,
        "fails": fails, "outcomes": outcomes, "others": tally.others, "tree": tally.tree.as_ref().map(interleave::tree::Tree::json)})
}

fn told(outcome: &Outcome) -> Value {
    let Outcome { ending, text, output, error, message, orders, threads, steps, stuck } = outcome;
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let steps = steps.iter().map(|step| {
        json!({"thread": step.thread, "text": step.text, "file": step.file, "line": step.line,
            "blocked": step.blocked})
    });
    let stuck = stuck.iter().map(
        |stuck| json!({"thread": stuck.thread, "text": stuck.text, "file": stuck.file, "line": stuck.line}),
    );
    shortened(json!({"kind": ending.name(), "fails": outcome.fails(), "text": text, "printed": lines(output),
        "errors": lines(error), "message": message, "orders": orders, "threads": threads,
        "steps": steps.collect::<Vec<_>>(), "stuck": stuck.collect::<Vec<_>>()}))
}

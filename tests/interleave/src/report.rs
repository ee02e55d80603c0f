//! What a search found, as text and as JSON.

use std::fmt;

use serde_json::{Value, json};

/// What a search found.
#[derive(Clone, Debug)]
pub struct Report {
    /// How many schedules were run.
    pub schedules: u64,
    /// Whether these were all there are, with at most as many surprises as [`Report::surprises`] says. Equivalent ones are
    /// counted once. A thread that goes round a loop and waits for others is taken to be overtaken by them, sooner or later.
    pub all: bool,
    /// If not all: up to how many forced switches all were run.
    pub forced_switches: Option<u32>,
    /// If all with at most this many surprises were run, and one more could have come: a wake-up for nothing, a time that is
    /// over early, a weak exchange that fails, an hour that has passed, others that are slow, an old value that is read. No more
    /// than two were wake-ups for nothing.
    pub surprises: Option<u32>,
    /// If not all: somebody who waits in a loop or for a time was overtaken by others sooner than it had to be.
    pub hurried: bool,
    /// If not all: destructors that ran in a panic, or a panic hook, took steps before which others could have taken theirs.
    pub unwound: bool,
    /// How long it took.
    pub seconds: f64,
    /// The simplest order that fails, if one does.
    pub problem: Option<Problem>,
}

/// An order that fails.
#[derive(Clone, Debug)]
pub struct Problem {
    /// In which way.
    pub kind: Kind,
    /// What went wrong, in words.
    pub message: String,
    /// The steps up to there.
    pub steps: Vec<Step>,
    /// Who can't go on, and where.
    pub stuck: Vec<Stuck>,
}

/// In which way an order fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A panic: of a check, or of a thread that nobody asked for its end.
    Failed,
    /// No thread can go on.
    Deadlock,
    /// There is no end in sight.
    Endless,
    /// Two threads use the same memory, one of them writes, and nothing says which comes first.
    Race,
    /// The program does what the explorer can't follow.
    Refused,
}

/// One step of one thread.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its name, `main` for the first.
    pub thread: String,
    /// What it did, in words: "reads 0 from `balance`".
    pub text: String,
    /// The file's name, without its folder.
    pub file: String,
    /// Counted from 1; 0 where it has none of its own, as the unlocking at the end of a block.
    pub line: u32,
    /// It did nothing: it says that the thread has to wait.
    pub blocked: bool,
}

/// A thread that can't go on.
#[derive(Clone, Debug)]
pub struct Stuck {
    /// Its name.
    pub thread: String,
    /// What it waits for, in words.
    pub text: String,
    /// The file's name, without its folder.
    pub file: String,
    /// Where, counted from 1.
    pub line: u32,
}

impl Report {
    /// `{"schedules":…, "all":…, "forced_switches":…, "surprises":…, "hurried":…, "unwound":…, "seconds":…}`.
    pub fn explored(&self) -> Value {
        json!({"schedules": self.schedules, "all": self.all, "forced_switches": self.forced_switches,
            "surprises": self.surprises, "hurried": self.hurried, "unwound": self.unwound, "seconds": self.seconds})
    }
}

impl Problem {
    /// `{"kind":…, "message":…, "steps":[…], "stuck":[…]}`.
    pub fn json(&self) -> Value {
        let steps = self.steps.iter().map(|step| {
            json!({"thread": step.thread, "text": step.text, "file": step.file, "line": step.line,
                "blocked": step.blocked})
        });
        let stuck = self.stuck.iter().map(|stuck| {
            json!({"thread": stuck.thread, "text": stuck.text, "file": stuck.file, "line": stuck.line})
        });
        json!({"kind": self.kind.name(), "message": self.message,
            "steps": steps.collect::<Vec<_>>(), "stuck": stuck.collect::<Vec<_>>()})
    }
}

impl Kind {
    /// In one word, for a machine.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Failed => "failed",
            Kind::Deadlock => "deadlock",
            Kind::Endless => "endless",
            Kind::Race => "race",
            Kind::Refused => "refused",
        }
    }
}

/// The message, the steps, and who is stuck where.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.message)?;
        for (at, Step { thread, text, line, .. }) in self.steps.iter().enumerate() {
            writeln!(f, "{:>4}  {thread:<10}  {text}  (line {line})", at + 1)?;
        }
        for Stuck { thread, text, line, .. } in &self.stuck {
            writeln!(f, "      {thread:<10}  {text}  (line {line})")?;
        }
        Ok(())
    }
}

//! What a search found, as text and as JSON.

use std::fmt;

use serde_json::{Value, json};

/// What a search found.
#[derive(Clone, Debug)]
pub struct Report {
    /// How many schedules were run.
    pub schedules: u64,
    /// Whether these were all there are (equivalent ones counted once).
    pub all: bool,
    /// If not all: up to how many forced switches all were run.
    pub forced_switches: Option<u32>,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A panic: of a check, or of a thread that nobody asked for its end.
    Failed,
    /// No thread can go on.
    Deadlock,
    /// There is no end in sight.
    Endless,
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
    /// `{"schedules":…, "all":…, "forced_switches":…, "seconds":…}`.
    pub fn explored(&self) -> Value {
        json!({"schedules": self.schedules, "all": self.all, "forced_switches": self.forced_switches, "seconds": self.seconds})
    }
}

impl Problem {
    /// `{"kind":…, "message":…, "steps":[…], "stuck":[…], "trace":[…]}`.
    pub fn json(&self) -> Value {
        let steps = self.steps.iter().map(|step| {
            json!({"thread": step.thread, "text": step.text, "file": step.file, "line": step.line,
                "blocked": step.blocked})
        });
        let stuck = self.stuck.iter().map(|stuck| {
            json!({"thread": stuck.thread, "text": stuck.text, "file": stuck.file, "line": stuck.line})
        });
        json!({"kind": self.kind.name(), "message": self.message, "trace": self.trace(),
            "steps": steps.collect::<Vec<_>>(), "stuck": stuck.collect::<Vec<_>>()})
    }

    /// The steps as [Trace Event](https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU)
    /// objects, as a lesson's recorded run has them: a lane for each thread, each step a millisecond long.
    pub fn trace(&self) -> Vec<Value> {
        let mut lanes: Vec<&str> = Vec::new();
        let mut waits: Vec<bool> = Vec::new();
        let mut events = Vec::new();
        for (at, step) in self.steps.iter().enumerate() {
            let lane = lanes.iter().position(|lane| *lane == step.thread).unwrap_or_else(|| {
                lanes.push(&step.thread);
                waits.push(false);
                lanes.len() - 1
            });
            let (tid, ts) = (lane + 1, at * STEP);
            let mut event = |ph: &str, cat: &str, name: &str, ts: usize| {
                events.push(json!({"ph": ph, "cat": cat, "name": name, "pid": 1, "tid": tid, "ts": ts}));
            };
            if waits[lane] {
                event("E", "wait", "", ts);
                waits[lane] = false;
            }
            event("i", "say", &step.text, ts);
            if step.blocked {
                event("B", "wait", &step.text, ts);
                waits[lane] = true;
            } else {
                event("B", "work", &step.text, ts);
                event("E", "work", &step.text, ts + STEP);
            }
        }
        let end = self.steps.len() * STEP;
        for (lane, name) in lanes.iter().enumerate() {
            let name = json!({"name": name});
            events.push(json!({"ph": "M", "cat": "", "name": "thread_name", "pid": 1, "tid": lane + 1,
                "ts": 0, "args": name}));
            events
                .push(json!({"ph": "i", "cat": "end", "name": "ends", "pid": 1, "tid": lane + 1, "ts": end}));
        }
        events
    }
}

/// How long a step is drawn, in microseconds.
const STEP: usize = 1_000;

impl Kind {
    /// In one word, for a machine.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Failed => "failed",
            Kind::Deadlock => "deadlock",
            Kind::Endless => "endless",
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

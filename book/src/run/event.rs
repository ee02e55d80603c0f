//! What is told of a run or a check while it goes on, how it ends, and when it has to.

use std::fmt::{self, Display};
use std::process::ExitStatus;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{mpsc, watch};

/// Compiling is not the lesson's fault, but it has to end as well.
pub const COMPILE_TIME: Duration = Duration::from_secs(600);

/// What happens in a run, as it happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Cargo tells something.
    Compile(String),
    /// It is compiled and starts.
    Start,
    /// What the lesson has written into its trace meanwhile.
    Trace(Vec<Value>),
    /// A line on standard output that is no said line (those are in the trace).
    Out(String),
    /// A line on standard error.
    Err(String),
    /// What came of the check of an exercise, as `cargo exercise check --json` says it; or of the reader's own file, as a card.
    Verdict(String),
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// The program ended, well or not.
    ByItself(ExitStatus),
    /// There is a verdict on an exercise, or a card of the reader's own file.
    Judged,
    /// It was ended or never started, for this reason.
    Stopped(String),
}

impl End {
    /// Whether it ended by itself, and well.
    pub fn ok(&self) -> bool {
        match self {
            End::ByItself(status) => status.success(),
            End::Judged => true,
            End::Stopped(_) => false,
        }
    }
}

impl Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::ByItself(status) => status.fmt(f),
            End::Judged => f.write_str("checked"),
            End::Stopped(why) => why.fmt(f),
        }
    }
}

/// Waits until there is a reason to end what `events` are about, and gives it.
pub async fn stop(events: &mpsc::Sender<Event>, mut stopped: watch::Receiver<bool>) -> &'static str {
    tokio::select! {
        () = events.closed() => "nobody listens any more",
        _ = stopped.wait_for(|stopped| *stopped) => "stopped with the book",
    }
}

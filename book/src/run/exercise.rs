//! Has `cargo exercise` check the reader's answer to an exercise.

use std::time::Duration;

use serde_json::Value;
use tokio::sync::{mpsc, watch};

use crate::course::exercise::Exercise;
use crate::course::workspace::Workspace;
use crate::run::ask::Question;
use crate::run::compile::{Compiler, Package};
use crate::run::event::{End, Event, stop};

/// A verdict with all the steps of a long schedule fits in this.
const LARGEST_VERDICT: usize = 1 << 20;

/// Has the reader's answer checked and tells `events` about it, the verdict last. Returns when nothing of
/// it is left: what is checked has a lifeline to `cargo exercise`, and ends with it. `silence` is how long that
/// may tell nothing.
pub async fn check(
    workspace: &Workspace,
    exercise: &Exercise,
    silence: Duration,
    compiler: &Compiler,
    events: &mpsc::Sender<Event>,
    stopped: watch::Receiver<bool>,
) -> End {
    let question = Question {
        workspace,
        package: Package::new("exercise", &workspace.root().join("tests")),
        arguments: vec!["check", &exercise.name, "--json"],
        silence,
        largest: LARGEST_VERDICT,
    };
    match question.ask(compiler, events, stop(events, stopped)).await {
        Ok(answer) => match verdict(&answer.text) {
            Some(verdict) => {
                let _ = events.send(Event::Verdict(verdict)).await;
                End::Judged
            }
            None => End::Stopped("`cargo exercise` gave no verdict".to_owned()),
        },
        Err(error) => End::Stopped(format!("{error:#}")),
    }
}

/// The last line that is a verdict.
fn verdict(text: &str) -> Option<String> {
    let is_one =
        |line: &&str| serde_json::from_str::<Value>(line).is_ok_and(|value| value["passed"].is_boolean());
    text.lines().rev().find(is_one).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_that_is_a_verdict_counts() {
        assert_eq!(
            verdict("x\n{\"passed\":false}\n{\"passed\":true}\n{}\n").as_deref(),
            Some("{\"passed\":true}")
        );
        assert_eq!(verdict("{\"passed\":1}\n"), None);
        assert_eq!(verdict(""), None);
    }
}

//! Has `cargo exercise` check the reader's answer to an exercise, count a hint, and hand out the solution.

use std::time::Duration;

use anyhow::Result;
use serde_json::Value;
use tokio::sync::{mpsc, watch};

use crate::course::exercise::Exercise;
use crate::course::workspace::Workspace;
use crate::run::ask::{Answer, Question};
use crate::run::compile::{Compiler, Package};
use crate::run::event::{End, Event, stop};

/// A verdict with all the steps of a long schedule fits in this.
const LARGEST_VERDICT: usize = 1 << 20;

/// The same for a solution. The longest has some 10 KB.
const LARGEST_SOLUTION: usize = 1 << 18;

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
        package: runner(workspace),
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

/// `cargo exercise` itself, which knows how far the reader is.
pub struct Runner<'a> {
    /// The course.
    pub workspace: &'a Workspace,
    /// Compiles it if need be.
    pub compiler: &'a Compiler,
    /// How long it may tell nothing.
    pub silence: Duration,
    /// Ends what is asked with the book.
    pub stopped: watch::Receiver<bool>,
}

impl Runner<'_> {
    /// Has it tell hints until it remembers that this many were told.
    pub async fn tell_hints(&self, exercise: &Exercise, many: usize) -> Result<()> {
        let told = || {
            let begun = self.workspace.begun();
            begun.iter().find(|begun| begun.name == exercise.name).map_or(0, |begun| begun.hints)
        };
        let mut before = told();
        while before < many {
            self.ask("hint", exercise).await?;
            let now = told();
            // There are no more, or what is told can't be stored.
            if now <= before {
                break;
            }
            before = now;
        }
        Ok(())
    }

    /// The solution, if the runner hands it out: it does once the exercise has passed.
    pub async fn solution(&self, exercise: &Exercise) -> Result<Option<String>> {
        let answer = self.ask("solution", exercise).await?;
        // The name of the file and an empty line come first.
        let source = answer.text.split_once("\n\n").map(|(_, source)| source.to_owned());
        Ok(source.filter(|_| answer.ok))
    }

    async fn ask(&self, command: &str, exercise: &Exercise) -> Result<Answer> {
        let question = Question {
            workspace: self.workspace,
            package: runner(self.workspace),
            arguments: vec![command, &exercise.name],
            silence: self.silence,
            largest: LARGEST_SOLUTION,
        };
        question.ask_aloud(self.compiler, self.stopped.clone()).await
    }
}

fn runner(workspace: &Workspace) -> Package {
    Package::new("exercise", &workspace.root().join("tests"))
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

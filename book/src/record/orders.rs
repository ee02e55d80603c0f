//! Has the explorer find all orders of a lesson's steps, and stores them.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::sync::{OnceCell, watch};

use crate::course::lesson::Lesson;
use crate::course::orders::Orders;
use crate::course::workspace::Workspace;
use crate::run::ask::Question;
use crate::run::compile::{Compiler, Package};

/// All orders of a lesson that is worth showing are found in a moment.
const SILENCE: Duration = Duration::from_secs(120);

/// The data become part of a page.
const LARGEST: usize = 256 << 10;

/// Has the explorer find orders, and stores them.
pub struct Explorer<'a> {
    workspace: &'a Workspace,
    compiler: &'a Compiler,
    stopped: watch::Receiver<bool>,
    /// The lessons whose orders it can find; not asked before it is needed.
    knows: OnceCell<Vec<String>>,
}

impl<'a> Explorer<'a> {
    /// The explorer of a course.
    pub fn new(workspace: &'a Workspace, compiler: &'a Compiler, stopped: watch::Receiver<bool>) -> Self {
        Explorer { workspace, compiler, stopped, knows: OnceCell::new() }
    }

    /// Stores all orders of the lesson, and says how many there are.
    pub async fn record(&self, lesson: &Lesson) -> Result<String> {
        let list = async || anyhow::Ok(self.ask("--list").await?.lines().map(str::to_owned).collect());
        let knows: &Vec<String> = self.knows.get_or_try_init(list).await?;
        ensure!(
            knows.contains(&lesson.name),
            "the explorer does not know {}; it knows: {}. Teach it, or take {{{{#orders {}}}}} out of the chapter",
            lesson.name,
            knows.join(", "),
            lesson.name
        );
        // Taken before: what is changed meanwhile was not recorded.
        let source = lesson.fingerprint()?;
        let text = self.ask(&lesson.name).await?;
        let mut orders = Orders::read(&text, lesson).context("what the explorer printed can't be used")?;
        let path = orders.write(self.workspace, lesson, source)?;
        let [states, outcomes] = ["states", "outcomes"].map(|key| orders.list(key).len());
        Ok(format!("{states} states, {outcomes} outcomes → {}", self.workspace.shown(&path)))
    }

    async fn ask(&self, argument: &str) -> Result<String> {
        let root = self.workspace.root();
        // It takes in the lessons' own sources.
        let folders = ["tests", "lessons"].map(|folder| root.join(folder)).to_vec();
        let question = Question {
            workspace: self.workspace,
            package: Package { folders, ..Package::new("orders", root) },
            arguments: vec![argument],
            silence: SILENCE,
            largest: LARGEST,
        };
        let answer = question.ask_aloud(self.compiler, self.stopped.clone()).await?;
        ensure!(answer.ok, "`orders {argument}` failed");
        Ok(answer.text)
    }
}

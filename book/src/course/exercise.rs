//! An exercise, as the book knows it: what its `exercise.toml` tells the reader, how far the reader is,
//! and the card that stands for `{{#exercise TOPIC/NAME}}` on the page.
//!
//! `cargo exercise` judges answers, here as on the reader's terminal. The card reads well without
//! JavaScript and in print; `theme/exercise.js` brings it to life.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::str::SplitWhitespace;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use pulldown_cmark::{Event as Markdown, Parser};
use serde_json::Value;
use tokio::sync::{mpsc, watch};
use toml::{Table, Value as Toml};

use crate::course::workspace::Workspace;
use crate::page::card::{Assets, escape, source_link};
use crate::run::ask::Question;
use crate::run::compile::{Compiler, Package};
use crate::run::lesson::{End, Event, stop};

/// What a page with such cards needs in addition.
pub const ASSETS: Assets = Assets {
    style: include_str!("../../theme/exercise.css"),
    script: include_str!("../../theme/exercise.js"),
};

/// How hard an exercise can be.
const STARS: std::ops::RangeInclusive<i64> = 1..=3;

/// A verdict with all the steps of a long schedule fits in this.
const LARGEST_VERDICT: usize = 1 << 20;

/// One exercise.
#[derive(Clone, Debug)]
pub struct Exercise {
    /// `TOPIC/NAME`.
    pub name: String,
    folder: PathBuf,
}

/// What a reader is told about an exercise.
#[derive(Debug, PartialEq, Eq)]
struct Task {
    title: String,
    /// Markdown.
    task: String,
    stars: i64,
    /// Markdown, one step more in each.
    hints: Vec<String>,
}

impl Exercise {
    pub(crate) fn new(name: &str, folder: PathBuf) -> Self {
        Exercise { name: name.to_owned(), folder }
    }

    /// Path of the learner's file from the course's folder.
    fn path(&self) -> String {
        let (topic, name) = self.name.split_once('/').expect("a name has two parts");
        format!("lessons/{topic}/exercises/{name}/exercise.rs")
    }

    /// The file of the solution.
    pub fn solution(&self) -> PathBuf {
        self.folder.join("solution.rs")
    }

    /// Whether it is of this kind: `threads` or `processes`.
    pub fn is_of(&self, kind: &str) -> bool {
        let text = fs::read_to_string(self.folder.join("exercise.toml")).unwrap_or_default();
        text.parse::<Table>().is_ok_and(|table| table.get("kind").and_then(Toml::as_str) == Some(kind))
    }

    /// The card as one line of HTML.
    pub fn card(&self, workspace: &Workspace, repository: Option<&str>) -> Result<String> {
        let file = self.folder.join("exercise.toml");
        let read = || -> Result<Task> { Task::read(&fs::read_to_string(&file)?) };
        let task = read().with_context(|| format!("mend {}", workspace.shown(&file)))?;
        let (name, title) = (&self.name, escape(&task.title));
        let mut html = format!(
            r#"<section class="lesson exercise" data-exercise="{name}" id="exercise-{}" aria-label="Exercise: {title}">"#,
            name.replace('/', "-")
        );
        let _ = write!(
            html,
            r#"<p class="exercise-title"><strong>{title}</strong> <span class="exercise-stars" role="img" aria-label="{}">{}{}</span> <span class="exercise-state"></span></p>"#,
            ["Easy: one star of three", "Harder: two stars of three", "Hard: three stars of three"]
                [task.stars as usize - 1],
            "★".repeat(task.stars as usize),
            "☆".repeat((STARS.end() - task.stars) as usize)
        );
        let _ = write!(html, r#"<div class="exercise-task">{}</div>"#, markdown(&task.task));
        let _ = write!(
            html,
            r#"<div class="lesson-head">Edit {} and run <code class="lesson-command">cargo exercise check {name}</code></div>"#,
            source_link(&self.path(), repository)
        );
        html.push_str(r#"<div class="lesson-buttons"></div><p class="lesson-status" role="status"></p>"#);
        // One inside the other: who opens the first sees that there is a second, and not what it says.
        for (number, hint) in task.hints.iter().enumerate() {
            let which = if number == 0 { "A hint" } else { "One more hint" };
            let _ = write!(
                html,
                r#"<details class="exercise-hint"><summary>{which} ({} of {})</summary>{}"#,
                number + 1,
                task.hints.len(),
                markdown(hint)
            );
        }
        html.push_str(&"</details>".repeat(task.hints.len()));
        html.push_str("</section>");
        Ok(html)
    }

    /// Has the reader's answer checked and tells `events` about it, the verdict last. Returns when nothing of
    /// it is left: what is checked has a lifeline to `cargo exercise`, and ends with it. `silence` is how long that
    /// may tell nothing.
    pub async fn check(
        &self,
        workspace: &Workspace,
        silence: Duration,
        compiler: &Compiler,
        events: &mpsc::Sender<Event>,
        stopped: watch::Receiver<bool>,
    ) -> End {
        let question = Question {
            workspace,
            package: Package::new("exercise", &workspace.root().join("tests")),
            arguments: &["check", &self.name, "--json"],
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
}

/// The last line that is a verdict.
fn verdict(text: &str) -> Option<String> {
    let is_one =
        |line: &&str| serde_json::from_str::<Value>(line).is_ok_and(|value| value["passed"].is_boolean());
    text.lines().rev().find(is_one).map(str::to_owned)
}

/// The exercises that the reader has passed, as `cargo exercise` keeps them: a line for each that was begun, with
/// its name and then words, one of which is `passed`.
pub fn passed(workspace: &Workspace) -> Vec<String> {
    let text = fs::read_to_string(workspace.root().join(".exercises/progress.txt")).unwrap_or_default();
    let passed = |mut words: SplitWhitespace<'_>| {
        let name = words.next()?.to_owned();
        words.any(|word| word == "passed").then_some(name)
    };
    text.lines().map(str::split_whitespace).filter_map(passed).collect()
}

impl Task {
    fn read(text: &str) -> Result<Self> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            // In one line, as all problems of a chapter are.
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            anyhow!("line {line}: {}", error.message())
        })?;
        let text = |key: &str| {
            let value = table.get(key).and_then(Toml::as_str).map(str::trim).filter(|text| !text.is_empty());
            value.map(str::to_owned).with_context(|| format!("`{key}` has to be a text"))
        };
        let stars = table.get("stars").and_then(Toml::as_integer).filter(|stars| STARS.contains(stars));
        let hints = table.get("hints").and_then(Toml::as_array);
        let hints =
            hints.and_then(|hints| hints.iter().map(|hint| Some(hint.as_str()?.to_owned())).collect());
        let hints: Vec<String> = hints.context("`hints` has to be a list of texts")?;
        Ok(Task {
            title: text("title")?,
            task: text("task")?,
            stars: stars.context("`stars` has to be 1, 2 or 3")?,
            hints,
        })
    }
}

/// Markdown as one line of HTML, with no HTML of its own in it and nothing that mdBook takes for a directive.
fn markdown(text: &str) -> String {
    let events = Parser::new(text).map(|event| match event {
        Markdown::Html(html) | Markdown::InlineHtml(html) => Markdown::Text(html),
        other => other,
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    html.trim_end().replace('\n', "&#10;").replace('{', "&#123;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "title = \"A title\"\ntask = \"\"\"\nDo *this*.\n\"\"\"\nstars = 2\nhints = [\"one\"]\n";

    #[test]
    fn what_is_wrong_with_a_task_is_named() {
        assert_eq!(Task::read(GOOD).expect("good").task, "Do *this*.");
        for (from, to, says) in [
            ("title = ", "titel = ", "`title` has to be a text"),
            ("\nDo *this*.", "", "`task` has to be a text"),
            ("stars = 2", "stars = 4", "`stars` has to be 1, 2 or 3"),
            ("stars = 2", "stars = \"2\"", "`stars` has to be 1, 2 or 3"),
            ("[\"one\"]", "[1]", "`hints` has to be a list of texts"),
            ("stars = 2", "stars 2", "line 5: "),
        ] {
            let error = Task::read(&GOOD.replace(from, to)).expect_err(to).to_string();
            assert!(error.contains(says) && !error.contains('\n'), "{to}: {error}");
        }
    }

    #[test]
    fn a_task_is_markdown_in_one_line_and_nothing_more() {
        let html = markdown(
            "Do `a {{#include x}}`.\n\n```rust\nfn a() {\n\n}\n```\n<script>alert(1)</script> <b>x</b>",
        );
        assert!(
            !html.contains('\n')
                && !html.contains("{{")
                && !html.contains("<script")
                && !html.contains("<b>"),
            "{html}"
        );
        assert!(html.contains("<code>a &#123;&#123;#include x}}</code>"), "{html}");
        assert!(html.contains("fn a() &#123;&#10;&#10;}"), "{html}");
    }

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

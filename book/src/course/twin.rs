//! What the Python program of a lesson says: recorded, and the card that stands for `{{#twin LESSON ARGUMENTS}}`
//! on the page, so that a reader sees it beside the lesson's own run.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Error, Result, anyhow, bail, ensure};
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::course::lesson::{Arguments, Lesson};
use crate::course::recording::{self, Fit, Said};
use crate::course::workspace::Workspace;
use crate::page::card::{escape, recorded_on, row, source_link};
use crate::page::site::Cards;
use crate::run::tree::Tree;

/// The interpreter, as the card's command names it.
const PYTHON: &str = "python3";

/// What hangs has a time limit in the program itself; one that was forgotten ends all the same.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// What a lesson's Python program said in one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Twin {
    arguments: Arguments,
    date: String,
    cores: u64,
    system: String,
    /// As `Python 3.11.7`.
    python: String,
    /// [`Lesson::twin_fingerprint`] of what was run.
    source: String,
    said: Vec<Said>,
}

/// The lesson and the arguments that a directive names.
pub fn asked(workspace: &Workspace, argument: &str) -> Result<(Lesson, Arguments)> {
    let mut words = argument.split_whitespace().map(str::to_owned);
    let lesson = workspace.known_lesson(&words.next().unwrap_or_default())?;
    let arguments = Arguments(words.collect());
    arguments.allowed_by(&lesson.choices()?).map_err(Error::msg)?;
    Ok((lesson, arguments))
}

/// With which arguments the chapters ask for the twin of a lesson.
pub fn of_lesson(cards: &Cards, lesson: &str) -> Vec<Arguments> {
    let twins = cards.iter().filter(|[card, ..]| card == "twin");
    let asked = twins.filter_map(|[_, argument, _]| {
        let mut words = argument.split_whitespace();
        (words.next() == Some(lesson)).then(|| Arguments(words.map(str::to_owned).collect()))
    });
    let mut asked: Vec<_> = asked.collect();
    asked.sort_by_key(Arguments::slug);
    asked.dedup();
    asked
}

/// Whether `python3` can be run, and which it is.
pub async fn python() -> Option<String> {
    let output = Command::new(PYTHON).arg("--version").output().await.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

impl Twin {
    /// Where such a run is stored.
    pub fn path(workspace: &Workspace, lesson: &Lesson, arguments: &Arguments) -> PathBuf {
        let slug = arguments.slug();
        let dot = if slug.is_empty() { "" } else { "." };
        workspace.runs().join(format!("{}{dot}{slug}.python.json", lesson.name))
    }

    /// The stored run, and whether the program is still what it was.
    pub fn of(workspace: &Workspace, lesson: &Lesson, arguments: &Arguments) -> Result<Fit<Self>> {
        let path = Self::path(workspace, lesson, arguments);
        if !path.exists() {
            return Ok(Fit::Missing);
        }
        let read = || Self::read(&fs::read_to_string(&path)?, lesson, arguments);
        let twin = match read() {
            Ok(twin) => twin,
            Err(error) => return Ok(Fit::Unreadable(error)),
        };
        let fits = twin.source == lesson.twin_fingerprint()?;
        Ok(if fits { Fit::Fits(twin) } else { Fit::Old(twin) })
    }

    /// What is wrong with the stored run and how to mend it, if anything is.
    pub fn problem(
        fit: &Fit<Self>,
        workspace: &Workspace,
        lesson: &Lesson,
        arguments: &Arguments,
    ) -> Option<String> {
        let path = workspace.shown(&Self::path(workspace, lesson, arguments));
        fit.wrong(&format!("the recorded run {path}"), "lesson", &lesson.name)
    }

    /// Runs the program and stores what it says. Returns when nothing of it is left.
    pub async fn record(
        workspace: &Workspace,
        lesson: &Lesson,
        arguments: &Arguments,
        python: &str,
        stopped: watch::Receiver<bool>,
    ) -> Result<String> {
        // Of before: what is changed while it runs was not recorded.
        let source = lesson.twin_fingerprint()?;
        let said = run(workspace, lesson, arguments, stopped).await.context("nothing is stored")?;
        let twin = Twin {
            arguments: arguments.clone(),
            date: recording::today(),
            cores: recording::cores(),
            system: std::env::consts::OS.to_owned(),
            python: python.to_owned(),
            source,
            said,
        };
        let path = Self::path(workspace, lesson, arguments);
        let write = || {
            fs::create_dir_all(workspace.runs())?;
            fs::write(&path, twin.text(lesson))
        };
        write().with_context(|| format!("cannot write {}", path.display()))?;
        Ok(format!("{} lines → {}", twin.said.len(), workspace.shown(&path)))
    }

    /// As it is stored: an array, one line a line.
    fn text(&self, lesson: &Lesson) -> String {
        let first = json!({
            "lesson": lesson.name, "arguments": self.arguments.0, "date": self.date, "cores": self.cores,
            "system": self.system, "python": self.python, "source": self.source,
        });
        let said = self.said.iter().map(|said| json!([said.seconds, said.who, said.text]));
        let lines: Vec<_> = std::iter::once(first).chain(said).map(|line| line.to_string()).collect();
        format!("[\n{}\n]\n", lines.join(",\n"))
    }

    fn read(text: &str, lesson: &Lesson, arguments: &Arguments) -> Result<Self> {
        let lines: Vec<Value> = serde_json::from_str(text)?;
        let (first, said) = lines.split_first().context("it is empty")?;
        ensure!(
            first["lesson"] == lesson.name && first["arguments"] == json!(arguments.0),
            "it is the run of something else"
        );
        let text_of =
            |key: &str| first[key].as_str().map(str::to_owned).with_context(|| format!("it has no {key}"));
        let said = said.iter().map(|line| {
            let said = || {
                Some(Said {
                    seconds: line[0].as_f64()?,
                    who: line[1].as_str()?.to_owned(),
                    text: line[2].as_str()?.to_owned(),
                })
            };
            said().with_context(|| format!("{line} is no said line"))
        });
        Ok(Twin {
            arguments: arguments.clone(),
            date: text_of("date")?,
            cores: first["cores"].as_u64().context("it has no cores")?,
            system: text_of("system")?,
            python: text_of("python")?,
            source: text_of("source")?,
            said: said.collect::<Result<_>>()?,
        })
    }

    /// The card as one line of HTML. `old`: the program was changed since.
    pub fn card(&self, lesson: &Lesson, old: bool, repository: Option<&str>) -> String {
        let command = format!("{PYTHON} {} {}", lesson.twin_path(), self.arguments);
        let command = escape(command.trim_end());
        let old = if old { " The program has been changed since." } else { "" };
        let rows = self.said.iter().map(|said| match said.text.starts_with("in Python") {
            true => row(said, r#" class="python""#),
            false => row(said, ""),
        });
        let rows: String = rows.collect();
        let who = self.said.iter().map(|said| said.who.chars().count()).max().unwrap_or_default();
        format!(
            r#"<section class="lesson twin" aria-label="{command}"><div class="lesson-head"><code class="lesson-command">{command}</code> {}</div><p class="lesson-status">Recorded on {}, {}.{old}</p><ol class="lesson-output" aria-label="Output" style="--who:{who}ch">{rows}</ol></section>"#,
            source_link(&lesson.twin_path(), repository),
            recorded_on(&self.date, &self.system, self.cores),
            escape(&self.python),
        )
    }
}

/// The card of a run that is not recorded, for the author of its chapter.
pub fn card_without(problem: &str) -> String {
    format!(r#"<section class="lesson twin"><p class="lesson-status">{}</p></section>"#, escape(problem))
}

/// What the program says, with the time at which each line came.
async fn run(
    workspace: &Workspace,
    lesson: &Lesson,
    arguments: &Arguments,
    mut stopped: watch::Receiver<bool>,
) -> Result<Vec<Said>> {
    let mut command = Command::new(PYTHON);
    command
        .arg(lesson.twin_path())
        .args(&arguments.0)
        .current_dir(workspace.root())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("LESSON_SPEED");
    let begun = Instant::now();
    let (mut tree, mut stdout, mut stderr) =
        Tree::start(command).await.with_context(|| format!("cannot start {PYTHON}"))?;
    let first = tree.id();
    let (mut said, mut errors) = (Vec::new(), Vec::new());
    let follow = async {
        let (mut more_out, mut more_err) = (true, true);
        while more_out || more_err {
            tokio::select! {
                line = stdout.next(), if more_out => match line {
                    Some(line) => said.push(heard(&line.text, begun)?),
                    None => more_out = false,
                },
                line = stderr.next(), if more_err => match line {
                    Some(line) => errors.push(line.text),
                    None => more_err = false,
                },
            }
        }
        tree.program_ended().await?;
        anyhow::Ok(())
    };
    let outcome = tokio::select! {
        outcome = follow => outcome,
        () = sleep(TIME_LIMIT) => Err(anyhow!("stopped after {} s", TIME_LIMIT.as_secs())),
        _ = stopped.wait_for(|stopped| *stopped) => Err(anyhow!("stopped with the book")),
    };
    let status = tree.end().await?;
    outcome?;
    if !status.success() || !errors.is_empty() {
        bail!("{status}\n    {}", errors.join("\n    "));
    }
    ensure!(!said.is_empty(), "it said nothing");
    recording::normalise_said(&mut said, first);
    Ok(said)
}

/// A line as the twins print it: who, two spaces or more, and what.
fn heard(line: &str, begun: Instant) -> Result<Said> {
    let (who, text) = line.split_once("  ").with_context(|| format!("this is no said line: {line}"))?;
    let hundredths = begun.elapsed().as_millis() / 10;
    Ok(Said { seconds: hundredths as f64 / 100.0, who: who.to_owned(), text: text.trim_start().to_owned() })
}

/// Whether the file can be such a run, by its name.
pub fn is_one(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.ends_with(".python.json"))
}

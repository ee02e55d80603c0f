//! What the Python program of a lesson says, recorded.

use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result, ensure};
use serde_json::{Value, json};

use crate::course::lesson::{Arguments, Lesson};
use crate::course::recording::Said;
use crate::course::stored::{self, Origin, Stored, Words};
use crate::course::workspace::Workspace;

/// The interpreter, as a reader calls it.
pub const PYTHON: &str = "python3";

/// What a lesson's Python program said in one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Twin {
    /// What it was run with.
    pub arguments: Arguments,
    /// When and where.
    pub origin: Origin,
    /// As `Python 3.11.7`.
    pub python: String,
    /// [`Lesson::twin_fingerprint`] of what was run.
    pub source: String,
    /// Line by line.
    pub said: Vec<Said>,
}

/// The lesson and the arguments that a directive names.
pub fn asked(workspace: &Workspace, argument: &str) -> Result<(Lesson, Arguments)> {
    let mut words = argument.split_whitespace().map(str::to_owned);
    let lesson = workspace.known_lesson(&words.next().unwrap_or_default())?;
    let arguments = Arguments(words.collect());
    arguments.allowed_by(&lesson.choices()?).map_err(Error::msg)?;
    Ok((lesson, arguments))
}

impl Twin {
    /// Where such a run is stored.
    pub fn path(workspace: &Workspace, lesson: &Lesson, arguments: &Arguments) -> PathBuf {
        workspace.runs().join(arguments.file(&lesson.name, "python.json"))
    }

    /// The stored run.
    pub fn of(workspace: &Workspace, lesson: &Lesson, arguments: &Arguments) -> Result<Stored<Self>> {
        let words = Words { this: "the recorded run", of: "lesson", topic: &lesson.name };
        let read = |text: &str| Self::read(text, lesson, arguments);
        let fits = |twin: &Self| Ok(twin.source == lesson.twin_fingerprint()?);
        Stored::read(workspace, Self::path(workspace, lesson, arguments), &words, read, fits)
    }

    /// Stores the run, in place of an older one.
    pub fn write(&self, workspace: &Workspace, lesson: &Lesson) -> Result<PathBuf> {
        let path = Self::path(workspace, lesson, &self.arguments);
        stored::write(&path, self.text(lesson))?;
        Ok(path)
    }

    /// As it is stored: an array, one line a line.
    fn text(&self, lesson: &Lesson) -> String {
        let first = json!({
            "lesson": lesson.name, "arguments": self.arguments.0, "date": self.origin.date,
            "cores": self.origin.cores, "system": self.origin.system, "python": self.python, "source": self.source,
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
            origin: Origin {
                date: text_of("date")?,
                cores: first["cores"].as_u64().context("it has no cores")?,
                system: text_of("system")?,
            },
            python: text_of("python")?,
            source: text_of("source")?,
            said: said.collect::<Result<_>>()?,
        })
    }
}

/// Whether the file can be such a run, by its name.
pub fn is_one(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.ends_with(".python.json"))
}

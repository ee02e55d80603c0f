//! An exercise: what its `exercise.toml` tells the reader, and how far the reader is.

use std::fs;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use toml::{Table, Value as Toml};

/// How hard an exercise can be.
pub const STARS: RangeInclusive<i64> = 1..=3;

/// One exercise.
#[derive(Clone, Debug)]
pub struct Exercise {
    /// `TOPIC/NAME`.
    pub name: String,
    folder: PathBuf,
}

/// What a reader is told about an exercise.
#[derive(Debug, PartialEq, Eq)]
pub struct Task {
    /// As the card is headed.
    pub title: String,
    /// Markdown.
    pub task: String,
    /// One of [`STARS`].
    pub stars: i64,
    /// Markdown, one step more in each.
    pub hints: Vec<String>,
}

impl Exercise {
    /// The exercise in this folder.
    pub fn new(name: &str, folder: PathBuf) -> Self {
        Exercise { name: name.to_owned(), folder }
    }

    /// Path of the learner's file from the course's folder.
    pub fn path(&self) -> String {
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

    /// What its `exercise.toml` tells the reader.
    pub fn task(&self) -> Result<Task> {
        let path = self.folder.join("exercise.toml");
        let read = || Task::read(&fs::read_to_string(&path)?);
        read().with_context(|| format!("mend {}", self.path().replace("exercise.rs", "exercise.toml")))
    }
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
}

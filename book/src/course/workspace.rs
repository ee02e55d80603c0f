//! The course's folder: where the lessons, the chapters and the runs are.

use std::path::{Path, PathBuf};
use std::{env, fmt, fs};

use anyhow::{Context, Result, ensure};
use shared::stage::in_a_line;

use crate::course::exercise::Exercise;
use crate::course::files::is_plain;
use crate::course::lesson::Lesson;

/// The course's folder. Found from the current folder, so that the program serves whichever copy of
/// the course the reader stands in.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
}

/// Bad input, and not a failure: exit status 2.
#[derive(Debug)]
pub struct Bad(pub String);

impl fmt::Display for Bad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Bad {}

impl Workspace {
    /// The folder that holds both `book/book.toml` and `lessons`: this one, or one above it.
    pub fn find() -> Result<Self> {
        let here = env::current_dir().context("cannot tell the current folder")?;
        let root = here.ancestors().find(|folder| is_course(folder));
        let root = root.ok_or_else(|| {
            let here = in_a_line(&here.to_string_lossy());
            Bad(format!("{here} is not inside the course: change to the course's folder first"))
        })?;
        Ok(Workspace { root: root.to_owned() })
    }

    /// The course that the book in this folder belongs to.
    pub fn of_book(book: &Path) -> Result<Self> {
        let root = book.parent().unwrap_or(book);
        ensure!(is_course(root), "{} is not the book of a course with lessons beside it", book.display());
        Ok(Workspace { root: root.to_owned() })
    }

    /// The course's folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder that mdBook calls the book's root.
    pub fn book(&self) -> PathBuf {
        self.root.join("book")
    }

    /// Where the recorded runs are.
    pub fn runs(&self) -> PathBuf {
        self.book().join("runs")
    }

    /// All lessons, by name.
    pub fn lessons(&self) -> Result<Vec<Lesson>> {
        let folder = self.root.join("lessons");
        let mut names = Vec::new();
        for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            names.extend(entry?.file_name().into_string());
        }
        names.sort();
        Ok(names.iter().filter_map(|name| self.lesson(name)).collect())
    }

    /// The lesson of this name, if there is one. A name is one of a folder and can be nothing else: no
    /// path leads out of `lessons`.
    pub fn lesson(&self, name: &str) -> Option<Lesson> {
        let folder = self.root.join("lessons").join(name);
        let is_one = is_plain(name) && folder.join("Cargo.toml").is_file();
        is_one.then(|| Lesson::new(name, folder))
    }

    /// The lesson of this name, or an error that lists which there are.
    pub fn known_lesson(&self, name: &str) -> Result<Lesson, Bad> {
        self.lesson(name).ok_or_else(|| {
            let names: Vec<_> =
                self.lessons().unwrap_or_default().into_iter().map(|lesson| lesson.name).collect();
            let (name, names) = (in_a_line(name), names.join(", "));
            Bad(format!("there is no lesson `{name}`; there are: {names}"))
        })
    }

    /// The exercise of this name, `topic/name`, if there is one; as with lessons, no path leads elsewhere.
    pub fn exercise(&self, name: &str) -> Option<Exercise> {
        let (topic, last) = name.split_once('/')?;
        let folder = self.root.join("lessons").join(topic).join("exercises").join(last);
        let is_one = is_plain(topic) && is_plain(last) && folder.join("exercise.toml").is_file();
        is_one.then(|| Exercise::new(name, folder))
    }

    /// All exercises, by name.
    pub fn exercises(&self) -> Result<Vec<Exercise>> {
        let mut names = Vec::new();
        for lesson in self.lessons()? {
            let Ok(entries) = fs::read_dir(lesson.folder().join("exercises")) else { continue };
            for entry in entries {
                names.extend(entry?.file_name().to_str().map(|name| format!("{}/{name}", lesson.name)));
            }
        }
        names.sort();
        Ok(names.iter().filter_map(|name| self.exercise(name)).collect())
    }

    /// The exercise of this name, or an error that lists which there are.
    pub fn known_exercise(&self, name: &str) -> Result<Exercise> {
        self.exercise(name).with_context(|| {
            let names: Vec<_> =
                self.exercises().unwrap_or_default().into_iter().map(|exercise| exercise.name).collect();
            let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let name = in_a_line(name);
            format!("there is no exercise `{name}`; there are: {there}")
        })
    }

    /// A path as the reader knows it: from the course's folder, with `/`.
    pub fn shown(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        path.display().to_string().replace('\\', "/")
    }

    /// The exercises that the reader has begun, as `cargo exercise` keeps them: a line for each, with its name and then words
    /// such as `passed` and `hints=2`.
    pub fn begun(&self) -> Vec<Begun> {
        let text = fs::read_to_string(self.root.join(".exercises/progress.txt")).unwrap_or_default();
        text.lines().filter_map(Begun::read).collect()
    }
}

/// What `cargo exercise` remembers of an exercise.
#[derive(Debug, PartialEq, Eq)]
pub struct Begun {
    /// `TOPIC/NAME`; the exercise may be gone.
    pub name: String,
    /// Whether it has passed once.
    pub passed: bool,
    /// How many hints were told.
    pub hints: usize,
}

impl Begun {
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let mut begun = Begun { name: words.next()?.to_owned(), passed: false, hints: 0 };
        for word in words {
            begun.passed |= word == "passed";
            if let Some(Ok(hints)) = word.strip_prefix("hints=").map(str::parse) {
                begun.hints = hints;
            }
        }
        Some(begun)
    }
}

fn is_course(folder: &Path) -> bool {
    folder.join("book/book.toml").is_file() && folder.join("lessons").is_dir()
}

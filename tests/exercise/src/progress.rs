//! Which exercises have passed, and how many hints were told.
//!
//! `.exercises/progress.txt` has a line for each exercise that was begun: its id, then words such as
//! `passed` and `hints=2`. Lines of exercises that are not there are kept: they may be on another branch, or come back.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use exercise::course::{contents, to_lock};

/// Where everything of the learner's is, from the course's folder; git ignores it.
pub const FOLDER: &str = ".exercises";

/// What is remembered of one exercise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// It has passed once.
    pub passed: bool,
    /// So many hints were told.
    pub hints: usize,
    /// What a newer runner may have written.
    other: Vec<String>,
}

/// The file.
#[derive(Clone, Debug)]
pub struct Progress {
    path: PathBuf,
}

impl Progress {
    /// Of the course in this folder.
    pub fn of(root: &Path) -> Self {
        Progress { path: root.join(FOLDER).join("progress.txt") }
    }

    /// All that is remembered, by the exercise's id. Nothing if it can't be read.
    pub fn read(&self) -> BTreeMap<String, Done> {
        self.all().unwrap_or_default()
    }

    fn all(&self) -> io::Result<BTreeMap<String, Done>> {
        let text = match contents(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            text => text?,
        };
        let text = String::from_utf8_lossy(&text);
        let lines = text.lines().filter_map(|line| line.split_once(' ').or(Some((line, ""))));
        Ok(lines
            .filter(|(id, _)| !id.is_empty())
            .map(|(id, words)| (id.to_owned(), Done::parse(words)))
            .collect())
    }

    /// What is remembered of one exercise.
    pub fn get(&self, id: &str) -> Done {
        self.read().remove(id).unwrap_or_default()
    }

    /// Changes what is remembered of one exercise. The file is replaced in one move, and under a lock: between
    /// reading and writing, another runner's change would be lost.
    pub fn update(&self, id: &str, change: impl FnOnce(&mut Done)) -> Result<()> {
        let folder = self.path.parent().expect("it is in a folder");
        fs::create_dir_all(folder).with_context(|| format!("cannot write {}", folder.display()))?;
        let turn = to_lock(&folder.join("lock")).context("cannot lock what is remembered")?;
        let _ = turn.lock(); // some network drives have no locks
        // What can't be read isn't lost yet, and would be.
        let mut all = self.all().with_context(|| format!("cannot read {}", self.path.display()))?;
        let done = all.entry(id.to_owned()).or_default();
        let before = done.clone();
        change(done);
        if *done == before {
            return Ok(());
        }
        let text: String = all.iter().map(|(id, done)| format!("{id} {}\n", done.words())).collect();
        let write = || -> Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(text.as_bytes())?;
            file.persist(&self.path)?;
            Ok(())
        };
        write().with_context(|| format!("cannot write {}", self.path.display()))
    }
}

impl Done {
    fn parse(words: &str) -> Self {
        let mut done = Done::default();
        for word in words.split_whitespace() {
            match word.strip_prefix("hints=").map(str::parse) {
                Some(Ok(hints)) => done.hints = hints,
                _ if word == "passed" => done.passed = true,
                _ => done.other.push(word.to_owned()),
            }
        }
        done
    }

    fn words(&self) -> String {
        let mut words = Vec::new();
        if self.passed {
            words.push("passed".to_owned());
        }
        if self.hints > 0 {
            words.push(format!("hints={}", self.hints));
        }
        words.extend(self.other.iter().cloned());
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let progress = Progress::of(folder.path());
        assert_eq!(progress.read(), BTreeMap::new());
        progress.update("lock/transfer", |done| done.hints = 2).expect("it is written");
        let text = "gone/away passed\nlock/transfer hints=2 starred\n";
        fs::write(&progress.path, text).expect("writable");
        progress.update("lock/transfer", |done| done.passed = true).expect("it is written");
        progress.update("a/b", |done| done.passed = true).expect("it is written");
        let text = fs::read_to_string(&progress.path).expect("it is there");
        assert_eq!(text, "a/b passed\ngone/away passed\nlock/transfer passed hints=2 starred\n");
        let files = fs::read_dir(folder.path().join(FOLDER)).expect("the folder").count();
        assert_eq!(files, 2, "nothing but the file and its lock is left");
    }

    #[test]
    fn what_cannot_be_read_is_not_lost() {
        let folder = tempfile::tempdir().expect("a folder");
        let progress = Progress::of(folder.path());
        progress.update("a/b", |done| done.passed = true).expect("it is written");
        let long = "gone/away passed\n".repeat(1 << 17);
        fs::write(&progress.path, &long).expect("writable");
        let error = progress.update("a/b", |done| done.hints = 1).expect_err("it is too long to be read");
        assert!(format!("{error:#}").contains("larger than 1 MB"), "{error:#}");
        assert_eq!(fs::read_to_string(&progress.path).expect("it is there"), long);
    }

    #[test]
    fn two_at_once_lose_no_update() {
        let folder = tempfile::tempdir().expect("a folder");
        let progress = Progress::of(folder.path());
        std::thread::scope(|threads| {
            for name in ["a/b", "c/d"] {
                let progress = &progress;
                threads.spawn(move || {
                    for _ in 0..50 {
                        progress.update(name, |done| done.hints += 1).expect("it is written");
                    }
                });
            }
        });
        assert_eq!([progress.get("a/b").hints, progress.get("c/d").hints], [50, 50]);
    }
}

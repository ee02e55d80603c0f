//! Whether an exercise is as its author left it.
//!
//! `tests/exercise/seals.txt` has a line for each exercise: its id, and a hash of `checks.rs`, of
//! `exercise.toml` and of `exercise.rs` as it comes. The first two are asked before an answer is judged,
//! so that none passes because its checks were changed or emptied; the third tells whether anybody has begun.
//! `tests/exercise/starts` has a copy of each `exercise.rs` as it comes, for `cargo exercise reset`: a course that came as
//! an archive has no git to ask.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, Result, ensure};
use sha2::{Digest, Sha256};

use crate::course::{Course, Exercise, contents};

/// Where the seals are, from the course's folder.
pub const FILE: &str = "tests/exercise/seals.txt";

/// Where each `exercise.rs` is as it comes, from the course's folder.
const STARTS: &str = "tests/exercise/starts";

const HEAD: &str = "\
# Hashes of each exercise's checks.rs, exercise.toml and exercise.rs as it comes.
# Written by `cargo exercise seal`, for those who write exercises.
";

/// The hashes of one exercise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    checks: String,
    declared: String,
    /// Of `exercise.rs` as it comes.
    start: String,
}

impl Seal {
    /// Of the files as they are.
    fn of(exercise: &Exercise) -> Result<Self> {
        let hash = |name: &str| {
            let read = hash_of(&exercise.folder.join(name));
            read.with_context(|| format!("cannot read {name} of {}", exercise.id))
        };
        Ok(Seal { checks: hash("checks.rs")?, declared: hash("exercise.toml")?, start: hash("exercise.rs")? })
    }

    /// Whether an exercise has the checks that are sealed.
    pub(crate) fn fits(&self, exercise: &Exercise) -> bool {
        let is =
            |name: &str, sealed: &str| hash_of(&exercise.folder.join(name)).is_ok_and(|hash| hash == sealed);
        is("checks.rs", &self.checks) && is("exercise.toml", &self.declared)
    }
}

/// All seals of the course in this folder, by the exercise's id.
pub fn read(root: &Path) -> Result<BTreeMap<String, Seal>> {
    let text = fs::read_to_string(root.join(FILE)).with_context(|| format!("cannot read {FILE}"))?;
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| match line.split_whitespace().collect::<Vec<_>>()[..] {
            [id, checks, declared, start] => {
                let [checks, declared, start] = [checks, declared, start].map(str::to_owned);
                Ok((id.to_owned(), Seal { checks, declared, start }))
            }
            _ => anyhow::bail!("{FILE}: {line:?} is no seal"),
        })
        .collect()
}

/// Writes the seals of all exercises as they are now, and the copies of their starts.
pub fn write(course: &Course) -> Result<()> {
    let mut text = HEAD.to_owned();
    let mut exercises: Vec<_> = course.exercises.iter().chain(&course.elsewhere).collect();
    exercises.sort_by(|a, b| a.id.cmp(&b.id));
    let mut starts = Vec::new();
    for exercise in exercises {
        let Seal { checks, declared, start } = Seal::of(exercise)?;
        let _ = writeln!(text, "{} {checks} {declared} {start}", exercise.id);
        starts.push((start_of(course, exercise), contents(&exercise.file())?));
    }
    match fs::remove_dir_all(course.root.join(STARTS)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot write {STARTS}"));
        }
        _ => {}
    }
    for (path, start) in starts {
        let write = fs::create_dir_all(path.parent().expect("it is in a folder"));
        write.and_then(|()| fs::write(&path, start)).with_context(|| format!("cannot write {STARTS}"))?;
    }
    let path = course.root.join(FILE);
    fs::create_dir_all(path.parent().expect("it is in a folder"))?;
    fs::write(path, text).with_context(|| format!("cannot write {FILE}"))
}

/// Asks that `checks.rs` and `exercise.toml` are as they were sealed. The error says what to do.
pub fn ensure_whole(course: &Course, exercise: &Exercise) -> Result<()> {
    let seals = read(&course.root)?;
    let seal = seals.get(&exercise.id);
    for (name, sealed) in
        [("checks.rs", seal.map(|seal| &seal.checks)), ("exercise.toml", seal.map(|seal| &seal.declared))]
    {
        let path = exercise.folder.join(name);
        ensure!(
            sealed.is_some() && hash_of(&path).ok().as_ref() == sealed,
            "{0} has been changed, and an answer is judged only by the checks that its author wrote. \
             `git checkout {0}` brings them back. (If you write exercises: `cargo exercise seal`.)",
            course.shown(&path),
        );
    }
    Ok(())
}

/// Whether `exercise.rs` is still, or again, as it comes.
pub fn is_start(course: &Course, exercise: &Exercise) -> bool {
    let start =
        read(&course.root).ok().and_then(|seals| seals.get(&exercise.id).map(|seal| seal.start.clone()));
    start.is_some() && hash_of(&exercise.file()).ok() == start
}

/// `exercise.rs` as it comes.
pub fn start(course: &Course, exercise: &Exercise) -> Result<Vec<u8>> {
    let path = start_of(course, exercise);
    let sealed = read(&course.root)?.remove(&exercise.id).map(|seal| seal.start);
    let start = contents(&path).ok().filter(|start| Some(hash(start)) == sealed);
    let shown = exercise.shown();
    start.with_context(|| format!("there is no copy of the original {shown}, so it can't be restored"))
}

fn start_of(course: &Course, exercise: &Exercise) -> PathBuf {
    course.root.join(STARTS).join(&exercise.topic).join(format!("{}.rs", exercise.name))
}

fn hash_of(path: &Path) -> io::Result<String> {
    Ok(hash(&contents(path)?))
}

/// Half a SHA-256, which is enough to tell files apart; git may have changed the ends of lines.
pub fn hash(text: &[u8]) -> String {
    let mut hash = Sha256::new();
    for (at, &byte) in text.iter().enumerate() {
        if byte != b'\r' || text.get(at + 1) != Some(&b'\n') {
            hash.update([byte]);
        }
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_lines_make_no_difference_and_all_else_does() {
        assert_eq!(hash(b"a\r\nb\n"), hash(b"a\nb\n"));
        assert_ne!(hash(b"a\rb\n"), hash(b"ab\n"));
        assert_ne!(hash(b"a\nb\n"), hash(b"a\nb"));
    }
}

//! The current exercise, for rust-analyzer.
//!
//! An exercise belongs to no package, so rust-analyzer would know nothing of it: no completion, no types, no
//! errors. This writes a package for one exercise at a time, beside a workspace that is in the tree and that the settings of
//! the editors name. With all exercises at once, the errors of those that nobody has begun would hide the ones that matter.
//!
//! The package is plain Rust: the real `std` and crates, and none that stand in for them.

use std::path::PathBuf;
use std::time::Duration;
use std::{fs, thread};

use anyhow::{Context, Result};
use toml::{Table, Value as Toml};

use crate::compile::{Own, PROCESSES, keep};
use crate::course::{Course, Exercise, Kind};

/// The workspace that the editors' settings name, from the course's folder.
const FOLDER: &str = "tests/exercise/editor";

/// What an exercise of threads may use.
const THREADS: &[&str] = &["anyhow", "atomic-wait", "crossbeam-channel", "parking_lot"];

/// rust-analyzer begins to watch a new folder by then. It never hears of a file that was put there before, and so knows nothing
/// of the first exercise until the second one.
const NOTICED: Duration = Duration::from_millis(200);

/// Makes this exercise the one that rust-analyzer knows. Does nothing in a course without the workspace for it, or
/// if it is the one already.
pub fn follow(course: &Course, exercise: &Exercise) -> Result<()> {
    let folder = course.root.join(FOLDER);
    if !folder.join("Cargo.toml").is_file() {
        return Ok(());
    }
    let own = Own::find()?;
    let manifest = manifest(&own, exercise)?;
    own.lock(&folder)?;
    let package = folder.join("packages/current");
    if !package.is_dir() {
        fs::create_dir_all(&package).with_context(|| format!("cannot make {}", package.display()))?;
        thread::sleep(NOTICED);
    }
    // Last: a manifest that has come or changed is what makes rust-analyzer ask cargo again.
    keep(&package.join("Cargo.toml"), manifest.as_bytes())?;
    Ok(())
}

fn manifest(own: &Own, exercise: &Exercise) -> Result<String> {
    let (target, dependencies) = match exercise.kind {
        Kind::Threads => ("lib", THREADS),
        Kind::Processes => ("bin", PROCESSES),
    };
    let dependencies: Vec<_> = dependencies.iter().map(|&name| (name, name)).collect();
    // From the package, so that the course may be moved to another folder.
    let path = PathBuf::from("../../../../..").join(exercise.shown());
    let path = path.to_str().context("an exercise has a plain name")?;
    let package = Table::from_iter([
        ("name".to_owned(), "current".into()),
        ("version".to_owned(), "0.0.0".into()),
        ("edition".to_owned(), "2024".into()),
        ("publish".to_owned(), false.into()),
    ]);
    let answer =
        Table::from_iter([("name".to_owned(), Toml::from("exercise")), ("path".to_owned(), path.into())]);
    let answer = match exercise.kind {
        Kind::Threads => answer.into(),
        Kind::Processes => Toml::from(vec![Toml::from(answer)]),
    };
    let manifest = Table::from_iter([
        ("package".to_owned(), package.into()),
        ("dependencies".to_owned(), own.dependencies(&dependencies)?.into()),
        (target.to_owned(), answer),
    ]);
    Ok(manifest.to_string())
}

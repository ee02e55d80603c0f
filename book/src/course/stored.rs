//! What all that is recorded has in common: a file in `book/runs`, and whether it still fits what it was recorded of.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Error, Result};

use crate::course::workspace::Workspace;

/// A recorded thing: where it is stored, and whether it can be shown.
#[derive(Debug)]
pub struct Stored<T> {
    /// Its file, whether it is there or not.
    pub path: PathBuf,
    /// What is in the file.
    pub fit: Fit<T>,
    /// What is wrong with it and how to mend it, if anything is.
    pub problem: Option<String>,
}

/// Whether what is recorded belongs to its source as it is now.
#[derive(Debug)]
pub enum Fit<T> {
    /// It does.
    Fits(T),
    /// The source was changed after it was recorded.
    Old(T),
    /// It was never recorded.
    Missing,
    /// There is a file, and no such thing in it; why.
    Unreadable(Error),
}

/// What is recorded, in the words of an error.
pub struct Words<'a> {
    /// What it is, as `the recorded run`.
    pub this: &'a str,
    /// What it was recorded of, as `lesson`.
    pub of: &'a str,
    /// What `cargo book record` has to be told.
    pub topic: &'a str,
}

impl<T> Stored<T> {
    /// Reads what is stored in the file. `fits` says whether its source is still the same.
    pub fn read(
        workspace: &Workspace,
        path: PathBuf,
        words: &Words<'_>,
        read: impl FnOnce(&str) -> Result<T>,
        fits: impl FnOnce(&T) -> Result<bool>,
    ) -> Result<Self> {
        let text = || fs::read_to_string(&path).context("cannot read it");
        let fit = match path.exists().then(|| read(&text()?)) {
            None => Fit::Missing,
            Some(Err(error)) => Fit::Unreadable(error),
            Some(Ok(it)) if fits(&it)? => Fit::Fits(it),
            Some(Ok(it)) => Fit::Old(it),
        };
        let what = match &fit {
            Fit::Fits(_) => None,
            Fit::Old(_) => Some(format!("is older than its {}", words.of)),
            Fit::Missing => Some("is missing".to_owned()),
            Fit::Unreadable(error) => Some(format!("can't be used: {error:#}")),
        };
        let problem = what.map(|what| {
            let (this, path) = (words.this, workspace.shown(&path));
            format!("{this} {path} {what}: `cargo book record {}`", words.topic)
        });
        Ok(Stored { path, fit, problem })
    }
}

/// Stores a text in place of an older one, in one move: the older one is there until the new one is whole.
pub fn write(path: &Path, text: impl AsRef<[u8]>) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    let write = || -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new();
        // As every file that is made in the usual way: less what `umask` takes away.
        #[cfg(unix)]
        file.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = file.tempfile_in(folder)?;
        file.write_all(text.as_ref())?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// The files of all that is stored.
pub fn all(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let Ok(entries) = fs::read_dir(workspace.runs()) else { return Ok(Vec::new()) };
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    Ok(paths.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "json")).collect())
}

/// On what machine something was recorded, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The day, as 2026-11-22.
    pub date: String,
    /// How many cores the machine had.
    pub cores: u64,
    /// The system, as `linux`.
    pub system: String,
}

impl Origin {
    /// Here and now.
    pub fn here() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
        Origin { date: date(SystemTime::now()), cores, system: std::env::consts::OS.to_owned() }
    }
}

/// A day as 2026-11-22.
fn date(time: SystemTime) -> String {
    let whole = humantime::format_rfc3339_seconds(time).to_string();
    whole.split('T').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn days_are_right_around_leap_days_and_new_year() {
        // From `date -u -d @N +%F`.
        for (seconds, day) in [
            (0, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_709_164_800, "2024-02-29"),
            (1_767_225_599, "2025-12-31"),
            (1_767_225_600, "2026-01-01"),
            (1_795_305_600, "2026-11-22"),
        ] {
            assert_eq!(date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)), day);
        }
    }
}

//! Whether files have changed: by their names, times and lengths, which is quick enough to ask twice a
//! second and works on every file system, network drives and containers included.
//!
//! The time at which a file was written is not enough: one that is moved into place, copied with its time or taken out of
//! an archive may be older than the one before it. On Unix the system also keeps the time at which it came, which nobody
//! can set.

use std::collections::hash_map::DefaultHasher;
use std::fmt::{self, Display};
use std::fs::{self, Metadata};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The state of some files. Equal as long as none was changed, added or removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp(u64);

impl Stamp {
    /// The state of these files, and of all files in these folders. What is missing is a state too.
    pub fn of(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        Self::of_all_but(paths, &[])
    }

    /// The same, without the files and folders of these names.
    pub fn of_all_but(paths: impl IntoIterator<Item = PathBuf>, left_out: &[&str]) -> Self {
        let mut hasher = DefaultHasher::new();
        paths.into_iter().for_each(|path| stamp(&path, left_out, &mut hasher));
        Stamp(hasher.finish())
    }

    /// This state together with that of one more file.
    pub fn and(self, path: &Path) -> Self {
        let mut hasher = DefaultHasher::new();
        self.0.hash(&mut hasher);
        stamp(path, &[], &mut hasher);
        Stamp(hasher.finish())
    }
}

impl Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

fn stamp(path: &Path, left_out: &[&str], hasher: &mut DefaultHasher) {
    if path.file_name().is_some_and(|name| left_out.iter().any(|left_out| name == *left_out)) {
        return;
    }
    let Some((metadata, came)) = looked_up(path) else { return };
    path.hash(hasher);
    if metadata.is_dir() {
        let mut entries: Vec<_> =
            fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| stamp(entry, left_out, hasher));
    } else {
        metadata.len().hash(hasher);
        metadata.modified().ok().hash(hasher);
        came.hash(hasher);
    }
}

/// What is known of a file or folder, and when it came to be what it is: for a link, also when it came to lead there.
fn looked_up(path: &Path) -> Option<(Metadata, Option<SystemTime>)> {
    let own = fs::symlink_metadata(path).ok()?;
    let own_came = came(&own);
    let metadata = if own.is_symlink() { fs::metadata(path).ok()? } else { own };
    let came = came(&metadata).max(own_came);
    Some((metadata, came))
}

/// When something came to be what it is.
#[cfg(unix)]
fn came(metadata: &Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt;

    let since = Duration::new(metadata.ctime().try_into().ok()?, metadata.ctime_nsec().try_into().ok()?);
    SystemTime::UNIX_EPOCH.checked_add(since)
}

/// Elsewhere, what is known of it is when this file was made: a copy has the time of its original.
#[cfg(not(unix))]
fn came(metadata: &Metadata) -> Option<SystemTime> {
    metadata.created().ok()
}

/// Gives the file, or each in the folder, that came later than it was written the time of now: cargo compiles what is newer than
/// what it made, and looks at nothing else. A file that can't be changed stays as it is.
pub fn freshen(path: &Path) {
    let Some((metadata, came)) = looked_up(path) else { return };
    if metadata.is_dir() {
        fs::read_dir(path).into_iter().flatten().flatten().for_each(|entry| freshen(&entry.path()));
    } else if metadata.is_file()
        && let (Ok(written), Some(came)) = (metadata.modified(), came)
        && came.duration_since(written).is_ok_and(|later| later > TICK)
    {
        let file = fs::File::options().append(true).open(path);
        let _ = file.and_then(|file| file.set_modified(SystemTime::now()));
    }
}

/// A file that was written in its place has the same time twice, give or take the clock's own steps.
const TICK: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_change_shows() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("a.md");
        let now = || Stamp::of([folder.path().to_owned()]);
        let mut seen = vec![now()];
        let mut changed = |what: &str| {
            let stamp = now();
            assert!(!seen.contains(&stamp), "{what}");
            assert_eq!(stamp, now(), "{what}: and nothing since");
            seen.push(stamp);
        };
        fs::write(&file, "one").expect("writable");
        changed("a new file");
        fs::write(&file, "one, two").expect("writable");
        changed("other content");
        fs::rename(&file, folder.path().join("b.md")).expect("renamed");
        changed("another name");
        fs::create_dir(folder.path().join("deep")).expect("writable");
        changed("a new folder");
        fs::write(folder.path().join("deep/c.md"), "").expect("writable");
        changed("a new file in it");
        // As `mv` of a backup or `tar x` does it: the same length and the same time.
        let written =
            fs::metadata(file.with_file_name("b.md")).and_then(|b| b.modified()).expect("it is there");
        fs::write(&file, "two, one").expect("writable");
        fs::File::options()
            .append(true)
            .open(&file)
            .and_then(|file| file.set_modified(written))
            .expect("ours");
        fs::rename(&file, folder.path().join("b.md")).expect("moved");
        changed("another file of the same length and time");
        let but_one = || Stamp::of_all_but([folder.path().to_owned()], &["c.md"]);
        let before = but_one();
        fs::write(folder.path().join("deep/c.md"), "three").expect("writable");
        assert_eq!(before, but_one(), "what is left out");
        changed("what another leaves out");
    }

    /// What cargo looks at is later than what it compiled before.
    #[test]
    #[cfg(unix)]
    fn a_file_that_came_later_than_it_was_written_gets_a_new_time() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (old, own) = (folder.path().join("src/old.rs"), folder.path().join("src/own.rs"));
        fs::create_dir(folder.path().join("src")).expect("writable");
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        fs::write(&own, "").expect("writable");
        let written = fs::metadata(&own).and_then(|own| own.modified()).expect("it is there");
        fs::write(&old, "").expect("writable");
        fs::File::options().append(true).open(&old).and_then(|old| old.set_modified(long_ago)).expect("ours");
        freshen(folder.path());
        let time = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).expect("it is there");
        assert!(time(&old) >= written, "it came now");
        assert_eq!(time(&own), written, "it is as new as it says");
    }
}

//! Whether files have changed: by their names, times and lengths, which is quick enough to ask twice a
//! second and works on every file system, network drives and containers included.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

/// The state of some files. Equal as long as none was changed, added or removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp(u64);

impl Stamp {
    /// The state of these files, and of all files in these folders. What is missing is a state too.
    pub fn of(paths: impl IntoIterator<Item = PathBuf>) -> Self {
        Self::of_all_but(paths, "")
    }

    /// The same, without the files of one name.
    pub fn of_all_but(paths: impl IntoIterator<Item = PathBuf>, left_out: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        paths.into_iter().for_each(|path| stamp(&path, left_out, &mut hasher));
        Stamp(hasher.finish())
    }

    /// This state together with that of one more file.
    pub fn and(self, path: &Path) -> Self {
        let mut hasher = DefaultHasher::new();
        self.0.hash(&mut hasher);
        stamp(path, "", &mut hasher);
        Stamp(hasher.finish())
    }
}

fn stamp(path: &Path, left_out: &str, hasher: &mut DefaultHasher) {
    if path.file_name().is_some_and(|name| name == left_out) {
        return;
    }
    let Ok(metadata) = fs::metadata(path) else { return };
    path.hash(hasher);
    if metadata.is_dir() {
        let mut entries: Vec<_> =
            fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        entries.sort();
        entries.iter().for_each(|entry| stamp(entry, left_out, hasher));
    } else {
        metadata.len().hash(hasher);
        metadata.modified().ok().hash(hasher);
    }
}

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
        let but_one = || Stamp::of_all_but([folder.path().to_owned()], "c.md");
        let before = but_one();
        fs::write(folder.path().join("deep/c.md"), "three").expect("writable");
        assert_eq!(before, but_one(), "what is left out");
        changed("what another leaves out");
    }
}

//! A folder for the time that this program runs. Killed, the program can't remove it: the next one does.

use std::fs::{self, File};
use std::path::Path;
use std::{env, io};

use tempfile::TempDir;

/// What the folders' names begin with.
const PREFIX: &str = "book-";

/// A file in the folder that is locked as long as the program lives that the folder is for. The system lets go
/// of the lock however the program ends.
const LOCK: &str = "cargo-book.lock";

/// A folder that is gone when this is dropped.
pub struct Scratch {
    folder: TempDir,
    _lock: File,
}

impl Scratch {
    /// A new one. Removes what programs have left behind that were killed.
    pub fn new() -> io::Result<Self> {
        let all = env::temp_dir();
        remove_left(&all);
        Self::new_in(&all)
    }

    fn new_in(all: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(all)?;
        // Locked before it has its name: a lock file that nobody holds is a dead program's.
        let unnamed = folder.path().join("new");
        let lock = File::create_new(&unnamed)?;
        lock.lock()?;
        fs::rename(unnamed, folder.path().join(LOCK))?;
        Ok(Scratch { folder, _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes the folders whose programs are dead. One that can't be removed only costs room.
fn remove_left(all: &Path) {
    for entry in fs::read_dir(all).into_iter().flatten().flatten() {
        let is_one = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX));
        if is_one && is_left(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_left(folder: &Path) -> bool {
    // Not through a link: what it leads to is somebody else's.
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|metadata| metadata.is_dir());
    let lock = File::options().write(true).open(folder.join(LOCK));
    is_folder && lock.is_ok_and(|lock| lock.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_dead_program_left_is_removed() {
        let all = tempfile::tempdir().expect("a temporary folder");
        let live = Scratch::new_in(all.path()).expect("a folder");
        let dead = all.path().join("book-dead");
        let others = ["book-notes", "other"].map(|name| all.path().join(name));
        for folder in others.iter().chain([&dead]) {
            fs::create_dir_all(folder.join("1")).expect("writable");
        }
        fs::write(dead.join(LOCK), "").expect("writable");
        fs::write(others[1].join(LOCK), "").expect("writable");
        #[cfg(unix)]
        std::os::unix::fs::symlink(&others[1], all.path().join("book-link")).expect("a link");
        remove_left(all.path());
        assert!(!dead.exists(), "its program is dead");
        assert!(live.path().join(LOCK).exists(), "its program lives");
        assert!(others.iter().all(|folder| folder.exists()), "not ours");
        assert!(others[1].join(LOCK).exists());
        let path = live.path().to_owned();
        drop(live);
        assert!(!path.exists());
    }
}

//! A file that no other program can find: what a lock locks, and what the memory of an array is.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
#[cfg(target_os = "linux")]
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

#[cfg(target_os = "linux")]
use rustix::fs::{MemfdFlags, memfd_create};

/// Makes one file of this many bytes, all 0, and opens it `N` times. The file has no name when this returns, so nothing is
/// left of it when all are closed.
///
/// `what` is a part of the name that it has in the meantime, where it needs one.
// ANCHOR: nameless
pub(super) fn nameless<const N: usize>(what: &str, length: u64) -> io::Result<[File; N]> {
    let (first, path, has_name) = new_file(what)?;
    let sized = first.set_len(length);
    // A file that is opened again has a lock of its own; a clone would share it.
    let again = || File::options().read(true).write(true).open(&path);
    let others: io::Result<Vec<File>> = (1..N).map(|_| again()).collect();
    if has_name {
        fs::remove_file(&path)?;
    }
    sized?;
    let mut files = [first].into_iter().chain(others?);
    Ok(std::array::from_fn(|_| files.next().expect("one was opened for each")))
}
// ANCHOR_END: nameless

/// A new file, a path that opens it again, and whether that path is a name, to be removed.
fn new_file(what: &str) -> io::Result<(File, PathBuf, bool)> {
    #[cfg(target_os = "linux")]
    if let Some((file, path)) = file_without_a_name(what) {
        return Ok((file, path, false));
    }
    named_file(what).map(|(file, path)| (file, path, true))
}

/// A file that nobody had, and its name. A process that is killed before it removes the name leaves the file behind.
fn named_file(what: &str) -> io::Result<(File, PathBuf)> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    loop {
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("lesson-{what}-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        match options.open(&path) {
            // Left behind by a process that had this id.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(io::Error::new(error.kind(), format!("{}: {error}", path.display()))),
            Ok(file) => return Ok((file, path)),
        }
    }
}

/// A file in memory, and a path that opens it again: a process that is killed here leaves nothing behind. `None` where
/// there is no `/proc`.
#[cfg(target_os = "linux")]
fn file_without_a_name(what: &str) -> Option<(File, PathBuf)> {
    let file = File::from(memfd_create(what, MemfdFlags::CLOEXEC).ok()?);
    let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    path.exists().then_some((file, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_left_behind_is_in_nobodys_way() {
        let path = |n| std::env::temp_dir().join(format!("lesson-lock-{}-{n}", std::process::id()));
        // Other tests make files as well: whichever number comes next is taken.
        let left: Vec<_> = (0..100).filter(|&n| File::create_new(path(n)).is_ok()).collect();
        let made = named_file("lock");
        left.into_iter().for_each(|n| fs::remove_file(path(n)).expect("it was left"));
        let (_file, name) = made.expect("there are other names");
        fs::remove_file(name).expect("it is a new one");
    }
}

//! Where PostgreSQL's programs are on this machine.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The folder with `initdb` and `postgres`. Debian and Homebrew keep it off the `PATH`.
pub fn programs() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path);
    let debian = newest_first("/usr/lib/postgresql", "");
    let homebrew = ["/opt/homebrew/opt", "/usr/local/opt"]
        .map(|place| newest_first(place, "postgresql"))
        .into_iter()
        .flatten();
    on_path.chain(debian).chain(homebrew).find(|folder| {
        ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
    })
}

fn newest_first(place: impl AsRef<Path>, name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    let named = entries.filter(|it| it.file_name().to_string_lossy().starts_with(name));
    let mut folders: Vec<_> = named.map(|it| it.path().join("bin")).collect();
    folders.sort();
    folders.reverse();
    folders
}

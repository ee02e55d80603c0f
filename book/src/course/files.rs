//! Files and their names.

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Whether it can be the name of one folder, and nothing else.
pub fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.bytes().all(plain)
}

/// All files in a folder and the folders in it, in no order.
pub fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_in(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

/// Tells one state of these files from any other. Their names count from the folder.
pub fn fingerprint(folder: &Path, files: Vec<PathBuf>) -> Result<String> {
    let mut named = Vec::new();
    for path in files {
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.strip_prefix(folder).unwrap_or(&path);
        named.push((name.display().to_string().replace('\\', "/"), bytes));
    }
    named.sort();
    let mut hash = Sha256::new();
    for (name, bytes) in named {
        // With its lengths, so that no file can pass for the end of the one before.
        hash.update(format!("{} {name} {}\n", name.len(), bytes.len()));
        hash.update(bytes);
    }
    // Half of it is enough to tell sources apart, and reads better in a diff.
    Ok(hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

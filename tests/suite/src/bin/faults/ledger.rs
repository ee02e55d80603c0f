//! What processes did, in files that survive them: a line is one write to a file opened for appending.
//!
//! A process that is killed may leave a part of its line, if that goes over the end of a page. So a line
//! begins with a line break, and one that doesn't end with a full stop was never written.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};

use anyhow::Result;

/// Adds a line. It is there, or it is not.
pub fn append(ledger: &str, line: &str) {
    let file = File::options().append(true).create(true).open(ledger);
    let written = file.and_then(|mut file| file.write_all(format!("\n{line}.").as_bytes()));
    written.expect("the folder of this run takes a line");
}

/// All lines so far; none if nobody has written one.
pub fn lines(ledger: &str) -> Result<Vec<String>> {
    match fs::read_to_string(ledger) {
        Ok(text) => Ok(text.lines().filter_map(|line| line.strip_suffix('.')).map(str::to_owned).collect()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// How often each line is there.
pub fn counts(ledger: &str) -> Result<BTreeMap<String, u32>> {
    let mut counts = BTreeMap::new();
    for line in lines(ledger)? {
        *counts.entry(line).or_default() += 1;
    }
    Ok(counts)
}

/// Empties it.
pub fn clear(ledger: &str) -> Result<()> {
    match fs::remove_file(ledger) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

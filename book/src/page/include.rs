//! What `{{#include FILE:ANCHOR}}` asks for, looked up before mdBook does: mdBook only logs a missing
//! file or anchor, and leaves a hole in the page.

use std::fs;
use std::path::Path;

/// Checks that the file and the anchor or the lines are there. `folder` is the chapter's.
///
/// The error says what is missing and what there is instead.
pub fn check(folder: &Path, argument: &str) -> Result<(), String> {
    let target = argument.split_whitespace().next().unwrap_or_default();
    let (file, part) = target.split_once(':').unwrap_or((target, ""));
    let text = match fs::read_to_string(folder.join(file)) {
        Ok(text) => text,
        Err(error) => {
            return Err(format!(
                "cannot read {file}: {error}; correct the path, which begins at the chapter's folder"
            ));
        }
    };
    // mdBook's own reading: a first part that is neither a number nor empty is the name of an anchor.
    match part.split(':').next() {
        None | Some("") => Ok(()),
        Some(number) if number.parse::<usize>().is_ok() => check_line(file, &text, number),
        Some(anchor) => check_anchor(file, &text, anchor),
    }
}

fn check_line(file: &str, text: &str, number: &str) -> Result<(), String> {
    let lines = text.lines().count();
    match number.parse() {
        Ok(number) if (1..=lines).contains(&number) => Ok(()),
        _ => Err(format!("{file} has no line {number}: it has {lines} lines")),
    }
}

fn check_anchor(file: &str, text: &str, anchor: &str) -> Result<(), String> {
    let begins: Vec<_> = text.lines().filter_map(|line| marked(line, "ANCHOR:")).collect();
    if !begins.contains(&anchor) {
        let there = if begins.is_empty() { "none".to_owned() } else { begins.join(", ") };
        return Err(format!("{file} has no `ANCHOR: {anchor}`; its anchors are: {there}"));
    }
    if !text.lines().any(|line| marked(line, "ANCHOR_END:") == Some(anchor)) {
        return Err(format!("{file} has no `ANCHOR_END: {anchor}`, so its piece would never end"));
    }
    Ok(())
}

/// The anchor's name that stands after the mark, as mdBook reads it.
fn marked<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    let (_, after) = line.split_once(mark)?;
    let after = after.trim_start();
    let end = after.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').unwrap_or(after.len());
    (end > 0).then_some(&after[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_passes_and_what_is_not_is_named() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let code = "// ANCHOR: put\nfn put() {}\n// ANCHOR_END: put\n// ANCHOR: open\n";
        fs::write(folder.path().join("main.rs"), code).expect("writable");
        let check = |argument| check(folder.path(), argument);
        for good in ["main.rs", "main.rs:put", "main.rs:2", "main.rs:2:3", "main.rs::3", "main.rs:2:"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, says) in [
            ("other.rs", "cannot read other.rs"),
            ("", "cannot read"),
            ("main.rs:pu", "no `ANCHOR: pu`; its anchors are: put, open"),
            ("main.rs:open", "no `ANCHOR_END: open`"),
            ("main.rs:5", "no line 5: it has 4 lines"),
            ("main.rs:0", "no line 0"),
        ] {
            let error = check(bad).expect_err(bad);
            assert!(error.contains(says), "{bad}: {error}");
        }
    }
}

//! `cargo book new`: a lesson of the reader's own, as a copy of one that is there.
//!
//! A copy made by hand takes along what belongs to the other lesson: its package's name, its exercises, the name of its
//! chapter. This one is whole: it has a chapter of its own, in the part of the book that is the reader's, and a run.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use shared::tell;

use crate::course::files::{files_in, is_plain};
use crate::course::lesson::Lesson;
use crate::course::stored::write;
use crate::course::workspace::{Bad, Workspace};
use crate::page::site;
use crate::record;

/// The part of `SUMMARY.md` that is the reader's. The course's own tests ask nothing of a lesson there.
const PART: &str = "# Yours";

/// A name longer than this is no name for a folder.
const LONGEST: usize = 40;

/// Makes the lesson `name` as a copy of the lesson `from`, and records its run.
pub fn new(workspace: &Workspace, name: &str, from: &str) -> Result<()> {
    let from = workspace.known_lesson(from)?;
    let chapters = site::chapters(workspace)?;
    let lesson = workspace.root().join("lessons").join(name);
    let chapter = chapters.join(format!("{name}.md"));
    ensure_free(workspace, name, &[&lesson, &chapter])?;
    let make = || -> Result<()> {
        copy(&from, name, &lesson)?;
        let model = fs::read_to_string(chapters.join(format!("{}.md", from.name))).unwrap_or_default();
        write(&chapter, first_words(name, &lesson)? + &headings(&model, &from.name, name))?;
        let summary = chapters.join("SUMMARY.md");
        let text = fs::read_to_string(&summary)
            .with_context(|| format!("cannot read {}", workspace.shown(&summary)))?;
        write(&summary, with_line(&text, &format!("- [{}]({name}.md)", title(name))))
    };
    make().inspect_err(|_| {
        // The next try finds nothing in its way.
        let _ = fs::remove_dir_all(&lesson);
        let _ = fs::remove_file(&chapter);
    })?;
    for (path, what) in [
        (&lesson.join("src/main.rs"), "your lesson, a copy of this one:"),
        (&chapter, "its chapter, in the part"),
    ] {
        let of = if path.starts_with(&chapters) { PART.trim_start_matches("# ") } else { &from.name };
        tell!("{}: {what} {of}", workspace.shown(path));
    }
    tell!("`cargo run -p lesson-{name}` runs it, and `cargo book` shows it.");
    record::record(workspace, &[name.to_owned()])
}

fn ensure_free(workspace: &Workspace, name: &str, paths: &[&Path]) -> Result<(), Bad> {
    if !is_plain(name) || !name.starts_with(|c: char| c.is_ascii_lowercase()) || name.ends_with('-') {
        return Err(Bad(format!(
            "{name:?} can't be the name of a lesson: use a-z, 0-9 and -, as in my-race"
        )));
    }
    if name.len() > LONGEST {
        return Err(Bad(format!("{name:?} is too long for a name: use at most {LONGEST} letters")));
    }
    match paths.iter().find(|path| path.symlink_metadata().is_ok()) {
        Some(path) => Err(Bad(format!("{} is there already: choose another name", workspace.shown(path)))),
        None => Ok(()),
    }
}

/// All files of the lesson but its exercises, each with the new name where the old one stood for the lesson.
fn copy(from: &Lesson, name: &str, to: &Path) -> Result<()> {
    for file in files_in(from.folder()).with_context(|| format!("cannot read lessons/{}", from.name))? {
        let path = file.strip_prefix(from.folder()).expect("it is in there");
        let begins = |folder: &str| path.starts_with(folder);
        if begins("exercises")
            || begins("target")
            || path.components().any(|part| part.as_os_str() == "__pycache__")
        {
            continue;
        }
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => renamed(&text, &from.name, name).into_bytes(),
            Err(not_text) => not_text.into_bytes(),
        };
        write(&to.join(path), bytes)?;
    }
    Ok(())
}

/// The text with the lesson's new name: as a package, as a folder, and as a chapter.
fn renamed(text: &str, old: &str, new: &str) -> String {
    ["lesson-", "lessons/", "chapters/en/"].iter().fold(text.to_owned(), |text, before| {
        let mut renamed = String::new();
        let mut rest = text.as_str();
        let wanted = format!("{before}{old}");
        while let Some(at) = rest.find(&wanted) {
            let (head, tail) = rest.split_at(at);
            let tail = &tail[wanted.len()..];
            // Not the beginning of a longer name.
            let whole = !tail.starts_with(|c: char| c == '-' || c.is_ascii_alphanumeric());
            renamed += head;
            renamed += before;
            renamed += if whole { new } else { old };
            rest = tail;
        }
        renamed + rest
    })
}

/// The chapter to begin with: each piece of the lesson that is marked, and its card.
fn first_words(name: &str, lesson: &Path) -> Result<String> {
    let source = fs::read_to_string(lesson.join("src/main.rs")).context("cannot read the lesson's source")?;
    let pieces = source.lines().filter_map(|line| line.trim().strip_prefix("// ANCHOR: ")).map(str::trim);
    let piece = |piece: &str| {
        format!("```rust\n{{{{#include ../../../lessons/{name}/src/main.rs{piece}}}}}\n```\n\n")
    };
    let mut code: String = pieces.map(|name| piece(&format!(":{name}"))).collect();
    if code.is_empty() {
        code = piece("");
    }
    let title = title(name);
    Ok(format!(
        "# {title} {{#{name}}}\n\nWhat does this lesson show? What do you expect to see?\n\n{code}{{{{#lesson {name}}}}}\n"
    ))
}

/// The sections of the other lesson's chapter, in a comment, to be put in place.
fn headings(chapter: &str, old: &str, new: &str) -> String {
    let headings = chapter.lines().filter(|line| line.starts_with("## "));
    let anchor = |heading: &str| heading.replace(&format!("{{#{old}-"), &format!("{{#{new}-"));
    let all: String = headings.map(|heading| anchor(heading) + "\n\n").collect();
    if all.is_empty() { all } else { format!("\n<!-- The sections of the chapter on `{old}`:\n\n{all}-->\n") }
}

/// `my-race` as `My race`.
fn title(name: &str) -> String {
    let words = name.replace('-', " ");
    let (first, rest) = words.split_at(1);
    first.to_uppercase() + rest
}

/// `SUMMARY.md` with a line more, in the reader's part, which comes after all other parts.
fn with_line(summary: &str, line: &str) -> String {
    let lines: Vec<_> = summary.lines().collect();
    let last = lines.iter().rposition(|line| line.trim_start().starts_with("- ["));
    let (before, after) = lines.split_at(last.map_or(lines.len(), |last| last + 1));
    let part = if summary.lines().any(|line| line.trim() == PART) { "" } else { &format!("\n{PART}\n\n") };
    let after: String = after.iter().map(|line| format!("{line}\n")).collect();
    format!("{}\n{part}{line}\n{after}", before.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_changed_where_it_stands_for_the_lesson() {
        let text = "//! A race: a race-car.\n//!     cargo run -p lesson-race -- --race\n\
                    //!     cargo run -p lesson-race-car\n//! Chapter: book/chapters/en/race.md\n";
        let renamed = renamed(text, "race", "my-race");
        assert_eq!(
            renamed,
            "//! A race: a race-car.\n//!     cargo run -p lesson-my-race -- --race\n\
             //!     cargo run -p lesson-race-car\n//! Chapter: book/chapters/en/my-race.md\n"
        );
    }

    #[test]
    fn the_readers_part_is_the_last_one() {
        let summary = "# Summary\n\n# One\n\n- [A](a.md)\n\n---\n\n[Z](z.md)\n";
        let once = with_line(summary, "- [B](b.md)");
        assert_eq!(once, "# Summary\n\n# One\n\n- [A](a.md)\n\n# Yours\n\n- [B](b.md)\n\n---\n\n[Z](z.md)\n");
        let twice = with_line(&once, "- [C](c.md)");
        assert!(twice.contains("# Yours\n\n- [B](b.md)\n- [C](c.md)\n\n---\n"), "{twice}");
    }
}

//! The lessons that are there, and their programs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use crate::deadline;

/// All lessons are built by then.
const BUILD: Duration = Duration::from_secs(1200);

/// The folder of the whole course.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("this package is tests/suite")
}

/// The topics of the course's lessons: the names of the folders in `lessons/`, without the reader's own.
pub fn topics() -> Vec<String> {
    folders().into_iter().filter(|topic| !is_own(topic)).collect()
}

/// The topics of the reader's own lessons. Of those the course asks nothing: they may be as the reader likes.
pub fn own() -> Vec<String> {
    folders().into_iter().filter(|topic| is_own(topic)).collect()
}

fn folders() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("lessons")).expect("the lessons");
    let mut topics: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().expect("a name").to_str().expect("a plain name").to_owned())
        .collect();
    topics.sort();
    topics
}

/// Whether it is the reader's. In CI, as in a fresh clone, nobody has one.
fn is_own(topic: &str) -> bool {
    static SUMMARY: OnceLock<String> = OnceLock::new();
    let read = || std::fs::read_to_string(root().join("book/chapters/en/SUMMARY.md")).expect("the summary");
    !names(SUMMARY.get_or_init(read), topic) && std::env::var_os("CI").is_none()
}

/// Whether `SUMMARY.md` names the lesson, and not in the part "Yours".
fn names(summary: &str, topic: &str) -> bool {
    let mut part = "";
    summary.lines().any(|line| {
        part = line.strip_prefix("# ").unwrap_or(part);
        part.trim() != "Yours" && line.contains(&format!("]({topic}.md)"))
    })
}

/// The folder of a lesson.
pub fn folder(topic: &str) -> PathBuf {
    root().join("lessons").join(topic)
}

/// The source of a lesson's program.
pub fn source(topic: &str) -> String {
    std::fs::read_to_string(folder(topic).join("src/main.rs"))
        .unwrap_or_else(|error| panic!("{topic}: {error}"))
}

/// Whether there is a Python twin. A lesson without one says at its head why.
pub fn has_twin(topic: &str) -> bool {
    folder(topic).join("python.py").is_file()
}

/// The programs of a lesson that the compiler refuses.
pub fn refused(topic: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder(topic).join("refused")) else { return Vec::new() };
    let mut programs: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    programs.sort();
    programs
}

/// The program of a lesson, as `cargo run` would start it. Builds all lessons, at the first call.
///
/// `cargo test` makes a package's program only for tests of the package itself, so this asks cargo.
pub fn program(topic: &str) -> &'static Path {
    static PROGRAMS: OnceLock<BTreeMap<String, PathBuf>> = OnceLock::new();
    let programs = PROGRAMS.get_or_init(build);
    let name = format!("lesson-{topic}");
    programs.get(&name).unwrap_or_else(|| panic!("there is no package {name}"))
}

fn build() -> BTreeMap<String, PathBuf> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root()).args(["build", "--quiet", "--message-format=json-render-diagnostics"]);
    for topic in topics() {
        command.args(["-p", &format!("lesson-{topic}")]);
    }
    let output = deadline::output(&mut command, BUILD).expect("cargo, which runs this test");
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "the lessons don't build");
    String::from_utf8(output.stdout)
        .expect("cargo writes UTF-8")
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|message| {
            let name = message["target"]["name"].as_str()?.to_owned();
            Some((name, PathBuf::from(message["executable"].as_str()?)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lesson_is_the_readers_if_no_part_of_the_course_names_it() {
        let summary = "# Threads\n\n- [A race](race.md)\n\n# Yours\n\n- [My race](my-race.md)\n";
        assert!(names(summary, "race"));
        assert!(!names(summary, "my-race"));
        assert!(!names(summary, "copied"));
    }
}

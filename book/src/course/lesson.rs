//! A lesson, as the book knows it: its source, its choices, and what it can be run with.

use std::fmt::{self, Display};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use shared::choice::Choice;

use crate::course::files::{files_in, fingerprint};

/// One lesson of the course.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// Name of its folder, its chapter and its run; its package is `lesson-` and this.
    pub name: String,
    folder: PathBuf,
}

impl Lesson {
    /// The lesson of this name in this folder.
    pub fn new(name: &str, folder: PathBuf) -> Self {
        Lesson { name: name.to_owned(), folder }
    }

    /// Its folder, `lessons/NAME`.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Name of its package and of its program.
    pub fn package(&self) -> String {
        format!("lesson-{}", self.name)
    }

    /// Path of its source from the course's folder.
    pub fn source_path(&self) -> String {
        format!("lessons/{}/src/main.rs", self.name)
    }

    /// Path of its Python twin from the course's folder.
    pub fn twin_path(&self) -> String {
        format!("lessons/{}/python.py", self.name)
    }

    /// What a reader can choose, as the head of its source declares it.
    pub fn choices(&self) -> Result<Vec<Choice>> {
        let path = self.folder.join("src/main.rs");
        let source =
            fs::read_to_string(path).with_context(|| format!("cannot read {}", self.source_path()))?;
        Ok(Choice::declared_in(&source))
    }

    /// The arguments worth recording: none, each flag alone, all flags together, each offered value alone.
    pub fn worth_recording(&self) -> Result<Vec<Arguments>> {
        Ok(worth_recording(&self.choices()?))
    }

    /// Tells one state of the lesson's program from any other: `Cargo.toml` and everything under `src`.
    /// The Python twin is left out, since it doesn't change what a run shows.
    pub fn fingerprint(&self) -> Result<String> {
        let mut files = files_in(&self.folder.join("src"))
            .with_context(|| format!("cannot read lessons/{}/src", self.name))?;
        files.push(self.folder.join("Cargo.toml"));
        fingerprint(&self.folder, files)
    }

    /// The same of the Python twin.
    pub fn twin_fingerprint(&self) -> Result<String> {
        fingerprint(&self.folder, vec![self.folder.join("python.py")])
    }
}

/// What a lesson is run with: flags, and choices each with its value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments(pub Vec<String>);

impl Arguments {
    /// The name of a file of a lesson that was run with these: `pool.kill` and an extension.
    pub fn file(&self, lesson: &str, extension: &str) -> String {
        let slug = self.slug();
        let dot = if slug.is_empty() { "" } else { "." };
        format!("{lesson}{dot}{slug}.{extension}")
    }

    /// The arguments joined, without dashes at their heads.
    fn slug(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
        let words = self.0.iter().map(|argument| argument.trim_start_matches('-'));
        words.collect::<Vec<_>>().join("-").chars().map(plain).collect()
    }

    /// Whether a page may run a lesson with these: only what the lesson declares, each choice once, and
    /// only values that the page offers. The error says which is wrong.
    pub fn allowed_by(&self, choices: &[Choice]) -> Result<(), String> {
        let mut arguments = self.0.iter();
        let mut given = Vec::new();
        while let Some(argument) = arguments.next() {
            let choice = choices.iter().find(|choice| choice.name == *argument);
            let choice = choice.ok_or_else(|| format!("the lesson declares no argument {argument:?}"))?;
            if given.contains(&argument) {
                return Err(format!("{argument} is given twice"));
            }
            given.push(argument);
            if let Some(default) = &choice.default {
                let value = arguments.next().ok_or_else(|| format!("{argument} needs a value"))?;
                if value != default && !choice.offers.contains(value) {
                    return Err(format!("{argument} is not offered with the value {value:?}"));
                }
            }
        }
        Ok(())
    }
}

impl Display for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

fn worth_recording(choices: &[Choice]) -> Vec<Arguments> {
    let flags: Vec<_> = choices.iter().filter(|choice| choice.default.is_none()).collect();
    let mut all = vec![Arguments::default()];
    all.extend(flags.iter().map(|flag| Arguments(vec![flag.name.clone()])));
    if flags.len() > 1 {
        all.push(Arguments(flags.iter().map(|flag| flag.name.clone()).collect()));
    }
    for choice in choices {
        all.extend(choice.offers.iter().map(|offer| Arguments(vec![choice.name.clone(), offer.clone()])));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "//! --kill        kill a worker\n\
        //! --retry       do the task again\n\
        //! --capacity N  room for N [default: 10; try: 1, 0.5]\n";

    fn arguments(words: &[&str]) -> Arguments {
        Arguments(words.iter().map(|&word| word.to_owned()).collect())
    }

    #[test]
    fn flags_alone_and_together_and_each_offer_are_recorded() {
        let slugs: Vec<_> = worth_recording(&Choice::declared_in(HEAD)).iter().map(Arguments::slug).collect();
        assert_eq!(slugs, ["", "kill", "retry", "kill-retry", "capacity-1", "capacity-0-5"]);
    }

    #[test]
    fn only_declared_arguments_and_offered_values_are_allowed() {
        let choices = Choice::declared_in(HEAD);
        for good in [
            &[][..],
            &["--kill"],
            &["--retry", "--kill"],
            &["--capacity", "1"],
            &["--capacity", "10", "--kill"],
        ] {
            assert_eq!(arguments(good).allowed_by(&choices), Ok(()), "{good:?}");
        }
        for bad in [
            &["--help"][..],
            &["--kill=1"],
            &["--kill", "--kill"],
            &["--capacity"],
            &["--capacity", "2"],
            &["--capacity", "--kill"],
            &["--capacity=1"],
            &["1"],
            &[""],
            &["--role", "put"],
        ] {
            assert!(arguments(bad).allowed_by(&choices).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_changed_or_renamed_or_new_file_changes_the_fingerprint() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("it is inside")).expect("writable");
            fs::write(path, text).expect("writable");
        };
        let lesson = Lesson::new("trial", folder.path().to_owned());
        let fingerprint = || lesson.fingerprint().expect("readable");
        write("Cargo.toml", "[package]");
        write("src/main.rs", "fn main() {}");
        write("python.py", "pass");
        let mut seen = vec![fingerprint()];
        write("python.py", "pass # more");
        assert_eq!(fingerprint(), seen[0], "the Python twin is no part of it");
        write("src/main.rs", "fn main() { }");
        seen.push(fingerprint());
        write("src/part/deep.rs", "");
        seen.push(fingerprint());
        fs::rename(folder.path().join("src/part/deep.rs"), folder.path().join("src/part/deeper.rs"))
            .expect("renamed");
        seen.push(fingerprint());
        write("Cargo.toml", "[package] ");
        seen.push(fingerprint());
        let distinct: std::collections::HashSet<_> = seen.iter().collect();
        assert_eq!(distinct.len(), seen.len(), "{seen:?}");
    }
}

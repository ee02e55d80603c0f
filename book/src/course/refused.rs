//! Why the compiler refuses a program: the first lines of its message, recorded.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::course::program::Program;
use crate::course::stored::{self, Stored, Words};
use crate::course::workspace::Workspace;

/// What the compiler said of one program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// As `rustc 1.95.0`.
    pub compiler: String,
    /// [`Program::fingerprint`] of what was compiled.
    pub source: String,
    /// The first error, up to its first note or help that stands by itself.
    pub lines: Vec<String>,
}

impl Refused {
    /// What is worth showing of a whole message.
    pub fn told(compiler: String, source: String, message: &str) -> Result<Self> {
        let apart = |line: &str| ["note:", "help:"].iter().any(|word| line.starts_with(word));
        let first = message.lines().take_while(|line| !line.is_empty() && !apart(line));
        let mut lines: Vec<_> = first.map(str::to_owned).collect();
        // The bar that leads to what was left out.
        while lines.last().is_some_and(|line| line.trim() == "|") {
            lines.pop();
        }
        ensure!(
            lines.first().is_some_and(|line| line.starts_with("error[")),
            "no error with a code is told first: {message}"
        );
        Ok(Refused { compiler, source, lines })
    }

    /// What is stored of a program.
    pub fn of(workspace: &Workspace, program: &Program) -> Result<Stored<Self>> {
        let words = Words { this: "the compiler's message", of: "program", topic: &program.topic };
        let fits = |refused: &Self| Ok(refused.source == program.fingerprint(workspace)?);
        Stored::read(workspace, program.record_path(workspace), &words, Self::read, fits)
    }

    /// Stores it, in place of an older one.
    pub fn write(&self, workspace: &Workspace, program: &Program) -> Result<PathBuf> {
        let data = json!({"compiler": self.compiler, "source": self.source, "lines": self.lines});
        let path = program.record_path(workspace);
        stored::write(&path, format!("{data:#}\n"))?;
        Ok(path)
    }

    fn read(text: &str) -> Result<Self> {
        let data: Value = serde_json::from_str(text)?;
        let text_of =
            |key: &str| data[key].as_str().map(str::to_owned).with_context(|| format!("it has no {key}"));
        let lines = data["lines"].as_array().context("it has no lines")?;
        let lines: Vec<_> = lines.iter().filter_map(|line| Some(line.as_str()?.to_owned())).collect();
        ensure!(!lines.is_empty(), "it has no lines");
        Ok(Refused { compiler: text_of("compiler")?, source: text_of("source")?, lines })
    }
}

/// Whether the file can be such a record, by its name.
pub fn is_one(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.ends_with(".refused.json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(message: &str) -> Option<Vec<String>> {
        Refused::told("rustc".into(), "0".into(), message).ok().map(|refused| refused.lines)
    }

    #[test]
    fn the_message_ends_before_its_first_note() {
        let error = ["error[E0277]: no", " --> a.rs:1:1", "  |", "1 | a", "  | ^ no", "  |"];
        let note = "note: required by a bound\n --> /somewhere/std.rs:1:1\n\nerror: aborting\n";
        assert_eq!(lines(&format!("{}\n{note}", error.join("\n"))).expect("an error"), error[..5]);
        let help = "  = help: the trait is not implemented";
        assert_eq!(lines(&format!("{}\n{help}\n{note}", error.join("\n"))).expect("an error")[6], help);
        assert_eq!(lines("error[E0382]: no\n\nerror[E0373]: no\n").expect("an error"), ["error[E0382]: no"]);
    }

    #[test]
    fn what_has_no_code_is_no_message_to_show() {
        for message in ["", "\n", "warning: unused\n\nerror[E0382]: no\n", "error: expected `;`\n"] {
            assert_eq!(lines(message), None, "{message:?}");
        }
    }
}

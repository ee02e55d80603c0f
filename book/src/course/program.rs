//! Small programs that a chapter shows with what the explorer, or the compiler, says of them.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::course::files::{fingerprint, is_plain};
use crate::course::workspace::Workspace;

/// The topic of the programs on the page about the explorer itself, which belong to no lesson.
pub const EXPLORE: &str = "explore";

/// What is shown of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What `cargo explore` says.
    Explored,
    /// Why the compiler refuses it.
    Refused,
}

impl Kind {
    /// The directive that asks for it, and part of the record's name.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Explored => "explored",
            Kind::Refused => "refused",
        }
    }

    /// The folder of such programs in a lesson's own.
    fn folder(self) -> &'static str {
        match self {
            Kind::Explored => "stages",
            Kind::Refused => "refused",
        }
    }
}

/// A program that a chapter shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    kind: Kind,
    /// Its lesson, or [`EXPLORE`].
    pub topic: String,
    name: String,
}

impl Program {
    /// The program that a directive names.
    pub fn asked(workspace: &Workspace, kind: Kind, argument: &str) -> Result<Self> {
        let program = Self::named(kind, argument).with_context(|| {
            format!("`{argument}` is no program: write {{{{#{} TOPIC/NAME}}}}", kind.name())
        })?;
        if program.topic != EXPLORE {
            workspace.known_lesson(&program.topic)?;
        }
        let path = program.path();
        ensure!(workspace.root().join(&path).is_file(), "there is no file {path}");
        Ok(program)
    }

    /// The program of this name, `TOPIC/NAME`. As with lessons, no name leads elsewhere.
    pub fn named(kind: Kind, argument: &str) -> Option<Self> {
        let (topic, name) = argument.split_once('/')?;
        let plain = is_plain(topic) && is_plain(name);
        plain.then(|| Program { kind, topic: topic.to_owned(), name: name.to_owned() })
    }

    /// Its file, from the course's folder.
    pub fn path(&self) -> String {
        match (self.kind, self.topic.as_str()) {
            (Kind::Explored, EXPLORE) => format!("book/explore/{}.rs", self.name),
            (kind, topic) => format!("lessons/{topic}/{}/{}.rs", kind.folder(), self.name),
        }
    }

    /// Where what was said of it is stored.
    pub fn record_path(&self, workspace: &Workspace) -> PathBuf {
        workspace.runs().join(format!("{}.{}.{}.json", self.topic, self.name, self.kind.name()))
    }

    /// Tells one state of the file from any other.
    pub fn fingerprint(&self, workspace: &Workspace) -> Result<String> {
        fingerprint(workspace.root(), vec![workspace.root().join(self.path())])
    }
}

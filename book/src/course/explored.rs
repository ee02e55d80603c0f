//! What `cargo explore` says of a program: how many orders there are, what comes out of each, the steps of the simplest order to
//! each outcome, and all orders if they are few.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use serde_json::{Map, Value};

use crate::course::orders::{self, Orders, list};
use crate::course::program::Program;
use crate::course::stored::{self, Stored, Words};
use crate::course::workspace::Workspace;

/// The reader's own file, from the course's folder: what `cargo explore` takes if none is named.
pub const OWN: &str = "explore.rs";

/// A tree that takes more is left out of a page.
const LARGEST_TREE: usize = 128 << 10;

/// What was said of one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Explored {
    /// What `cargo explore --json` printed, without the tree.
    data: Map<String, Value>,
    /// All orders, if they are few enough for a page.
    pub tree: Option<Orders>,
}

impl Explored {
    /// What is stored of a program.
    pub fn of(workspace: &Workspace, program: &Program) -> Result<Stored<Self>> {
        let words = Words { this: "what the explorer says in", of: "program", topic: &program.topic };
        let read = |text: &str| {
            let explored = Self::read(text)?;
            ensure!(explored.file() == program.path(), "it is of another file");
            Ok(explored)
        };
        let fits = |explored: &Self| {
            let source = explored.data.get("source").and_then(Value::as_str);
            Ok(source == Some(&program.fingerprint(workspace)?))
        };
        Stored::read(workspace, program.record_path(workspace), &words, read, fits)
    }

    /// Reads what the explorer printed. An error is what it has against the file, or what can't be used of it.
    pub fn read(text: &str) -> Result<Self> {
        ensure!(!text.is_empty(), "`cargo explore` said nothing");
        let mut data = match serde_json::from_str(text) {
            Ok(Value::Object(data)) => data,
            _ => bail!("it is no object"),
        };
        if let Some(error) = data.get("error").and_then(Value::as_str) {
            bail!("{error}");
        }
        ensure!(data.get("file").is_some_and(Value::is_string), "it names no file");
        let tree = data.remove("tree");
        let explored = Explored { data, tree: None };
        let told = |outcome: &Value| {
            let known = |step: &Value| step["thread"].is_string() && step["text"].is_string();
            outcome["text"].is_string()
                && outcome["orders"].is_u64()
                && ["steps", "stuck"].iter().all(|key| list(outcome, key).iter().all(known))
        };
        let outcomes = explored.outcomes();
        ensure!(!outcomes.is_empty() && outcomes.iter().all(told), "it tells no outcomes");
        let tree = match tree {
            None | Some(Value::Null) => None,
            Some(tree) if tree.to_string().len() > LARGEST_TREE => None,
            Some(Value::Object(mut tree)) => {
                // In the sequence of the table, where each row has its button.
                let place = |one: &Value| outcomes.iter().position(|outcome| outcome["text"] == one["text"]);
                if let Some(Value::Array(ends)) = tree.get_mut("outcomes") {
                    ensure!(
                        ends.len() == outcomes.len() && ends.iter().all(|end| place(end).is_some()),
                        "its tree has other outcomes"
                    );
                    ends.sort_by_key(place);
                }
                Some(Orders::tree(tree)?)
            }
            Some(_) => bail!("its tree is none"),
        };
        Ok(Explored { tree, ..explored })
    }

    /// Stores it as what was said of the program with this fingerprint.
    pub fn write(&mut self, workspace: &Workspace, program: &Program, source: String) -> Result<PathBuf> {
        self.data.insert("source".to_owned(), source.into());
        // It differs each time.
        self.data.remove("seconds");
        let path = program.record_path(workspace);
        stored::write(&path, self.text())?;
        Ok(path)
    }

    fn text(&self) -> String {
        let mut data = self.data.clone();
        data.insert("tree".to_owned(), self.tree.as_ref().map_or(Value::Null, Orders::value));
        orders::text(&data)
    }

    /// The file, from the course's folder.
    pub fn file(&self) -> &str {
        self.data["file"].as_str().unwrap_or_default()
    }

    /// How many orders were tried.
    pub fn orders(&self) -> u64 {
        self.number("orders").unwrap_or_default()
    }

    /// A number of what was printed.
    pub fn number(&self, key: &str) -> Option<u64> {
        self.data.get(key).and_then(Value::as_u64)
    }

    /// What was not looked at, if something wasn't.
    pub fn unseen(&self) -> Option<&str> {
        self.data.get("unseen").and_then(Value::as_str)
    }

    /// Whether this is said.
    pub fn is(&self, key: &str) -> bool {
        self.data.get(key) == Some(&Value::Bool(true))
    }

    /// What comes out, the most frequent first.
    pub fn outcomes(&self) -> &[Value] {
        self.data.get("outcomes").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }
}

/// Whether the file can be such a record, by its name.
pub fn is_one(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.ends_with(".explored.json"))
}

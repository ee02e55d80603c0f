//! The list beside an exercise, `changes.toml`: small changes of its solution that pass, each with the reason why it
//! changes nothing that the task asks.
//!
//! An entry names a change by its kind and by the line that it changes, so it survives edits elsewhere. If a line
//! has several changes of one kind, `becomes` says which.
//!
//! Before the entries, `given = ["child"]` names functions that the learner gets and leaves as they are: they are not changed.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

use crate::changer::Change;

/// What the file holds.
#[derive(Debug, Default)]
pub struct List {
    pub given: Vec<String>,
    pub entries: Vec<Listed>,
}

/// An entry.
#[derive(Debug)]
pub struct Listed {
    kind: String,
    line: String,
    becomes: Option<String>,
}

impl Listed {
    /// Whether this entry speaks of a change.
    pub fn means(&self, change: &Change) -> bool {
        let becomes = self.becomes.as_ref();
        self.kind == change.kind
            && self.line == change.line()
            && becomes.is_none_or(|becomes| becomes == change.becomes())
    }

    /// In a line.
    pub fn shown(&self) -> String {
        format!("{}: {}", self.kind, self.line)
    }
}

/// The list in a file; an empty one if there is no such file.
pub fn read(path: &Path) -> Result<List, String> {
    if !path.exists() {
        return Ok(List::default());
    }
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    list(&text)
}

fn list(text: &str) -> Result<List, String> {
    let table: Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let mut list = List::default();
    for (key, value) in &table {
        let no = || format!("`{key}`: a list has `given`, [[change]] and nothing else");
        for entry in value.as_array().ok_or_else(no)? {
            match key.as_str() {
                "given" => list.given.push(entry.as_str().ok_or("`given` names functions")?.to_owned()),
                "change" => list.entries.push(entry.as_table().ok_or("a [[change]] is a table").map(of)??),
                _ => return Err(no()),
            }
        }
    }
    Ok(list)
}

fn of(entry: &Table) -> Result<Listed, String> {
    const KEYS: [&str; 4] = ["kind", "line", "becomes", "why"];
    if let Some(key) = entry.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(format!("a [[change]] has no `{key}`, but {}", KEYS.join(", ")));
    }
    let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
    let line = text("line").ok_or("a [[change]] has no `line`")?;
    if text("why").is_none_or(|why| why.trim().is_empty()) {
        return Err(format!("the change of {line:?} needs a reason: `why`"));
    }
    let kind = text("kind").ok_or("a [[change]] has no `kind`")?;
    Ok(Listed { kind, line, becomes: text("becomes") })
}

/// What to write into the list for a change, but for the reason.
pub fn entry(change: &Change) -> String {
    let mut text = "[[change]]\n".to_owned();
    for (key, value) in
        [("kind", change.kind), ("line", change.line()), ("becomes", change.becomes()), ("why", "")]
    {
        let _ = writeln!(text, "{key} = {}", Value::from(value));
    }
    text
}

/// What has to hold of a list, by name.
pub const TESTS: [(&str, fn()); 2] = [
    ("an_entry_means_its_changes_and_no_others", || {
        let all = crate::changer::changes(
            "fn f(a: u32) { if a < 1 { g(2) } if a < 2 { g(2) } }\nfn g(n: u32) {}\n",
        );
        let of = |text: &str| -> usize {
            let listed = list(text).expect("it is well-formed").entries;
            all.iter().filter(|change| listed.iter().any(|entry| entry.means(change))).count()
        };
        let one = all.iter().find(|change| change.kind == "comparison turned").expect("there is one");
        assert_eq!(of(&entry(one).replace("why = \"\"", "why = \"because\"")), 1);
        let line = Value::from(one.line());
        assert_eq!(of(&format!("[[change]]\nkind = \"comparison turned\"\nline = {line}\nwhy = \"so\"")), 6);
        assert_eq!(of("[[change]]\nkind = \"comparison turned\"\nline = \"another\"\nwhy = \"so\""), 0);
    }),
    ("an_entry_without_a_reason_is_refused", || {
        let refused = |text: &str| list(text).expect_err("it is refused");
        assert!(refused("[[change]]\nkind = \"a\"\nline = \"b\"").contains("needs a reason"));
        assert!(refused("[[change]]\nkind = \"a\"\nline = \"b\"\nwhy = \" \"").contains("needs a reason"));
        assert!(refused("[[change]]\nkind = \"a\"\nwhat = \"b\"").contains("no `what`"));
        assert!(refused("[[changes]]\nkind = \"a\"").contains("[[change]] and nothing else"));
        assert!(refused("given = [1]").contains("names functions"));
        assert_eq!(list("given = [\"child\"]").expect("it is well-formed").given, ["child"]);
    }),
];

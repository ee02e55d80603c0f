//! All orders in which the steps of a lesson's threads can happen, as the explorer finds them.
//!
//! The package `orders` runs the lesson's own code under the explorer. What it prints is stored as it is,
//! with the fingerprint of the lesson's source, and with one state a line.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail, ensure};
use serde_json::{Map, Value};

use crate::course::lesson::Lesson;
use crate::course::stored::{self, Stored, Words};
use crate::course::workspace::Workspace;

/// All orders of one lesson.
#[derive(Clone, Debug, PartialEq)]
pub struct Orders {
    /// What the explorer printed: an object.
    data: Map<String, Value>,
}

impl Orders {
    /// Where the orders of a lesson are stored.
    pub fn path(workspace: &Workspace, lesson: &Lesson) -> PathBuf {
        workspace.runs().join(format!("{}.orders.json", lesson.name))
    }

    /// The stored orders of a lesson.
    pub fn of(workspace: &Workspace, lesson: &Lesson) -> Result<Stored<Self>> {
        let words = Words { this: "the record of all orders", of: "lesson", topic: &lesson.name };
        let fits = |orders: &Self| {
            Ok(orders.data.get("source").and_then(Value::as_str) == Some(&lesson.fingerprint()?))
        };
        let read = |text: &str| Self::read(text, lesson);
        Stored::read(workspace, Self::path(workspace, lesson), &words, read, fits)
    }

    /// Reads what the explorer printed of a lesson.
    pub fn read(text: &str, lesson: &Lesson) -> Result<Self> {
        let Value::Object(data) = serde_json::from_str(text)? else { bail!("it is no object") };
        ensure!(data.get("lesson") == Some(&lesson.name.as_str().into()), "it is of another lesson");
        Self::tree(data)
    }

    /// Takes a tree of orders, and sees to it that the page can follow them wherever they lead.
    pub fn tree(data: Map<String, Value>) -> Result<Self> {
        let orders = Orders { data };
        let threads = orders.list("threads").len();
        let values = orders.list("variables").len();
        let states = orders.list("states");
        ensure!(!states.is_empty(), "it has no states");
        for (number, state) in states.iter().enumerate() {
            let steps = list(state, "steps");
            ensure!(
                list(state, "values").len() == values,
                "its state {number} has not a value for each variable"
            );
            ensure!(
                steps.is_empty() == state["end"]["outcome"].is_string(),
                "its state {number} neither goes on nor ends"
            );
            for step in steps {
                let to = index(&step["to"]).filter(|to| (number + 1..states.len()).contains(to));
                let known = index(&step["thread"]).is_some_and(|thread| thread < threads);
                ensure!(
                    known && step["text"].is_string() && to.is_some(),
                    "its state {number} has a step that leads nowhere"
                );
            }
        }
        ensure!(
            orders.list("outcomes").iter().all(|outcome| orders.ends(outcome)),
            "an outcome has an order that does not lead to it"
        );
        Ok(orders)
    }

    /// Whether the outcome's order can be followed, from the start to an end of that name.
    fn ends(&self, outcome: &Value) -> bool {
        let states = self.list("states");
        let end = self.steps(outcome).last().map_or(&states[0], |step| &states[to(step)]);
        outcome["orders"].is_u64()
            && outcome["text"].is_string()
            && end["end"]["outcome"] == outcome["text"]
            && self.steps(outcome).count() == list(outcome, "shortest").len()
    }

    /// The steps of the outcome's shortest order, as far as they can be followed.
    pub fn steps<'a>(&'a self, outcome: &'a Value) -> impl Iterator<Item = &'a Value> {
        let states = self.list("states");
        let mut at = &states[0];
        list(outcome, "shortest").iter().map_while(move |state| {
            let step = list(at, "steps").iter().find(|step| step["to"] == *state)?;
            at = &states[to(step)];
            Some(step)
        })
    }

    /// As the page reads it.
    pub fn value(&self) -> Value {
        Value::Object(self.data.clone())
    }

    /// How many orders there are.
    pub fn count(&self) -> u64 {
        self.data.get("orders").and_then(Value::as_u64).unwrap_or_default()
    }

    /// A list of what the explorer printed: `states`, `outcomes`, `threads`.
    pub fn list(&self, key: &str) -> &[Value] {
        self.data.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Stores them as those of the lesson with this fingerprint.
    pub fn write(&mut self, workspace: &Workspace, lesson: &Lesson, source: String) -> Result<PathBuf> {
        self.data.insert("source".to_owned(), source.into());
        let path = Self::path(workspace, lesson);
        stored::write(&path, text(&self.data))?;
        Ok(path)
    }
}

/// What the explorer printed, as it is stored: one state or outcome a line.
pub fn text(data: &Map<String, Value>) -> String {
    let lines = |(key, value): (&String, &Value)| match value {
        Value::Array(items) if key == "states" || key == "outcomes" => {
            let items: Vec<_> = items.iter().map(Value::to_string).collect();
            format!("\"{key}\":[\n{}\n]", items.join(",\n"))
        }
        value => format!("\"{key}\":{value}"),
    };
    format!("{{\n{}\n}}\n", data.iter().map(lines).collect::<Vec<_>>().join(",\n"))
}

/// A list in an object; an empty one if it is none.
pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// The state that a step leads to, which was looked at when the orders were read.
fn to(step: &Value) -> usize {
    index(&step["to"]).expect("a state")
}

/// A number, as the place of something.
pub fn index(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|number| number.try_into().ok())
}

/// Whether the file can be one of all orders, by its name.
pub fn is_one(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.ends_with(".orders.json"))
}

//! What things cost, as `cargo book bench` measured it.
//!
//! All figures come from `book/costs.json`, so readers who measure again see a page about their own machine.

use std::fs;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::course::stored::Origin;
use crate::course::workspace::Workspace;

/// Where the measurements are, from the course's folder.
pub const FILE: &str = "book/costs.json";

/// All measurements.
pub struct Costs {
    /// On what machine, and when.
    pub machine: Machine,
    /// How many figures there are of each entry.
    pub rounds: u64,
    /// What was measured.
    pub works: Vec<Work>,
    /// What the course asks of its own parts.
    pub bounds: Vec<Bound>,
}

/// On what machine it was measured, and with what.
pub struct Machine {
    /// When and where.
    pub origin: Origin,
    /// The processor's name; may be empty.
    pub cpu: String,
    /// The version of Rust.
    pub rust: String,
    /// The version of Python, if there was one.
    pub python: Option<String>,
}

/// One thing that was measured, done by several.
pub struct Work {
    /// As a chapter names it.
    pub id: String,
    /// As its table is headed.
    pub title: String,
    /// The unit of its figures.
    pub unit: String,
    /// Of time, less is better; of messages in a second, more.
    pub less_is_better: bool,
    /// How it was measured.
    pub note: String,
    /// When, if not on the day of the others.
    pub day: Option<String>,
    /// By whom; never empty.
    pub entries: Vec<Entry>,
}

/// By whom, and what it cost.
pub struct Entry {
    /// As a chapter names it.
    pub id: String,
    /// By whom, for a reader.
    pub who: String,
    /// Which kind of contender it is.
    pub kind: Kind,
    /// The median of all rounds.
    pub median: f64,
    /// The lowest.
    pub low: f64,
    /// The highest.
    pub high: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The course's own part.
    Ours,
    /// What Python offers for it.
    Python,
    /// Another crate.
    Crate,
    /// The least that the system takes for it.
    Floor,
    /// The most that can be, as it was computed.
    Limit,
}

/// What the course asks of one of its parts.
pub struct Bound {
    /// [`Work::id`].
    pub work: String,
    /// What is asked, in words.
    pub says: String,
    /// `None` where one side of it can't be measured.
    pub ratio: Option<f64>,
    /// Whether it is so.
    pub reached: bool,
}

impl Costs {
    /// What is stored. An error says how to come by it.
    pub fn of(workspace: &Workspace) -> Result<Self> {
        let text = match fs::read_to_string(workspace.root().join(FILE)) {
            Ok(text) => text,
            Err(error) => bail!("cannot read {FILE}: {error}; `cargo book bench` measures, and writes it"),
        };
        Self::read(&text)
            .with_context(|| format!("{FILE} can't be used; `cargo book bench` writes a new one"))
    }

    /// Reads what the benchmark wrote.
    pub fn read(text: &str) -> Result<Self> {
        let data: Value = serde_json::from_str(text)?;
        let machine = Machine::read(&data["machine"]).context("its machine")?;
        let works = list(&data, "works")?.iter().map(Work::read).collect::<Result<Vec<_>>>()?;
        let bounds = list(&data, "bounds")?.iter().map(Bound::read).collect::<Result<Vec<_>>>()?;
        for bound in &bounds {
            ensure!(
                works.iter().any(|work| work.id == bound.work),
                "it has a bound for {:?}, which was not measured",
                bound.work
            );
        }
        Ok(Costs {
            machine,
            rounds: data["rounds"].as_u64().context("its rounds are no number")?,
            works,
            bounds,
        })
    }

    /// What was measured for the work of this name.
    pub fn work(&self, id: &str) -> Result<&Work> {
        self.works.iter().find(|work| work.id == id).with_context(|| {
            format!("{FILE} has no work `{id}`; it has: {}", names(self.works.iter().map(|work| &work.id)))
        })
    }

    /// The work and the entry that `WORK/ENTRY` names. An entry is named by its id, or by its kind if it is the first of that kind.
    pub fn entry(&self, name: &str) -> Result<(&Work, &Entry)> {
        let (work, id) =
            name.split_once('/').with_context(|| format!("write WORK/ENTRY in place of `{name}`"))?;
        let work = self.work(work)?;
        let of_kind = || work.entries.iter().find(|entry| entry.kind.name() == id);
        let entry = work.entries.iter().find(|entry| entry.id == id).or_else(of_kind);
        let entry = entry.with_context(|| {
            let there = names(work.entries.iter().map(|entry| &entry.id));
            format!("{FILE} has nothing of `{id}` for {}; it has: {there}", work.id)
        })?;
        Ok((work, entry))
    }

    /// How many times the second median goes into the first.
    pub fn ratio(&self, one: &str, other: &str) -> Result<f64> {
        let ((work, one), (other_work, other)) = (self.entry(one)?, self.entry(other)?);
        let ((scale, unit), (other_scale, other_unit)) = (work.scale(), other_work.scale());
        ensure!(unit == other_unit, "{unit} and {other_unit} can't be compared");
        Ok(one.median * scale / (other.median * other_scale))
    }
}

impl Machine {
    fn read(data: &Value) -> Result<Self> {
        let cores = data["cores"].as_u64().filter(|cores| *cores > 0).context("it has no cores")?;
        Ok(Machine {
            origin: Origin { date: text_of(data, "day")?, cores, system: text_of(data, "system")? },
            cpu: text_of(data, "cpu")?,
            rust: text_of(data, "rust")?,
            python: data["python"].as_str().map(str::to_owned),
        })
    }
}

impl Work {
    fn read(data: &Value) -> Result<Self> {
        let id = text_of(data, "id").context("a work")?;
        let read = || -> Result<Work> {
            let entries = list(data, "entries")?.iter().map(Entry::read).collect::<Result<Vec<_>>>()?;
            ensure!(!entries.is_empty(), "it has no entries");
            let less_is_better = match data["better"].as_str() {
                Some("less") => true,
                Some("more") => false,
                _ => bail!("`better` is neither \"less\" nor \"more\""),
            };
            let [title, unit, note] = ["title", "unit", "note"].map(|key| text_of(data, key));
            let day = data["day"].as_str().map(str::to_owned);
            Ok(Work { id: id.clone(), title: title?, unit: unit?, less_is_better, note: note?, day, entries })
        };
        read().with_context(|| format!("its work {id}"))
    }

    /// The unit that figures of other works may have too, and what it takes to come to it.
    fn scale(&self) -> (f64, &str) {
        match self.unit.as_str() {
            "ns" => (1e-9, "s"),
            "µs" => (1e-6, "s"),
            "ms" => (1e-3, "s"),
            other => (1.0, other),
        }
    }

    /// What the others are compared with: ours, or the first.
    pub fn measure(&self) -> &Entry {
        self.entries.iter().find(|entry| entry.kind == Kind::Ours).unwrap_or(&self.entries[0])
    }
}

impl Entry {
    fn read(data: &Value) -> Result<Self> {
        let number = |key| data[key].as_f64().filter(|value: &f64| value.is_finite() && *value > 0.0);
        let read = || -> Result<Entry> {
            let [median, low, high] = ["median", "low", "high"]
                .map(|key| number(key).with_context(|| format!("its {key} is no cost")));
            let (median, low, high) = (median?, low?, high?);
            ensure!(low <= median && median <= high, "its median is not between its lowest and its highest");
            let kind = data["kind"].as_str().unwrap_or_default();
            let kind = [Kind::Ours, Kind::Python, Kind::Crate, Kind::Floor, Kind::Limit]
                .into_iter()
                .find(|one| one.name() == kind);
            let kind = kind.context("its kind is none of ours, python, crate, floor, limit")?;
            Ok(Entry { id: text_of(data, "id")?, who: text_of(data, "who")?, kind, median, low, high })
        };
        read().with_context(|| format!("its entry {}", data["id"]))
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Ours => "ours",
            Kind::Python => "python",
            Kind::Crate => "crate",
            Kind::Floor => "floor",
            Kind::Limit => "limit",
        }
    }
}

impl Bound {
    fn read(data: &Value) -> Result<Self> {
        Ok(Bound {
            work: text_of(data, "work").context("a bound")?,
            says: text_of(data, "says").context("a bound")?,
            ratio: data["ratio"].as_f64(),
            reached: data["reached"].as_bool().context("a bound is neither reached nor not")?,
        })
    }
}

fn text_of(data: &Value, key: &str) -> Result<String> {
    data[key].as_str().map(str::to_owned).with_context(|| format!("its {key} is no text"))
}

fn list<'a>(data: &'a Value, key: &str) -> Result<&'a [Value]> {
    data[key].as_array().map(Vec::as_slice).with_context(|| format!("its {key} are no list"))
}

fn names<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
pub mod tests {
    use serde_json::json;

    use super::*;

    /// What a benchmark might write.
    pub fn costs() -> Value {
        let entry = |id: &str, kind: &str, median: f64| {
            json!({"id": id, "who": format!("<{id}>"), "kind": kind,
                "median": median, "low": median * 0.9, "high": median * 1.2, "samples": [median]})
        };
        let work = |id: &str, unit: &str, better: &str, entries: [Value; 2]| json!({"id": id, "title": id, "unit": unit, "better": better, "note": "One start.", "entries": entries});
        json!({
            "machine": {"system": "linux", "cpu": "A & B", "cores": 2, "rust": "1.95.0", "python": "3.11.7", "day": "2026-11-23"},
            "rounds": 7,
            "works": [
                work("start", "ms", "less", [entry("ours", "ours", 0.8), entry("python-fork", "python", 1.68)]),
                work("lock", "ns", "less", [entry("ours", "ours", 10.0), entry("file", "ours", 900.0)]),
                work("queue", "messages/s", "more", [entry("ours", "ours", 1.9e6), entry("floor", "floor", 2.2e6)]),
            ],
            "bounds": [
                {"work": "start", "says": "at most 1.6 times", "ratio": 1.52, "bound": 1.6, "reached": true},
                {"work": "lock", "says": "at least 5 times", "ratio": null, "bound": 5.0, "reached": false},
            ]
        })
    }

    #[test]
    fn what_no_benchmark_would_write_is_refused() {
        for (path, value, says) in [
            ("/machine/cores", json!(0), "no cores"),
            ("/machine/day", json!(3), "its day is no text"),
            ("/rounds", json!("7"), "its rounds"),
            ("/works/0/better", json!("most"), "neither \"less\" nor \"more\""),
            ("/works/0/entries", json!([]), "it has no entries"),
            ("/works/0/entries/1/kind", json!("rust"), "its kind"),
            ("/works/0/entries/1/median", json!(null), "its median is no cost"),
            ("/works/0/entries/1/low", json!(0), "its low is no cost"),
            ("/works/0/entries/1/high", json!(1.0), "not between its lowest and its highest"),
            ("/bounds/0/work", json!("none"), "a bound for \"none\", which was not measured"),
            ("/bounds/0/reached", json!("yes"), "neither reached nor not"),
        ] {
            let mut data = costs();
            *data.pointer_mut(path).expect(path) = value;
            let error = Costs::read(&data.to_string()).err().expect(path);
            assert!(format!("{error:#}").contains(says), "{path}: {error:#}");
        }
    }
}

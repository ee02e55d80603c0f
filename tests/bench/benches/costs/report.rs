//! The figures, as tables for a terminal and as JSON for the book.

use std::fs;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::driver::{self, Measured};
use crate::works::{self, Bound, Limit};

impl Measured {
    fn median(&self, entry: usize) -> f64 {
        let samples = self.sorted(entry);
        (samples[(samples.len() - 1) / 2] + samples[samples.len() / 2]) / 2.0
    }

    fn spread(&self, entry: usize) -> (f64, f64) {
        let samples = self.sorted(entry);
        (samples[0], samples[samples.len() - 1])
    }

    fn sorted(&self, entry: usize) -> Vec<f64> {
        let mut samples = self.samples[entry].clone();
        samples.sort_by(f64::total_cmp);
        samples
    }

    /// The best median of the entries whose ids begin so.
    fn best(&self, id: &str) -> Option<f64> {
        let entries = 0..self.work.entries.len();
        let medians = entries.filter(|&n| self.work.entries[n].id.starts_with(id)).map(|n| self.median(n));
        medians.reduce(if self.work.more { f64::max } else { f64::min })
    }
}

pub fn print_table(measured: &Measured) {
    let work = &measured.work;
    println!("{} ({})", work.title, work.id);
    let better = if work.more { "more is better" } else { "less is better" };
    let unit = format!("{}, {better}", work.unit);
    println!("  {unit:30}{:>12}{:>25}{:>9}", "median", "from – to", "of ours");
    for (n, entry) in work.entries.iter().enumerate() {
        let (median, (low, high)) = (measured.median(n), measured.spread(n));
        let spread = format!("{} – {}", short(low), short(high));
        let ratio = short(median / measured.median(0));
        println!("  {:30}{:>12}{spread:>25}{ratio:>8}×", entry.who, short(median));
    }
    println!();
}

/// Three digits at least, and a space before every thousand.
fn short(number: f64) -> String {
    let decimals = if number < 10.0 { 2 } else { usize::from(number < 100.0) };
    let mut text = format!("{number:.decimals$}");
    let mut end = text.find('.').unwrap_or(text.len());
    while end > 3 {
        end -= 3;
        text.insert(end, ' ');
    }
    text
}

/// A bound, and the ratio that was measured; `None` where one side of it was not.
pub struct Outcome {
    bound: Bound,
    ratio: Option<f64>,
}

impl Outcome {
    fn reached(&self) -> Option<bool> {
        self.ratio.map(|ratio| match self.bound.limit {
            Limit::Better(times) => ratio >= times,
            Limit::Dearer(times) => ratio <= times,
        })
    }

    fn limit(&self) -> f64 {
        let (Limit::Better(times) | Limit::Dearer(times)) = self.bound.limit;
        times
    }
}

/// Prints what was asked and what was reached. Noise may miss a bound, so that is no error.
pub fn print_bounds(all: &[Measured]) -> Vec<Outcome> {
    let mut bounds = works::bounds();
    bounds.retain(|bound| all.iter().any(|measured| measured.work.id == bound.work));
    let outcomes: Vec<_> = bounds.into_iter().map(|bound| judge(bound, all)).collect();
    if !outcomes.is_empty() {
        println!("{:58}{:>9}  reached", "asked", "measured");
    }
    for outcome in &outcomes {
        let asked = format!("{}: {}", outcome.bound.work, outcome.bound.says);
        let measured = outcome.ratio.map_or("–".to_owned(), |ratio| format!("{}×", short(ratio)));
        let reached = match outcome.reached() {
            None => "unmeasured",
            Some(true) => "yes",
            Some(false) => "no",
        };
        println!("{asked:58}{measured:>9}  {reached}");
    }
    outcomes
}

fn judge(bound: Bound, all: &[Measured]) -> Outcome {
    let find = |id| all.iter().find(|measured| measured.work.id == id);
    let medians = || {
        let (work, (other_work, other)) = (find(bound.work)?, (find(bound.other.0)?, bound.other.1));
        let (ours, other) = (work.best(bound.ours)?, other_work.best(other)?);
        Some(if work.work.more { ours / other } else { other / ours })
    };
    let times_better: Option<f64> = medians();
    let ratio = match bound.limit {
        Limit::Better(_) => times_better,
        Limit::Dearer(_) => times_better.map(f64::recip),
    };
    Outcome { bound, ratio }
}

pub fn json(all: &[Measured], outcomes: &[Outcome], rounds: usize) -> Value {
    let works: Vec<_> = all.iter().map(work_json).collect();
    let bounds: Vec<_> = outcomes.iter().map(bound_json).collect();
    json!({"machine": machine(), "rounds": rounds, "works": works, "bounds": bounds})
}

fn work_json(measured: &Measured) -> Value {
    let entries = measured.work.entries.iter().enumerate().map(|(n, entry)| {
        let (low, high) = measured.spread(n);
        let samples: Vec<_> = measured.samples[n].iter().map(|&sample| rounded(sample)).collect();
        json!({
            "id": entry.id, "who": entry.who, "kind": entry.kind,
            "median": rounded(measured.median(n)), "low": rounded(low), "high": rounded(high),
            "samples": samples,
        })
    });
    let work = &measured.work;
    json!({
        "id": work.id, "title": work.title, "unit": work.unit,
        "better": if work.more { "more" } else { "less" },
        "note": work.note, "entries": entries.collect::<Vec<_>>(),
    })
}

fn bound_json(outcome: &Outcome) -> Value {
    json!({
        "work": outcome.bound.work, "says": outcome.bound.says, "ratio": outcome.ratio.map(rounded),
        "bound": outcome.limit(), "reached": outcome.reached().unwrap_or(false),
    })
}

/// Figures that are there already, of this machine: some of them are to be measured again.
pub struct Stored(Value);

impl Stored {
    /// An error if this machine, its Rust or its Python is not the one that the figures are of.
    pub fn read(path: &str, rounds: usize) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| path.to_owned())?;
        let stored: Value = serde_json::from_str(&text).with_context(|| path.to_owned())?;
        let here = machine();
        for key in ["system", "cpu", "cores", "rust", "python"] {
            let (there, here) = (&stored["machine"][key], &here[key]);
            ensure!(
                there == here,
                "--merge: the others were measured with {key} {there}, and here it is {here}: measure everything"
            );
        }
        ensure!(
            stored["rounds"] == rounds,
            "--merge: the others were measured in {} rounds",
            stored["rounds"]
        );
        Ok(Stored(stored))
    }

    /// These with what is new in place of what is old, in the order of the book. A work that was measured on another day
    /// than the rest says so.
    pub fn merged(mut self, new: Value) -> Value {
        let list = |of: &Value, key: &str| of[key].as_array().cloned().unwrap_or_default();
        let day = &new["machine"]["day"];
        let mut works = list(&new, "works");
        if *day != self.0["machine"]["day"] {
            works.iter_mut().for_each(|work| work["day"] = day.clone());
        }
        let measured: Vec<_> = works.iter().map(|work| work["id"].clone()).collect();
        works.extend(list(&self.0, "works").into_iter().filter(|work| !measured.contains(&work["id"])));
        let order = works::ids();
        let place = |id: &Value| order.iter().position(|one| id == one);
        works.retain(|work| place(&work["id"]).is_some());
        works.sort_by_key(|work| place(&work["id"]));

        let mut bounds = list(&self.0, "bounds");
        for bound in list(&new, "bounds") {
            let same = |old: &&mut Value| old["work"] == bound["work"] && old["says"] == bound["says"];
            match bounds.iter_mut().find(same) {
                // Its other side was not measured this time.
                Some(_) if bound["ratio"].is_null() => {}
                Some(old) => *old = bound,
                None => bounds.push(bound),
            }
        }
        self.0["works"] = works.into();
        self.0["bounds"] = bounds.into();
        self.0
    }
}

/// To four digits: no figure here is more exact.
fn rounded(number: f64) -> f64 {
    format!("{number:.3e}").parse().expect("a number that was printed")
}

fn machine() -> Value {
    let about = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = about.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let output = Command::new("rustc").arg("--version").output().map(|output| output.stdout);
    let rust = String::from_utf8(output.unwrap_or_default()).unwrap_or_default();
    json!({
        "system": std::env::consts::OS,
        "cpu": cpu.map_or("", |(_, name)| name),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "rust": rust.split(' ').nth(1).unwrap_or_default(),
        "python": driver::python_version().unwrap_or_default(),
        "day": humantime::format_rfc3339_seconds(SystemTime::now()).to_string().split('T').next(),
    })
}

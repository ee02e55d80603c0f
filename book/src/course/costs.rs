//! What things cost: what `cargo book bench` measured, and how chapters show it.
//!
//! | directive | stands for |
//! |---|---|
//! | `{{#costs WORK}}` | all that was measured for this work: a table with a bar for each row |
//! | `{{#costs}}` | the machine, the versions, the day |
//! | `{{#costs bounds}}` | what the course asks of its own parts, and whether they reach it |
//! | `{{#cost WORK/ENTRY}}` | one median with its unit, in a sentence |
//! | `{{#ratio WORK/ENTRY WORK/ENTRY}}` | how many times the second median the first is, in a sentence |
//!
//! An entry is named by its id, or by its kind if it is the first of that kind: `process-start/python`. All
//! figures come from `book/costs.json`, so readers who measure again see a page about their own machine.

use std::fmt::Write;
use std::fs;
use std::ops::RangeInclusive;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::course::workspace::Workspace;
use crate::page::card::{Assets, escape, recorded_on};

/// What a page with such tables needs in addition.
pub const ASSETS: Assets = Assets { style: include_str!("../../theme/costs.css"), script: "" };

/// Where the measurements are, from the course's folder.
pub const FILE: &str = "book/costs.json";

/// A table whose largest figure is so many times its smallest has a logarithmic scale: on a linear one, the
/// smallest bar would be too short to be seen.
const LINEAR_UP_TO: f64 = 40.0;

/// All measurements.
pub struct Costs {
    machine: Value,
    rounds: u64,
    works: Vec<Work>,
    bounds: Vec<Bound>,
}

/// One thing that was measured, done by several.
struct Work {
    id: String,
    title: String,
    unit: String,
    /// Of time, less is better; of messages in a second, more.
    less_is_better: bool,
    note: String,
    entries: Vec<Entry>,
}

/// By whom, and what it cost.
struct Entry {
    id: String,
    who: String,
    kind: Kind,
    median: f64,
    low: f64,
    high: f64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ours,
    Python,
    Crate,
    Floor,
}

/// What the course asks of one of its parts.
struct Bound {
    work: String,
    says: String,
    /// `None` where one side of it can't be measured.
    ratio: Option<f64>,
    reached: bool,
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

    fn read(text: &str) -> Result<Self> {
        let data: Value = serde_json::from_str(text)?;
        let machine = data["machine"].clone();
        for key in ["system", "cpu", "rust", "day"] {
            text_of(&machine, key).context("its machine")?;
        }
        ensure!(machine["cores"].as_u64().is_some_and(|cores| cores > 0), "its machine has no cores");
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

    /// What stands for a directive: a block of HTML on one line for `costs`, words for `cost` and `ratio`.
    pub fn answer(&self, directive: &str, argument: &str) -> Result<String> {
        let words: Vec<_> = argument.split_whitespace().collect();
        match (directive, &words[..]) {
            ("costs", []) => Ok(self.line()),
            ("costs", ["bounds"]) => Ok(self.bounds()),
            ("costs", [work]) => Ok(self.work(work)?.table()),
            ("cost", [one]) => {
                let (work, entry) = self.entry(one)?;
                Ok(format!("{} {}", figure(entry.median, 2), escape(&work.unit)))
            }
            ("ratio", [one, other]) => self.ratio(one, other),
            _ => bail!(
                "write {{{{#costs WORK}}}}, {{{{#cost WORK/ENTRY}}}} or {{{{#ratio WORK/ENTRY WORK/ENTRY}}}}"
            ),
        }
    }

    fn work(&self, id: &str) -> Result<&Work> {
        self.works.iter().find(|work| work.id == id).with_context(|| {
            format!("{FILE} has no work `{id}`; it has: {}", names(self.works.iter().map(|work| &work.id)))
        })
    }

    /// The entry that `WORK/ENTRY` names.
    fn entry(&self, name: &str) -> Result<(&Work, &Entry)> {
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

    fn ratio(&self, one: &str, other: &str) -> Result<String> {
        let ((work, one), (other_work, other)) = (self.entry(one)?, self.entry(other)?);
        let ((scale, unit), (other_scale, other_unit)) = (work.scale(), other_work.scale());
        ensure!(unit == other_unit, "{unit} and {other_unit} can't be compared");
        Ok(figure(one.median * scale / (other.median * other_scale), 2))
    }

    /// On what it was measured, and what a row tells.
    fn line(&self) -> String {
        let text = |key| escape(self.machine[key].as_str().unwrap_or_default());
        let python = match text("python") {
            none if none.is_empty() => "there was no Python".to_owned(),
            version => format!("Python {version}"),
        };
        let cpu = match text("cpu") {
            none if none.is_empty() => none,
            cpu => format!(" ({cpu})"),
        };
        let machine = recorded_on(&text("day"), &text("system"), self.machine["cores"].as_u64().unwrap_or(1));
        format!(
            r#"<p class="costs-machine">Measured on {machine}{cpu}, Rust {}, {python}. Each figure is the median of {} {}.</p>"#,
            text("rust"),
            self.rounds,
            if self.rounds == 1 { "round" } else { "rounds" }
        )
    }

    fn bounds(&self) -> String {
        let mut html = String::from(
            r#"<figure class="costs costs-bounds"><table><thead><tr><th scope="col">What we ask of it</th><th scope="col">Measured</th><th scope="col">Reached</th></tr></thead><tbody>"#,
        );
        for bound in &self.bounds {
            let title = self.works.iter().find(|work| work.id == bound.work).map_or("", |work| &work.title);
            let reached = match bound.ratio {
                None => "–",
                Some(_) if bound.reached => "✓ yes",
                Some(_) => "✗ no",
            };
            let _ = write!(
                html,
                r#"<tr><th scope="row">{}: {}</th><td>{}</td><td>{reached}</td></tr>"#,
                escape(title),
                escape(&bound.says),
                bound.ratio.map_or("not measured".to_owned(), |ratio| figure(ratio, 3) + " ×"),
            );
        }
        html.push_str("</tbody></table></figure>");
        html
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
            Ok(Work { id: id.clone(), title: title?, unit: unit?, less_is_better, note: note?, entries })
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
    fn measure(&self) -> &Entry {
        self.entries.iter().find(|entry| entry.kind == Kind::Ours).unwrap_or(&self.entries[0])
    }

    fn table(&self) -> String {
        let scale = Scale::of(&self.entries);
        let measure = self.measure();
        let better = if self.less_is_better { "shorter is better" } else { "longer is better" };
        let steps = if scale.logarithmic { ", and each line is ten times the one before" } else { "" };
        let mut html = format!(
            r#"<figure class="costs" id="measured-{}"><table><caption><strong>{}</strong> <span>In {}; {better}{steps}.</span></caption>"#,
            escape(&self.id),
            escape(&self.title),
            escape(&self.unit)
        );
        let _ = write!(
            html,
            r#"<thead><tr><th scope="col">Who</th><th scope="col">Median</th><th scope="col">Lowest–highest</th><th scope="col">Compared</th></tr></thead><tbody>"#
        );
        for entry in &self.entries {
            let _ = write!(
                html,
                r#"<tr class="{}"><th scope="row">{} <small>{}</small></th><td>{}</td><td>{}–{}</td><td>{} ×</td></tr>"#,
                entry.kind.class(),
                escape(&entry.who),
                entry.kind.tells(),
                figure(entry.median, 3),
                figure(entry.low, 3),
                figure(entry.high, 3),
                figure(entry.median / measure.median, 2)
            );
            // Its text is the row above.
            let _ = write!(
                html,
                r#"<tr class="{} bar" aria-hidden="true"><td colspan="4">{}</td></tr>"#,
                entry.kind.class(),
                scale.bar(entry)
            );
        }
        let _ = write!(
            html,
            r#"</tbody></table><div class="axis" aria-hidden="true">{}</div><p class="costs-note">{} “Compared” is how many times the median of {} it is.</p></figure>"#,
            scale.labels(),
            escape(&self.note),
            escape(&measure.who)
        );
        html
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
            let kind = [Kind::Ours, Kind::Python, Kind::Crate, Kind::Floor]
                .into_iter()
                .find(|one| one.name() == kind);
            let kind = kind.context("its kind is none of ours, python, crate, floor")?;
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
        }
    }

    /// What a reader is told beside the name.
    fn tells(self) -> &'static str {
        match self {
            Kind::Ours => "this course",
            Kind::Python => "", // its name says so
            Kind::Crate => "other Rust",
            Kind::Floor => "bare",
        }
    }

    /// Its colour, one of lesson.css.
    fn class(self) -> &'static str {
        match self {
            Kind::Ours => "c1",
            Kind::Python => "c2",
            Kind::Crate => "c3",
            Kind::Floor => "c0",
        }
    }

    /// Tells the bars apart without their colours: a solid one, stripes, dots, and a hollow one.
    fn dashes(self) -> &'static str {
        match self {
            Kind::Ours | Kind::Floor => "",
            Kind::Python => r#" stroke-dasharray="7 2""#,
            Kind::Crate => r#" stroke-dasharray="2 2""#,
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

/// From a figure to a place on the line.
struct Scale {
    range: RangeInclusive<f64>,
    logarithmic: bool,
    ticks: Vec<f64>,
}

impl Scale {
    fn of(entries: &[Entry]) -> Self {
        let low = entries.iter().map(|entry| entry.low).fold(f64::INFINITY, f64::min);
        let high = entries.iter().map(|entry| entry.high).fold(0.0, f64::max);
        if high / low > LINEAR_UP_TO {
            // From a whole power of ten below the lowest, so that every bar has a length.
            let (first, last) = ((low * 0.8).log10().floor() as i32, high.log10().ceil() as i32);
            let every = if last - first > 5 { 2 } else { 1 };
            let ticks = (first..=last).step_by(every).map(|power| 10_f64.powi(power)).collect();
            return Scale { range: 10_f64.powi(first)..=10_f64.powi(last), logarithmic: true, ticks };
        }
        let power = 10_f64.powf((high / 5.0).log10().floor());
        let step = [1.0, 2.0, 5.0].map(|times| times * power).into_iter().find(|step| high / step < 5.0);
        let step = step.unwrap_or(10.0 * power);
        let ticks = (0..).map(|number| f64::from(number) * step).take_while(|tick| *tick <= high).collect();
        Scale { range: 0.0..=high, logarithmic: false, ticks }
    }

    /// In hundredths of the width.
    fn at(&self, value: f64) -> f64 {
        let (low, high) = (*self.range.start(), *self.range.end());
        let part = match self.logarithmic {
            true => (value / low).log10() / (high / low).log10(),
            false => value / high,
        };
        // A line at the very edge would be cut in half.
        part * 99.0 + 0.5
    }

    /// The bar of an entry, with a thin line from its lowest figure to its highest. Lengths are hundredths, so that it
    /// fits any width.
    fn bar(&self, entry: &Entry) -> String {
        let mut svg = String::from(r#"<svg width="100%" height="16" focusable="false">"#);
        for tick in &self.ticks {
            let _ = write!(
                svg,
                r#"<line class="grid" x1="{0:.2}%" x2="{0:.2}%" y1="0" y2="16"/>"#,
                self.at(*tick)
            );
        }
        let (start, end) = (self.at(*self.range.start()), self.at(entry.median));
        let _ = match entry.kind {
            Kind::Floor => write!(
                svg,
                r#"<rect class="hollow" x="{start:.2}%" y="3" width="{:.2}%" height="10"/>"#,
                end - start
            ),
            kind => write!(
                svg,
                r#"<line class="median" x1="{start:.2}%" x2="{end:.2}%" y1="8" y2="8"{}/>"#,
                kind.dashes()
            ),
        };
        let (low, high) = (self.at(entry.low), self.at(entry.high));
        let _ = write!(svg, r#"<line class="spread" x1="{low:.2}%" x2="{high:.2}%" y1="8" y2="8"/>"#);
        for end in [low, high] {
            let _ = write!(svg, r#"<line class="spread" x1="{end:.2}%" x2="{end:.2}%" y1="4" y2="12"/>"#);
        }
        svg.push_str("</svg>");
        svg
    }

    fn labels(&self) -> String {
        let label = |tick: &f64| {
            // At an edge, a label that stands in the middle of its line would stand out.
            let edge = match self.at(*tick) {
                ..10.0 => r#" class="first""#,
                90.0.. => r#" class="last""#,
                _ => "",
            };
            format!(
                r#"<span{edge} style="left:{:.2}%">{}</span>"#,
                self.at(*tick),
                grouped(&((tick * 1e6).round() / 1e6).to_string())
            )
        };
        self.ticks.iter().map(label).collect()
    }
}

/// A number with so many digits that count, and a comma at each thousand.
fn figure(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits_before = value.abs().log10().floor() as i32 + 1;
    // What rounding up makes longer, 9.96 to 10.0, is counted once more.
    let unit = 10_f64.powi(digits_before - digits);
    let value = (value / unit).round() * unit;
    let digits_before = (value.abs() * 1.000_000_1).log10().floor() as i32 + 1;
    let text = format!("{value:.*}", usize::try_from(digits - digits_before).unwrap_or(0));
    grouped(&text)
}

/// A comma at each thousand.
fn grouped(number: &str) -> String {
    let (whole, fraction) = number.split_at(number.find('.').unwrap_or(number.len()));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + fraction
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
mod tests {
    use serde_json::json;

    use super::*;

    fn costs() -> Value {
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

    fn answer(directive: &str, argument: &str) -> Result<String> {
        Costs::read(&costs().to_string()).expect("costs").answer(directive, argument)
    }

    #[test]
    fn figures_have_the_digits_that_count() {
        for (value, digits, text) in [
            (812.0, 3, "812"),
            (20837.4, 3, "20,800"),
            (1_900_000.0, 2, "1,900,000"),
            (0.0153, 3, "0.0153"),
            (2.1333, 2, "2.1"),
            (9.97, 2, "10"),
            (99.6, 2, "100"),
            (0.0996, 2, "0.10"),
            (1000.0, 2, "1,000"),
            (1.0, 2, "1.0"),
            (0.0, 2, "0"),
        ] {
            assert_eq!(figure(value, digits), text, "{value}");
        }
    }

    #[test]
    fn a_sentence_gets_its_figures() {
        for (directive, argument, text) in [
            ("cost", "start/ours", "0.80 ms"),
            ("cost", "queue/ours", "1,900,000 messages/s"),
            ("ratio", "start/python start/ours", "2.1"),
            ("ratio", "start/python-fork start/ours", "2.1"),
            ("ratio", "start/ours lock/file", "890"),
            ("ratio", "queue/floor queue/ours", "1.2"),
        ] {
            assert_eq!(answer(directive, argument).expect(argument), text, "{argument}");
        }
    }

    #[test]
    fn what_was_not_measured_is_named() {
        for (directive, argument, says) in [
            ("costs", "strat", "no work `strat`; it has: start, lock, queue"),
            ("cost", "start", "write WORK/ENTRY in place of `start`"),
            ("cost", "start/floor", "nothing of `floor` for start; it has: ours, python-fork"),
            ("ratio", "start/ours queue/ours", "s and messages/s can't be compared"),
            ("ratio", "start/ours", "write {{#costs WORK}}"),
            ("cost", "", "write {{#costs WORK}}"),
            ("costs", "start lock", "write {{#costs WORK}}"),
        ] {
            let error = answer(directive, argument).expect_err(argument).to_string();
            assert!(error.contains(says), "{argument}: {error}");
        }
    }

    #[test]
    fn a_table_tells_what_its_bars_draw() {
        let html = answer("costs", "start").expect("a table");
        assert!(!html.contains('\n'), "no blank line ends it early");
        for part in [
            r#"<strong>start</strong> <span>In ms; shorter is better.</span>"#,
            "<th scope=\"row\">&lt;ours&gt; <small>this course</small></th><td>0.800</td><td>0.720–0.960</td><td>1.0 ×</td>",
            "<td>1.68</td><td>1.51–2.02</td><td>2.1 ×</td>",
            "One start. “Compared” is how many times the median of &lt;ours&gt; it is.",
        ] {
            assert!(html.contains(part), "{part}\nis not in\n{html}");
        }
        assert!(answer("costs", "queue").expect("a table").contains("longer is better."));
        let logarithmic = answer("costs", "lock").expect("a table");
        assert!(logarithmic.contains("each line is ten times the one before"), "{logarithmic}");
        let line = answer("costs", "").expect("a line");
        let says = "Measured on 2026-11-23, Linux, 2 cores (A &amp; B), Rust 1.95.0, Python 3.11.7. Each figure is the median of 7 rounds.";
        assert!(line.contains(says), "{line}");
        let bounds = answer("costs", "bounds").expect("bounds");
        assert!(bounds.contains("start: at most 1.6 times</th><td>1.52 ×</td><td>✓ yes</td>"), "{bounds}");
        assert!(bounds.contains("lock: at least 5 times</th><td>not measured</td><td>–</td>"), "{bounds}");
    }

    #[test]
    fn bars_are_as_long_as_their_figures() {
        let costs = Costs::read(&costs().to_string()).expect("costs");
        let linear = Scale::of(&costs.works[0].entries);
        let length = |scale: &Scale, value| scale.at(value) - scale.at(*scale.range.start());
        assert!((length(&linear, 1.6) / length(&linear, 0.8) - 2.0).abs() < 1e-9);
        assert_eq!(linear.ticks, [0.0, 0.5, 1.0, 1.5, 2.0]);
        let logarithmic = Scale::of(&costs.works[1].entries);
        assert_eq!(logarithmic.ticks, [1.0, 10.0, 100.0, 1000.0, 10000.0]);
        let step = length(&logarithmic, 10.0);
        assert!((length(&logarithmic, 1000.0) - 3.0 * step).abs() < 1e-9);
        for work in &costs.works {
            let scale = Scale::of(&work.entries);
            for entry in &work.entries {
                assert!(
                    scale.at(entry.low) > 0.5 && scale.at(entry.high) <= 99.5,
                    "{} {}",
                    work.id,
                    entry.id
                );
            }
        }
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

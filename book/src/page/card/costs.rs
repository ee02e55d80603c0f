//! The card of what something costs: a table with a bar for each row. And figures in a sentence.
//!
//! | directive | stands for |
//! |---|---|
//! | `{{#costs WORK}}` | all that was measured for this work: a table with a bar for each row |
//! | `{{#costs}}` | the machine, the versions, the day |
//! | `{{#costs bounds}}` | what the course asks of its own parts, and whether they reach it |
//! | `{{#cost WORK/ENTRY}}` | one median with its unit, in a sentence |
//! | `{{#ratio WORK/ENTRY WORK/ENTRY}}` | how many times the second median the first is, in a sentence |

use std::fmt::Write;
use std::ops::RangeInclusive;

use anyhow::{Result, bail};

use crate::course::costs::{Costs, Entry, Kind, Work};
use crate::course::workspace::Workspace;
use crate::page::card::parts::{self, Assets, Page, Runs, count, escape, recorded_on};

/// `{{#costs …}}`.
pub const KIND: parts::Kind = parts::Kind { directive: "costs", assets: Some(&ASSETS), html };

const ASSETS: Assets = Assets { style: include_str!("../../../theme/costs.css"), script: "" };

/// If the largest figure of a table is more than this many times the smallest, its scale is logarithmic: on a linear one,
/// the smallest bar would be too short to be seen.
const LINEAR_UP_TO: f64 = 40.0;

fn html(page: &Page<'_>, argument: &str) -> Result<String> {
    match read_and_answer(page.workspace, "costs", argument) {
        // Not everything can be measured everywhere, and a reader who measures goes on reading.
        Err(problem) if page.runs == Runs::MayBeOld => {
            Ok(format!(r#"<p class="costs-machine">{}</p>"#, escape(&format!("{problem:#}"))))
        }
        outcome => outcome,
    }
}

/// What stands for `{{#cost …}}` or `{{#ratio …}}` in a sentence.
pub fn words(page: &Page<'_>, directive: &str, argument: &str) -> Result<String> {
    match read_and_answer(page.workspace, directive, argument) {
        Err(_) if page.runs == Runs::MayBeOld => Ok("(not measured)".to_owned()),
        outcome => outcome,
    }
}

fn read_and_answer(workspace: &Workspace, directive: &str, argument: &str) -> Result<String> {
    answer(&Costs::of(workspace)?, directive, argument)
}

/// What stands for a directive: a block of HTML on one line for `costs`, words for `cost` and `ratio`.
pub fn answer(costs: &Costs, directive: &str, argument: &str) -> Result<String> {
    let words: Vec<_> = argument.split_whitespace().collect();
    match (directive, &words[..]) {
        ("costs", []) => Ok(line(costs)),
        ("costs", ["bounds"]) => Ok(bounds(costs)),
        ("costs", [work]) => Ok(table(costs.work(work)?)),
        ("cost", [one]) => {
            let (work, entry) = costs.entry(one)?;
            Ok(format!("{} {}", figure(entry.median, 2), escape(&work.unit)))
        }
        ("ratio", [one, other]) => Ok(figure(costs.ratio(one, other)?, 2)),
        _ => bail!(
            "write {{{{#costs WORK}}}}, {{{{#cost WORK/ENTRY}}}} or {{{{#ratio WORK/ENTRY WORK/ENTRY}}}}"
        ),
    }
}

/// On what it was measured, and what a row tells.
fn line(costs: &Costs) -> String {
    let machine = &costs.machine;
    let python = match &machine.python {
        None => "there was no Python".to_owned(),
        Some(version) => format!("Python {}", escape(version)),
    };
    let cpu = match escape(&machine.cpu) {
        none if none.is_empty() => none,
        cpu => format!(" ({cpu})"),
    };
    format!(
        r#"<p class="costs-machine">Measured on {}{cpu}, Rust {}, {python}. Each figure is the median of {}.</p>"#,
        recorded_on(&machine.origin),
        escape(&machine.rust),
        count(costs.rounds, "round")
    )
}

fn bounds(costs: &Costs) -> String {
    let mut html = String::from(
        r#"<figure class="costs costs-bounds"><table><thead><tr><th scope="col">What we ask of it</th><th scope="col">Measured</th><th scope="col">Reached</th></tr></thead><tbody>"#,
    );
    for bound in &costs.bounds {
        let title = costs.works.iter().find(|work| work.id == bound.work).map_or("", |work| &work.title);
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

fn table(work: &Work) -> String {
    let scale = Scale::of(&work.entries);
    let measure = work.measure();
    let better = if work.less_is_better { "shorter is better" } else { "longer is better" };
    let steps = if scale.logarithmic { ", and each line is ten times the one before" } else { "" };
    let mut html = format!(
        r#"<figure class="costs" id="measured-{}"><table><caption><strong>{}</strong> <span>In {}; {better}{steps}.</span></caption>"#,
        escape(&work.id),
        escape(&work.title),
        escape(&work.unit)
    );
    let _ = write!(
        html,
        r#"<thead><tr><th scope="col">Who</th><th scope="col">Median</th><th scope="col">Lowest–highest</th><th scope="col">Compared</th></tr></thead><tbody>"#
    );
    for entry in &work.entries {
        let _ = write!(
            html,
            r#"<tr class="{}"><th scope="row">{} <small>{}</small></th><td>{}</td><td>{}–{}</td><td>{} ×</td></tr>"#,
            class(entry.kind),
            escape(&entry.who),
            tells(entry.kind),
            figure(entry.median, 3),
            figure(entry.low, 3),
            figure(entry.high, 3),
            figure(entry.median / measure.median, 2)
        );
        // Its text is the row above.
        let _ = write!(
            html,
            r#"<tr class="{} bar" aria-hidden="true"><td colspan="4">{}</td></tr>"#,
            class(entry.kind),
            scale.bar(entry)
        );
    }
    let day = work.day.as_ref().map_or(String::new(), |day| format!(" Measured on {}.", escape(day)));
    let _ = write!(
        html,
        r#"</tbody></table><div class="axis" aria-hidden="true">{}</div><p class="costs-note">{}{day} “Compared” is how many times the median of {} it is.</p></figure>"#,
        scale.labels(),
        escape(&work.note),
        escape(&measure.who)
    );
    html
}

/// What a reader is told beside the name.
fn tells(kind: Kind) -> &'static str {
    match kind {
        Kind::Ours => "this course",
        Kind::Python => "", // its name says so
        Kind::Crate => "other Rust",
        Kind::Floor => "bare",
        Kind::Limit => "", // its name says so
    }
}

/// Its colour, one of lesson.css.
fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Ours => "c1",
        Kind::Python => "c2",
        Kind::Crate => "c3",
        Kind::Floor | Kind::Limit => "c0",
    }
}

/// Tells the bars apart without their colours: a solid one, stripes, dots, and a hollow one.
fn dashes(kind: Kind) -> &'static str {
    match kind {
        Kind::Ours | Kind::Floor | Kind::Limit => "",
        Kind::Python => r#" stroke-dasharray="7 2""#,
        Kind::Crate => r#" stroke-dasharray="2 2""#,
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
            Kind::Floor | Kind::Limit => write!(
                svg,
                r#"<rect class="hollow" x="{start:.2}%" y="3" width="{:.2}%" height="10"/>"#,
                end - start
            ),
            kind => write!(
                svg,
                r#"<line class="median" x1="{start:.2}%" x2="{end:.2}%" y1="8" y2="8"{}/>"#,
                dashes(kind)
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

/// A number rounded to this many significant digits, with a comma at each thousand.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::costs::tests::costs;

    fn answer(directive: &str, argument: &str) -> Result<String> {
        super::answer(&Costs::read(&costs().to_string()).expect("costs"), directive, argument)
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
    fn a_work_that_was_measured_on_another_day_says_so() {
        let mut data = costs();
        data["works"][0]["day"] = "2026-12-24".into();
        let costs = Costs::read(&data.to_string()).expect("costs");
        let table = |work| super::answer(&costs, "costs", work).expect("a table");
        assert!(table("start").contains("One start. Measured on 2026-12-24. “Compared”"));
        assert!(!table("lock").contains("Measured on"));
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
}

//! What was found, as text.

use std::fmt::Write as _;
use std::path::Path;

use exercise::text::{Paint, grouped, paragraphs, problem, shown, titled, wrapped};
use serde_json::Value;

/// How many outcomes are shown with their orders; the others are shown in short.
const WITH_STEPS: usize = 4;

/// How many outcomes are shown at all.
const SHOWN: usize = 20;

/// How many lines of what is printed are shown.
const PRINTED: usize = 10;

/// How many characters of a line that is printed are shown.
const LONG: usize = 300;

/// What the compiler has against a file.
pub fn errors(file: &Path, errors: &str, paint: Paint) -> String {
    let head = format!("{} can't be explored: it does not compile", shown(file));
    let mut text = titled(&head, &format!("{} ", paint.mark(false)), paint);
    let _ = writeln!(text, "\n{}", errors.trim_end());
    text
}

/// How many orders, and all outcomes.
pub fn all(file: &Path, found: &Value, paint: Paint) -> String {
    let mut text = head(file, found, paint);
    let outcomes = outcomes(found);
    for (at, found) in outcomes.iter().enumerate().take(SHOWN) {
        outcome(&mut text, at + 1, found, at < WITH_STEPS, false, paint);
    }
    if let Some(more @ 1..) = outcomes.len().checked_sub(SHOWN) {
        let words = format!("{more} more outcomes; `--outcome {}` shows the next", SHOWN + 1);
        text.push_str(&wrapped(&words, ""));
    } else if outcomes.len() > WITH_STEPS {
        let words = format!("`--outcome {}` shows the order of an outcome without one", WITH_STEPS + 1);
        text.push_str(&wrapped(&words, ""));
    }
    if let Some(others @ 1..) = found["others"].as_u64() {
        let words = format!("{} more orders end in other ways: not all are told apart", grouped(others));
        text.push_str(&wrapped(&words, ""));
    }
    text
}

/// One outcome in full. None if there is no such.
pub fn one(file: &Path, found: &Value, number: usize, paint: Paint) -> Option<String> {
    let one = outcomes(found).get(number - 1)?;
    let mut text = head(file, found, paint);
    outcome(&mut text, number, one, true, true, paint);
    Some(text)
}

fn outcomes(found: &Value) -> &[Value] {
    found["outcomes"].as_array().map_or(&[], Vec::as_slice)
}

fn head(file: &Path, found: &Value, paint: Paint) -> String {
    let fails = found["fails"] == true;
    let outcomes = outcomes(found);
    let (count, s) = (outcomes.len(), if outcomes.len() == 1 { "" } else { "s" });
    let ends = if fails { "an order fails" } else { "no order fails" };
    let title = format!("{}: {count} outcome{s}, {ends}", shown(file));
    let mut text = titled(&title, &format!("{} ", paint.mark(!fails)), paint);
    text.push_str(&paint.dim(wrapped(&explored(found), "  ").trim_end()));
    text.push('\n');
    if let Some(unseen) = found["unseen"].as_str() {
        text.push_str(&wrapped(unseen, "  "));
    }
    text
}

/// How much was explored.
fn explored(found: &Value) -> String {
    let orders = found["orders"].as_u64().unwrap_or_default();
    let (count, s) = (grouped(orders), if orders == 1 { "" } else { "s" });
    let once = if found["reduced"] == true {
        "; orders that differ only in steps that don't touch each other count once"
    } else {
        ""
    };
    if found["all"] == true {
        return match (orders, found["surprises"].as_u64()) {
            (1, None) => "the only order there is".to_owned(),
            (_, None) => format!("all {count} orders{once}"),
            (_, Some(most)) => format!(
                "all {count} order{s} with up to {most} surprises each (an old value that is read, a wake-up for nothing, a time \
                 that is over early, a thread that is slow){once}"
            ),
        };
    }
    if outcomes(found)
        .iter()
        .any(|one| one["kind"] == "endless" && one["steps"].as_array().is_some_and(Vec::is_empty))
    {
        return format!("{count} order{s}, not all: one has no end");
    }
    if found["hurried"] == true {
        return format!(
            "{count} order{s}, not all: a thread that waits in a loop or for a time can wait still longer"
        );
    }
    if found["unwound"] == true {
        return format!(
            "{count} order{s}, not all: the destructors that run in a panic took their steps as one"
        );
    }
    match found["forced_switches"].as_u64() {
        Some(switches) => {
            let es = if switches == 1 { "" } else { "es" };
            format!(
                "{count} order{s}, not all: all with up to {switches} forced switch{es}, and more at random; `--seconds N` tries longer"
            )
        }
        None => format!("{count} order{s}, not all: `--seconds N` tries longer"),
    }
}

/// One outcome: what is printed, how it ends, and the simplest order.
fn outcome(text: &mut String, number: usize, found: &Value, steps: bool, full: bool, paint: Paint) {
    let orders = found["orders"].as_u64().unwrap_or_default();
    let count = if orders == 1 { "1 order".to_owned() } else { format!("{} orders", grouped(orders)) };
    let ends = match found["kind"].as_str().unwrap_or_default() {
        "returned" => "it returns",
        "error" => "it ends with an error",
        "failed" => "it panics",
        "deadlock" => "a deadlock",
        "race" => "a data race",
        _ => "no end",
    };
    if !text.ends_with("\n\n") {
        text.push('\n');
    }
    let title = format!("{number}. {ends}: {count}");
    text.push_str(&titled(&title, &format!("{} ", paint.mark(found["fails"] != true)), paint));
    for (key, words) in [("printed", "prints"), ("errors", "prints to standard error")] {
        let lines = found[key].as_array().map_or(&[][..], Vec::as_slice);
        if lines.is_empty() {
            continue;
        }
        let _ = writeln!(text, "    {words}");
        let shown = if full { lines.len() } else { PRINTED };
        for line in lines.iter().take(shown) {
            let line = line.as_str().unwrap_or_default();
            let end = line.char_indices().nth(LONG).filter(|_| !full);
            let (begin, rest) = line.split_at(end.map_or(line.len(), |(end, _)| end));
            let more = if rest.is_empty() {
                String::new()
            } else {
                format!(" … and {} more characters", rest.chars().count())
            };
            text.push_str(&wrapped(&format!("{begin}{more}"), "      "));
        }
        if let Some(more @ 1..) = lines.len().checked_sub(shown) {
            let s = if more == 1 { "" } else { "s" };
            let _ = writeln!(text, "      … and {more} more line{s}");
        }
    }
    if steps {
        problem(text, found, paint);
    } else if let Some(message) = found["message"].as_str().filter(|message| !message.is_empty()) {
        text.push_str(&wrapped(&paragraphs(message), "    "));
    }
}

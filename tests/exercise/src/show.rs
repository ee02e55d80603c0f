//! Verdicts and lists as text.

use std::fmt::Write as _;
use std::ops::Range;

use exercise::course::{Course, Exercise};
use exercise::text::{Paint, cut, grouped, paragraphs, problem, titled, width, wrapped};
use exercise::verdict::Verdict;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::session::AllDone;

/// All exercises by part, each with whether it has passed.
pub fn list(course: &Course, done: &AllDone, paint: Paint) -> String {
    let passed = |exercise: &Exercise| done.get(&exercise.id).is_some_and(|done| done.passed);
    let widest = course.exercises.iter().map(|exercise| exercise.id.width()).max().unwrap_or(0);
    let mut text = String::new();
    let mut part = "";
    for exercise in &course.exercises {
        if exercise.part != part {
            part = &exercise.part;
            let of_part = || course.exercises.iter().filter(|exercise| exercise.part == part);
            let count = of_part().filter(|exercise| passed(exercise)).count();
            let heading = format!("{part}: {count} of {}", of_part().count());
            let space = if text.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{space}{}", paint.bold(&heading));
        }
        let mark = if passed(exercise) { paint.mark(true) } else { "·".to_owned() };
        let space = " ".repeat(widest - exercise.id.width());
        let room = width().saturating_sub(widest + 10);
        let title = cut(&exercise.title, room);
        let _ = writeln!(text, "  {mark} {} {}{space}  {title}", exercise.stars_shown(), exercise.id);
    }
    let count = course.exercises.iter().filter(|exercise| passed(exercise)).count();
    let _ = writeln!(text, "\n{count} of {} have passed (✓)", course.exercises.len());
    text
}

/// What an exercise asks for, and how to go about it.
pub fn task(exercise: &Exercise, paint: Paint) -> String {
    let title = format!("{}  {} {}", exercise.id, exercise.title, exercise.stars_shown());
    let mut text = titled(&title, "", paint) + "\n";
    text.push_str(&wrapped(&paragraphs(&exercise.task), ""));
    let _ = writeln!(text, "\n  {}\n  cargo exercise check {}", exercise.shown(), exercise.id);
    text
}

/// Some hints of an exercise, by their places among them.
pub fn hints(exercise: &Exercise, which: Range<usize>, paint: Paint) -> String {
    let mut text = format!("{}\n", paint.bold(&exercise.id));
    for at in which {
        text.push_str(&wrapped(&exercise.hints[at], &format!("  {}. ", at + 1)));
    }
    text
}

/// What the checks found, with the order of steps that fails.
pub fn verdict(exercise: &Exercise, verdict: &Verdict, paint: Paint) -> String {
    let title = format!("{}  {}", exercise.id, exercise.title);
    let mut text = titled(&title, &format!("{} ", paint.mark(verdict.passed())), paint);
    if let Some(errors) = &verdict.errors {
        let _ = writeln!(text, "  it does not compile:\n\n{}", errors.trim_end());
        if errors.contains("checks.rs:") {
            let why =
                "The checks are compiled with your file: its public functions and types keep their names.";
            text.push('\n');
            text.push_str(&wrapped(why, ""));
        }
        text.push('\n');
        return text;
    }
    for check in &verdict.checks {
        let passed = check["passed"] == true;
        let name = check["name"].as_str().unwrap_or_default();
        text.push_str(&wrapped(name, &format!("  {} ", paint.mark(passed))));
        if let Some(explored) = explored_words(check, passed) {
            text.push_str(&paint.dim(wrapped(&explored, "    ").trim_end()));
            text.push('\n');
        }
        if !passed {
            problem(&mut text, &check["problem"], paint);
        }
    }
    if let (true, Some(unseen)) = (verdict.passed(), verdict.unseen) {
        text.push_str(&wrapped(unseen, "  "));
    }
    if verdict.passed() {
        let _ = writeln!(text, "{} passes.", exercise.id);
    }
    text
}

/// The same in a line or two.
pub fn verdict_in_short(exercise: &Exercise, verdict: &Verdict, paint: Paint) -> String {
    let mut text = format!("{} {}\n", paint.mark(verdict.passed()), exercise.id);
    let words = match (&verdict.errors, verdict.failed()) {
        (Some(errors), _) => errors.lines().next().unwrap_or("it does not compile").to_owned(),
        (None, Some(check)) => {
            let message = check["problem"]["message"].as_str().unwrap_or_default();
            let message = message.lines().next().unwrap_or_default().trim_end_matches(':');
            format!("{}: {message}", check["name"].as_str().unwrap_or_default())
        }
        (None, None) => return text,
    };
    text.push_str(&wrapped(&words, "    "));
    text
}

/// How much was explored: a pass is worth as much as that.
fn explored_words(check: &Value, passed: bool) -> Option<String> {
    let explored = &check["explored"];
    let schedules = explored["schedules"].as_u64()?;
    let orders = |count: u64| if count == 1 { "order" } else { "orders" };
    let count = grouped(schedules);
    match (check["some"] == true, passed) {
        (true, true) => return Some(format!("found in order {count} of those tried")),
        (true, false) => return Some(format!("found in none of {count} {}", orders(schedules))),
        (false, false) => return Some(format!("after {count} {}", orders(schedules))),
        (false, true) => {}
    }
    if explored["all"] == true {
        return Some(match schedules {
            1 => "in the only order there is".to_owned(),
            _ => match explored["surprises"].as_u64() {
                Some(most) => format!(
                    "in all {count} orders with up to {most} surprises each (at most 2 of them wake-ups for nothing, the others a time that is over \
                     early, a thread that is slow, an old value)"
                ),
                None => format!("in all {count} orders"),
            },
        });
    }
    if explored["hurried"] == true {
        return Some(format!(
            "in {count} orders; a thread that waits in a loop or for a time can wait still longer, so they are not all"
        ));
    }
    if explored["unwound"] == true {
        return Some(format!(
            "in {count} {}; the destructors that run in a panic took their steps as one, so they are not all",
            orders(schedules)
        ));
    }
    Some(match explored["forced_switches"].as_u64() {
        Some(switches) => {
            let s = if switches == 1 { "" } else { "es" };
            format!(
                "in {count} orders: all with up to {switches} forced switch{s}, and more at random; there are \
                 too many to try them all"
            )
        }
        None => format!("in {count} orders at random; there are too many to try them all"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_pass_says_what_it_is_worth() {
        let said = |all: bool, some: bool, passed: bool| {
            let explored = json!({"schedules": 20_000, "all": all, "forced_switches": 2});
            explored_words(&json!({"some": some, "explored": explored}), passed).expect("it was explored")
        };
        assert_eq!(said(true, false, true), "in all 20 000 orders");
        let with = |more: &str| {
            let mut explored =
                json!({"schedules": 6, "all": true, "surprises": 4, "hurried": false, "unwound": false});
            explored[more] = true.into();
            explored["all"] = (more == "all").into();
            explored_words(&json!({"explored": explored}), true).expect("it was explored")
        };
        assert!(with("all").starts_with("in all 6 orders with up to 4 surprises each ("), "{}", with("all"));
        assert!(with("unwound").starts_with("in 6 orders; the destructors that run"), "{}", with("unwound"));
        assert!(with("hurried").starts_with("in 6 orders; a thread that waits"), "{}", with("hurried"));
        assert_eq!(said(false, true, true), "found in order 20 000 of those tried");
        assert_eq!(said(true, true, false), "found in none of 20 000 orders");
        assert_eq!(said(true, false, false), "after 20 000 orders");
        let part = said(false, false, true);
        assert!(part.contains("all with up to 2 forced switches, and more at random"), "{part}");
        assert_eq!(explored_words(&json!({"name": "a check of a program"}), true), None);
    }
}

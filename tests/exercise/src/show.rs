//! Verdicts and lists as text, as wide as the terminal, and at most 80 columns.

use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::ops::Range;

use crossterm::terminal;
use exercise::course::{Course, Exercise};
use exercise::verdict::Verdict;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::session::{AllDone, wants_colour};

/// How wide a text is: as the terminal, but no wider than one likes to read.
fn width() -> usize {
    const WIDEST: usize = 80;
    const NARROWEST: usize = 30;
    if !io::stdout().is_terminal() {
        return WIDEST;
    }
    // A terminal that doesn't know how wide it is says 0.
    match terminal::size() {
        Ok((columns @ 1.., _)) => usize::from(columns).clamp(NARROWEST, WIDEST),
        _ => WIDEST,
    }
}

/// Colour or none. It is never the only sign.
#[derive(Clone, Copy, Debug)]
pub struct Paint(bool);

impl Paint {
    /// For standard output as it is.
    pub fn for_stdout() -> Self {
        Paint(wants_colour())
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    /// What is looked for first.
    pub fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    /// What may be passed over.
    pub fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    fn mark(self, passed: bool) -> String {
        if passed { self.with("32", "✓") } else { self.with("31", "✗") }
    }
}

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
                     early, a thread that is slow)"
                ),
                None => format!("in all {count} orders"),
            },
        });
    }
    if explored["hurried"] == true {
        return Some(format!(
            "in {count} orders; a thread that waits in a loop or for a time can wait longer still, so they are not all"
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

/// `20 000`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// What is wrong: the message, the steps up to there, and who can't go on.
fn problem(text: &mut String, problem: &Value, paint: Paint) {
    text.push('\n');
    text.push_str(&wrapped(problem["message"].as_str().unwrap_or_default(), "    "));
    let word = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
    let steps = problem["steps"].as_array().map_or(&[][..], Vec::as_slice);
    let stuck = problem["stuck"].as_array().map_or(&[][..], Vec::as_slice);
    let row = |number: String, item: &Value| {
        let file = word(item, "file");
        let line = item["line"].as_u64().filter(|&line| line > 0);
        // Most steps are in the learner's own file.
        let line = match (line, file.as_str()) {
            (None, _) => String::new(),
            (Some(line), "checks.rs") => format!("checks:{line}"),
            (Some(line), _) => line.to_string(),
        };
        [number, word(item, "thread"), word(item, "text"), line]
    };
    if !steps.is_empty() {
        let head = ["step", "thread", "what it does", "line"].map(str::to_owned);
        let rows = steps.iter().zip(1..).map(|(step, at): (_, usize)| row(at.to_string(), step));
        text.push('\n');
        table(text, &head, &rows.collect::<Vec<_>>(), paint);
        if problem["kind"] == "endless" {
            text.push_str("          … and so on\n");
        }
    }
    if !stuck.is_empty() {
        let head = ["", "thread", "can't go on: it", "line"].map(str::to_owned);
        let rows = stuck.iter().map(|stuck| row(String::new(), stuck));
        text.push('\n');
        table(text, &head, &rows.collect::<Vec<_>>(), paint);
    }
    text.push('\n');
}

/// Number, thread, text and line; the text takes what room is left.
fn table(text: &mut String, head: &[String; 4], rows: &[[String; 4]], paint: Paint) {
    let widest = |column: usize| rows.iter().chain([head]).map(|row| row[column].width()).max().unwrap_or(0);
    let (first, thread, last) = (widest(0).max(4), widest(1).min(20), widest(3));
    let room = width().saturating_sub(4 + first + 2 + thread + 2 + 2 + last).max(8);
    let room = room.min(widest(2));
    let line = |row: &[String; 4]| {
        let mut lines = String::new();
        let mut pieces = fold(&row[2], room).into_iter();
        let piece = pieces.next().unwrap_or_default();
        let whole = format!(
            "    {}{}  {}{}  {piece}{}  {}{}",
            " ".repeat(first - row[0].width()),
            row[0],
            cut(&row[1], thread),
            " ".repeat(thread.saturating_sub(row[1].width())),
            " ".repeat(room.saturating_sub(piece.width())),
            " ".repeat(last - row[3].width()),
            row[3],
        );
        let _ = writeln!(lines, "{}", whole.trim_end());
        for piece in pieces {
            let _ = writeln!(lines, "{}{piece}", " ".repeat(4 + first + 2 + thread + 2));
        }
        lines
    };
    text.push_str(&paint.dim(line(head).trim_end()));
    text.push('\n');
    for row in rows {
        text.push_str(&line(row));
    }
}

/// Markdown with each paragraph on one line, to be broken anew.
fn paragraphs(markdown: &str) -> String {
    let mut text = String::new();
    let mut code = false;
    for line in markdown.lines() {
        let fence = line.trim_start().starts_with("```");
        let begins =
            fence || code || line.trim().is_empty() || line.starts_with([' ', '-', '*', '#', '|', '1']);
        if begins || text.ends_with("\n\n") || text.is_empty() {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
        } else if !text.ends_with('\n') {
            text.push(' ');
        }
        text.push_str(line);
        if line.trim().is_empty() || fence {
            text.push('\n');
        }
        code ^= fence;
    }
    text
}

/// Help as wide as the terminal. Where two columns don't fit, the second comes below the first.
pub fn help(text: &str) -> String {
    let mut fitted = String::new();
    for line in paragraphs(text).lines() {
        let columns = line.trim_start().split_once("  ").filter(|_| line.starts_with(' '));
        match columns.filter(|_| line.width() > width()) {
            Some((command, what)) => {
                let indent = &line[..line.len() - line.trim_start().len()];
                let _ = writeln!(fitted, "{indent}{command}");
                fitted.push_str(&wrapped(what.trim_start(), &format!("{indent}    ")));
            }
            None if line.is_empty() => fitted.push('\n'),
            None => fitted.push_str(&wrapped(line, "")),
        }
    }
    fitted
}

/// A title in lines that fit, after `head`.
fn titled(title: &str, head: &str, paint: Paint) -> String {
    let lines = wrapped(title, &" ".repeat(plain(head).width()));
    let bold = lines.lines().map(|line| {
        let text = line.trim_start();
        format!("{}{}\n", &line[..line.len() - text.len()], paint.bold(text))
    });
    let text: String = bold.collect();
    format!("{head}{}", &text[plain(head).width()..])
}

/// A head without its colours.
fn plain(head: &str) -> String {
    head.replace("\x1b[0m", "").replace("\x1b[31m", "").replace("\x1b[32m", "")
}

/// The text in lines that fit, after `head` and then as many spaces. Its own line ends are kept only between
/// paragraphs, and where a line is set in.
pub fn wrapped(text: &str, head: &str) -> String {
    let indent = " ".repeat(plain(head).width());
    let mut wrapped = String::new();
    for (at, line) in text
        .trim_end()
        .lines()
        .flat_map(|line| fold(line, width().saturating_sub(indent.len()).max(8)))
        .enumerate()
    {
        let before = if at == 0 { head } else { &indent };
        let _ = writeln!(wrapped, "{}", format!("{before}{line}").trim_end());
    }
    wrapped
}

/// The line in pieces of this width at most, broken between words where that can be.
fn fold(line: &str, width: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for word in line.split_inclusive(' ') {
        let mut word = word.to_owned();
        loop {
            let piece = pieces.last_mut().expect("there is always one");
            if piece.width() + word.trim_end().width() <= width {
                piece.push_str(&word);
                break;
            }
            if piece.trim().is_empty() {
                // One word wider than all: it is cut.
                let mut kept = String::new();
                while kept.width() < width.max(2) - 1 && !word.is_empty() {
                    kept.push(word.remove(0));
                }
                piece.push_str(&kept);
            }
            pieces.push(String::new());
        }
    }
    pieces.iter_mut().for_each(|piece| piece.truncate(piece.trim_end().len()));
    pieces
}

/// The text, or as much of it as there is room for.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if kept.width() + 2 > width {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn long_lines_are_broken_between_words_and_long_words_anywhere() {
        assert_eq!(fold("one two three", 8), ["one two", "three"]);
        assert_eq!(fold("", 8), [""]);
        assert_eq!(fold("a 线程线程线程", 8).iter().map(|piece| piece.width()).max(), Some(8));
        for line in wrapped(&"word ".repeat(50), "  ✗ ").lines() {
            assert!(line.width() <= 80, "{line}");
        }
    }

    #[test]
    fn a_paragraph_is_one_line_and_a_list_is_not() {
        let text = "One\ntwo.\n\nThree:\n- a\n- b\n\n```rust\nlet a;\nlet b;\n```\nFour\nfive.";
        let lines = "One two.\n\nThree:\n- a\n- b\n\n```rust\nlet a;\nlet b;\n```\nFour five.";
        assert_eq!(paragraphs(text), lines);
    }

    #[test]
    fn a_pass_says_what_it_is_worth() {
        let said = |all: bool, some: bool, passed: bool| {
            let explored = json!({"schedules": 20_000, "all": all, "forced_switches": 2});
            explored_words(&json!({"some": some, "explored": explored}), passed).expect("it was explored")
        };
        assert_eq!(said(true, false, true), "in all 20 000 orders");
        let with = |more: &str| {
            let mut explored = json!({"schedules": 6, "all": true, "surprises": 4, "hurried": false});
            explored[more] = true.into();
            explored["all"] = (explored["hurried"] == false).into();
            explored_words(&json!({"explored": explored}), true).expect("it was explored")
        };
        assert!(with("all").starts_with("in all 6 orders with up to 4 surprises each ("), "{}", with("all"));
        assert!(with("hurried").starts_with("in 6 orders; a thread that waits"), "{}", with("hurried"));
        assert_eq!(said(false, true, true), "found in order 20 000 of those tried");
        assert_eq!(said(true, true, false), "found in none of 20 000 orders");
        assert_eq!(said(true, false, false), "after 20 000 orders");
        let part = said(false, false, true);
        assert!(part.contains("all with up to 2 forced switches, and more at random"), "{part}");
        assert_eq!(explored_words(&json!({"name": "a check of a program"}), true), None);
    }

    #[test]
    fn a_title_is_broken_and_bold_in_each_line() {
        let title = titled(&"word ".repeat(20), "\x1b[31m✗\x1b[0m ", Paint(true));
        let lines: Vec<_> = title.lines().collect();
        assert_eq!(lines.len(), 2, "{title}");
        assert!(lines[0].starts_with("\x1b[31m✗\x1b[0m \x1b[1mword"), "{title:?}");
        assert!(lines[1].starts_with("  \x1b[1mword") && lines[1].ends_with("word\x1b[0m"), "{title:?}");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(["1", "12", "1 204", "20 000"], [1, 12, 1204, 20_000].map(grouped)[..]);
    }
}

//! Texts for a terminal: as wide as that, and at most 80 columns.

use std::fmt::Write as _;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, process};

use crossterm::terminal;
use serde_json::Value;
use shared::stage::in_a_line;
use shared::tell;
use unicode_width::UnicodeWidthStr;

/// Whether nobody reads standard output any more.
static UNHEARD: AtomicBool = AtomicBool::new(false);

/// Writes to standard output. A reader that has enough may have closed the pipe: that's no error, and [`is_heard`] tells. If it
/// can't be written for another reason (the disk is full), the program ends with one line on standard error and status 2.
pub fn say(text: &str) {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => UNHEARD.store(true, Ordering::Relaxed),
        Err(error) => {
            let _ = terminal::disable_raw_mode(); // `watch` may have it on, and an exit drops nothing
            tell!("error: cannot write to standard output: {error}");
            process::exit(2)
        }
    }
}

/// Whether somebody still reads what is said.
pub fn is_heard() -> bool {
    !UNHEARD.load(Ordering::Relaxed)
}

/// Shows on standard error how far something is, in place of what was shown last.
pub fn show_progress(state: &str) {
    let _ = io::stderr().lock().write_all(state.as_bytes());
}

/// A path in one line.
pub fn shown(path: &Path) -> String {
    in_a_line(&path.to_string_lossy())
}

/// Whether colour is wanted: on a terminal that knows it, unless `NO_COLOR` is set.
fn wants_colour() -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    io::stdout().is_terminal() && !set("NO_COLOR") && !dumb
}

/// How wide a text is: as the terminal, but no wider than one likes to read.
pub fn width() -> usize {
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

    /// A tick or a cross.
    pub fn mark(self, passed: bool) -> String {
        if passed { self.with("32", "✓") } else { self.with("31", "✗") }
    }
}

/// `20 000`.
pub fn grouped(number: u64) -> String {
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
pub fn problem(text: &mut String, problem: &Value, paint: Paint) {
    if let Some(message) = problem["message"].as_str().filter(|message| !message.is_empty()) {
        text.push('\n');
        text.push_str(&wrapped(message, "    "));
    }
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
pub fn table(text: &mut String, head: &[String; 4], rows: &[[String; 4]], paint: Paint) {
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

/// Joins the lines of each Markdown paragraph, so that the paragraph can be wrapped to another width.
pub fn paragraphs(markdown: &str) -> String {
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
pub fn titled(title: &str, head: &str, paint: Paint) -> String {
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
pub fn cut(text: &str, width: usize) -> String {
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

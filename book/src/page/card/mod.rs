//! The card of a lesson: the HTML that stands for `{{#lesson NAME}}` on the page.
//!
//! It reads well without JavaScript and in print; `theme/lesson.js` brings it to life.

use std::fmt::Write;

use shared::choice::Choice;

use crate::course::lesson::{Arguments, Lesson};
use crate::course::recording::{Recording, Said};

/// What a card is made of.
pub struct Card<'a> {
    /// The lesson.
    pub lesson: &'a Lesson,
    /// What a reader can choose.
    pub choices: &'a [Choice],
    /// Its recorded runs; the one without arguments is the one that is listed.
    pub runs: &'a [Recording],
    /// Whether the lesson was changed since: only where the book is served to somebody who changes it.
    pub old: bool,
    /// Where the repository can be looked at, if that is known.
    pub repository: Option<&'a str>,
}

/// What cards of one kind need on their page: in the page itself, so that no other page carries it, and an
/// mdbook of the reader's own has nothing to copy.
#[derive(Debug, PartialEq, Eq)]
pub struct Assets {
    /// A style sheet.
    pub style: &'static str,
    /// A script; may be empty.
    pub script: &'static str,
}

impl Assets {
    /// The style, in one line that stands before the first card.
    pub fn before(&self) -> String {
        format!("<style>{}</style>", self.style.lines().map(str::trim).collect::<String>())
    }

    /// The script, at the end of the chapter. A module runs when the whole page is there.
    pub fn after(&self) -> String {
        if self.script.is_empty() {
            return String::new();
        }
        format!("\n\n<script type=\"module\">\n{}</script>\n", self.script)
    }
}

impl Card<'_> {
    /// The card as one line of HTML, so that no blank line ends it early, wherever the chapter puts it.
    pub fn html(&self) -> String {
        let name = &self.lesson.name;
        let mut html = String::new();
        let run = self.runs.iter().find(|run| run.arguments == Arguments::default());
        let status = run.map_or("Not recorded yet.".to_owned(), |run| self.status(run));
        let _ = write!(
            html,
            r#"<section class="lesson" data-lesson="{name}" id="run-{name}" aria-label="Lesson: {name}">"#
        );
        let _ = write!(
            html,
            r#"<div class="lesson-head"><code class="lesson-command">cargo run -p {}</code> {}</div>"#,
            self.lesson.package(),
            source_link(&self.lesson.source_path(), self.repository)
        );
        html.push_str(&self.fieldset());
        html.push_str(r#"<div class="lesson-buttons"></div>"#);
        let _ = write!(html, r#"<p class="lesson-status" role="status">{}</p>"#, escape(&status));
        html.push_str(
            r#"<ol class="lesson-output" role="list" aria-live="polite" aria-label="Output" tabindex="0">"#,
        );
        html.push_str(&run.map(rows).unwrap_or_default());
        html.push_str(r#"</ol><div class="lesson-timeline"></div>"#);
        for run in self.runs {
            let json = run.to_json(name).replace('\n', "");
            let _ = write!(
                html,
                r#"<script type="application/json" class="lesson-run" data-arguments="{}" data-status="{}">{}</script>"#,
                escape(&run.arguments.to_string()),
                escape(&self.status(run)),
                in_script(&json)
            );
        }
        html.push_str("</section>");
        html
    }

    fn fieldset(&self) -> String {
        if self.choices.is_empty() {
            return String::new();
        }
        let mut html = String::from(r#"<fieldset class="lesson-choices"><legend>Run it with</legend>"#);
        for choice in self.choices {
            let (name, means) = (escape(&choice.name), escape(&choice.means));
            let _ = match &choice.default {
                None => {
                    write!(
                        html,
                        r#"<label><input type="checkbox" name="{name}"> <code>{name}</code> {means}</label>"#
                    )
                }
                Some(default) => {
                    let offers = choice.offers.iter().map(|offer| escape(offer));
                    let options: String =
                        offers.map(|offer| format!(r#"<option value="{offer}">{offer}</option>"#)).collect();
                    write!(
                        html,
                        r#"<label><code>{name}</code> {means} <select name="{name}"><option value="" selected>{}</option>{options}</select></label>"#,
                        escape(default)
                    )
                }
            };
        }
        html.push_str("</fieldset>");
        html
    }

    fn status(&self, run: &Recording) -> String {
        let old = if self.old { " The program has been changed since." } else { "" };
        let ended = match run.status.ends_with(": 0") {
            true => String::new(),
            false => format!(" It ended with {}.", run.status),
        };
        format!("Recorded on {}.{ended}{old}", recorded_on(&run.date, &run.system, run.cores))
    }
}

/// When and on what machine: `2026-11-22, Linux, 2 cores`.
pub fn recorded_on(date: &str, system: &str, cores: u64) -> String {
    let system = match system {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" => "Windows",
        other => other,
    };
    format!("{date}, {system}, {cores} {}", if cores == 1 { "core" } else { "cores" })
}

/// A line that was said, in the list of a card; with these attributes of its own.
pub fn row(said: &Said, attributes: &str) -> String {
    format!(
        r#"<li{attributes}><span class="time">{:.2}</span> <span class="who">{}</span> <span class="text">{}</span></li>"#,
        said.seconds,
        escape(&said.who),
        escape(&said.text)
    )
}

fn rows(run: &Recording) -> String {
    let said = run.said();
    let said = said.iter().map(|said| row(said, ""));
    let errors = run
        .errors
        .iter()
        .map(|line| format!(r#"<li class="error"><span class="text">{}</span></li>"#, escape(line)));
    said.chain(errors).collect()
}

/// A file of the course, as a link where the repository can be looked at.
pub fn source_link(path: &str, repository: Option<&str>) -> String {
    match repository {
        Some(url) => format!(
            r#"<a class="lesson-source" href="{}/blob/HEAD/{path}">{path}</a>"#,
            escape(url.trim_end_matches('/'))
        ),
        None => format!(r#"<code class="lesson-source">{path}</code>"#),
    }
}

/// JSON as it stands in a script: neither the script's end nor a directive of mdBook's, whatever its texts say.
pub fn in_script(json: &str) -> String {
    json.replace("</", r"<\/").replace("<!--", r"<\u0021--").replace("{{", r"{\u007b")
}

/// Text as HTML shows it, in an element or in a quoted attribute; braces too, so that mdBook finds no
/// directive in what a lesson says.
pub fn escape(text: &str) -> String {
    let mut html = String::new();
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '{' => html.push_str("&#123;"),
            '\n' | '\r' => html.push(' '),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::{Value, json};

    use super::*;

    fn card(said: &str, errors: &[&str], choices: &[Choice]) -> String {
        let lesson = Lesson::new("pool", PathBuf::new());
        let run = Recording {
            arguments: Arguments::default(),
            date: "2026-11-22".into(),
            cores: 1,
            system: "linux".into(),
            source: String::new(),
            status: "exit status: 0".into(),
            errors: errors.iter().map(|&line| line.to_owned()).collect(),
            events: vec![json!({"ph": "i", "cat": "say", "ts": 1_000_000, "pid": 1, "tid": 1, "name": said})],
        };
        Card { lesson: &lesson, choices, runs: &[run], old: false, repository: None }.html()
    }

    #[test]
    fn whatever_a_lesson_says_stays_text() {
        let said = "</script><script>alert(1)</script> <!-- {{#include /etc/passwd}} \"&";
        let html = card(said, &["<b>"], &[]);
        // Without a comment begun in it, a script ends at the first `</script` and nowhere else.
        assert_eq!(html.matches("</script").count(), 1, "{html}");
        assert!(!html.contains("<!--") && !html.contains("{{"), "{html}");
        let page = html.split_once("<script").expect("a run").0;
        assert!(!page.contains("</script") && !page.contains("<b>"), "{page}");
        let json = html.split_once("data-arguments=\"\"").expect("a run").1;
        let json = json.split_once('>').expect("the end of its tag").1;
        let json = json.split_once("</script>").expect("its end").0;
        let events: Value = serde_json::from_str(json).expect("still JSON");
        assert_eq!(events[1]["name"], said);
    }

    #[test]
    fn choices_become_boxes_and_lists() {
        let declared = "//! --kill    kill <it>\n//! --capacity N    room [default: 10; try: 1, 3]\n";
        let html = card("x", &[], &Choice::declared_in(declared));
        assert!(
            html.contains(
                r#"<label><input type="checkbox" name="--kill"> <code>--kill</code> kill &lt;it&gt;</label>"#
            ),
            "{html}"
        );
        assert!(html.contains(r#"<select name="--capacity"><option value="" selected>10</option><option value="1">1</option><option value="3">3</option></select>"#), "{html}");
        assert!(!card("x", &[], &[]).contains("<fieldset"));
    }

    #[test]
    fn no_line_break_and_no_blank_line_ends_the_card_early() {
        assert!(!card("x", &["a\n\nb"], &[]).contains('\n'));
    }
}

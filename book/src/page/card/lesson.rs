//! The card of a lesson: what it can be run with, and its recorded runs, the first of them as a listing.
//!
//! `theme/lesson.js` replays a run, and runs the lesson where the book is served locally. `theme/timeline.js` draws it.

use std::fmt::Write;

use anyhow::{Result, bail};
use shared::choice::Choice;

use crate::course::lesson::{Arguments, Lesson};
use crate::course::recording::Recording;
use crate::course::stored::Fit;
use crate::page::card::parts::{CHANGED, Kind, Page, Runs, escape, in_script, recorded_on, row};

/// `{{#lesson NAME}}`.
pub const KIND: Kind = Kind { directive: "lesson", assets: None, html };

fn html(page: &Page<'_>, name: &str) -> Result<String> {
    let lesson = page.workspace.known_lesson(name)?;
    let choices = lesson.choices()?;
    let mut runs = Vec::new();
    let mut old = "";
    for arguments in lesson.worth_recording()? {
        let stored = Recording::of(page.workspace, &lesson, &arguments)?;
        if page.runs == Runs::MustFit
            && let Some(problem) = stored.problem
        {
            bail!(problem);
        }
        match stored.fit {
            Fit::Fits(run) => runs.push(run),
            Fit::Old(run) => {
                old = CHANGED;
                runs.push(run);
            }
            Fit::Missing | Fit::Unreadable(_) => {}
        }
    }
    Ok(Card { page, lesson: &lesson, choices: &choices, runs: &runs, old }.html())
}

/// What the card is made of.
struct Card<'a> {
    page: &'a Page<'a>,
    lesson: &'a Lesson,
    /// What a reader can choose.
    choices: &'a [Choice],
    /// Its recorded runs; the one without arguments is the one that is listed.
    runs: &'a [Recording],
    /// What to say of a run whose lesson was changed since.
    old: &'a str,
}

impl Card<'_> {
    fn html(&self) -> String {
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
            self.page.source_link(&self.lesson.source_path())
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
        // Of a value that the page offers no other for, such as the name of a file, there is nothing to choose.
        let offered = |choice: &&Choice| choice.default.is_none() || !choice.offers.is_empty();
        let mut choices = self.choices.iter().filter(offered).peekable();
        if choices.peek().is_none() {
            return String::new();
        }
        let mut html = String::from(r#"<fieldset class="lesson-choices"><legend>Run it with</legend>"#);
        for choice in choices {
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
        let ended = match run.status.ends_with(": 0") {
            true => String::new(),
            false => format!(" It ended with {}.", run.status),
        };
        format!("Recorded on {}.{ended}{}", recorded_on(&run.origin), self.old)
    }
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

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use serde_json::{Value, json};

    use super::*;
    use crate::course::stored::Origin;
    use crate::course::workspace::Workspace;

    fn card(said: &str, errors: &[&str], choices: &[Choice]) -> String {
        let lesson = Lesson::new("pool", PathBuf::new());
        let run = Recording {
            arguments: Arguments::default(),
            origin: Origin { date: "2026-11-22".into(), cores: 1, system: "linux".into() },
            source: String::new(),
            status: "exit status: 0".into(),
            errors: errors.iter().map(|&line| line.to_owned()).collect(),
            events: vec![json!({"ph": "i", "cat": "say", "ts": 1_000_000, "pid": 1, "tid": 1, "name": said})],
        };
        let workspace = Workspace::of_book(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("the course");
        let page = Page { workspace: &workspace, repository: None, runs: Runs::MustFit, chapters: &[] };
        Card { page: &page, lesson: &lesson, choices, runs: &[run], old: "" }.html()
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
        let file = "//! --picture FILE    where to write it [default: none]\n";
        assert!(!card("x", &[], &Choice::declared_in(file)).contains("<fieldset"));
    }

    #[test]
    fn no_line_break_and_no_blank_line_ends_the_card_early() {
        assert!(!card("x", &["a\n\nb"], &[]).contains('\n'));
    }
}

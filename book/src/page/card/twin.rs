//! The card of what a lesson's Python program said, so that a reader sees it beside the lesson's own run.

use anyhow::Result;

use crate::course::lesson::Lesson;
use crate::course::twin::{self, PYTHON, Twin};
use crate::page::card::parts::{Kind, Page, escape, recorded_on, row};

/// `{{#twin LESSON ARGUMENTS}}`.
pub const KIND: Kind = Kind { directive: "twin", assets: None, html };

fn html(page: &Page<'_>, argument: &str) -> Result<String> {
    let (lesson, arguments) = twin::asked(page.workspace, argument)?;
    let stored = Twin::of(page.workspace, &lesson, &arguments)?;
    page.recorded("twin", stored, |twin, old| draw(page, &lesson, twin, old))
}

fn draw(page: &Page<'_>, lesson: &Lesson, twin: &Twin, old: &str) -> String {
    let command = format!("{PYTHON} {} {}", lesson.twin_path(), twin.arguments);
    let command = escape(command.trim_end());
    let rows = twin.said.iter().map(|said| match said.text.starts_with("in Python") {
        true => row(said, r#" class="python""#),
        false => row(said, ""),
    });
    let rows: String = rows.collect();
    let who = twin.said.iter().map(|said| said.who.chars().count()).max().unwrap_or_default();
    format!(
        r#"<section class="lesson twin" aria-label="{command}"><div class="lesson-head"><code class="lesson-command">{command}</code> {}</div><p class="lesson-status">Recorded on {}, {}.{old}</p><ol class="lesson-output" aria-label="Output" style="--who:{who}ch">{rows}</ol></section>"#,
        page.source_link(&lesson.twin_path()),
        recorded_on(&twin.origin),
        escape(&twin.python),
    )
}

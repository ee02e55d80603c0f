//! The card of what the reader has done: all chapters, with their questions and exercises.
//!
//! With `theme/progress.js`, it shows what was read, answered and passed. That is kept in the reader's browser, and what was
//! passed in the reader's copy of the course too.

use std::fmt::Write;

use anyhow::Result;

use crate::page::card::parts::{Assets, Kind, Page, escape};

/// `{{#progress}}`.
pub const KIND: Kind = Kind { directive: "progress", assets: Some(&ASSETS), html };

const ASSETS: Assets = Assets {
    style: include_str!("../../../theme/progress.css"),
    script: include_str!("../../../theme/progress.js"),
};

fn html(page: &Page<'_>, _: &str) -> Result<String> {
    let mut html = String::from(
        r#"<section class="lesson progress" data-progress aria-label="Your progress"><p class="lesson-status" role="status"></p><div class="lesson-buttons"></div><table><thead><tr><th scope="col">Chapter</th><th scope="col">Questions</th><th scope="col">Exercises</th></tr></thead><tbody>"#,
    );
    for chapter in page.chapters {
        let _ = write!(
            html,
            r#"<tr data-page="{0}" data-questions="{1}" data-exercises="{2}"><th scope="row"><a href="{0}">{3}</a></th><td>{4}</td><td>{5}</td></tr>"#,
            escape(&chapter.page),
            chapter.questions.join(" "),
            escape(&chapter.exercises.join(" ")),
            escape(&chapter.title),
            number(chapter.questions.len()),
            number(chapter.exercises.len()),
        );
    }
    html.push_str("</tbody></table></section>");
    Ok(html)
}

/// A number in the table; none is a dash.
fn number(number: usize) -> String {
    if number == 0 { "–".to_owned() } else { number.to_string() }
}

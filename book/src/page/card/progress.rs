//! The card of what the reader has done: all chapters, with their questions and exercises. And the same of a class.
//!
//! With `theme/progress.js`, it shows what was read, answered and passed. That is kept in the reader's browser, and what was
//! passed in the reader's copy of the course too. The card of a class shows it of all learners whose files a teacher chooses.

use std::fmt::{Display, Write};

use anyhow::Result;

use crate::page::card::parts::{Assets, Kind, Outline, Page, escape};

/// `{{#progress}}`.
pub const KIND: Kind = Kind { directive: "progress", assets: Some(&ASSETS), html };

/// `{{#class}}`.
pub const CLASS_KIND: Kind = Kind { directive: "class", assets: Some(&ASSETS), html: class };

const ASSETS: Assets = Assets {
    style: include_str!("../../../theme/progress.css"),
    script: include_str!("../../../theme/progress.js"),
};

fn html(page: &Page<'_>, _: &str) -> Result<String> {
    let mut html = String::from(
        r#"<section class="lesson progress" data-progress aria-label="Your progress"><p class="lesson-status" role="status"></p><div class="lesson-buttons"></div><table><thead><tr><th scope="col">Chapter</th><th scope="col">Questions</th><th scope="col">Exercises</th></tr></thead><tbody>"#,
    );
    for chapter in page.chapters {
        row(&mut html, chapter, &[number(chapter.questions.len()), number(chapter.exercises.len())]);
    }
    html.push_str("</tbody></table></section>");
    Ok(html)
}

/// Its tables have nothing to show without a script, and before files are chosen.
fn class(page: &Page<'_>, _: &str) -> Result<String> {
    let mut html = String::from(
        r#"<section class="lesson progress class" data-class aria-label="A class"><p class="lesson-status" role="status">This card needs a browser that runs scripts.</p><div class="lesson-buttons"></div><div class="class-told" hidden><ul class="class-damaged"></ul><div class="table-wrapper"><table><thead><tr><th scope="col">Chapter</th><th scope="col">Read</th><th scope="col">Questions: right at the first try, of those who answered</th><th scope="col">Exercises: passed</th></tr></thead><tbody>"#,
    );
    for chapter in page.chapters {
        row(&mut html, chapter, &["", "", ""]);
    }
    html.push_str(
        r#"</tbody></table></div><div class="table-wrapper"><table class="class-files"><thead><tr><th scope="col">File</th><th scope="col">Chapters read</th><th scope="col">Questions answered</th><th scope="col">Right at the first try</th><th scope="col">Exercises passed</th></tr></thead><tbody></tbody></table></div></div></section>"#,
    );
    Ok(html)
}

/// A chapter in a table, with what there is to do in it for the script.
fn row(html: &mut String, chapter: &Outline, cells: &[impl Display]) {
    let _ = write!(
        html,
        r#"<tr data-page="{0}" data-questions="{1}" data-exercises="{2}"><th scope="row"><a href="{0}">{3}</a></th>"#,
        escape(&chapter.page),
        chapter.questions.join(" "),
        escape(&chapter.exercises.join(" ")),
        escape(&chapter.title),
    );
    for cell in cells {
        let _ = write!(html, "<td>{cell}</td>");
    }
    html.push_str("</tr>");
}

/// A number in the table; none is a dash.
fn number(number: usize) -> String {
    if number == 0 { "–".to_owned() } else { number.to_string() }
}

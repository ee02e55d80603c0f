//! The card of an exercise: its task, its hints one by one, and the command that checks the answer.
//!
//! With `theme/exercise.js`, the reader has the answer checked where the book is served locally.

use std::fmt::Write;

use anyhow::Result;
use pulldown_cmark::{Event, Parser};

use crate::course::exercise::STARS;
use crate::page::card::parts::{Assets, Kind, Page, escape};

/// `{{#exercise TOPIC/NAME}}`.
pub const KIND: Kind = Kind { directive: "exercise", assets: Some(&ASSETS), html };

const ASSETS: Assets = Assets {
    style: include_str!("../../../theme/exercise.css"),
    script: include_str!("../../../theme/exercise.js"),
};

fn html(page: &Page<'_>, name: &str) -> Result<String> {
    let exercise = page.workspace.known_exercise(name)?;
    let task = exercise.task()?;
    let title = escape(&task.title);
    let mut html = format!(
        r#"<section class="lesson exercise" data-exercise="{name}" id="exercise-{}" aria-label="Exercise: {title}">"#,
        name.replace('/', "-")
    );
    let _ = write!(
        html,
        r#"<p class="exercise-title"><strong>{title}</strong> <span class="exercise-stars" role="img" aria-label="{}">{}{}</span> <span class="exercise-state"></span></p>"#,
        ["Easy: one star of three", "Harder: two stars of three", "Hard: three stars of three"]
            [task.stars as usize - 1],
        "★".repeat(task.stars as usize),
        "☆".repeat((STARS.end() - task.stars) as usize)
    );
    let _ = write!(html, r#"<div class="exercise-task">{}</div>"#, markdown(&task.task));
    let _ = write!(
        html,
        r#"<div class="lesson-head">Edit {} and run <code class="lesson-command">cargo exercise check {name}</code></div>"#,
        page.source_link(&exercise.path())
    );
    html.push_str(r#"<div class="lesson-buttons"></div><p class="lesson-status" role="status"></p>"#);
    // One inside the other: who opens the first sees that there is a second, and not what it says.
    for (number, hint) in task.hints.iter().enumerate() {
        let which = if number == 0 { "A hint" } else { "One more hint" };
        let _ = write!(
            html,
            r#"<details class="exercise-hint"><summary>{which} ({} of {})</summary>{}"#,
            number + 1,
            task.hints.len(),
            markdown(hint)
        );
    }
    html.push_str(&"</details>".repeat(task.hints.len()));
    html.push_str("</section>");
    Ok(html)
}

/// Markdown as one line of HTML, with no HTML of its own in it and nothing that mdBook takes for a directive.
fn markdown(text: &str) -> String {
    let events = Parser::new(text).map(|event| match event {
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        other => other,
    });
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, events);
    html.trim_end().replace('\n', "&#10;").replace('{', "&#123;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_markdown_in_one_line_and_nothing_more() {
        let html = markdown(
            "Do `a {{#include x}}`.\n\n```rust\nfn a() {\n\n}\n```\n<script>alert(1)</script> <b>x</b>",
        );
        assert!(
            !html.contains('\n')
                && !html.contains("{{")
                && !html.contains("<script")
                && !html.contains("<b>"),
            "{html}"
        );
        assert!(html.contains("<code>a &#123;&#123;#include x}}</code>"), "{html}");
        assert!(html.contains("fn a() &#123;&#10;&#10;}"), "{html}");
    }
}

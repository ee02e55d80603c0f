//! What cards are made of: pieces of HTML, and what becomes of a card whose recording is missing or old.
//!
//! A card reads well without JavaScript and in print. A script in `theme` brings it to life.

use anyhow::{Result, bail};

use crate::course::recording::Said;
use crate::course::stored::{Fit, Origin, Stored};
use crate::course::workspace::Workspace;
use crate::page::lean;

/// One kind of card.
pub struct Kind {
    /// The directive that it stands for.
    pub directive: &'static str,
    /// What its page needs for it, beyond what every page has.
    pub assets: Option<&'static Assets>,
    /// The card as one line of HTML, so that no blank line ends it early, wherever the chapter puts it. It gets what the
    /// directive says after its name.
    pub html: fn(&Page<'_>, &str) -> Result<String>,
}

/// What all cards depend on.
pub struct Page<'a> {
    /// The course.
    pub workspace: &'a Workspace,
    /// Where the repository can be looked at, if that is known.
    pub repository: Option<&'a str>,
    /// What to make of old runs.
    pub runs: Runs,
    /// All chapters, in their order.
    pub chapters: &'a [Outline],
}

/// What there is to do in a chapter.
pub struct Outline {
    /// As the table of contents names it.
    pub title: String,
    /// The name of its page: `lock.html`.
    pub page: String,
    /// The key of each question, and the number of the right choice from 0: `0123456789ab/2`.
    pub questions: Vec<String>,
    /// As `lock/transfer`.
    pub exercises: Vec<String>,
}

/// What becomes of a card whose lesson has no recorded run, or was changed after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// An error: a page that is published shows what its lesson does.
    MustFit,
    /// The card says so. A reader who is changing a lesson can run it, and goes on reading meanwhile.
    MayBeOld,
}

impl Page<'_> {
    /// The card of what was recorded, or an empty one that says what is wrong. `draw` gets the recorded thing, and what
    /// to say after when it was recorded, such as that its program was changed since.
    pub fn recorded<T>(
        &self,
        class: &str,
        stored: Stored<T>,
        draw: impl FnOnce(&T, &str) -> String,
    ) -> Result<String> {
        if self.runs == Runs::MustFit
            && let Some(problem) = stored.problem
        {
            bail!(problem);
        }
        Ok(match &stored.fit {
            Fit::Fits(it) => draw(it, ""),
            Fit::Old(it) => draw(it, CHANGED),
            Fit::Missing | Fit::Unreadable(_) => without(class, &stored.problem.unwrap_or_default()),
        })
    }

    /// A file of the course, as a link where the repository can be looked at.
    pub fn source_link(&self, path: &str) -> String {
        match self.repository {
            Some(url) => format!(
                r#"<a class="lesson-source" href="{}/blob/HEAD/{path}">{path}</a>"#,
                escape(url.trim_end_matches('/'))
            ),
            None => format!(r#"<code class="lesson-source">{path}</code>"#),
        }
    }
}

/// What a card says whose program is another now.
pub const CHANGED: &str = " The program has been changed since.";

/// The card of what is not recorded, for the author of its chapter.
fn without(class: &str, problem: &str) -> String {
    format!(r#"<section class="lesson {class}"><p class="lesson-status">{}</p></section>"#, escape(problem))
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
        format!("<style>{}</style>", lean::style(self.style).lines().map(str::trim).collect::<String>())
    }

    /// The script, at the end of the chapter. A module runs when the whole page is there.
    pub fn after(&self) -> String {
        if self.script.is_empty() {
            return String::new();
        }
        format!("\n\n<script type=\"module\">\n{}</script>\n", lean::script(self.script))
    }
}

/// When and on what machine: `2026-11-22, Linux, 2 cores`.
pub fn recorded_on(origin: &Origin) -> String {
    let system = match origin.system.as_str() {
        "linux" => "Linux",
        "macos" => "macOS",
        "windows" => "Windows",
        other => other,
    };
    format!("{}, {system}, {}", origin.date, count(origin.cores, "core"))
}

/// `1 core`, `2 cores`.
pub fn count(number: u64, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
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

/// Text of several lines, in one line of HTML.
pub fn lines(text: &str) -> String {
    text.trim().lines().map(escape).collect::<Vec<_>>().join("&#10;")
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

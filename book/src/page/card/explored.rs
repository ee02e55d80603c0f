//! The card of what `cargo explore` says of a program, and the card in which the reader's own file is explored.
//!
//! With `theme/orders.js`, the reader takes the steps, and the own file is explored at each save.

use std::fmt::Write;

use anyhow::Result;
use serde_json::Value;

use crate::course::explored::{Explored, OWN};
use crate::course::orders::{index, list};
use crate::course::program::{self, Program};
use crate::course::workspace::Workspace;
use crate::page::card::orders::ASSETS;
use crate::page::card::parts::{Kind, Page, Runs, escape, in_script, lines};

/// `{{#explored TOPIC/NAME}}`.
pub const KIND: Kind = Kind { directive: "explored", assets: Some(&ASSETS), html };

/// `{{#explore}}`.
pub const OWN_KIND: Kind = Kind { directive: "explore", assets: Some(&ASSETS), html: own_html };

fn html(page: &Page<'_>, argument: &str) -> Result<String> {
    let program = Program::asked(page.workspace, program::Kind::Explored, argument)?;
    let stored = Explored::of(page.workspace, &program)?;
    let id = argument.replace('/', "-");
    page.recorded("orders", stored, |explored, old| draw(page, &id, explored, old))
}

/// The place of the reader's own file. What is in it comes with the local server.
fn own_html(_: &Page<'_>, _: &str) -> Result<String> {
    Ok(format!(
        r#"<section class="lesson explore" data-explore aria-label="Your own program"><div class="lesson-head"><code class="lesson-command">cargo explore</code> <code class="lesson-source">{OWN}</code></div><p class="lesson-status" role="status">This works where the book is served from your own machine: say <code>cargo book</code> in the course’s folder.</p><div class="explore-found" tabindex="-1"></div></section>"#
    ))
}

/// What the explorer has just said of the reader's own file, as a card.
pub fn own(workspace: &Workspace, said: &str) -> String {
    let page = Page { workspace, repository: None, runs: Runs::MayBeOld, chapters: &[] };
    match Explored::read(said) {
        Ok(explored) => draw(&page, "own", &explored, ""),
        Err(refused) => {
            format!(r#"<pre class="explore-refused" tabindex="0">{}</pre>"#, lines(&format!("{refused:#}")))
        }
    }
}

/// How many orders there are, in a sentence.
fn tried(explored: &Explored) -> String {
    let orders = explored.orders();
    let orders = if orders == 1 { "One order was".to_owned() } else { format!("{orders} orders were") };
    if !explored.is("all") {
        return format!("{orders} tried. There are more.");
    }
    let which = if explored.is("reduced") {
        " that differ in more than steps that don't touch each other"
    } else {
        ""
    };
    match explored.number("surprises") {
        Some(surprises) => format!(
            "{orders} tried{which}: all there are with up to {surprises} surprises each, such as an old value or a wake-up for nothing."
        ),
        None => format!("{orders} tried{which}: all there are."),
    }
}

/// `id` tells the card from others on its page.
fn draw(page: &Page<'_>, id: &str, explored: &Explored, old: &str) -> String {
    let file = explored.file();
    let tree = explored.tree.as_ref().map(|tree| tree.value().to_string());
    let mut html = format!(
        r#"<section class="lesson orders explored" id="explored-{id}" aria-label="What can come of {}"{}>"#,
        escape(file),
        if tree.is_some() { format!(r#" data-orders="{id}""#) } else { String::new() }
    );
    let _ = write!(
        html,
        r#"<div class="lesson-head"><code class="lesson-command">cargo explore {0}</code> {1}</div>"#,
        escape(file),
        page.source_link(file)
    );
    let _ = write!(html, r#"<p class="orders-count">{}{old}</p>"#, escape(&tried(explored)));
    if let Some(unseen) = explored.unseen() {
        let _ = write!(html, r#"<p class="orders-count">{}</p>"#, marked(unseen));
    }
    if tree.is_some() {
        html.push_str(r#"<p class="lesson-status" role="status"></p>"#);
    }
    html.push_str(r#"<div class="orders-all"><table><thead><tr><th scope="col">What comes out</th><th scope="col">Orders</th></tr></thead><tbody>"#);
    for outcome in explored.outcomes() {
        let (class, sign) = if outcome["fails"] == true { (r#" class="stuck""#, "✗ ") } else { ("", "") };
        let text = marked(outcome["text"].as_str().unwrap_or_default());
        let _ = write!(html, "<tr{class}><td>{sign}{text}</td><td>{}</td></tr>", outcome["orders"]);
    }
    html.push_str("</tbody></table></div>");
    match explored.outcomes().iter().find(|outcome| outcome["fails"] == true) {
        Some(fails) => order(fails, true, &mut html),
        // Nothing fails, and the reader can't take the steps: the order to each outcome is worth seeing.
        None if tree.is_none() => {
            explored.outcomes().iter().take(3).for_each(|outcome| order(outcome, false, &mut html));
        }
        None => {}
    }
    if let Some(tree) = &tree {
        let _ = write!(html, r#"<script type="application/json">{}</script>"#, in_script(tree));
    }
    html.push_str("</section>");
    html
}

/// The steps of the simplest order to an outcome, as a table.
fn order(outcome: &Value, fails: bool, html: &mut String) {
    let steps = list(outcome, "steps");
    if steps.is_empty() {
        return;
    }
    let what = match fails {
        true => "The simplest order that fails".to_owned(),
        false => format!("The simplest order that {}", marked(outcome["text"].as_str().unwrap_or_default())),
    };
    let _ = write!(
        html,
        r#"<table class="explored-steps"><caption>{what}</caption><thead><tr><th scope="col">Step</th><th scope="col">Thread</th><th scope="col">What it does</th><th scope="col">Line</th></tr></thead><tbody>"#
    );
    let row = |html: &mut String, number: &str, class: &str, step: &Value| {
        let text = |key: &str| step[key].as_str().unwrap_or_default();
        let line = index(&step["line"]).filter(|line| *line > 0);
        let _ = write!(
            html,
            "<tr{class}><td>{number}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(text("thread")),
            marked(text("text")),
            line.map_or(String::new(), |line| line.to_string())
        );
    };
    let mut number = 0;
    for step in steps {
        let blocked = step["blocked"] == true;
        number += usize::from(!blocked);
        let number = if blocked { String::new() } else { number.to_string() };
        row(html, &number, "", step);
    }
    for stuck in list(outcome, "stuck") {
        row(html, "✗", r#" class="stuck""#, stuck);
    }
    html.push_str("</tbody></table>");
}

/// Text with `names` set off.
fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| match at % 2 {
            0 => escape(part),
            _ => format!("<code>{}</code>", escape(part)),
        })
        .collect()
}

//! The card of all orders of a lesson's steps. It tells all outcomes.
//!
//! With `theme/orders.js`, the reader says which thread takes the next step.

use std::fmt::Write;

use anyhow::Result;
use serde_json::Value;

use crate::course::lesson::{Arguments, Lesson};
use crate::course::orders::{Orders, index};
use crate::page::card::parts::{Assets, Kind, Page, escape, in_script};

/// `{{#orders LESSON}}`.
pub const KIND: Kind = Kind { directive: "orders", assets: Some(&ASSETS), html };

/// What a page needs on which a reader takes steps.
pub const ASSETS: Assets = Assets {
    style: include_str!("../../../theme/orders.css"),
    script: include_str!("../../../theme/orders.js"),
};

fn html(page: &Page<'_>, name: &str) -> Result<String> {
    let lesson = page.workspace.known_lesson(name)?;
    let stored = Orders::of(page.workspace, &lesson)?;
    page.recorded("orders", stored, |orders, old| draw(page, &lesson, orders, old))
}

fn draw(page: &Page<'_>, lesson: &Lesson, orders: &Orders, old: &str) -> String {
    let name = &lesson.name;
    let number = orders.count();
    let words = orders.list("arguments").iter().filter_map(Value::as_str).map(str::to_owned);
    let arguments = Arguments(words.collect()).to_string();
    let with = if arguments.is_empty() { String::new() } else { format!(" -- {}", escape(&arguments)) };
    let mut html = format!(
        r#"<section class="lesson orders" data-orders="{name}" id="orders-{name}" aria-label="All orders of {name}">"#
    );
    let _ = write!(
        html,
        r#"<div class="lesson-head"><code class="lesson-command">lesson-{name}{with}</code> <span>step by step</span> {}</div>"#,
        page.source_link(&lesson.source_path())
    );
    let there_are =
        if number == 1 { "There is one order".to_owned() } else { format!("There are {number} orders") };
    let _ = write!(
        html,
        r#"<p class="orders-count">{there_are} in which its steps can happen.{old}</p><p class="lesson-status" role="status"></p>"#
    );
    let _ = write!(
        html,
        r#"<details class="orders-all"><summary>All orders ({number}), and how they end</summary><table><thead><tr><th scope="col">How it ends</th><th scope="col">Orders</th><th scope="col">The shortest one</th></tr></thead><tbody>"#
    );
    for outcome in orders.list("outcomes") {
        let threads = orders.list("threads");
        let shortest: Vec<_> = orders
            .steps(outcome)
            .filter_map(|step| threads.get(index(&step["thread"])?)?.as_str())
            .map(escape)
            .collect();
        let stuck = if outcome["deadlock"] == true { r#" class="stuck""# } else { "" };
        let _ = write!(
            html,
            "<tr{stuck}><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(outcome["text"].as_str().unwrap_or_default()),
            outcome["orders"],
            shortest.join(", ")
        );
    }
    let data = orders.value().to_string();
    let _ = write!(
        html,
        r#"</tbody></table></details><script type="application/json">{}</script></section>"#,
        in_script(&data)
    );
    html
}

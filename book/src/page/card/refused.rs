//! The card of a program that the compiler refuses: the first lines of the compiler's own message.

use anyhow::Result;

use crate::course::program::{self, Program};
use crate::course::refused::Refused;
use crate::page::card::parts::{Assets, Kind, Page, escape, lines};

/// `{{#refused TOPIC/NAME}}`.
pub const KIND: Kind = Kind { directive: "refused", assets: Some(&ASSETS), html };

const ASSETS: Assets = Assets { style: include_str!("../../../theme/refused.css"), script: "" };

fn html(page: &Page<'_>, argument: &str) -> Result<String> {
    let program = Program::asked(page.workspace, program::Kind::Refused, argument)?;
    let stored = Refused::of(page.workspace, &program)?;
    page.recorded("refused", stored, |refused, old| draw(&program.path(), refused, old))
}

fn draw(path: &str, refused: &Refused, old: &str) -> String {
    let command = escape(&format!("rustc --edition 2024 {path}"));
    format!(
        r#"<section class="lesson refused" aria-label="{command}"><div class="lesson-head"><code class="lesson-command">{command}</code></div><p class="lesson-status">Refused by {}. Its message begins:{old}</p><pre tabindex="0">{}</pre></section>"#,
        escape(&refused.compiler),
        lines(&refused.lines.join("\n")),
    )
}

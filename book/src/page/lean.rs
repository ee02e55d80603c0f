//! Scripts as a page loads them: without comments, which are for those who read the sources.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Takes the comments out of the theme's scripts in a built site.
pub fn scripts(site: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(site.join("theme")) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|kind| kind == "js") {
            let lean = || fs::write(&path, script(&fs::read_to_string(&path)?));
            lean().with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(())
}

/// The script without the comments that begin a line. One that comes later in a line stays: only a parser of JavaScript
/// could tell it from a string. So no line of a template literal may begin with `//` or `/**`.
pub fn script(source: &str) -> String {
    let mut lean = String::new();
    let mut rest = source;
    while !rest.is_empty() {
        let begun = rest.trim_start_matches([' ', '\t']);
        if begun.starts_with("//") {
            rest = after_line(begun);
        } else if begun.starts_with("/**") {
            rest = begun.split_once("*/").map_or("", |(_, after)| after);
            if rest.trim_start_matches([' ', '\t']).starts_with('\n') {
                rest = after_line(rest);
            }
        } else {
            let next = after_line(rest);
            lean.push_str(&rest[..rest.len() - next.len()]);
            rest = next;
        }
    }
    lean
}

/// What comes after the next line break.
fn after_line(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, after)| after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_that_begin_a_line_are_left_out_and_no_code() {
        let source = "'use strict';\n// What it is for.\n/**\n * @typedef {{a: number}} A\n */\n  /** @type {A[]} */ const all = []; // none yet\n\
                      \n  /** Says it. @param {string} text */\n  const url = 'http://x'; /* y */\n  a(/** @type {A} */ (b));\n// the end";
        assert_eq!(
            script(source),
            "'use strict';\n const all = []; // none yet\n\n  const url = 'http://x'; /* y */\n  a(/** @type {A} */ (b));\n"
        );
        assert_eq!(script("a\n/** never closed"), "a\n");
    }
}

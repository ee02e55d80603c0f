//! Scripts and styles as a page loads them: without comments, which are for those who read the sources, and without the
//! languages that the highlighter knows and this book doesn't use.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The languages of the chapters' code. `console` is a `shell` in which the highlighter colours commands as `bash`.
const LANGUAGES: [&str; 6] = ["bash", "plaintext", "python", "rust", "shell", "sql"];

/// Makes the scripts and styles of a built site smaller.
pub fn site(site: &Path) -> Result<()> {
    each_file(&site.join("theme"), |name| match name.rsplit_once('.')?.1 {
        "js" => Some(script),
        "css" => Some(style),
        _ => None,
    })?;
    each_file(site, |name| (name.starts_with("highlight-") && name.ends_with(".js")).then_some(highlighter))
}

/// Writes each file of the folder again, changed by the function that its name gets.
fn each_file(folder: &Path, lean_for: impl Fn(&str) -> Option<fn(&str) -> String>) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        let Some(lean) = path.file_name().and_then(|name| lean_for(name.to_str()?)) else { continue };
        let write = || fs::write(&path, lean(&fs::read_to_string(&path)?));
        write().with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// mdBook's highlight.js with `LANGUAGES` only: it is the largest file of a page, and registers each language in a line of its own.
fn highlighter(source: &str) -> String {
    const EACH: &str = "\nhljs.registerLanguage(\"";
    let mut parts = source.split(EACH);
    let core = parts.next().unwrap_or_default();
    let kept = parts.filter(|part| part.split_once('"').is_some_and(|(name, _)| LANGUAGES.contains(&name)));
    kept.fold(core.to_owned(), |all, part| all + EACH + part)
}

/// The style sheet without its comments. So no string in it may contain `/*`.
pub fn style(source: &str) -> String {
    let mut parts = source.split("/*");
    let first = parts.next().unwrap_or_default();
    let others = parts.map(|part| part.split_once("*/").map_or("", |(_, after)| after.trim_start()));
    std::iter::once(first).chain(others).collect()
}

/// The script without the comments that begin a line, and without the space that does. A comment that comes later in a line
/// stays: only a parser of JavaScript could tell it from a string. So no line of a template literal may begin with `//` or
/// `/**`, or need the space at its beginning.
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
            lean.push_str(&begun[..begun.len() - next.len()]);
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
            "'use strict';\nconst all = []; // none yet\n\nconst url = 'http://x'; /* y */\na(/** @type {A} */ (b));\n"
        );
        assert_eq!(script("a\n/** never closed"), "a\n");
        assert_eq!(
            style("/* head */\na { b: c; /* d */ }\n/* e\n   f */\n.g {}\n/* h"),
            "a { b: c; }\n.g {}\n"
        );
    }
    #[test]
    fn the_highlighter_keeps_the_languages_of_the_chapters() {
        assert_eq!(
            highlighter(
                "var hljs=1;\nhljs.registerLanguage(\"r\",a);\nhljs.registerLanguage(\"rust\",b);\nhljs.registerLanguage(\"ruby\",\nc);"
            ),
            "var hljs=1;\nhljs.registerLanguage(\"rust\",b);"
        );
    }
}

//! Directives in a chapter: `{{#lesson queue}}` and mdBook's own, with where they stand.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// One `{{#name argument}}` in a chapter's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive<'a> {
    /// What it asks for: `lesson`, `include`.
    pub name: &'a str,
    /// The rest of it.
    pub argument: &'a str,
    /// Its bytes in the chapter, braces included.
    pub range: Range<usize>,
    /// Its line in the chapter, from 1.
    pub line: usize,
    /// Whether it stands in a code block or in `code`: mdBook's own directives work there, ours are
    /// shown as they are.
    pub in_code: bool,
}

impl Directive<'_> {
    /// Whether it has its line to itself.
    pub fn stands_alone(&self, chapter: &str) -> bool {
        let before = chapter[..self.range.start].rsplit('\n').next().unwrap_or_default();
        let after = chapter[self.range.end..].split('\n').next().unwrap_or_default();
        before.trim().is_empty() && after.trim().is_empty()
    }
}

/// The directives of a chapter, in order. One with a backslash before it is text, as in mdBook.
pub fn find(chapter: &str) -> Vec<Directive<'_>> {
    let code = code_ranges(chapter);
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = chapter[from..].find("{{").map(|at| from + at) {
        from = start + 2;
        let Some(inner) = chapter[from..].find('}').map(|length| &chapter[from..from + length]) else {
            break;
        };
        let end = from + inner.len() + 2;
        let (Some(inner), true) =
            (inner.trim_start().strip_prefix('#'), chapter[..end.min(chapter.len())].ends_with("}}"))
        else {
            continue;
        };
        from = end;
        if chapter[..start].ends_with('\\') {
            continue;
        }
        let (name, argument) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        found.push(Directive {
            name,
            argument: argument.trim(),
            range: start..end,
            line: chapter[..start].matches('\n').count() + 1,
            in_code: code.iter().any(|range| range.contains(&start)),
        });
    }
    found
}

/// Where the chapter's code is, as mdBook's own parser sees it.
fn code_ranges(chapter: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut block = None;
    for (event, range) in Parser::new_ext(chapter, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Code(_) => ranges.push(range),
            Event::Start(Tag::CodeBlock(_)) => block = Some(range),
            Event::End(TagEnd::CodeBlock) => ranges.extend(block.take()),
            _ => {}
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(chapter: &str) -> Vec<(&str, &str, usize, bool)> {
        find(chapter).into_iter().map(|d| (d.name, d.argument, d.line, d.in_code)).collect()
    }

    #[test]
    fn directives_are_found_with_their_lines() {
        let chapter = "# Title\n\n{{#lesson queue}}\n\ntext {{ #include  a.rs:put }} and {{#title X}}\n";
        assert_eq!(
            names(chapter),
            [("lesson", "queue", 3, false), ("include", "a.rs:put", 5, false), ("title", "X", 5, false)]
        );
        let found = find(chapter);
        assert!(found[0].stands_alone(chapter));
        assert!(!found[1].stands_alone(chapter));
    }

    #[test]
    fn code_is_told_apart() {
        let chapter = "`{{#lesson a}}`\n\n```text\n{{#lesson b}}\n```\n\n    {{#lesson c}}\n\n{{#lesson d}}\n\n\
                       ~~~~\n```\n{{#lesson e}}\n~~~~\n\n- item\n\n  ```rust\n  {{#include f}}\n  ```\n";
        let in_code: Vec<_> = find(chapter).into_iter().map(|d| (d.argument, d.in_code)).collect();
        assert_eq!(in_code, [("a", true), ("b", true), ("c", true), ("d", false), ("e", true), ("f", true)]);
    }

    #[test]
    fn what_is_escaped_or_unfinished_is_text() {
        assert_eq!(names("\\{{#lesson queue}} {{lesson queue}} {{#lesson queue} {{#lesson"), []);
        assert_eq!(names("{{#lesson"), []);
        assert_eq!(names("{{#a} }} {{#lesson x}}"), [("lesson", "x", 1, false)]);
        assert_eq!(names("{{"), []);
        assert_eq!(names("{{#lesson}}"), [("lesson", "", 1, false)]);
    }
}

//! A question with choices. A chapter asks it in ordinary Markdown: a paragraph, a numbered list of choices, and a
//! folded list of reasons.
//!
//! ```text
//! Which of the two threads comes first?
//!
//! 1. Ann
//! 2. Either
//!
//! <details class="quiz"><summary>Answer</summary>
//!
//! 1. [ ] In our run she did. Nothing makes her.
//! 2. [x] The system decides, as ten runs show.
//!
//! </details>
//! ```
//!
//! That is what a reader gets without script, in print, and where the chapter is shown by another program.
//! `theme/quiz.js` makes a button of each choice.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};
use sha2::{Digest, Sha256};

use crate::page::card::parts::Assets;

/// What a page with questions needs in addition.
pub const ASSETS: Assets =
    Assets { style: include_str!("../../../theme/quiz.css"), script: include_str!("../../../theme/quiz.js") };

const OPENS: &str = r#"<details class="quiz">"#;
const CLOSES: &str = "</details>";

/// How many choices a question has.
const CHOICES: std::ops::RangeInclusive<usize> = 2..=4;

/// One question of a chapter.
#[derive(Debug, PartialEq, Eq)]
pub struct Question {
    /// Stays the same as long as the question, its choices, and which one is right do.
    pub key: String,
    /// The number of the right choice, from 0.
    pub right: usize,
    /// What the page has in place of these bytes of the chapter, in order; all else stays as it is written.
    pub edits: Vec<(Range<usize>, String)>,
}

/// Why something in a chapter is no question.
#[derive(Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where it stands, from 1.
    pub line: usize,
    /// What to do, in one line.
    pub says: String,
}

/// The questions of a chapter, or all that is wrong with them.
pub fn find(chapter: &str) -> Result<Vec<Question>, Vec<Mistake>> {
    let parsed = Parsed::of(chapter);
    let mut questions: Vec<Question> = Vec::new();
    let mut mistakes = Vec::new();
    for &at in &parsed.opened {
        let question = parsed.question(chapter, at).and_then(|question| {
            let twice = questions.iter().any(|other| other.key == question.key);
            if twice { Err("this chapter asks the same question twice".to_owned()) } else { Ok(question) }
        });
        match question {
            Ok(question) => questions.push(question),
            Err(says) => mistakes.push(Mistake { line: line(chapter, at), says }),
        }
    }
    // What is marked and belongs to no question would stay a box that nobody can tick.
    if mistakes.is_empty() {
        let of_questions = |marker: &&Range<usize>| {
            questions.iter().any(|question| question.edits.iter().any(|(range, _)| range == *marker))
        };
        mistakes.extend(parsed.markers.iter().filter(|marker| !of_questions(marker)).map(|marker| Mistake {
            line: line(chapter, marker.start),
            says: format!("[x] and [ ] mark the reasons of a question: put {OPENS} before this list"),
        }));
    }
    if mistakes.is_empty() { Ok(questions) } else { Err(mistakes) }
}

fn line(chapter: &str, at: usize) -> usize {
    chapter[..at].matches('\n').count() + 1
}

/// A chapter's blocks, as far as questions are made of them.
#[derive(Default)]
struct Parsed {
    blocks: Vec<(Block, Range<usize>)>,
    /// Where a folded list of reasons begins, even if that is the wrong place.
    opened: Vec<usize>,
    /// Every `[x]` and `[ ]`.
    markers: Vec<Range<usize>>,
}

enum Block {
    Paragraph,
    Numbered(Vec<Item>),
    Html,
    Other,
}

/// One of a numbered list.
struct Item {
    range: Range<usize>,
    /// Whether anything is in it apart from its mark.
    says: bool,
    /// Whether a button can hold it: one paragraph at most, and no link.
    plain: bool,
    mark: Option<(Range<usize>, bool)>,
}

impl Parsed {
    fn of(chapter: &str) -> Self {
        let mut parsed = Parsed::default();
        let mut depth = 0;
        let mut paragraphs = 0;
        for (event, range) in
            Parser::new_ext(chapter, Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS).into_offset_iter()
        {
            let last = parsed.blocks.last_mut().map(|(kind, _)| kind);
            let item = match last {
                Some(Block::Numbered(items)) if depth > 0 => items.last_mut(),
                _ => None,
            };
            match &event {
                Event::Start(Tag::Item) if depth == 1 => {
                    paragraphs = 0;
                    if let Some(Block::Numbered(items)) = last {
                        items.push(Item { range: range.clone(), says: false, plain: true, mark: None });
                    }
                }
                Event::Start(tag) if depth == 0 => {
                    let kind = match tag {
                        Tag::Paragraph => Block::Paragraph,
                        Tag::List(Some(_)) => Block::Numbered(Vec::new()),
                        Tag::HtmlBlock => Block::Html,
                        _ => Block::Other,
                    };
                    parsed.blocks.push((kind, range.clone()));
                }
                Event::Start(tag) => {
                    paragraphs += usize::from(*tag == Tag::Paragraph);
                    let inline = matches!(tag, Tag::Emphasis | Tag::Strong | Tag::Paragraph);
                    if let Some(item) = item {
                        item.plain &= inline && paragraphs <= 1;
                    }
                }
                Event::Rule if depth == 0 => parsed.blocks.push((Block::Other, range.clone())),
                Event::TaskListMarker(right) => {
                    parsed.markers.push(range.clone());
                    if let Some(item) = item {
                        item.mark = Some((range.clone(), *right));
                    }
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    parsed.opened.extend(html.match_indices(OPENS).map(|(at, _)| range.start + at));
                    if let Some(item) = item {
                        item.plain = false;
                    }
                }
                Event::Text(_) | Event::Code(_) => {
                    if let Some(item) = item {
                        item.says = true;
                    }
                }
                _ => {}
            }
            depth += usize::from(matches!(event, Event::Start(_)));
            depth -= usize::from(matches!(event, Event::End(_)));
        }
        parsed
    }

    /// The question whose folded reasons begin there, or what to do about it.
    fn question(&self, chapter: &str, at: usize) -> Result<Question, String> {
        let fold =
            self.blocks.iter().position(|(kind, range)| matches!(kind, Block::Html) && range.start == at);
        let Some(fold) = fold else {
            return Err(format!("{OPENS} begins a line at the left margin, after a blank line"));
        };
        let before = |back: usize| fold.checked_sub(back).map(|block| &self.blocks[block]);
        let (Some((Block::Numbered(choices), _)), Some((Block::Paragraph, asked))) = (before(1), before(2))
        else {
            return Err(format!(
                "before {OPENS} comes the question, a paragraph, and then the numbered list of its choices"
            ));
        };
        let Some((Block::Numbered(reasons), _)) = self.blocks.get(fold + 1) else {
            return Err(format!("after {OPENS} comes a blank line, and then the numbered list of reasons"));
        };
        let closes = self.blocks.get(fold + 2).filter(|(_, range)| chapter[range.clone()].trim() == CLOSES);
        let Some((_, closes)) = closes else {
            return Err(format!(
                "after the list of reasons comes {CLOSES}, on a line of its own with a blank line on both sides"
            ));
        };
        if !CHOICES.contains(&choices.len()) {
            return Err(format!(
                "a question has from two to four choices, and this one has {}",
                choices.len()
            ));
        }
        if choices.len() != reasons.len() {
            return Err(format!(
                "each choice needs its reason, in the same order (choices: {}, reasons: {})",
                choices.len(),
                reasons.len()
            ));
        }
        if let Some(nth) =
            choices.iter().position(|choice| !choice.plain || !choice.says || choice.mark.is_some())
        {
            return Err(format!(
                "choice {} has to be a short text: one paragraph, no link, no list, no mark",
                nth + 1
            ));
        }
        if let Some(nth) = reasons.iter().position(|reason| !reason.says || reason.mark.is_none()) {
            return Err(format!("reason {} has to begin with [x] or [ ], and then say why", nth + 1));
        }
        let marks: Vec<_> = reasons.iter().filter_map(|reason| reason.mark.clone()).collect();
        let right: Vec<_> = (0..marks.len()).filter(|&nth| marks[nth].1).collect();
        let [right] = right[..] else {
            return Err(format!(
                "one choice is right: mark its reason, and no other, with [x] ({} are marked)",
                right.len()
            ));
        };
        let key = key(chapter, asked, choices, right);
        let card = format!("<div class=\"lesson quiz\" id=\"quiz-{key}\" data-quiz=\"{key}\">\n\n");
        let mut edits = vec![(asked.start..asked.start, card)];
        edits.extend(marks.into_iter().map(|(range, right)| {
            let (class, says) = if right { ("right", "Right.") } else { ("other", "Not this one.") };
            (range, format!("<strong class=\"quiz-{class}\">{says}</strong>"))
        }));
        edits.push((closes.end..closes.end, "\n</div>\n\n".to_owned()));
        Ok(Question { key, right, edits })
    }
}

/// What tells this question from others. Line breaks don't count, and neither do the reasons.
fn key(chapter: &str, asked: &Range<usize>, choices: &[Item], right: usize) -> String {
    let ranges = std::iter::once(asked).chain(choices.iter().map(|choice| &choice.range));
    let mut hash = Sha256::new();
    for range in ranges {
        for word in chapter[range.clone()].split_whitespace() {
            hash.update(word);
            hash.update(" ");
        }
        hash.update("\n");
    }
    hash.update(right.to_string());
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# Title

Two threads.

Which of them
comes *first*?

1. Ann, with `lock`
2. **Either**

<details class=\"quiz\"><summary>Answer</summary>

1. [ ] In our run she did. See [the run](#run).

   ```rust
   let x = 1;
   ```
2. [x] The system decides.

</details>

The end.
";

    fn keys(chapter: &str) -> Vec<String> {
        find(chapter).expect("questions").into_iter().map(|question| question.key).collect()
    }

    fn edited(chapter: &str) -> String {
        let mut out = String::new();
        let mut done = 0;
        for (range, text) in find(chapter).expect("questions").into_iter().flat_map(|question| question.edits)
        {
            out.push_str(&chapter[done..range.start]);
            out.push_str(&text);
            done = range.end;
        }
        out + &chapter[done..]
    }

    #[test]
    fn a_question_keeps_its_words_and_gets_a_frame_and_words_for_its_marks() {
        let [key] = &keys(GOOD)[..] else { panic!("one question") };
        let page = edited(GOOD);
        let opens = format!(
            "Two threads.\n\n<div class=\"lesson quiz\" id=\"quiz-{key}\" data-quiz=\"{key}\">\n\nWhich of them\n"
        );
        for part in [
            &opens,
            "\n1. <strong class=\"quiz-other\">Not this one.</strong> In our run she did.",
            "\n2. <strong class=\"quiz-right\">Right.</strong> The system decides.\n",
            "\n</details>\n\n</div>\n\n\nThe end.\n",
        ] {
            assert!(page.contains(part), "{part}\nis not in\n{page}");
        }
    }

    #[test]
    fn an_answer_is_forgotten_when_its_question_is_another() {
        for (from, to) in [
            ("comes *first*", "comes\n*first*"),
            ("The system decides", "The kernel decides"),
            ("Two threads", "Three threads"),
            ("\n2. [x]", "\n\n2. [x]"),
        ] {
            assert_eq!(keys(&GOOD.replace(from, to)), keys(GOOD), "{from}");
        }
        let swapped = GOOD.replace("[x]", "[-]").replace("[ ]", "[x]").replace("[-]", "[ ]");
        for changed in [
            GOOD.replace("*first*", "last"),
            GOOD.replace("**Either**", "Bob"),
            GOOD.replace("1. Ann, with `lock`\n2. **Either**", "1. **Either**\n2. Ann, with `lock`"),
            swapped,
        ] {
            assert_ne!(keys(&changed), keys(GOOD), "{changed}");
        }
    }

    #[test]
    fn what_is_no_question_is_refused_in_one_line() {
        let left = "begins a line at the left margin";
        for (from, to, line, says) in [
            ("[x]", "[ ]", 11, "mark its reason, and no other, with [x] (0 are marked)"),
            ("1. [ ]", "1. [x]", 11, "(2 are marked)"),
            ("2. [x] The system decides.\n", "", 11, "(choices: 2, reasons: 1)"),
            ("2. **Either**\n", "", 10, "from two to four choices, and this one has 1"),
            (
                "2. **Either**\n",
                "2. b\n3. c\n4. d\n5. e\n",
                14,
                "from two to four choices, and this one has 5",
            ),
            ("[x] The system decides.", "The system decides.", 11, "reason 2 has to begin with [x] or [ ]"),
            ("[x] The system decides.", "[x]", 11, "reason 2 has to begin with [x] or [ ], and then say why"),
            ("1. Ann, with `lock`", "1. ", 11, "choice 1 has to be a short text"),
            ("**Either**", "[Either](x.md)", 11, "choice 2 has to be a short text"),
            ("**Either**", "Either\n\n   of them", 13, "choice 2 has to be a short text"),
            ("**Either**", "Either <b>x</b>", 11, "choice 2 has to be a short text"),
            (
                "**Either**",
                "[x] Either",
                11,
                "choice 2 has to be a short text: one paragraph, no link, no list, no mark",
            ),
            ("1. Ann, with `lock`\n2. **Either**", "- Ann\n- Bob", 11, "the numbered list of its choices"),
            (
                "Which of them\ncomes *first*?\n\n",
                "## Which?\n\n",
                10,
                "before <details class=\"quiz\"> comes the question, a paragraph",
            ),
            (
                "</summary>\n\n1.",
                "</summary>\n1.",
                11,
                "comes a blank line, and then the numbered list of reasons",
            ),
            ("</details>\n", "", 11, "after the list of reasons comes </details>"),
            ("</details>\n\nThe end", "</details>\nThe end", 11, "a line of its own"),
            ("<details class", "> <details class", 11, left),
            ("<details class", "   text\n   <details class", 12, left),
            ("details class=\"quiz\"", "details", 13, "put <details class=\"quiz\"> before this list"),
        ] {
            let chapter = GOOD.replace(from, to);
            assert_ne!(chapter, GOOD, "{from}");
            let mistakes = find(&chapter).expect_err(to);
            assert!(mistakes[0].says.contains(says), "{to:?}: {mistakes:?}");
            assert_eq!(mistakes[0].line, line, "{to:?}: {mistakes:?}");
            assert!(!mistakes[0].says.contains('\n'));
        }
        let twice = find(&GOOD.repeat(2)).expect_err("twice");
        assert_eq!(twice[0].says, "this chapter asks the same question twice");
    }

    #[test]
    fn every_question_is_found_and_every_mistake_told() {
        let other = GOOD.replace("first", "last");
        assert_eq!(keys(&format!("{GOOD}{other}")).len(), 2);
        let (a, b) = (GOOD.replace("[x]", "[ ]"), other.replace("[x]", "[ ]"));
        let lines: Vec<_> =
            find(&(a + &b)).expect_err("two").into_iter().map(|mistake| mistake.line).collect();
        assert_eq!(lines, [11, 33]);
    }

    #[test]
    fn what_is_shown_as_code_asks_nothing() {
        assert_eq!(keys(&format!("````markdown\n{GOOD}````\n")), [""; 0]);
        assert_eq!(keys("Write `<details class=\"quiz\">` and `[x]`.\n"), [""; 0]);
    }
}

//! The preprocessor: puts a card in place of each `{{#lesson NAME}}`, `{{#exercise TOPIC/NAME}}` and the like, measured figures in
//! place of `{{#cost …}}`, a frame around each question, and refuses a chapter with a hole in it.
//!
//! The same code serves inside this program, where mdBook is a library, and as a command that someone's
//! own `mdbook` calls.

use std::io::{self, Read};
use std::num::NonZero;
use std::ops::Range;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::{mem, thread};

use anyhow::{Context, Result, bail, ensure};
use mdbook_preprocessor::book::{Book, BookItem};
use mdbook_preprocessor::{MDBOOK_VERSION, Preprocessor, PreprocessorContext, parse_input};
use serde_json::Value;

use crate::course::workspace::Workspace;
use crate::page::card::parts::{Assets, Outline, Page, Runs};
use crate::page::card::{self, costs, quiz};
use crate::page::directive::{self, Directive};
use crate::page::include;

/// mdBook's preprocessor of the name `lesson`.
pub struct LessonPreprocessor {
    /// What to make of old runs.
    pub runs: Runs,
}

impl Preprocessor for LessonPreprocessor {
    fn name(&self) -> &str {
        "lesson"
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        Ok(renderer == "html")
    }

    fn run(&self, context: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let workspace = Workspace::of_book(&context.root)?;
        let repository = context.config.html_config().and_then(|html| html.git_repository_url);
        let chapters = context.root.join(&context.config.book.src);
        let outlines: Vec<_> = book.iter().filter_map(outline).collect();
        let page = Page {
            workspace: &workspace,
            repository: repository.as_deref(),
            runs: self.runs,
            chapters: &outlines,
        };
        let mut texts = Vec::new();
        book.for_each_mut(|item| {
            let BookItem::Chapter(chapter) = item else { return };
            let Some(path) = &chapter.source_path else { return };
            texts.push((chapters.join(path), mem::take(&mut chapter.content)));
        });
        let (texts, problems) = expand_all(&texts, &page);
        let mut texts = texts.into_iter();
        book.for_each_mut(|item| {
            let BookItem::Chapter(chapter) = item else { return };
            if chapter.source_path.is_some() {
                chapter.content = texts.next().expect("the same chapters in the same order");
            }
        });
        if problems.is_empty() { Ok(book) } else { bail!("{}", problems.join("\n")) }
    }
}

/// The texts with their cards, and all problems, in the order of the chapters. A reader waits for this after each edit, so each core
/// takes the next chapter as soon as it is free.
fn expand_all(texts: &[(PathBuf, String)], page: &Page<'_>) -> (Vec<String>, Vec<String>) {
    let next = AtomicUsize::new(0);
    let expand_some = || {
        let mut expanded = Vec::new();
        loop {
            let nth = next.fetch_add(1, Relaxed);
            let Some((path, text)) = texts.get(nth) else { return expanded };
            let mut problems = Vec::new();
            let text = Chapter { path, page }.expand(text, &mut problems);
            expanded.push((nth, text, problems));
        }
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let mut expanded: Vec<_> = thread::scope(|threads| {
        let others: Vec<_> = (1..cores).map(|_| threads.spawn(expand_some)).collect();
        let own = expand_some();
        let others =
            others.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        own.into_iter().chain(others).collect()
    });
    expanded.sort_unstable_by_key(|(nth, ..)| *nth);
    let (texts, problems): (_, Vec<_>) =
        expanded.into_iter().map(|(_, text, problems)| (text, problems)).unzip();
    (texts, problems.concat())
}

/// What there is to do in a chapter, as long as its directives and questions are no cards yet.
fn outline(item: &BookItem) -> Option<Outline> {
    let BookItem::Chapter(chapter) = item else { return None };
    let page = chapter.path.as_ref()?.with_extension("html");
    let questions = quiz::find(&chapter.content).unwrap_or_default();
    let directives = directive::find(&chapter.content).into_iter();
    let exercises = directives.filter(|directive| directive.name == "exercise" && !directive.in_code);
    // The pages that are only looked up have no number.
    if chapter.number.is_none() && questions.is_empty() {
        return None;
    }
    Some(Outline {
        title: chapter.name.clone(),
        page: page.to_string_lossy().replace('\\', "/"),
        questions: questions.iter().map(|question| format!("{}/{}", question.key, question.right)).collect(),
        exercises: exercises.map(|directive| directive.argument.to_owned()).collect(),
    })
}

/// Speaks mdBook's protocol: the book comes on standard input as JSON, and goes out on standard output.
pub fn speak() -> Result<()> {
    let mut input = Vec::new();
    io::stdin().read_to_end(&mut input)?;
    // Before all else: what another version sends may be anything.
    ensure_kin(&input)?;
    let (context, book) = parse_input(&input[..])
        .context("this is for mdbook to call (see book.toml); to build the book, use `cargo book build`")?;
    let book = LessonPreprocessor { runs: Runs::MustFit }.run(&context, book)?;
    Ok(serde_json::to_writer(io::stdout(), &book)?)
}

/// Fails if the mdBook that calls speaks another version's protocol.
fn ensure_kin(input: &[u8]) -> Result<()> {
    let input: Value = serde_json::from_slice(input).unwrap_or_default();
    let Some(caller) = input[0]["mdbook_version"].as_str() else { return Ok(()) };
    let kind = |version: &str| version.split('.').take(2).map(str::to_owned).collect::<Vec<_>>();
    if kind(caller) != kind(MDBOOK_VERSION) {
        bail!(
            "mdBook {caller} calls, and this book needs mdBook {MDBOOK_VERSION}: install it with `cargo install \
             mdbook@{MDBOOK_VERSION}`, or say `cargo book build`, which needs none"
        );
    }
    Ok(())
}

/// What stands on the page in place of these bytes of the chapter, and what that needs.
type Edit = (Range<usize>, String, Option<&'static Assets>);

/// One chapter, and all that its directives depend on.
struct Chapter<'a> {
    path: &'a Path,
    page: &'a Page<'a>,
}

impl Chapter<'_> {
    /// The chapter with its cards. Problems are collected, so that one build names them all.
    fn expand(&self, text: &str, problems: &mut Vec<String>) -> String {
        let mut edits: Vec<Edit> = Vec::new();
        let mut told = |line, problem| {
            problems.push(format!("{}:{line}: {problem}", self.page.workspace.shown(self.path)));
        };
        match quiz::find(text) {
            Ok(questions) => {
                let all = questions.into_iter().flat_map(|question| question.edits);
                edits.extend(all.map(|(range, html)| (range, html, Some(&quiz::ASSETS))));
            }
            Err(mistakes) => mistakes.into_iter().for_each(|mistake| told(mistake.line, mistake.says)),
        }
        for directive in directive::find(text) {
            match self.answer(text, &directive) {
                Ok(None) => {}
                Ok(Some((html, needs))) => edits.push((directive.range, html, needs)),
                Err(problem) => told(directive.line, format!("{problem:#}")),
            }
        }
        // Directives stand between the parts of a question, and in its reasons.
        edits.sort_by_key(|(range, ..)| range.start);
        let mut out = String::new();
        let mut done = 0;
        let mut assets: Vec<&Assets> = Vec::new();
        for (range, html, needs) in edits {
            out.push_str(&text[done..range.start]);
            if let Some(needs) = needs.filter(|needs| !assets.contains(needs)) {
                out.push_str(&needs.before());
                assets.push(needs);
            }
            out.push_str(&html);
            done = range.end;
        }
        out.push_str(&text[done..]);
        out.extend(assets.into_iter().map(Assets::after));
        out
    }

    /// What stands in the directive's place and what that needs, or `None` if mdBook is to see to it.
    fn answer(
        &self,
        text: &str,
        directive: &Directive<'_>,
    ) -> Result<Option<(String, Option<&'static Assets>)>> {
        let (name, argument) = (directive.name, directive.argument);
        match name {
            "include" | "rustdoc_include" | "playground" => {
                let folder = self.path.parent().unwrap_or(self.path);
                include::check(folder, argument).map_err(anyhow::Error::msg)?;
                return Ok(None);
            }
            "title" => return Ok(None),
            _ if directive.in_code => return Ok(None),
            // Words in a sentence, where no style sheet can stand.
            "cost" | "ratio" => return Ok(Some((costs::words(self.page, name, argument)?, None))),
            _ => {}
        }
        let Some(kind) = card::kind(name) else {
            bail!("there is no directive {{{{#{name} …}}}}; put a backslash before it to show it as text")
        };
        ensure!(directive.stands_alone(text), "a card needs a line of its own: put {{{{#{name} …}}}} on one");
        Ok(Some(((kind.html)(self.page, argument)?, kind.assets)))
    }
}

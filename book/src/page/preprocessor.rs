//! The preprocessor: puts a card for each `{{#lesson NAME}}`, `{{#exercise TOPIC/NAME}}`, `{{#orders NAME}}`,
//! `{{#explored TOPIC/NAME}}` and `{{#twin NAME}}`, and measured figures for `{{#costs WORK}}`, and refuses a chapter with a hole in it.
//!
//! The same code serves inside this program, where mdBook is a library, and as a command that someone's
//! own `mdbook` calls.

use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};
use mdbook_preprocessor::book::{Book, BookItem};
use mdbook_preprocessor::{MDBOOK_VERSION, Preprocessor, PreprocessorContext, parse_input};
use serde_json::Value;

use crate::course::costs::{self, Costs};
use crate::course::exercise;
use crate::course::explored::{self, Explored, Program};
use crate::course::orders::{self, Orders};
use crate::course::recording::{Fit, Recording};
use crate::course::twin::{self, Twin};
use crate::course::workspace::Workspace;
use crate::page::card::{Assets, Card, escape};
use crate::page::directive::{self, Directive};
use crate::page::include;

/// What becomes of a card whose lesson has no recorded run, or was changed after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// An error: a page that is published shows what its lesson does.
    MustFit,
    /// The card says so. A reader who is changing a lesson can run it, and goes on reading meanwhile.
    MayBeOld,
}

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
        let mut problems = Vec::new();
        book.for_each_mut(|item| {
            let BookItem::Chapter(chapter) = item else { return };
            let Some(path) = &chapter.source_path else { return };
            let place = Place {
                workspace: &workspace,
                path: &chapters.join(path),
                repository: repository.as_deref(),
                runs: self.runs,
            };
            chapter.content = place.expand(&chapter.content, &mut problems);
        });
        if problems.is_empty() { Ok(book) } else { bail!("{}", problems.join("\n")) }
    }
}

/// Speaks mdBook's protocol: the book comes on standard input as JSON, and goes out on standard output.
pub fn speak() -> Result<()> {
    let mut input = Vec::new();
    io::stdin().read_to_end(&mut input)?;
    // Before all else: what another version sends may be anything.
    ensure_kin(&input)?;
    let (context, book) = parse_input(&input[..])
        .context("this is for mdbook to call (see book.toml); to build the book, say `cargo book build`")?;
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

/// One chapter, and all that its directives depend on.
struct Place<'a> {
    workspace: &'a Workspace,
    path: &'a Path,
    repository: Option<&'a str>,
    runs: Runs,
}

impl Place<'_> {
    /// The chapter with its cards. Problems are collected, so that one build names them all.
    fn expand(&self, chapter: &str, problems: &mut Vec<String>) -> String {
        let mut out = String::new();
        let mut done = 0;
        let mut assets: Vec<&Assets> = Vec::new();
        for directive in directive::find(chapter) {
            match self.answer(chapter, &directive) {
                Ok(None) => {}
                Ok(Some((html, needs))) => {
                    out.push_str(&chapter[done..directive.range.start]);
                    if let Some(needs) = needs.filter(|needs| !assets.contains(needs)) {
                        out.push_str(&needs.before());
                        assets.push(needs);
                    }
                    out.push_str(&html);
                    done = directive.range.end;
                }
                Err(problem) => problems.push(format!(
                    "{}:{}: {problem:#}",
                    self.workspace.shown(self.path),
                    directive.line
                )),
            }
        }
        out.push_str(&chapter[done..]);
        out.extend(assets.into_iter().map(Assets::after));
        out
    }

    /// What stands in the directive's place and what that needs, or `None` if mdBook is to see to it.
    fn answer(
        &self,
        chapter: &str,
        directive: &Directive<'_>,
    ) -> Result<Option<(String, Option<&'static Assets>)>> {
        match directive.name {
            "include" | "rustdoc_include" | "playground" => {
                let folder = self.path.parent().unwrap_or(self.path);
                include::check(folder, directive.argument).map_err(anyhow::Error::msg)?;
                Ok(None)
            }
            "title" => Ok(None),
            _ if directive.in_code => Ok(None),
            name @ ("lesson" | "exercise" | "orders" | "explored" | "explore" | "twin" | "costs")
                if !directive.stands_alone(chapter) =>
            {
                bail!("a card needs a line of its own: put {{{{#{name} …}}}} on one")
            }
            "lesson" => Ok(Some((self.card(directive.argument)?, None))),
            "exercise" => {
                let exercise = self.workspace.known_exercise(directive.argument)?;
                Ok(Some((exercise.card(self.workspace, self.repository)?, Some(&exercise::ASSETS))))
            }
            "orders" => Ok(Some((self.orders(directive.argument)?, Some(&orders::ASSETS)))),
            "explored" => Ok(Some((self.explored(directive.argument)?, Some(&orders::ASSETS)))),
            "explore" => Ok(Some((explored::own_card(), Some(&orders::ASSETS)))),
            "twin" => Ok(Some((self.twin(directive.argument)?, None))),
            "costs" => Ok(Some((self.costs("costs", directive.argument)?, Some(&costs::ASSETS)))),
            // Words in a sentence, where no style sheet can stand.
            name @ ("cost" | "ratio") => Ok(Some((self.costs(name, directive.argument)?, None))),
            other => bail!(
                "there is no directive {{{{#{other} …}}}}; put a backslash before it to show it as text"
            ),
        }
    }

    fn orders(&self, name: &str) -> Result<String> {
        let lesson = self.workspace.known_lesson(name)?;
        let fit = Orders::of(self.workspace, &lesson)?;
        let problem = Orders::problem(&fit, self.workspace, &lesson);
        if self.runs == Runs::MustFit
            && let Some(problem) = problem
        {
            bail!(problem);
        }
        Ok(match fit {
            Fit::Fits(orders) => orders.card(&lesson, false, self.repository),
            Fit::Old(orders) => orders.card(&lesson, true, self.repository),
            Fit::Missing | Fit::Unreadable(_) => orders::card_without(&problem.unwrap_or_default()),
        })
    }

    fn explored(&self, argument: &str) -> Result<String> {
        let program = Program::asked(self.workspace, argument)?;
        let fit = Explored::of(self.workspace, &program)?;
        let problem = Explored::problem(&fit, self.workspace, &program);
        if self.runs == Runs::MustFit
            && let Some(problem) = problem
        {
            bail!(problem);
        }
        let id = argument.replace('/', "-");
        Ok(match fit {
            Fit::Fits(explored) => explored.card(&id, false, self.repository),
            Fit::Old(explored) => explored.card(&id, true, self.repository),
            Fit::Missing | Fit::Unreadable(_) => explored::card_without(&problem.unwrap_or_default()),
        })
    }

    fn twin(&self, argument: &str) -> Result<String> {
        let (lesson, arguments) = twin::asked(self.workspace, argument)?;
        let fit = Twin::of(self.workspace, &lesson, &arguments)?;
        let problem = Twin::problem(&fit, self.workspace, &lesson, &arguments);
        if self.runs == Runs::MustFit
            && let Some(problem) = problem
        {
            bail!(problem);
        }
        Ok(match fit {
            Fit::Fits(twin) => twin.card(&lesson, false, self.repository),
            Fit::Old(twin) => twin.card(&lesson, true, self.repository),
            Fit::Missing | Fit::Unreadable(_) => twin::card_without(&problem.unwrap_or_default()),
        })
    }

    fn costs(&self, directive: &str, argument: &str) -> Result<String> {
        match Costs::of(self.workspace).and_then(|costs| costs.answer(directive, argument)) {
            // Not everything can be measured everywhere, and a reader who measures goes on reading.
            Err(problem) if self.runs == Runs::MayBeOld && directive == "costs" => {
                Ok(format!(r#"<p class="costs-machine">{}</p>"#, escape(&format!("{problem:#}"))))
            }
            Err(_) if self.runs == Runs::MayBeOld => Ok("(not measured)".to_owned()),
            outcome => outcome,
        }
    }

    fn card(&self, name: &str) -> Result<String> {
        let lesson = self.workspace.known_lesson(name)?;
        let choices = lesson.choices()?;
        let mut runs = Vec::new();
        let mut old = false;
        for arguments in lesson.worth_recording()? {
            let fit = Recording::of(self.workspace, &lesson, &arguments)?;
            if self.runs == Runs::MustFit
                && let Some(problem) = fit.problem(self.workspace, &lesson, &arguments)
            {
                bail!(problem);
            }
            match fit {
                Fit::Fits(run) => runs.push(run),
                Fit::Old(run) => {
                    old = true;
                    runs.push(run);
                }
                Fit::Missing | Fit::Unreadable(_) => {}
            }
        }
        let repository = self.repository;
        Ok(Card { lesson: &lesson, choices: &choices, runs: &runs, old, repository }.html())
    }
}

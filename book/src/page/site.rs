//! The book as a site: built by mdBook, here as a library.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_driver::book::BookItem;
use mdbook_driver::config::Config;

use crate::course::workspace::Workspace;
use crate::page::directive;
use crate::page::preprocessor::{LessonPreprocessor, Runs};

/// Builds the book as `book.toml` says and returns the folder that it is in.
pub fn build(workspace: &Workspace, runs: Runs) -> Result<PathBuf> {
    let config = config(workspace)?;
    let folder = workspace.book().join(&config.build.build_dir);
    build_with(workspace, config, runs)?;
    // Shown to the reader, so without the `..` of book.toml.
    Ok(folder.canonicalize().unwrap_or(folder))
}

/// Builds the book into a folder, to be served from the root of a host.
pub fn build_to_serve(workspace: &Workspace, folder: &Path) -> Result<()> {
    let mut config = config(workspace)?;
    config.build.build_dir = folder.to_owned();
    config.set("output.html.site-url", "/")?;
    build_with(workspace, config, Runs::MayBeOld)
}

/// The folder of the chapters.
pub fn chapters(workspace: &Workspace) -> Result<PathBuf> {
    Ok(workspace.book().join(config(workspace)?.book.src))
}

/// The directive, its argument and the chapter, as `lesson`, `queue`, `queue.md`.
pub type Cards = HashSet<[String; 3]>;

/// The cards that the chapters ask for.
pub fn cards(workspace: &Workspace) -> Result<Cards> {
    let book = load_with(workspace, config(workspace)?)?;
    let mut cards = HashSet::new();
    for item in book.iter() {
        let BookItem::Chapter(chapter) = item else { continue };
        let Some(path) = &chapter.source_path else { continue };
        let found = directive::find(&chapter.content).into_iter();
        cards.extend(
            found
                .filter(|directive| !directive.in_code)
                .map(|found| [found.name, found.argument, &path.display().to_string()].map(str::to_owned)),
        );
    }
    Ok(cards)
}

fn build_with(workspace: &Workspace, config: Config, runs: Runs) -> Result<()> {
    let mut book = load_with(workspace, config)?;
    // Takes the place of the command of the same name in book.toml.
    book.with_preprocessor(LessonPreprocessor { runs });
    book.build()
}

fn load_with(workspace: &Workspace, config: Config) -> Result<MDBook> {
    let summary = workspace.shown(&workspace.book().join(&config.book.src).join("SUMMARY.md"));
    MDBook::load_with_config(workspace.book(), config)
        .with_context(|| format!("cannot load the chapters that {summary} names"))
}

/// `book.toml`, and what the environment says instead (`MDBOOK_OUTPUT__HTML__SITE_URL`), as in mdBook.
fn config(workspace: &Workspace) -> Result<Config> {
    let mut config = Config::from_disk(workspace.book().join("book.toml"))?;
    config.update_from_env()?;
    // Whatever the file says: after mdBook's own `links`, a chapter's holes would be past finding.
    config.set("preprocessor.lesson.before", ["links"])?;
    Ok(config)
}

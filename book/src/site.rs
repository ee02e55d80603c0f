//! The book as a site: built by mdBook, here as a library.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;

use crate::preprocessor::{LessonPreprocessor, Runs};
use crate::workspace::Workspace;

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

/// The book's chapters as they were written.
pub fn load(workspace: &Workspace) -> Result<MDBook> {
    load_with(workspace, config(workspace)?)
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

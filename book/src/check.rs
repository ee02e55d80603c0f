//! `cargo book check`: every lesson has its chapter and its runs, and no link of the site is broken.

use std::collections::HashSet;

use anyhow::{Result, bail};
use mdbook_driver::book::BookItem;

use crate::preprocessor::Runs;
use crate::recording::Recording;
use crate::workspace::Workspace;
use crate::{directive, links, record, site};

/// Checks everything, and tells all problems at once.
pub fn check(workspace: &Workspace) -> Result<()> {
    let mut problems = Vec::new();
    check_chapters(workspace, &mut problems)?;
    check_runs(workspace, &mut problems)?;
    eprintln!("Building the book …");
    // What is wrong with a run is told already.
    match site::build(workspace, Runs::MayBeOld) {
        Err(error) => problems.extend(format!("{error:#}").lines().map(str::to_owned)),
        Ok(folder) => {
            eprintln!("Checking its links …");
            let checked = links::check(&folder)?;
            problems.extend(checked.problems);
            eprintln!("{} links on {} pages.", checked.links, checked.pages);
        }
    }
    match problems.len() {
        0 => {
            eprintln!("All is well.");
            Ok(())
        }
        1 => bail!("{}", problems[0]),
        count => bail!("{count} problems:\n{}", problems.join("\n")),
    }
}

/// Every lesson is on a page: in the chapter of its own name.
fn check_chapters(workspace: &Workspace, problems: &mut Vec<String>) -> Result<()> {
    let book = site::load(workspace)?;
    let mut cards = HashSet::new();
    for item in book.iter() {
        let BookItem::Chapter(chapter) = item else { continue };
        let Some(path) = &chapter.source_path else { continue };
        let found = directive::find(&chapter.content).into_iter();
        cards.extend(
            found
                .filter(|directive| directive.name == "lesson" && !directive.in_code)
                .map(|directive| (path.display().to_string(), directive.argument.to_owned())),
        );
    }
    for lesson in workspace.lessons()? {
        let name = &lesson.name;
        if !cards.contains(&(format!("{name}.md"), name.clone())) {
            let folder = workspace.shown(&book.source_dir());
            problems.push(format!(
                "lessons/{name} has no chapter: write {folder}/{name}.md with {{{{#lesson {name}}}}} in it, and name it in SUMMARY.md"
            ));
        }
    }
    Ok(())
}

/// Every lesson has its runs, every run its lesson, and they fit.
fn check_runs(workspace: &Workspace, problems: &mut Vec<String>) -> Result<()> {
    let mut known = HashSet::new();
    for lesson in workspace.lessons()? {
        for arguments in lesson.worth_recording()? {
            let fit = Recording::of(workspace, &lesson, &arguments)?;
            problems.extend(fit.problem(workspace, &lesson, &arguments));
            known.insert(Recording::path(workspace, &lesson.name, &arguments));
        }
    }
    for path in record::stored(workspace)? {
        if !known.contains(&path) {
            problems.push(format!("{} belongs to no lesson: remove it", workspace.shown(&path)));
        }
    }
    Ok(())
}

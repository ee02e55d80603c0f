//! `cargo book check`: every lesson has its chapter and its runs, every exercise a chapter, and no link of the site is broken.

use std::collections::HashSet;

use anyhow::{Result, bail};
use shared::tell;

use crate::course::costs::Costs;
use crate::course::explored::{self, Explored};
use crate::course::orders::{self, Orders};
use crate::course::program::{EXPLORE, Kind};
use crate::course::recording::Recording;
use crate::course::refused::{self, Refused};
use crate::course::stored;
use crate::course::twin::{self, Twin};
use crate::course::workspace::Workspace;
use crate::page::card::costs;
use crate::page::card::parts::Runs;
use crate::page::links;
use crate::page::site::{self, Cards};

/// Checks everything, and tells all problems at once.
pub fn check(workspace: &Workspace) -> Result<()> {
    let mut problems = Vec::new();
    let cards = Cards::of(workspace)?;
    check_chapters(workspace, &cards, &mut problems)?;
    check_runs(workspace, &cards, &mut problems)?;
    check_costs(workspace, &cards, &mut problems);
    tell!("Building the book …");
    // What is wrong with a run is told already.
    match site::build(workspace, Runs::MayBeOld) {
        Err(error) => problems.extend(format!("{error:#}").lines().map(str::to_owned)),
        Ok((folder, _turn)) => {
            tell!("Checking its links …");
            let checked = links::check(&folder)?;
            problems.extend(checked.problems);
            tell!("{} links on {} pages.", checked.links, checked.pages);
            tell!("{} questions.", cards.questions);
        }
    }
    match problems.len() {
        0 => {
            tell!("All is well.");
            Ok(())
        }
        1 => bail!("{}", problems[0]),
        count => bail!("{count} problems:\n{}", problems.join("\n")),
    }
}

/// Every lesson is on a page: in the chapter of its own name. Every exercise is on one, too.
fn check_chapters(workspace: &Workspace, cards: &Cards, problems: &mut Vec<String>) -> Result<()> {
    for lesson in workspace.lessons()? {
        let name = &lesson.name;
        if !cards.has_chapter(name) {
            let folder = workspace.shown(&site::chapters(workspace)?);
            problems.push(format!(
                "lessons/{name} has no chapter: write {folder}/{name}.md with {{{{#lesson {name}}}}} in it, and name it in SUMMARY.md \
                 (for a lesson of your own, `cargo book new` does that)"
            ));
        }
    }
    for exercise in workspace.exercises()? {
        let name = &exercise.name;
        let topic = name.split('/').next().unwrap_or_default();
        // With a lesson that has no chapter, one line is enough: it may be a copy with all that it brought along.
        if cards.has_chapter(topic) && !cards.has("exercise", name) {
            problems
                .push(format!("no chapter has the exercise {name}: put {{{{#exercise {name}}}}} into one"));
        }
    }
    Ok(())
}

/// Every lesson of a chapter has its runs, every run its lesson, and they fit.
fn check_runs(workspace: &Workspace, cards: &Cards, problems: &mut Vec<String>) -> Result<()> {
    let mut known = HashSet::new();
    for lesson in workspace.lessons()? {
        for arguments in lesson.worth_recording()? {
            let run = Recording::of(workspace, &lesson, &arguments)?;
            if cards.has_chapter(&lesson.name) {
                problems.extend(run.problem);
            }
            known.insert(run.path);
        }
        if cards.has("orders", &lesson.name) {
            let orders = Orders::of(workspace, &lesson)?;
            problems.extend(orders.problem);
            known.insert(orders.path);
        }
        for arguments in cards.twins(&lesson.name) {
            let twin = Twin::of(workspace, &lesson, &arguments)?;
            problems.extend(twin.problem);
            known.insert(twin.path);
        }
        for program in cards.programs(Kind::Refused, &lesson.name) {
            // One that is not there is told with its place in the chapter.
            if workspace.root().join(program.path()).is_file() {
                problems.extend(Refused::of(workspace, &program)?.problem);
            }
            known.insert(program.record_path(workspace));
        }
    }
    let topics = workspace.lessons()?.into_iter().map(|lesson| lesson.name).chain([EXPLORE.to_owned()]);
    for program in topics.flat_map(|topic| cards.programs(Kind::Explored, &topic)) {
        // One that is not there is told with its place in the chapter.
        if workspace.root().join(program.path()).is_file() {
            problems.extend(Explored::of(workspace, &program)?.problem);
        }
        known.insert(program.record_path(workspace));
    }
    for path in stored::all(workspace)? {
        if !known.contains(&path) {
            let to = match () {
                () if orders::is_one(&path) => "lesson whose chapter shows all orders",
                () if explored::is_one(&path) => "program that a chapter shows explored",
                () if refused::is_one(&path) => "program that a chapter shows refused",
                () if twin::is_one(&path) => "lesson whose chapter shows its twin's run",
                () => "lesson",
            };
            problems.push(format!("{} belongs to no {to}: remove it", workspace.shown(&path)));
        }
    }
    Ok(())
}

/// Every figure that a chapter names was measured.
fn check_costs(workspace: &Workspace, cards: &Cards, problems: &mut Vec<String>) {
    let asked: Vec<_> = ["cost", "costs", "ratio"]
        .into_iter()
        .flat_map(|name| cards.in_chapters(name).map(move |(argument, chapter)| (name, argument, chapter)))
        .collect();
    if asked.is_empty() {
        return;
    }
    match Costs::of(workspace) {
        Err(error) => problems.push(format!("{error:#}")),
        Ok(measured) => problems.extend(asked.iter().filter_map(|(name, argument, chapter)| {
            costs::answer(&measured, name, argument).err().map(|error| format!("{chapter}: {error:#}"))
        })),
    }
}

//! `cargo book check`: every lesson has its chapter and its runs, every exercise a chapter, and no link of the site is broken.

use std::collections::HashSet;

use anyhow::{Result, bail};

use crate::course::costs::Costs;
use crate::course::explored::{self, EXPLORE, Explored, Program};
use crate::course::orders::{self, Orders};
use crate::course::recording::Recording;
use crate::course::twin::{self, Twin};
use crate::course::workspace::Workspace;
use crate::page::links;
use crate::page::preprocessor::Runs;
use crate::page::site;
use crate::page::site::Cards;
use crate::record;

/// Checks everything, and tells all problems at once.
pub fn check(workspace: &Workspace) -> Result<()> {
    let mut problems = Vec::new();
    let cards = site::cards(workspace)?;
    check_chapters(workspace, &cards, &mut problems)?;
    check_runs(workspace, &cards, &mut problems)?;
    check_costs(workspace, &cards, &mut problems);
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

/// Every lesson is on a page: in the chapter of its own name. Every exercise is on one, too.
fn check_chapters(workspace: &Workspace, cards: &Cards, problems: &mut Vec<String>) -> Result<()> {
    for lesson in workspace.lessons()? {
        let name = &lesson.name;
        if !has_chapter(cards, name) {
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
        if has_chapter(cards, topic)
            && !cards.iter().any(|[card, argument, _]| card == "exercise" && argument == name)
        {
            problems
                .push(format!("no chapter has the exercise {name}: put {{{{#exercise {name}}}}} into one"));
        }
    }
    Ok(())
}

fn has_chapter(cards: &Cards, lesson: &str) -> bool {
    cards.contains(&["lesson".into(), lesson.to_owned(), format!("{lesson}.md")])
}

/// Every lesson of a chapter has its runs, every run its lesson, and they fit.
fn check_runs(workspace: &Workspace, cards: &Cards, problems: &mut Vec<String>) -> Result<()> {
    let mut known = HashSet::new();
    for lesson in workspace.lessons()? {
        for arguments in lesson.worth_recording()? {
            let fit = Recording::of(workspace, &lesson, &arguments)?;
            if has_chapter(cards, &lesson.name) {
                problems.extend(fit.problem(workspace, &lesson, &arguments));
            }
            known.insert(Recording::path(workspace, &lesson.name, &arguments));
        }
        if cards.iter().any(|[card, argument, _]| card == "orders" && *argument == lesson.name) {
            problems.extend(Orders::problem(&Orders::of(workspace, &lesson)?, workspace, &lesson));
            known.insert(Orders::path(workspace, &lesson));
        }
        for arguments in twin::of_lesson(cards, &lesson.name) {
            problems.extend(Twin::problem(
                &Twin::of(workspace, &lesson, &arguments)?,
                workspace,
                &lesson,
                &arguments,
            ));
            known.insert(Twin::path(workspace, &lesson, &arguments));
        }
    }
    let topics = workspace.lessons()?.into_iter().map(|lesson| lesson.name).chain([EXPLORE.to_owned()]);
    for program in topics.flat_map(|topic| Program::of_topic(cards, &topic)) {
        // One that is not there is told with its place in the chapter.
        if workspace.root().join(program.path()).is_file() {
            problems.extend(Explored::problem(&Explored::of(workspace, &program)?, workspace, &program));
        }
        known.insert(program.record_path(workspace));
    }
    for path in record::stored(workspace)? {
        if !known.contains(&path) {
            let to = match () {
                () if orders::is_one(&path) => "lesson whose chapter shows all orders",
                () if explored::is_one(&path) => "program that a chapter shows explored",
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
    let mut asked: Vec<_> =
        cards.iter().filter(|[name, ..]| ["costs", "cost", "ratio"].contains(&name.as_str())).collect();
    asked.sort();
    if asked.is_empty() {
        return;
    }
    match Costs::of(workspace) {
        Err(error) => problems.push(format!("{error:#}")),
        Ok(costs) => problems.extend(asked.iter().filter_map(|[name, argument, chapter]| {
            costs.answer(name, argument).err().map(|error| format!("{chapter}: {error:#}"))
        })),
    }
}

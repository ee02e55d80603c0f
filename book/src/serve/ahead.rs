//! What the first ▶ Run and ▶ Check need, compiled while the reader reads the first page: at low priority, and given up
//! whenever somebody asks for something. What cargo has made by then is kept.

use std::sync::Arc;

use tokio::process::Command;
use tokio::time::timeout;

use crate::course::workspace::Workspace;
use crate::run::compile;
use crate::run::event::COMPILE_TIME;
use crate::run::tree::Tree;
use crate::serve::door::Door;

/// Compiles it all, one after the other. What does not compile is told to the reader who asks for it.
pub async fn compile(door: Arc<Door>) {
    for arguments in needed(door.workspace()) {
        door.in_idle_time(|| cargo(door.workspace(), &arguments)).await;
    }
}

/// What cargo has to be told: first a lesson, and with it what all lessons share; then an answer of each kind is checked,
/// which needs what all checks need and leaves no trace; then the other lessons.
fn needed(workspace: &Workspace) -> Vec<Vec<String>> {
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    let lessons = workspace.lessons().unwrap_or_default();
    let mut needed: Vec<_> =
        lessons.iter().map(|lesson| words(&["build", "-q", "-p", &lesson.package()])).collect();
    let exercises = workspace.exercises().unwrap_or_default();
    let checks = ["threads", "processes"].iter().filter_map(|kind| {
        let exercise = exercises.iter().find(|exercise| exercise.is_of(kind))?;
        let solution = exercise.solution().display().to_string();
        let check = ["run", "-q", "-p", "exercise", "--", "check", &exercise.name, "--json", "--answer"];
        Some(words(&[&check[..], &[&solution]].concat()))
    });
    let second = needed.len().min(1);
    needed.splice(second..second, checks.collect::<Vec<_>>());
    needed
}

async fn cargo(workspace: &Workspace, arguments: &[String]) {
    let mut command = if cfg!(unix) {
        let mut nice = Command::new("nice");
        nice.arg(compile::cargo());
        nice
    } else {
        Command::new(compile::cargo())
    };
    command.args(arguments).current_dir(workspace.root());
    let Ok(mut tree) = Tree::start_mute(command).await else { return };
    let _ = timeout(COMPILE_TIME, tree.program_ended()).await;
    let _ = tree.end().await;
}

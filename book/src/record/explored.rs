//! Stores what `cargo explore` says of a program.

use anyhow::Result;
use tokio::sync::watch;

use crate::course::explored::Explored;
use crate::course::program::Program;
use crate::course::workspace::Workspace;
use crate::run::compile::Compiler;
use crate::run::explore;

/// Stores what the explorer says of a program, and says how much that is.
pub async fn record(
    workspace: &Workspace,
    program: &Program,
    compiler: &Compiler,
    stopped: watch::Receiver<bool>,
) -> Result<String> {
    // Taken before: what is changed meanwhile was not explored.
    let source = program.fingerprint(workspace)?;
    let path = program.path();
    let answer = explore::question(workspace, &path).ask_aloud(compiler, stopped).await?;
    let mut explored = Explored::read(&answer.text)?;
    let path = explored.write(workspace, program, source)?;
    let outcomes = explored.outcomes().len();
    Ok(format!("{} orders, {outcomes} outcomes → {}", explored.orders(), workspace.shown(&path)))
}

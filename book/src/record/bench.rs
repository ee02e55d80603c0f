//! `cargo book bench`: measures on this machine what things cost.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use shared::tell;
use tokio::process::Command;

use crate::course::costs::FILE;
use crate::course::stamp::Stamp;
use crate::course::workspace::Workspace;
use crate::run::compile;
use crate::run::signal;
use crate::run::tree::Tree;

/// Runs the benchmark with these arguments. Its exit status is the answer.
pub fn bench(workspace: &Workspace, arguments: &[OsString]) -> Result<ExitCode> {
    let file = || Stamp::of([workspace.root().join(FILE)]);
    let before = file();
    let mut cargo = Command::new(compile::cargo());
    cargo
        .args(["bench", "-p", "bench", "--bench", "costs", "--"])
        .args(arguments)
        .current_dir(workspace.root());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let status = runtime.block_on(async {
        let stop = signal::to_stop()?;
        let mut tree = Tree::start_here(cargo).await.context("cannot start cargo")?;
        tokio::select! {
            ended = tree.program_ended() => ended?,
            () = stop => {
                tree.end().await?;
                bail!("stopped; {FILE} is unchanged");
            }
        }
        Ok(tree.end().await?)
    })?;
    if status.success() && file() != before {
        tell!("{FILE} is written. `cargo book` shows it.");
    }
    Ok(match status.code() {
        Some(code) => u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from),
        None => ExitCode::FAILURE,
    })
}

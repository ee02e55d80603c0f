//! Has the compiler refuse a program, and stores the first lines of its message.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;
use tokio::time::timeout;

use crate::course::program::Program;
use crate::course::refused::Refused;
use crate::course::workspace::Workspace;

/// A program of a few lines is refused in a moment.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Stores why the compiler refuses the program, and says it in short.
pub async fn record(workspace: &Workspace, program: &Program, scratch: &Path) -> Result<String> {
    // Taken before: what is changed meanwhile was not compiled.
    let source = program.fingerprint(workspace)?;
    let (_, version) = rustc(workspace, &["--version".as_ref()]).await?;
    // Without the commit and its day.
    let compiler = version.split(" (").next().unwrap_or_default().trim().to_owned();
    let path = program.path();
    let arguments = ["--edition", "2024", "--emit", "metadata", "--color", "never", &path, "--out-dir"];
    let mut arguments: Vec<_> = arguments.iter().map(AsRef::as_ref).collect();
    arguments.push(scratch.as_os_str());
    let (message, _) = rustc(workspace, &arguments).await?;
    ensure!(!message.is_empty(), "the compiler accepts it");
    let refused = Refused::told(compiler, source, &message)?;
    let path = refused.write(workspace, program)?;
    Ok(format!("{} → {}", refused.lines[0], workspace.shown(&path)))
}

/// What the compiler writes on standard error, and on standard output.
async fn rustc(workspace: &Workspace, arguments: &[&std::ffi::OsStr]) -> Result<(String, String)> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| OsString::from("rustc"));
    let mut command = Command::new(rustc);
    command.args(arguments).current_dir(workspace.root()).kill_on_drop(true);
    let output = timeout(TIME_LIMIT, command.output()).await.context("the compiler takes too long")?;
    let output = output.context("cannot start rustc")?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((text(&output.stderr), text(&output.stdout)))
}

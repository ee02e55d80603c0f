//! Compiles a program of the course, and remembers for how long that holds.

use std::collections::HashMap;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::process::Command;
use tokio::sync::mpsc;

use crate::course::stamp::{self, Stamp};
use crate::course::workspace::Workspace;
use crate::run::event::Event;
use crate::run::tree::Tree;

/// Compiles packages with cargo; a second time only if something changed, because cargo takes longer to
/// find that nothing did than a reader wants to wait for a first line.
#[derive(Default)]
pub struct Compiler {
    compiled: Mutex<HashMap<String, Compiled>>,
}

/// A package of the course, and which program of it is wanted.
pub struct Package {
    /// Its name.
    pub name: String,
    /// The program's name: that of the package, if nothing else is said.
    pub program: String,
    /// Where its sources are, beside those that all packages share.
    pub folders: Vec<PathBuf>,
}

impl Package {
    /// A package whose sources are in this folder.
    pub fn new(name: impl Into<String>, folder: &Path) -> Self {
        let name = name.into();
        Package { program: name.clone(), name, folders: vec![folder.to_owned()] }
    }

    /// The same package's program of another name.
    pub fn with_program(self, program: &str) -> Self {
        Package { program: program.to_owned(), ..self }
    }
}

#[derive(Clone)]
struct Compiled {
    program: PathBuf,
    stamp: Stamp,
}

impl Compiler {
    /// The package's program, compiled if need be. `progress` gets what cargo tells meanwhile.
    ///
    /// An error is the reader's own if it doesn't compile; what the compiler said has gone to `progress`.
    pub async fn program(
        &self,
        workspace: &Workspace,
        package: &Package,
        progress: &mpsc::Sender<Event>,
    ) -> Result<PathBuf> {
        if let Some(compiled) = self.lock().get(&package.program)
            // Together with the program: someone else may have compiled it otherwise.
            && compiled.stamp == stamp(workspace, package).and(&compiled.program)
        {
            return Ok(compiled.program.clone());
        }
        // Taken before: a change while cargo compiles has to count as a change.
        package.folders.iter().for_each(|folder| stamp::freshen(folder));
        let sources = stamp(workspace, package);
        let program = compile(workspace, package, progress).await?;
        let compiled = Compiled { stamp: sources.and(&program), program: program.clone() };
        self.lock().insert(package.program.clone(), compiled);
        Ok(program)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Compiled>> {
        self.compiled.lock().expect("nobody panics while holding it")
    }
}

/// What the program depends on.
fn stamp(workspace: &Workspace, package: &Package) -> Stamp {
    let common = ["shared", "Cargo.toml", "Cargo.lock", ".cargo"].map(|path| workspace.root().join(path));
    Stamp::of(package.folders.iter().cloned().chain(common))
}

async fn compile(
    workspace: &Workspace,
    package: &Package,
    progress: &mpsc::Sender<Event>,
) -> Result<PathBuf> {
    let mut command = Command::new(cargo());
    command
        .args(["build", "--message-format=json-render-diagnostics", "-p", &package.name])
        .current_dir(workspace.root())
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", "never");
    let (mut cargo, mut messages, mut told) = Tree::start(command).await.context("cannot start cargo")?;
    let mut program = None;
    let (mut more_messages, mut more_told) = (true, true);
    while more_messages || more_told {
        tokio::select! {
            line = messages.next(), if more_messages => match line {
                Some(line) => program = artifact(&line.text, &package.program).or(program),
                None => more_messages = false,
            },
            line = told.next(), if more_told => match line {
                // Fails only if nobody listens any more, and then compiling is given up.
                Some(line) => drop(progress.send(Event::Compile(line.text)).await),
                None => more_told = false,
            },
        }
    }
    cargo.program_ended().await?;
    if !cargo.end().await?.success() {
        bail!("it does not compile");
    }
    program.with_context(|| format!("cargo made no program of the name {}", package.program))
}

/// The cargo that runs this program, if one does: the reader's own toolchain.
pub fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The program, if this line of cargo's is the one that names it.
fn artifact(line: &str, program: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(line).ok()?;
    let is_it = message["reason"] == "compiler-artifact" && message["target"]["name"] == program;
    is_it.then(|| message["executable"].as_str().map(PathBuf::from))?
}

//! Runs the Python program of a lesson, and stores what it says.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use tokio::process::Command;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::course::lesson::{Arguments, Lesson};
use crate::course::recording::{self, Said};
use crate::course::stored::Origin;
use crate::course::twin::{PYTHON, Twin};
use crate::course::workspace::Workspace;
use crate::run::tree::Tree;

/// What hangs has a time limit in the program itself; one that was forgotten ends all the same.
const TIME_LIMIT: Duration = Duration::from_secs(120);

/// Whether `python3` can be run, and which it is.
pub async fn python() -> Option<String> {
    let output = Command::new(PYTHON).arg("--version").output().await.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs the program and stores what it says. Returns when nothing of it is left.
pub async fn record(
    workspace: &Workspace,
    lesson: &Lesson,
    arguments: &Arguments,
    python: &str,
    stopped: watch::Receiver<bool>,
) -> Result<String> {
    // Taken before: what is changed while it runs was not recorded.
    let source = lesson.twin_fingerprint()?;
    let said = run(workspace, lesson, arguments, stopped).await.context("nothing is stored")?;
    let (arguments, python) = (arguments.clone(), python.to_owned());
    let twin = Twin { arguments, origin: Origin::here(), python, source, said };
    let path = twin.write(workspace, lesson)?;
    Ok(format!("{} lines → {}", twin.said.len(), workspace.shown(&path)))
}

/// What the program says, with the time at which each line came.
async fn run(
    workspace: &Workspace,
    lesson: &Lesson,
    arguments: &Arguments,
    mut stopped: watch::Receiver<bool>,
) -> Result<Vec<Said>> {
    let mut command = Command::new(PYTHON);
    command
        .arg(lesson.twin_path())
        .args(&arguments.0)
        .current_dir(workspace.root())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("LESSON_SPEED");
    let begun = Instant::now();
    let (mut tree, mut stdout, mut stderr) =
        Tree::start(command).await.with_context(|| format!("cannot start {PYTHON}"))?;
    let first = tree.id();
    let (mut said, mut errors) = (Vec::new(), Vec::new());
    let follow = async {
        let (mut more_out, mut more_err) = (true, true);
        while more_out || more_err {
            tokio::select! {
                line = stdout.next(), if more_out => match line {
                    Some(line) => said.push(heard(&line.text, begun)?),
                    None => more_out = false,
                },
                line = stderr.next(), if more_err => match line {
                    Some(line) => errors.push(line.text),
                    None => more_err = false,
                },
            }
        }
        tree.program_ended().await?;
        anyhow::Ok(())
    };
    let outcome = tokio::select! {
        outcome = follow => outcome,
        () = sleep(TIME_LIMIT) => Err(anyhow!("stopped after {} s", TIME_LIMIT.as_secs())),
        _ = stopped.wait_for(|stopped| *stopped) => Err(anyhow!("stopped with the book")),
    };
    let status = tree.end().await?;
    outcome?;
    if !status.success() || !errors.is_empty() {
        bail!("{status}\n    {}", errors.join("\n    "));
    }
    ensure!(!said.is_empty(), "it said nothing");
    recording::normalise_said(&mut said, first);
    Ok(said)
}

/// A line as the twins print it: who, two spaces or more, and what.
fn heard(line: &str, begun: Instant) -> Result<Said> {
    let (who, text) = line.split_once("  ").with_context(|| format!("this is no said line: {line}"))?;
    let hundredths = begun.elapsed().as_millis() / 10;
    Ok(Said { seconds: hundredths as f64 / 100.0, who: who.to_owned(), text: text.trim_start().to_owned() })
}

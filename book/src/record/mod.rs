//! `cargo book record`: runs lessons at normal speed and stores their runs, and of those whose chapters show
//! them, what the Python twin says, all orders of the steps, and what `cargo explore` or the compiler says of a program.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use shared::tell;
use tokio::sync::{mpsc, watch};

use crate::course::lesson::{Arguments, Lesson};
use crate::course::orders::Orders;
use crate::course::program::{EXPLORE, Kind, Program};
use crate::course::recording::Recording;
use crate::course::stored;
use crate::course::twin::Twin;
use crate::course::workspace::Workspace;
use crate::page::site::Cards;
use crate::record::orders::Explorer;
use crate::run::compile::Compiler;
use crate::run::event::{End, Event};
use crate::run::lesson::{Limits, Run};
use crate::run::scratch::Scratch;
use crate::run::signal;

pub mod bench;
mod explored;
pub mod new;
mod orders;
mod refused;
mod twin;

/// A recorded run becomes part of a page, so it can't be long; a lesson that was forgotten ends all the same.
const LIMITS: Limits = Limits { time: Duration::from_secs(120), output: 256 << 10, trace: 1 << 20 };

/// Records these lessons, or all if none is named. Every lesson is tried; the error counts failures.
pub fn record(workspace: &Workspace, names: &[String]) -> Result<()> {
    // The page about the explorer is no lesson, and has programs as if it were one.
    let explore = names.is_empty() || names.iter().any(|name| name == EXPLORE);
    let lessons = if names.is_empty() {
        workspace.lessons()?
    } else {
        let names = names.iter().filter(|name| *name != EXPLORE);
        names.map(|name| workspace.known_lesson(name)).collect::<Result<_, _>>()?
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let (stop, stopped) = watch::channel(false);
        let signal = signal::to_stop()?;
        let recorded = record_all(workspace, &lessons, explore, stopped);
        tokio::pin!(recorded);
        tokio::select! {
            outcome = &mut recorded => outcome,
            () = signal => {
                // The lesson is not in this program's process group: nobody else would stop it.
                let _ = stop.send(true);
                let _ = recorded.await;
                bail!("stopped; the last run is not stored")
            }
        }
    })
}

async fn record_all(
    workspace: &Workspace,
    lessons: &[Lesson],
    explore: bool,
    stopped: watch::Receiver<bool>,
) -> Result<()> {
    let scratch = Scratch::new().context("cannot make a temporary folder")?;
    let compiler = Compiler::default();
    let explorer = Explorer::new(workspace, &compiler, stopped.clone());
    let cards = Cards::of(workspace)?;
    let python = twin::python().await;
    let mut failed = Vec::new();
    for lesson in lessons {
        for arguments in lesson.worth_recording()? {
            let recording =
                record_one(workspace, lesson, &arguments, &compiler, scratch.path(), stopped.clone());
            attempt(&format!("{} {arguments}", lesson.name), recording, &mut failed).await;
            if *stopped.borrow() {
                return Ok(());
            }
        }
        let twins = cards.twins(&lesson.name);
        for arguments in &twins {
            let what = format!("python.py of {} {arguments}", lesson.name);
            let Some(python) = &python else {
                tell!("Not recording {}: there is no python3.", what.trim_end());
                continue;
            };
            let recording = twin::record(workspace, lesson, arguments, python, stopped.clone());
            attempt(&what, recording, &mut failed).await;
            if *stopped.borrow() {
                return Ok(());
            }
        }
        let shows_orders = cards.has("orders", &lesson.name);
        if shows_orders {
            attempt(&format!("all orders of {}", lesson.name), explorer.record(lesson), &mut failed).await;
            if *stopped.borrow() {
                return Ok(());
            }
        }
        let programs = cards.programs(Kind::Explored, &lesson.name);
        record_programs(workspace, &programs, &compiler, &stopped, &mut failed).await;
        if *stopped.borrow() {
            return Ok(());
        }
        let refused = cards.programs(Kind::Refused, &lesson.name);
        for program in &refused {
            attempt(&program.path(), refused::record(workspace, program, scratch.path()), &mut failed).await;
        }
        let orders = shows_orders.then(|| Orders::path(workspace, lesson));
        let twins = twins.iter().map(|arguments| Twin::path(workspace, lesson, arguments));
        let programs = programs.iter().chain(&refused).map(|program| program.record_path(workspace));
        let runs = lesson.worth_recording()?;
        let runs = runs.iter().map(|arguments| Recording::path(workspace, &lesson.name, arguments));
        remove_orphans(workspace, &lesson.name, runs.chain(orders).chain(twins).chain(programs))?;
    }
    if explore {
        let programs = cards.programs(Kind::Explored, EXPLORE);
        record_programs(workspace, &programs, &compiler, &stopped, &mut failed).await;
        if *stopped.borrow() {
            return Ok(());
        }
        remove_orphans(workspace, EXPLORE, programs.iter().map(|program| program.record_path(workspace)))?;
    }
    if failed.is_empty() { Ok(()) } else { bail!("not recorded: {}", failed.join(", ")) }
}

/// Records what `cargo explore` says of programs.
async fn record_programs(
    workspace: &Workspace,
    programs: &[Program],
    compiler: &Compiler,
    stopped: &watch::Receiver<bool>,
    failed: &mut Vec<String>,
) {
    for program in programs {
        let recording = explored::record(workspace, program, compiler, stopped.clone());
        attempt(&program.path(), recording, failed).await;
        if *stopped.borrow() {
            return;
        }
    }
}

/// Records one thing. One that can't be recorded keeps no other from it.
async fn attempt(what: &str, recording: impl Future<Output = Result<String>>, failed: &mut Vec<String>) {
    let what = what.trim_end();
    tell!("Recording {what} …");
    match recording.await {
        Ok(done) => tell!("  {done}"),
        Err(error) => {
            tell!("  error: {error:#}");
            failed.push(what.to_owned());
        }
    }
}

async fn record_one(
    workspace: &Workspace,
    lesson: &Lesson,
    arguments: &Arguments,
    compiler: &Compiler,
    scratch: &Path,
    stopped: watch::Receiver<bool>,
) -> Result<String> {
    // Taken before: what is changed while it runs was not recorded.
    let source = lesson.fingerprint()?;
    let (to, mut from) = mpsc::channel(64);
    let run = Run { workspace, lesson, arguments, limits: LIMITS, scratch, at_readers_speed: false };
    let mut seen = Seen::default();
    let see = async {
        while let Some(event) = from.recv().await {
            seen.take(event);
        }
    };
    let run = async {
        let end = run.run(compiler, &to, stopped).await;
        drop(to);
        end
    };
    let (end, ()) = tokio::join!(run, see);
    // With arguments a lesson may show how something fails; without any it has to hold what it claims.
    let stored = matches!(end, End::ByItself(_)) && (end.ok() || !arguments.0.is_empty());
    if !stored {
        let errors = seen.errors.iter().map(|line| format!("\n    {line}"));
        bail!("nothing is stored: {end}{}", errors.collect::<String>());
    }
    let count = seen.events.len();
    if count == 0 {
        bail!("nothing is stored: the lesson wrote no trace");
    }
    let recording = Recording::new(arguments.clone(), source, end.to_string(), seen.errors, seen.events);
    let path = recording.write(workspace, lesson)?;
    let lost = match seen.other_lines {
        0 => String::new(),
        lines => format!("; {lines} lines on standard output without `say!` are not in it"),
    };
    Ok(format!("{count} events, {} → {}{lost}", recording.status, workspace.shown(&path)))
}

/// What there was to see of a run.
#[derive(Default)]
struct Seen {
    events: Vec<serde_json::Value>,
    errors: Vec<String>,
    other_lines: usize,
}

impl Seen {
    fn take(&mut self, event: Event) {
        match event {
            Event::Compile(line) => tell!("  {}", line.trim_start()),
            Event::Start | Event::Verdict(_) => {}
            Event::Trace(events) => self.events.extend(events),
            Event::Out(_) => self.other_lines += 1,
            Event::Err(line) => self.errors.push(line),
        }
    }
}

/// Removes what is stored of a topic and isn't kept: runs that the lesson doesn't offer any more, and what no chapter shows
/// any more.
fn remove_orphans(workspace: &Workspace, topic: &str, kept: impl Iterator<Item = PathBuf>) -> Result<()> {
    let kept: HashSet<_> = kept.collect();
    for path in stored::all(workspace)? {
        let of = path.file_name().and_then(|name| name.to_str()?.split('.').next());
        if of == Some(topic) && !kept.contains(&path) {
            std::fs::remove_file(&path)?;
            tell!("  removed {}: nothing needs it any more", workspace.shown(&path));
        }
    }
    Ok(())
}

//! The engine: PostgreSQL, started for this run in a folder of its own, or one that runs
//! already.

use std::fs::{self, DirBuilder};
use std::io::{self, BufRead, BufReader, PipeReader, PipeWriter, Write};
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use std::{env, ops::ControlFlow};

use anyhow::{Context, Result, anyhow, ensure};
use rustix::process::{Pid, Signal, geteuid, kill_process};
use shared::choice::BadArgument;
use shared::process::{Process, start_untied};
use shared::{busy, say, wait};

use crate::installed::programs;

const MISSING: &str = "PostgreSQL is missing: `apt install postgresql` on Debian, \
    `brew install postgresql` on macOS, Debian in WSL on Windows; or name one that runs: \
    --engine postgres://USER@HOST/DATABASE";
/// How long `initdb`, the start and the end may take.
const LIMIT: Duration = Duration::from_secs(60);

// ANCHOR: engine
/// Dropped, an engine of our own is stopped, and its folder removed.
pub struct Engine {
    pub address: String,
    own: Option<(PipeWriter, Process, JoinHandle<()>)>,
}

impl Engine {
    pub fn use_or_start(runs: Option<String>) -> Result<Engine> {
        match runs {
            Some(address) => Ok(Engine { address, own: None }),
            None => Engine::start(),
        }
    }

    fn start() -> Result<Engine> {
        programs().ok_or_else(|| BadArgument(MISSING.into()))?;
        let (life, held) = io::pipe()?; // ends when this process does
        let (log, tell) = io::pipe()?;
        let keeper = start_untied(keeper, (life, tell), |it| it.process_group(0))?;
        let (ready, is_ready) = mpsc::channel();
        let engine = thread::Builder::new().name("engine".into());
        let log = engine.spawn(move || relay(log, &ready))?;
        let mut engine =
            Engine { address: String::new(), own: Some((held, keeper, log)) };
        engine.address = wait("engine", || is_ready.recv_timeout(LIMIT))
            .context("PostgreSQL was not ready in time")?
            .map_err(|said| anyhow!("PostgreSQL does not start: {said}"))?;
        Ok(engine)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some((held, keeper, log)) = self.own.take() {
            drop(held);
            let _ = (keeper.join(), log.join());
        }
    }
}

/// Says what the engine writes to its log, as far as it tells the story.
fn relay(log: PipeReader, ready: &Sender<Result<String, String>>) {
    let mut lines = BufReader::new(log).lines().map_while(Result::ok);
    let folder = lines.next().unwrap_or_default();
    let mut last = "nothing".to_owned();
    let starts = lines.try_for_each(|line| {
        if line.contains("ready to accept connections") {
            return ControlFlow::Break(());
        }
        if let Some(step) = line.strip_suffix(" ... ok").filter(|it| !it.contains('/'))
        {
            say!("initdb: {step}");
        }
        last = line;
        ControlFlow::Continue(())
    });
    if starts.is_continue() {
        let _ = ready.send(Err(last));
        return;
    }
    say!("is ready: {folder}");
    let _ = ready.send(Ok(folder));
    busy("serves", || lines.filter_map(|line| seen(&line)).for_each(|it| say!("{it}")));
}

/// What the engine finds out about a worker, from `worker 4711: LOG:  unexpected EOF on …`.
fn seen(line: &str) -> Option<String> {
    let (who, text) = line.split_once(": ")?;
    let (_, text) = text.split_once(":  ").filter(|_| who.starts_with("worker"))?;
    if text.starts_with("terminating connection due to idle-in-transaction timeout") {
        return Some(format!("hears nothing of {who}, and ends its session"));
    }
    let end = ["unexpected EOF", "could not receive"];
    let ends = end.iter().any(|sign| text.starts_with(sign));
    ends.then(|| format!("sees the end of {who}, and rolls back"))
}
// ANCHOR_END: engine

// ANCHOR: keeper
/// Makes the folder, starts the engine in it, and removes both when the pipe ends.
pub fn keeper((life, log): (PipeReader, PipeWriter)) -> Result<()> {
    let folder = env::temp_dir().join(format!("pg-{:08x}", getrandom::u32()?));
    DirBuilder::new().mode(0o700).create(&folder)?;
    let kept = keep(&folder, life, &log);
    fs::remove_dir_all(folder)?;
    kept
}

fn keep(folder: &Path, life: PipeReader, mut log: &PipeWriter) -> Result<()> {
    writeln!(log, "{}", folder.display())?;
    let initdb =
        ["-U", "lesson", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
    let made = start("initdb", folder, log, &initdb)?;
    ensure!(ends(made, None)?.success(), "initdb failed");
    let socket = folder.to_str().context("a folder with a plain name")?;
    let settings = ["-c", "listen_addresses=", "-c", "log_line_prefix=%a: "];
    let postgres = [&["-k", socket][..], &settings].concat();
    let postgres = start("postgres", folder, log, &postgres)?;
    let _ = wait("the end of main", || io::read_to_string(life));
    // Not SIGKILL: it would leave a piece of shared memory behind.
    ends(postgres, Some(Signal::INT))?;
    Ok(())
}
// ANCHOR_END: keeper

fn start(
    program: &str,
    folder: &Path,
    log: &PipeWriter,
    args: &[&str],
) -> Result<Child> {
    let mut command = Command::new(programs().context(MISSING)?.join(program));
    command.arg("-D").arg(folder.join("data")).args(args);
    command.current_dir("/").env("LC_ALL", "C");
    command.stdout(log.try_clone()?).stderr(log.try_clone()?);
    if geteuid().is_root() {
        // PostgreSQL refuses to run as root.
        let (user, group) = unprivileged()?;
        chown(folder, Some(user), Some(group))?;
        command.uid(user).gid(group);
    }
    command.spawn().with_context(|| format!("cannot start {program}"))
}

/// The user `postgres`, which comes with its package, or else `nobody`.
fn unprivileged() -> Result<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd")?;
    let named = |name| users.lines().find(|user| user.split(':').next() == Some(name));
    let user = named("postgres").or(named("nobody")).context("no user but root")?;
    let mut ids = user.split(':').skip(2).map(str::parse);
    let (user, group) = ids.next().zip(ids.next()).context("a user has two numbers")?;
    Ok((user?, group?))
}

/// Waits for the end of a child, and asks for it by a signal. A program that has only begun may miss the first.
fn ends(mut child: Child, asked_by: Option<Signal>) -> Result<ExitStatus> {
    let begun = Instant::now();
    loop {
        match (child.try_wait()?, asked_by) {
            (Some(status), _) => return Ok(status),
            (None, _) if begun.elapsed() > LIMIT => child.kill()?,
            (None, Some(signal)) => kill_process(Pid::from_child(&child), signal)?,
            (None, None) => {}
        }
        thread::sleep(Duration::from_millis(10));
    }
}

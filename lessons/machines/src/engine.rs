//! The engine: PostgreSQL, started for this run in a folder of its own, or one that runs
//! already.

use std::fs::{self, DirBuilder, File};
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
use shared::process::wire::{receive, send};
use shared::process::{Process, ProcessError, start_untied};
use shared::{busy, say, wait};

use crate::cable::{self, Network};
use crate::installed::programs;

const MISSING: &str = "PostgreSQL is missing: `apt install postgresql` on Debian, \
    `brew install postgresql` on macOS, Debian in WSL on Windows; or name one that runs: \
    --engine postgres://USER@HOST/DATABASE";
/// How a keeper's only word begins that can't make machines.
const NO_MACHINES: &str = "no machines: ";
/// The longest path of a folder, in bytes.
const MOST: usize = 4096;
/// How long `initdb`, the start and the end may take.
const LIMIT: Duration = Duration::from_secs(60);

// ANCHOR: engine
/// Dropped, an engine of our own is stopped, and its folder removed.
pub struct Engine {
    pub address: String,
    own: Option<Own>,
}

struct Own {
    /// The other end ends when this process does.
    held: PipeWriter,
    keeper: Process,
    log: JoinHandle<()>,
    folder: Folder,
}

/// Where the engine's files are, and for how many workers there are machines.
type Folder = (String, usize);

impl Engine {
    pub fn use_or_start(runs: Option<String>, machines: usize) -> Result<Engine> {
        match runs {
            Some(address) => Ok(Engine { address, own: None }),
            None => Engine::start(machines),
        }
    }

    fn start(machines: usize) -> Result<Engine> {
        programs().ok_or_else(|| BadArgument(MISSING.into()))?;
        let address = env::temp_dir().join(format!("pg-{:08x}", getrandom::u32()?));
        let address =
            address.to_str().context("a folder with a plain name")?.to_owned();
        let folder = (address.clone(), machines);
        let (life, held) = io::pipe()?;
        let (log, tell) = io::pipe()?;
        send(&held, &folder)?;
        let keeper = start_untied(keeper, (life, tell), |it| it.process_group(0))?;
        let (ready, is_ready) = mpsc::channel();
        let engine = thread::Builder::new().name("engine".into());
        let place = address.clone();
        let log = engine.spawn(move || relay(log, &place, &ready))?;
        let engine = Engine { address, own: Some(Own { held, keeper, log, folder }) };
        wait("engine", || is_ready.recv_timeout(LIMIT))
            .context("PostgreSQL was not ready in time")?
            .map_err(|said| match said.strip_prefix(NO_MACHINES) {
                Some(why) => BadArgument(format!("--cut: {why}")).into(),
                None => anyhow!("PostgreSQL does not start: {said}"),
            })?;
        Ok(engine)
    }

    /// The address for this worker, and the machine that it has to be on.
    pub fn seen_by(&self, worker: usize) -> (String, Option<String>) {
        match self.network() {
            None => (self.address.clone(), None),
            Some(network) => {
                let address = format!("postgres://lesson@{}/postgres", cable::ENGINE);
                (address, Some(cable::machine(network, worker)))
            }
        }
    }

    /// The network of the workers' machines, if they have some.
    pub fn network(&self) -> Option<&str> {
        self.own.as_ref().filter(|own| own.folder.1 > 0).map(|own| name(&own.folder.0))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let Some(Own { held, keeper, log, folder }) = self.own.take() else { return };
        drop(held);
        if let Err(ProcessError::Failed { status, .. }) = keeper.join()
            && status.code().is_none()
        {
            clear(&folder, &log);
        }
        let _ = log.join();
    }
}

/// Does what the keeper would have done, if that was killed. The log ends with the engine.
fn clear((folder, machines): &Folder, log: &JoinHandle<()>) {
    let begun = Instant::now();
    while !log.is_finished() && begun.elapsed() < LIMIT {
        if let Some(engine) = process(folder) {
            let _ = kill_process(engine, Signal::INT);
        }
        thread::sleep(Duration::from_millis(10));
    }
    let _ = fs::remove_dir_all(folder);
    if *machines > 0 {
        drop(Network::left(name(folder), machines + 1));
    }
}

/// The engine that runs in this folder, as it says in a file there.
pub fn process(folder: &str) -> Option<Pid> {
    let lock = fs::read_to_string(Path::new(folder).join("data/postmaster.pid"));
    Pid::from_raw(lock.ok()?.lines().next()?.parse().ok()?)
}

/// What the network is called: no other run has a folder of this name.
fn name(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder)
}

/// Says what the engine writes to its log, as far as it tells the story.
fn relay(log: PipeReader, folder: &str, ready: &Sender<Result<(), String>>) {
    let mut lines = BufReader::new(log).lines().map_while(Result::ok);
    let mut last = "nothing".to_owned();
    let starts = lines.try_for_each(|line| {
        if line.contains("ready to accept connections") {
            return ControlFlow::Break(());
        }
        if let Some(step) = line.strip_suffix(" ... ok").filter(|it| !it.contains('/'))
        {
            say!("initdb: {step}");
        }
        if !line.is_empty() {
            last = line;
        }
        ControlFlow::Continue(())
    });
    if starts.is_continue() {
        let _ = ready.send(Err(last));
        return;
    }
    say!("is ready: {folder}");
    let _ = ready.send(Ok(()));
    busy("serves", || lines.filter_map(|line| seen(&line)).for_each(|it| say!("{it}")));
}

/// What the engine finds out about a worker, from `worker 4711: LOG:  unexpected EOF on …`.
fn seen(line: &str) -> Option<String> {
    let (who, text) = line.split_once(": ")?;
    let (_, text) = text.split_once(":  ").filter(|_| who.starts_with("worker"))?;
    if text.starts_with("terminating connection due to idle-in-transaction timeout") {
        return Some(format!("hears nothing of {who}, and ends its session"));
    }
    let ends = text.starts_with("unexpected EOF on client connection with an open");
    ends.then(|| format!("sees the end of {who}, and rolls back"))
}
// ANCHOR_END: engine

// ANCHOR: keeper
/// Makes the folder, starts the engine in it, and removes both when the pipe ends.
pub fn keeper((mut life, log): (PipeReader, PipeWriter)) -> Result<()> {
    let folder: Folder = receive(&mut life, MOST)?;
    DirBuilder::new().mode(0o700).create(&folder.0)?;
    let kept = keep(&folder, life, &log);
    fs::remove_dir_all(folder.0)?;
    kept
}

fn keep(
    (socket, machines): &Folder,
    life: PipeReader,
    mut log: &PipeWriter,
) -> Result<()> {
    let network = (*machines > 0).then(|| Network::new(name(socket), machines + 1));
    if let Some(Err(why)) = network {
        return Ok(writeln!(log, "{NO_MACHINES}{why}")?);
    }
    let folder = Path::new(socket);
    let initdb =
        ["-U", "lesson", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
    let made = start("initdb", folder, log, &initdb)?;
    ensure!(ends(made, None)?.success(), "initdb failed");
    let mut listens = "listen_addresses=".to_owned();
    if network.is_some() {
        // What this thread starts from here on is on machine 0, which nothing outside can reach.
        cable::enter(&cable::machine(name(socket), 0))?;
        let rules = folder.join("data/pg_hba.conf");
        let mut rules = File::options().append(true).open(rules)?;
        writeln!(rules, "host all all {}/24 trust", cable::ENGINE)?;
        listens += cable::ENGINE;
    }
    let settings = ["-k", socket, "-c", "log_line_prefix=%a: ", "-c", listens.as_str()];
    let postgres = start("postgres", folder, log, &settings)?;
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

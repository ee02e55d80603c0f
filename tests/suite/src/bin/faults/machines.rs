//! Workers of the lesson's engine are killed or stand still at any moment, and the engine itself is killed: each task has one
//! answer that counts, and none that was confirmed is lost.
//!
//! The workers are the lesson's own program with `--work`. The harness speaks to the engine through `psql`, so that nothing but the
//! lesson builds the crate `postgres`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use fastrand::Rng;
use rustix::process::{Pid, Signal, kill_process};
use suite::{deadline, tree};

use crate::cable;
use crate::engine::{self, Engine};

/// How many workers there are at once.
const AT_ONCE: usize = 4;
/// A task takes 15 ms then.
const SPEED: &str = "200";
/// A worker may be silent for 100 ms.
const PATIENCE: [&str; 2] = ["--patience", "20"];
const LEASE: Duration = Duration::from_millis(100);
const LIMIT: Duration = Duration::from_secs(60);

const GIVEN_AGAIN: &str = "
    SELECT setval('lesson_machines.hand_out', greatest(1, (SELECT max(number) FROM lesson_machines.answer)))";

/// Kills workers, one after another.
pub fn killed(rng: &mut Rng, times: usize) -> Result<String> {
    let mut site = Site::new(5 * times)?;
    for _ in 0..times {
        thread::sleep(Duration::from_micros(rng.u64(0..30_000)));
        let victim = rng.usize(..AT_ONCE);
        site.workers[victim].kill()?;
        site.workers[victim] = Worker::start(site.near(), &site.confirmed)?;
    }
    let Tally { hand_outs, answers, refused, .. } = site.tally()?;
    Ok(format!(
        "{times} workers killed, {} of them with a task: {} tasks, {} answers count, {refused} refused",
        hand_outs - answers,
        5 * times,
        answers - refused
    ))
}

/// Stops workers for longer than their lease, and lets them go on.
pub fn frozen(rng: &mut Rng, times: usize) -> Result<String> {
    let site = Site::new(30 * times)?;
    for _ in 0..times {
        thread::sleep(Duration::from_micros(rng.u64(0..30_000)));
        let victim = rng.choice(&site.workers).context("there are some")?.pid();
        kill_process(victim, Signal::STOP)?;
        thread::sleep(LEASE + Duration::from_micros(rng.u64(0..60_000)));
        kill_process(victim, Signal::CONT)?;
    }
    let Tally { answers, refused, .. } = site.tally()?;
    ensure!(times < 20 || refused > 0, "no answer was late");
    Ok(format!(
        "{times} workers stood still: {} tasks, {} answers count, {refused} refused",
        30 * times,
        answers - refused
    ))
}

/// Kills the engine, and starts it again in the same folder. The workers connect again, with a finished result or without.
pub fn engines(rng: &mut Rng, times: usize) -> Result<String> {
    let site = Site::new(60 * times)?;
    site.end_first_engine()?;
    let mut engine = Again::start(&site)?;
    let mut slowest = Duration::ZERO;
    for _ in 0..times {
        thread::sleep(Duration::from_millis(rng.u64(50..200)));
        engine.0.kill()?;
        let killed = Instant::now();
        deadline::end(&mut engine.0, LIMIT);
        engine = Again::start(&site)?;
        slowest = slowest.max(killed.elapsed());
        // A crash may lose what no commit has followed: then numbers are given again. It seldom does; here, they always are.
        site.sql(GIVEN_AGAIN)?;
    }
    let (tasks, Tally { confirmed, answers, refused, .. }) = (site.tasks, site.tally()?);
    ensure!(confirmed == tasks, "{confirmed} answers confirmed: some worker never asked again");
    drop(engine);
    Ok(format!(
        "{times} engines killed: {tasks} tasks, {} answers count, {confirmed} of them confirmed; it was back after {} ms at \
         the latest",
        answers - refused,
        slowest.as_millis()
    ))
}

/// Cuts the cable of a worker silently, and joins it again: both sides see a cable that is well, and nothing comes.
pub fn cables(rng: &mut Rng, times: usize) -> Result<String> {
    let mut site = Site::with_machines(400 * times, 1)?;
    let network = site.engine.network().context("there is one")?.to_owned();
    site.workers[0].kill()?;
    site.workers[0] = Worker::start(site.engine.seen_by(1), &site.confirmed)?;
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE client_addr IS NOT NULL";
    let with_a_task = format!("{sessions} AND state = 'idle in transaction' AND backend_xid IS NOT NULL");
    let (mut held, mut longest) = (0, Duration::ZERO);
    for _ in 0..times {
        let until = Instant::now() + LIMIT;
        while site.number(sessions)? == 0 {
            ensure!(Instant::now() < until, "the worker behind the cable never comes back");
            site.none_failed()?;
            thread::sleep(Duration::from_millis(5));
        }
        thread::sleep(Duration::from_micros(rng.u64(0..30_000)));
        cable::cut(&network, 1)?;
        let cut = Instant::now();
        if site.number(&with_a_task)? > 0 {
            held += 1;
            while site.number(&with_a_task)? > 0 {
                ensure!(cut.elapsed() < LIMIT, "the task behind the cable is never free");
                thread::sleep(Duration::from_millis(5));
            }
            longest = longest.max(cut.elapsed());
        }
        thread::sleep(LEASE + Duration::from_micros(rng.u64(0..200_000)));
        cable::join(&network, 1)?;
    }
    let (tasks, tally) = (site.tasks, site.tally()?);
    Ok(format!(
        "{times} cables cut, {held} of them with a task, free again after {} ms at the latest: {tasks} tasks, {} answers count, \
         {} refused",
        longest.as_millis(),
        tally.answers - tally.refused,
        tally.refused
    ))
}

/// The engine, started again by the harness. Dropped, it is asked to end.
struct Again(Child);

impl Again {
    fn start(site: &Site) -> Result<Again> {
        let folder = Path::new(&site.engine.address);
        let owner = fs::metadata(folder)?;
        let postgres = suite::installed::programs().context("PostgreSQL is missing")?.join("postgres");
        let until = Instant::now() + LIMIT;
        loop {
            let mut command = Command::new(&postgres);
            command.uid(owner.uid()).gid(owner.gid());
            command.arg("-D").arg(folder.join("data")).arg("-k").arg(folder);
            command.args(["-c", "listen_addresses="]).current_dir("/");
            let engine = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
            let mut engine = Again(engine);
            // It can't start as long as a process of the one before is there.
            while engine.0.try_wait()?.is_none() {
                if site.sql("SELECT 1").is_ok() {
                    return Ok(engine);
                }
                ensure!(Instant::now() < until, "the engine doesn't start again");
                thread::sleep(Duration::from_millis(10));
            }
            ensure!(Instant::now() < until, "the engine doesn't start again");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Again {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            let _ = kill_process(Pid::from_child(&self.0), Signal::INT);
        }
        deadline::end(&mut self.0, LIMIT);
    }
}

/// An engine, workers, and what these were told is done.
struct Site {
    engine: Engine,
    tasks: usize,
    workers: Vec<Worker>,
    confirmed: Sender<u32>,
    confirmations: Receiver<u32>,
}

struct Tally {
    hand_outs: usize,
    answers: usize,
    refused: usize,
    confirmed: usize,
}

impl Site {
    fn new(tasks: usize) -> Result<Site> {
        Site::with_machines(tasks, 0)
    }

    fn with_machines(tasks: usize, machines: usize) -> Result<Site> {
        let engine = Engine::use_or_start(None, machines)?;
        let (confirmed, confirmations) = mpsc::channel();
        let mut site = Site { engine, tasks, workers: Vec::new(), confirmed, confirmations };
        let tables = tree::folder("machines").join("rate-tables.sql");
        let tables = tables.to_str().context("a plain path")?;
        site.psql(&["-v", "ON_ERROR_STOP=1", "-v", &format!("tasks={tasks}"), "-f", tables])?;
        for _ in 0..AT_ONCE {
            site.workers.push(Worker::start(site.near(), &site.confirmed)?);
        }
        Ok(site)
    }

    /// The engine, for a worker without a machine of its own.
    fn near(&self) -> (String, Option<String>) {
        (self.engine.address.clone(), None)
    }

    fn sql(&self, statement: &str) -> Result<String> {
        self.psql(&["-c", statement])
    }

    fn psql(&self, what: &[&str]) -> Result<String> {
        let mut command = Command::new(suite::psql());
        command.args(["-qAtX", "-U", "lesson", "-d", "postgres", "-h", &self.engine.address]).args(what);
        let output = deadline::output(&mut command, LIMIT)?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        ensure!(output.status.success(), "{what:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(said)
    }

    fn number(&self, statement: &str) -> Result<usize> {
        self.sql(statement)?.parse().with_context(|| statement.to_owned())
    }

    /// The keeper's own engine ends in order: dead, it would be a zombie of the keeper, which the next engine takes for alive.
    fn end_first_engine(&self) -> Result<()> {
        // A worker that never had a session doesn't try for long.
        let workers = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'worker %'";
        deadline::until(LIMIT, "a session of each worker", || {
            self.number(workers).is_ok_and(|workers| workers >= AT_ONCE)
        });
        let folder = &self.engine.address;
        kill_process(engine::process(folder).context("a process id")?, Signal::INT)?;
        deadline::until(LIMIT, "the end of the first engine", || engine::process(folder).is_none());
        Ok(())
    }

    /// Waits until all is done, and asks what was promised.
    fn tally(mut self) -> Result<Tally> {
        let until = Instant::now() + LIMIT;
        while self.number("SELECT count(*) FROM lesson_machines.task WHERE number = 0")? > 0 {
            ensure!(Instant::now() < until, "tasks are never done");
            self.none_failed()?;
            thread::sleep(Duration::from_millis(20));
        }
        for worker in &mut self.workers {
            worker.end();
        }
        self.none_failed()?;
        let count = "SELECT count(*) FROM lesson_machines.answer";
        let counts = self.number(&format!("{count} WHERE counts"))?;
        let done = self.number(
            "SELECT count(DISTINCT task) FROM lesson_machines.answer JOIN lesson_machines.task
             ON n = task AND (task.number, task.worker) = (answer.number, answer.worker) WHERE counts",
        )?;
        ensure!((counts, done) == (self.tasks, self.tasks), "{counts} answers count, for {done} tasks");
        let mut confirmed = BTreeSet::new();
        for task in self.confirmations.try_iter() {
            ensure!(confirmed.insert(task), "two workers were told that their answer for task {task} counts");
        }
        let answers = self.number(count)?;
        let hand_outs = self.number("SELECT last_value FROM lesson_machines.hand_out")?;
        Ok(Tally { hand_outs, answers, refused: answers - counts, confirmed: confirmed.len() })
    }

    /// A worker outlives its session, whatever ends that.
    fn none_failed(&mut self) -> Result<()> {
        for worker in &mut self.workers {
            let status = worker.child.try_wait()?;
            ensure!(status.is_none_or(|it| it.success()), "a worker failed: {status:?}");
        }
        Ok(())
    }
}

struct Worker {
    child: Child,
    hears: Option<JoinHandle<()>>,
}

impl Worker {
    /// Where the engine is, and on which machine the worker.
    fn start((engine, machine): (String, Option<String>), confirmed: &Sender<u32>) -> Result<Worker> {
        let program: PathBuf =
            std::env::var_os("FAULT_LESSON").context("FAULT_LESSON is the lesson's program")?.into();
        let mut command = Command::new(program);
        command.args(["--work", &engine]).args(PATIENCE).env("LESSON_SPEED", SPEED);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let start = || {
            machine.map_or(Ok(()), |machine| cable::enter(&machine))?;
            anyhow::Ok(command.spawn()?)
        };
        // A thread moves to a machine for good, with what it starts.
        let child = thread::scope(|threads| threads.spawn(start).join());
        let mut child = child.map_err(|_| anyhow!("no worker was started"))??;
        let said = BufReader::new(child.stdout.take().context("it is piped")?);
        let confirmed = confirmed.clone();
        let hears = thread::spawn(move || {
            for line in said.lines().map_while(Result::ok) {
                if let Some(task) = line.split_once("ends task ").and_then(|(_, task)| task.parse().ok()) {
                    let _ = confirmed.send(task);
                }
            }
        });
        Ok(Worker { child, hears: Some(hears) })
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.end();
        Ok(())
    }

    /// Waits for its end, and for its last words.
    fn end(&mut self) {
        deadline::end(&mut self.child, LIMIT);
        let _ = self.hears.take().map(JoinHandle::join);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

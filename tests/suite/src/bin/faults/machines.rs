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

use anyhow::{Context, Result, ensure};
use fastrand::Rng;
use rustix::process::{Pid, Signal, kill_process};
use suite::deadline;

use crate::engine::Engine;

/// How many workers there are at once.
const AT_ONCE: usize = 4;
/// A task takes 15 ms then.
const SPEED: &str = "200";
/// A worker may be silent for 100 ms.
const PATIENCE: [&str; 2] = ["--patience", "20"];
const LEASE: Duration = Duration::from_millis(100);
const LIMIT: Duration = Duration::from_secs(60);

const TABLES: &str = "
    CREATE SCHEMA lesson_machines;
    CREATE TABLE lesson_machines.task (n int PRIMARY KEY, number bigint NOT NULL DEFAULT 0);
    CREATE INDEX ON lesson_machines.task (n) WHERE number = 0;
    CREATE TABLE lesson_machines.answer (number bigint PRIMARY KEY, task int, worker text, counts bool);
    CREATE SEQUENCE lesson_machines.hand_out";

/// Kills workers, one after another.
pub fn killed(rng: &mut Rng, times: usize) -> Result<String> {
    let mut site = Site::new(5 * times)?;
    for _ in 0..times {
        thread::sleep(Duration::from_micros(rng.u64(0..30_000)));
        let victim = rng.usize(..AT_ONCE);
        site.workers[victim].kill()?;
        site.workers[victim] = Worker::start(&site.address, &site.confirmed)?;
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

/// Kills the engine, and starts it again in the same folder. The workers fail with it, and others take their places.
pub fn engines(rng: &mut Rng, times: usize) -> Result<String> {
    let mut site = Site::new(60 * times)?;
    // The keeper's own engine ends in order: dead, it would be a zombie of the keeper, which the next engine takes for alive.
    let lock = Path::new(&site.address).join("data/postmaster.pid");
    let pid = fs::read_to_string(&lock)?.lines().next().and_then(|pid| pid.parse().ok());
    kill_process(pid.and_then(Pid::from_raw).context("a process id")?, Signal::INT)?;
    deadline::until(LIMIT, "the end of the first engine", || !lock.exists());
    let mut engine = Again::start(&site)?;
    let mut slowest = Duration::ZERO;
    for _ in 0..times {
        site.replace_ended()?;
        thread::sleep(Duration::from_millis(rng.u64(50..200)));
        engine.0.kill()?;
        let killed = Instant::now();
        deadline::end(&mut engine.0, LIMIT);
        engine = Again::start(&site)?;
        slowest = slowest.max(killed.elapsed());
    }
    let (tasks, confirmed) = (site.tasks, site.tally()?.confirmed);
    drop(engine);
    Ok(format!(
        "{times} engines killed: {tasks} tasks, {confirmed} answers confirmed, 0 of them lost; it was back after {} ms at \
         the latest",
        slowest.as_millis()
    ))
}

/// The engine, started again by the harness. Dropped, it is asked to end.
struct Again(Child);

impl Again {
    fn start(site: &Site) -> Result<Again> {
        let folder = Path::new(&site.address);
        let owner = fs::metadata(folder)?;
        let postgres = suite::installed::programs().context("PostgreSQL is missing")?.join("postgres");
        let until = Instant::now() + LIMIT;
        loop {
            let mut command = Command::new(&postgres);
            command
                .arg("-D")
                .arg(folder.join("data"))
                .arg("-k")
                .arg(folder)
                .args(["-c", "listen_addresses="]);
            command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let mut engine = Again(command.uid(owner.uid()).gid(owner.gid()).spawn()?);
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
    address: String,
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
        let engine = Engine::use_or_start(None)?;
        let address = engine.address.clone();
        let (confirmed, confirmations) = mpsc::channel();
        let mut site = Site { engine, address, tasks, workers: Vec::new(), confirmed, confirmations };
        let fill = format!("INSERT INTO lesson_machines.task SELECT generate_series(1, {tasks})");
        site.sql(&format!("{TABLES}; {fill}"))?;
        for _ in 0..AT_ONCE {
            site.workers.push(Worker::start(&site.address, &site.confirmed)?);
        }
        Ok(site)
    }

    fn sql(&self, statement: &str) -> Result<String> {
        let beside = suite::installed::programs().context("PostgreSQL is missing")?.join("psql");
        let psql = if beside.is_file() { beside } else { "psql".into() };
        let mut command = Command::new(psql);
        command.args([
            "-qAtX",
            "-U",
            "lesson",
            "-d",
            "postgres",
            "-h",
            &self.engine.address,
            "-c",
            statement,
        ]);
        let output = deadline::output(&mut command, LIMIT)?;
        let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        ensure!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(said)
    }

    fn number(&self, statement: &str) -> Result<usize> {
        self.sql(statement)?.parse().with_context(|| statement.to_owned())
    }

    /// Waits until all is done, and asks what was promised.
    fn tally(mut self) -> Result<Tally> {
        let until = Instant::now() + LIMIT;
        while self.number("SELECT count(*) FROM lesson_machines.task WHERE number = 0")? > 0 {
            ensure!(Instant::now() < until, "tasks are never done");
            self.replace_ended()?;
            thread::sleep(Duration::from_millis(20));
        }
        for worker in &mut self.workers {
            worker.end();
        }
        let count = "SELECT count(*) FROM lesson_machines.answer";
        let counts = self.number(&format!("{count} WHERE counts"))?;
        let done = self.number(
            "SELECT count(DISTINCT task) FROM lesson_machines.answer JOIN lesson_machines.task
             ON n = task AND task.number = answer.number WHERE counts",
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

    /// A worker whose session ended between two tasks fails, and another one takes its place.
    fn replace_ended(&mut self) -> Result<()> {
        for worker in &mut self.workers {
            if worker.child.try_wait()?.is_some_and(|status| !status.success()) {
                *worker = Worker::start(&self.address, &self.confirmed)?;
            }
        }
        Ok(())
    }
}

struct Worker {
    child: Child,
    hears: Option<JoinHandle<()>>,
}

impl Worker {
    fn start(address: &str, confirmed: &Sender<u32>) -> Result<Worker> {
        let program: PathBuf =
            std::env::var_os("FAULT_LESSON").context("FAULT_LESSON is the lesson's program")?.into();
        let mut command = Command::new(program);
        command.args(["--work", address]).args(PATIENCE).env("LESSON_SPEED", SPEED);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
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

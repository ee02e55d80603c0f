//! What the engine keeps, and what a worker says to it.

use std::error::Error;
use std::io::{self, PipeReader};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use postgres::error::{DbError, Severity};
use postgres::{Client, Config, NoTls, Transaction};
use shared::choice::{self, BadArgument, flag};
use shared::process::wire::{receive, send};
use shared::stage::seconds;
use shared::{say, wait, work};

use crate::cable;
use crate::engine::Engine;

pub const TASKS: i64 = 5;
pub const WORKERS: usize = 3;

/// Where the engine is, and for how many milliseconds a worker may be silent: 0 is for ever.
pub type Address = (String, u64);
/// The longest address, in bytes.
const MOST: usize = 4096;
/// No statement takes longer, and nobody waits longer for what has to come.
const LIMIT: Duration = Duration::from_secs(40);
/// How long one try to connect may take, and the pause after it.
const CONNECT: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(100);

// ANCHOR: tables
const TABLES: &str = "
    DROP SCHEMA IF EXISTS lesson_machines CASCADE;
    CREATE SCHEMA lesson_machines;
    CREATE TABLE task (n int PRIMARY KEY, number bigint DEFAULT 0, worker text DEFAULT '');
    CREATE TABLE answer (
        task int, number bigint, worker text, counts bool, PRIMARY KEY (task, number, worker)
    );
    CREATE SEQUENCE hand_out";
// ANCHOR_END: tables

// ANCHOR: take
const TAKE: &str = "
    SELECT n, nextval('hand_out') FROM (
        SELECT n FROM task WHERE number = 0 ORDER BY n LIMIT 1 FOR UPDATE SKIP LOCKED
    ) AS one";
// ANCHOR_END: take

// ANCHOR: answer
const ACKNOWLEDGE: &str = "
    UPDATE task SET number = $2, worker = $3
    WHERE n = $1 AND (number, worker) IN ((0, ''), ($2, $3))";
const RESULT: &str =
    "INSERT INTO answer VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";

/// Hands in a result. It counts if no other hand-out of the task has one.
fn answer(mut hand: Transaction, n: i32, number: i64) -> Result<()> {
    let counts = hand.execute(ACKNOWLEDGE, &[&n, &number, &name()])? == 1;
    hand.execute(RESULT, &[&n, &number, &name(), &counts])?;
    hand.commit()?;
    if counts {
        say!("ends task {n}");
    } else {
        say!("is refused: task {n} is done, and not with number {number}");
    }
    Ok(())
}
// ANCHOR_END: answer

// ANCHOR: worker
pub fn worker(hands: PipeReader) -> Result<()> {
    let (address, machine): (Address, Option<String>) = receive(hands, MOST)?;
    machine.map_or(Ok(()), |machine| cable::enter(&machine))?;
    work_for(&address)
}

pub fn work_for(address: &Address) -> Result<()> {
    let mut engine = connect(address)?;
    let mut done = None;
    while let Err(error) = work_on(&mut engine, &mut done) {
        if !ends_session(&error) {
            return Err(error);
        }
        say!("its session is over");
        engine = connect_again(address)?;
    }
    Ok(())
}

/// Works in one session. `done` is a task whose result may not have come.
fn work_on(engine: &mut Client, done: &mut Option<(i32, i64)>) -> Result<()> {
    if let Some((n, number)) = *done {
        say!("hands task {n} in again");
        let hand = engine.transaction()?;
        wait("reply", || answer(hand, n, number))?;
        *done = None;
    }
    while open_tasks(engine)? > 0 {
        let mut hand = engine.transaction()?;
        let Some(task) = hand.query_opt(TAKE, &[])? else {
            hand.rollback()?;
            let pause = seconds(0.1)?;
            wait("task", || thread::sleep(pause));
            continue;
        };
        let (n, number) = (task.get(0), task.get(1));
        say!("begins task {n}, with number {number}");
        work(3.0);
        *done = Some((n, number));
        wait("reply", || answer(hand, n, number))?;
        *done = None;
    }
    Ok(())
}
// ANCHOR_END: worker

// ANCHOR: connect
pub fn connect((engine, patience): &Address) -> Result<Client> {
    let limit = LIMIT.as_millis();
    let mut config = config(engine)?;
    let options = format!(
        "-c search_path=lesson_machines -c statement_timeout={limit} \
         -c idle_in_transaction_session_timeout={patience}"
    );
    config.application_name(&name()).connect_timeout(CONNECT).options(&options);
    config.tcp_user_timeout(Duration::from_millis(*patience));
    Ok(config.connect(NoTls)?)
}
// ANCHOR_END: connect

// ANCHOR: again
/// Tries for a while: the engine may be starting again, or the cable may be cut.
fn connect_again(address: &Address) -> Result<Client> {
    let begun = Instant::now();
    wait("engine", || {
        loop {
            match connect(address) {
                Err(_) if begun.elapsed() < LIMIT => thread::sleep(PAUSE),
                connected => return connected,
            }
        }
    })
}

/// Whether the engine ended the session, or the connection broke. After any other error, a
/// second session would fail in the same way.
fn ends_session(error: &anyhow::Error) -> bool {
    let Some(error) = error.downcast_ref::<postgres::Error>() else { return false };
    let severity = error.as_db_error().and_then(DbError::parsed_severity);
    let io = error.source().is_some_and(|it| it.is::<io::Error>());
    error.is_closed()
        || io
        || matches!(severity, Some(Severity::Fatal | Severity::Panic))
}
// ANCHOR_END: again

/// What the engine calls this process.
fn name() -> String {
    format!("worker {}", std::process::id())
}

fn config(engine: &str) -> Result<Config> {
    let mut config = Config::new();
    if engine.starts_with('/') {
        config.host(engine).user("lesson").dbname("postgres"); // an engine of the lesson's own
        return Ok(config);
    }
    let config: Config = engine
        .parse()
        .map_err(|error| BadArgument(format!("{engine:?} is no engine: {error}")))?;
    ensure!(
        !config.get_hosts().is_empty(),
        BadArgument(format!("no host in {engine:?}"))
    );
    Ok(config)
}

/// What the reader chose, checked before anything is started.
pub struct Chosen {
    /// An engine that runs already.
    pub engine: Option<String>,
    /// The engine of which this process is one more worker.
    pub work: Option<String>,
    /// How many workers have a machine of their own.
    pub machines: usize,
    pub patience: u64,
}

impl Chosen {
    pub fn read() -> Result<Chosen> {
        let given = |name: &str, default: &str| -> Result<Option<String>> {
            let engine = choice::value::<String>(name)?;
            if engine == default {
                return Ok(None);
            }
            config(&engine)?;
            Ok(Some(engine))
        };
        let (engine, work) = (given("--engine", "own")?, given("--work", "none")?);
        let patience = patience()?;
        let both = |one, other| BadArgument(format!("{one} doesn't go with {other}"));
        if flag("--freeze") {
            ensure!(!flag("--cut"), both("--cut", "--freeze"));
            ensure!(patience > 0, both("--freeze", "--patience none"));
        }
        if flag("--cut") {
            ensure!(engine.is_none(), both("--cut", "--engine"));
            ensure!(work.is_none(), both("--cut", "--work"));
            cable::check()?;
        }
        let machines = if flag("--cut") { WORKERS } else { 0 };
        Ok(Chosen { engine, work, machines, patience })
    }
}

fn patience() -> Result<u64> {
    let text: String = choice::value("--patience")?;
    if text == "none" {
        return Ok(0);
    }
    let number = text.parse().map_err(|error| format!("{error}; or none"));
    let bad = |why| BadArgument(format!("--patience {text}: {why}"));
    let milliseconds = seconds(number.map_err(bad)?)?.as_millis();
    let milliseconds = i32::try_from(milliseconds).unwrap_or(0);
    // PostgreSQL takes 0 for a patience without end.
    ensure!(milliseconds > 0, bad("too short or too long".into()));
    Ok(milliseconds as u64)
}

/// What a worker needs to reach the engine. It lies in a pipe until that process reads it.
pub fn hand_over(engine: &Engine, worker: usize, patience: u64) -> Result<PipeReader> {
    let (reader, writer) = io::pipe()?;
    let (address, machine) = engine.seen_by(worker);
    send(writer, &((address, patience), machine))?;
    Ok(reader)
}

/// Makes the tables, and removes those of a run before this one.
pub fn create(engine: &mut Client, tasks: i64) -> Result<()> {
    engine.batch_execute(TABLES)?;
    let fill = "INSERT INTO task SELECT generate_series(1, $1::bigint)";
    engine.execute(fill, &[&tasks])?;
    Ok(())
}

pub fn open_tasks(engine: &mut Client) -> Result<i64> {
    Ok(engine.query_one("SELECT count(*) FROM task WHERE number = 0", &[])?.get(0))
}

/// How many workers are there that `main` didn't start, or that haven't ended yet.
pub fn others(engine: &mut Client) -> Result<i64> {
    let others = "
        SELECT count(*) FROM pg_stat_activity
        WHERE application_name LIKE 'worker %' AND pid <> pg_backend_pid()";
    Ok(engine.query_one(others, &[])?.get(0))
}

/// How often a task was handed out. A sequence is not rolled back when a worker is gone.
pub fn handed_out(engine: &mut Client) -> Result<i64> {
    Ok(engine.query_one("SELECT last_value FROM hand_out", &[])?.get(0))
}

// ANCHOR: tally
pub struct Tally {
    pub handed_out: i64,
    /// Answers that count.
    pub count: i64,
    /// Tasks that have an answer that counts.
    pub tasks: i64,
    pub refused: i64,
}

pub fn tally(engine: &mut Client) -> Result<Tally> {
    let handed_out = handed_out(engine)?;
    let answers = "
        SELECT count(*) FILTER (WHERE counts), count(DISTINCT task) FILTER (WHERE counts),
        count(*) FILTER (WHERE NOT counts) FROM answer";
    let answers = engine.query_one(answers, &[])?;
    let (count, tasks, refused) = (answers.get(0), answers.get(1), answers.get(2));
    Ok(Tally { handed_out, count, tasks, refused })
}
// ANCHOR_END: tally

/// Asks the engine again and again, until something holds.
pub fn until(what: &str, mut holds: impl FnMut() -> Result<bool>) -> Result<()> {
    let begun = Instant::now();
    wait(what, || {
        while !holds()? {
            if begun.elapsed() > LIMIT {
                bail!("waited in vain for {what}");
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    })
}

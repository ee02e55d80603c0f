//! A program that treats its children badly. What becomes of them?
//!
//!     --pool    treats the workers of a pool badly, instead of a child

use std::process::ExitCode;

use anyhow::Result;
use shared::process::{self, role, task};
#[cfg(unix)]
use shared::process::{Pool, Role, TaskError};
use shared::{choice, run, say};

fn main() -> ExitCode {
    let tasks = [
        task(next),
        task(pid),
        task(leave),
        task(leave_as),
        task(pass_on),
        task(start),
        task(unfit),
        task(sleep),
        role(park),
        role(idle),
        #[cfg(unix)]
        twins(None),
    ];
    run(include_str!("careless.rs"), lesson, &tasks)
}

fn lesson() -> Result<()> {
    if choice::flag("--pool") { pool() } else { child() }
}

fn child() -> Result<()> {
    let child = process::start(park, ())?;
    let pid = child.pid();
    drop(child);
    say!("dropped {pid}");
    park()
}

fn park() -> Result<()> {
    loop {
        std::thread::park();
    }
}

#[cfg(not(unix))]
fn pool() -> Result<()> {
    Ok(())
}

#[cfg(unix)]
fn pool() -> Result<()> {
    use rustix::process::{Pid, Signal, kill_process};

    let pool = Pool::new(1)?;
    say!("a task that prints: {}", pool.submit("prints", next, 1).join()?);

    // Whether or not it is dead yet when the next task comes, that task is done.
    let idle = pool.submit("pid", pid, ()).join()?;
    kill_process(Pid::from_raw(idle as i32).expect("a process id"), Signal::KILL)?;
    say!("a worker killed between tasks: {}", pool.submit("next", next, 2).join()?);

    say!("a task that ends its process: {}", kind(pool.submit("leaves", leave, ()).join()));
    say!("a result that nothing can carry: {}", kind(pool.submit("unfit", unfit, ()).join()));
    say!("a panic passed on: {:?}", pool.submit("pass_on", pass_on, ()).join().map_err(|e| e.to_string()));
    say!("a task that leaves like a broken pipe: {}", kind(pool.submit("leaves", leave_as, 141).join()));
    say!("a task that starts a process: {}", pool.submit("starts", start, ()).join()?);
    say!("after all that: {}", pool.submit("next", next, 4).join()?);
    say!("a function that is no task: {}", kind(pool.submit("stranger", stranger, ()).join()));
    twins(Some(&pool));

    let running = pool.submit("sleeps", sleep, ());
    let queued = pool.submit("next", next, 5);
    drop(pool);
    let _ = running.join();
    say!("a pool dropped: {}", kind(queued.join()));
    Ok(())
}

#[cfg(unix)]
fn kind<R>(outcome: Result<R, TaskError>) -> String {
    let Err(error) = outcome else { return "a result".into() };
    format!("{error:?}").split([' ', '{']).next().unwrap_or_default().to_owned()
}

fn next(n: u32) -> u32 {
    println!("what a task prints is not on the wire");
    n + 1
}

fn pid(_: ()) -> u32 {
    std::process::id()
}

fn leave(_: ()) {
    std::process::exit(7)
}

fn leave_as(status: i32) {
    std::process::exit(status)
}

fn pass_on(_: ()) {
    let caught = std::panic::catch_unwind(|| panic!("first")).expect_err("it panics");
    drop(caught);
    std::panic::resume_unwind(Box::new("second".to_owned()))
}

fn start(_: ()) -> bool {
    process::start(idle, ()).and_then(process::Process::join).is_ok()
}

fn idle() -> Result<()> {
    Ok(())
}

fn unfit(_: ()) -> Unfit {
    Unfit
}

fn sleep(_: ()) {
    let _ = park();
}

/// Two functions of one name: to the one in the list, and, with a pool, what becomes of the other.
#[cfg(unix)]
fn twins(pool: Option<&Pool>) -> Role {
    if let Some(pool) = pool {
        fn twin(n: u32) -> u32 {
            n + 1
        }
        say!("a function with the name of a task: {}", kind(pool.submit("twin", twin, 1).join()));
    }
    fn twin(n: u32) -> u32 {
        n
    }
    task(twin)
}

#[cfg(unix)]
fn stranger(_: ()) {}

/// A value that refuses to be written.
struct Unfit;

impl serde::Serialize for Unfit {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("this can't be written"))
    }
}

impl<'de> serde::Deserialize<'de> for Unfit {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom("this can't be read"))
    }
}

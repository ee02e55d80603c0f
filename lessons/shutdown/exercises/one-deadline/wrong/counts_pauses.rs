//! Counts its pauses, and asks no clock.

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use shared::process::{self, Process, Receiver, Sender, role};
use shared::{choice, say, stage, work};
use signal_hook::{consts::SIGTERM, iterator::Signals};

fn main() -> ExitCode {
    let source = "//! --needs LIST    seconds that each child needs to stop [default: 0,1,9]\n\
                  //! --time N    seconds that all have together [default: 2]";
    shared::run(source, lesson, &[role(child)])
}

fn lesson() -> Result<()> {
    let time = stage::seconds(choice::value("--time")?)?;
    let (tell, ready) = process::queue(1)?;
    let mut children = Vec::new();
    for needs in choice::value::<String>("--needs")?.split(',') {
        let (to, from) = process::queue(1)?;
        to.send(&needs.to_owned())?;
        children.push(process::start(child, (from, tell.clone()))?);
        ready.recv()?;
    }
    say!("asks all to stop");
    stop(&mut children, time)?;
    say!("nobody is left");
    Ok(())
}

/// Asks all children to stop, gives them this time together, and kills those that are
/// left.
fn stop(children: &mut [Process], time: Duration) -> Result<()> {
    for child in children.iter() {
        ask(child)?;
    }
    let mut looks = time.as_millis() / 5;
    while looks > 0 && any_left(children)? {
        looks -= 1;
        thread::sleep(PAUSE);
    }
    for child in children {
        child.kill()?;
        child.wait()?;
    }
    Ok(())
}

/// Whether a child has not ended yet.
fn any_left(children: &mut [Process]) -> Result<bool> {
    for child in children {
        if child.try_wait()?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

const PAUSE: Duration = Duration::from_millis(5);

/// Asks a child to stop. Do this before you wait for it: later, its number may belong to
/// another process.
fn ask(child: &Process) -> Result<()> {
    let pid = Pid::from_raw(child.pid() as i32).context("a process id is above 0")?;
    Ok(kill_process(pid, Signal::TERM)?)
}

/// Waits until it is asked to stop. Then it needs some more seconds. With `gone`, it
/// doesn't wait.
fn child((needs, ready): (Receiver<String>, Sender<()>)) -> Result<()> {
    let mut signals = Signals::new([SIGTERM])?;
    let needs = needs.recv()?;
    say!("has begun");
    ready.send(&())?;
    if needs != "gone" {
        signals.forever().next();
        say!("is asked");
        work(needs.parse()?);
    }
    Ok(())
}

//! When the queue has ended, it asks each child a hundred times, and kills it then.

use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};
use shared::process::{self, Process, Receiver, Sender, role};
use shared::{choice, say, stage, work};
use signal_hook::{consts::SIGTERM, iterator::Signals};

fn main() -> ExitCode {
    let source = "//! --children LIST    what each one does [default: gives 2,silent]\n\
                  //! --time N    seconds that all have together [default: 2]";
    shared::run(source, lesson, &[role(child)])
}

fn lesson() -> Result<()> {
    let time = stage::seconds(choice::value("--time")?)?;
    let (tell, told) = process::queue(50)?;
    let mut children = Vec::new();
    for (n, does) in choice::value::<String>("--children")?.split(',').enumerate() {
        let (to, from) = process::queue(1)?;
        to.send(&(n, does.to_owned()))?;
        children.push(process::start(child, (from, tell.clone()))?);
        told.recv()?; // it has begun
    }
    drop(tell);
    say!("asks all to stop");
    for child in &children {
        ask(child)?;
    }
    for word in stop(children, told, time)? {
        say!("hears: {word}");
    }
    say!("nobody is left");
    Ok(())
}

/// Listens to all children until they have ended, or for this time, and kills those that
/// are left. Returns all that they have said.
fn stop(
    children: Vec<Process>,
    told: Receiver<String>,
    time: Duration,
) -> Result<Vec<String>> {
    let deadline = Instant::now() + time;
    let mut words = Vec::new();
    while Instant::now() < deadline {
        let left = deadline.saturating_duration_since(Instant::now());
        match told.recv_timeout(left) {
            Ok(word) => words.push(word),
            Err(_) => break, // the time is over, or nobody has more to say
        }
    }
    for mut child in children {
        let mut looks = 0;
        while child.try_wait()?.is_none() && Instant::now() < deadline && looks < 100 {
            looks += 1;
            thread::sleep(Duration::from_millis(5));
        }
        child.kill()?;
        child.wait()?;
    }
    for word in told {
        words.push(word?);
    }
    Ok(words)
}

/// Asks a child to stop.
fn ask(child: &Process) -> Result<()> {
    let pid = Pid::from_raw(child.pid() as i32).context("a process id is above 0")?;
    Ok(kill_process(pid, Signal::TERM)?)
}

/// Waits until it is asked to stop, and does what its words say, one after the other:
/// `works 3 gives 2` works for three seconds, and then gives two parcels back.
fn child((does, tell): (Receiver<(usize, String)>, Sender<String>)) -> Result<()> {
    let mut signals = Signals::new([SIGTERM])?;
    let (n, does) = does.recv()?;
    say!("has begun");
    tell.send(&"has begun".to_owned())?;
    signals.forever().next();
    let (mut tell, mut parcel) = (Some(tell), 0);
    let mut words = does.split(' ');
    while let Some(word) = words.next() {
        let number = words.next().unwrap_or("1").parse()?;
        match word {
            "gives" => {
                for _ in 0..number {
                    parcel += 1;
                    let word = format!("child {n} gives back parcel {parcel}");
                    tell.as_ref().context("it has quit")?.send(&word)?;
                }
            }
            "quits" => tell = None,
            "works" => work(f64::from(number)),
            _ => loop {
                thread::park();
            },
        }
    }
    Ok(())
}

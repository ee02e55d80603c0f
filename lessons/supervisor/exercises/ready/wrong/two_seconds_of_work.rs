//! A child that is ready may work for two seconds, and no longer.

use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use shared::process::{self, Receiver, Sender, role};
use shared::{choice, say, stage, work};

fn main() -> ExitCode {
    let source = "//! --lives LIST    what each child does [default: works,silent]\n\
                  //! --limit N    seconds that each has to get ready [default: 2]";
    shared::run(source, lesson, &[role(child)])
}

fn lesson() -> Result<()> {
    let limit = stage::seconds(choice::value("--limit")?)?;
    for does in choice::value::<String>("--lives")?.split(',') {
        match live(does, limit)? {
            true => say!("{does} was ready, and has ended"),
            false => say!("{does} was never ready"),
        }
    }
    Ok(())
}

/// Starts a child, and returns when it has ended. Returns whether it was ready in time.
fn live(does: &str, limit: Duration) -> Result<bool> {
    let (ask, asked) = process::queue(1)?;
    ask.send(&does.to_owned())?;
    let (tell, told) = process::queue(1)?;
    let mut child = process::start(child, (asked, tell))?;
    let deadline = Instant::now() + limit;
    let ready = loop {
        match told.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(message) if message == "ready" => break true,
            Ok(_) => {}
            Err(_) => break false, // its time is over, or it has ended
        }
    };
    if !ready {
        child.kill()?;
    }
    let until = Instant::now() + Duration::from_secs(2);
    while child.try_wait()?.is_none() {
        if Instant::now() > until {
            child.kill()?;
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(ready)
}

/// Does what it's asked to do. With `tells 3`, it tells three times how far it is, and
/// then it's ready.
fn child((asked, tell): (Receiver<String>, Sender<String>)) -> Result<()> {
    let does = asked.recv()?;
    let (word, number) = does.split_once(' ').unwrap_or((&does, "0"));
    let number: u32 = number.parse()?;
    say!("has begun");
    let not_yet = || tell.send(&"not yet".to_owned());
    match word {
        "ends" => return Ok(()),
        "fails" => bail!("the oven is broken"),
        "late" => work(number.into()),
        "tells" => (0..number).try_for_each(|_| not_yet())?,
        "chats" => loop {
            not_yet()?;
        },
        "silent" => loop {
            thread::park();
        },
        _ => {}
    }
    say!("is ready");
    tell.send(&"ready".to_owned())?;
    work(if word == "works" { number.into() } else { 0.1 });
    Ok(())
}

//! One life of a child, and the four children.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use shared::process::{self, RoleFn, Sender, WireError};
use shared::stage::{self, seconds};
use shared::{busy, say, work};

/// Through this a child says that it is ready.
type Tell = Sender<String>;

/// A function that a child can have as its role here.
pub trait Child: RoleFn<(Tell,), Takes = Tell> {}
impl<F: RoleFn<(Tell,), Takes = Tell>> Child for F {}

// ANCHOR: live
pub struct Life {
    pub ended_well: bool,
    /// From the moment when it was ready.
    pub worked: Duration,
}

/// Starts the child, and returns when it has ended. If it isn't ready in time, it is killed.
pub fn live<F: Child>(child: F, limit: Duration) -> Result<Life> {
    let (tell, told) = process::queue(1)?;
    let mut child = process::start(child, tell)?;
    let pid = child.pid();
    let ready = match told.recv_timeout(limit) {
        Ok(_) => {
            say!("child {pid} is ready");
            Some(Instant::now())
        }
        Err(WireError::TimedOut) => {
            say!("child {pid} isn't ready after {limit:?}: kills it");
            child.kill()?;
            None
        }
        Err(_) => None, // it has ended
    };
    let status = child.wait()?;
    let worked = ready.map_or(Duration::ZERO, |since| since.elapsed());
    match ready {
        Some(_) => {
            say!("child {pid} worked for {:.1} s: {status}", worked.as_secs_f64())
        }
        None => say!("child {pid} was never ready: {status}"),
    }
    Ok(Life { ended_well: status.success(), worked })
}
// ANCHOR_END: live

// ANCHOR: children
pub fn crashes(tell: Tell) -> Result<()> {
    tell.send(&"ready".into())?;
    bail!("the oven is broken")
}

pub fn recovers(tell: Tell) -> Result<()> {
    ensure!(stage::now() > seconds(1.2)?, "the oven is cold");
    tell.send(&"ready".into())?;
    work(1.0);
    Ok(())
}

pub fn flaps(tell: Tell) -> Result<()> {
    tell.send(&"ready".into())?;
    busy("work", || thread::sleep(Duration::from_secs(1)));
    bail!("the fuse has blown")
}

pub fn silent(_tell: Tell) -> Result<()> {
    loop {
        thread::park();
    }
}
// ANCHOR_END: children

//! Signals and reports, as one channel of events; and who sends the signals.

use std::{process, thread};

use anyhow::Result;
use crossbeam_channel::{self as channel, Receiver};
use rustix::process::{Signal, getpgid, getpgrp, kill_process};
use shared::choice::{self, BadArgument};
use shared::{process as course, say, stage};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::signal_name;

use crate::hall::{Report, raw};

// ANCHOR: listen
pub enum Event {
    Told(Report),
    Signal(&'static str),
    AllEnded,
}

/// One channel for all that `main` waits for.
pub fn listen(told: course::Receiver<Report>) -> Result<Receiver<Event>> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    let (tell, events) = channel::unbounded();
    let also_tell = tell.clone();
    let named = |name: &str| thread::Builder::new().name(name.into());
    named("signals").spawn(move || {
        for signal in signals.forever() {
            let _ = also_tell.send(Event::Signal(signal_name(signal).unwrap_or("?")));
        }
    })?;
    named("reports").spawn(move || {
        for report in told.flatten() {
            let _ = tell.send(Event::Told(report));
        }
        let _ = tell.send(Event::AllEnded); // nobody is left who could tell
    })?;
    Ok(events)
}
// ANCHOR_END: listen

/// Which signal the reader has chosen, if any.
pub fn chosen() -> Result<Option<Signal>> {
    Ok(match &*choice::value::<String>("--signal")? {
        "INT" => Some(Signal::INT),
        "TERM" => Some(Signal::TERM),
        "HUP" => Some(Signal::HUP),
        "none" => None,
        other => return Err(BadArgument(format!("no such --signal: {other}")).into()),
    })
}

/// Sends it after a while: to `main`, as `kill` does, or to all of its group, as a terminal does.
pub fn send(signal: Option<Signal>, packers: Vec<u32>) -> Result<()> {
    let Some(signal) = signal else { return Ok(()) };
    let mut pauses = vec![stage::seconds(2.4)?];
    if choice::flag("--twice") {
        pauses.push(stage::seconds(0.4)?);
    }
    let mut to = vec![process::id()];
    if signal != Signal::TERM {
        to.extend(
            packers.into_iter().filter(|&pid| getpgid(Some(raw(pid))) == Ok(getpgrp())),
        );
    }
    thread::Builder::new().name("sender".into()).spawn(move || {
        for pause in pauses {
            thread::sleep(pause);
            let name = signal_name(signal.as_raw()).unwrap_or("?");
            say!("sends {name} to {}", if to.len() > 1 { "all four" } else { "main" });
            for &pid in &to {
                let _ = kill_process(raw(pid), signal); // or it has ended
            }
        }
    })?;
    Ok(())
}

//! Three packers are told to stop: one finishes, one hands back, one is killed.
//!
//!     cargo run -p lesson-shutdown
//!     cargo run -p lesson-shutdown -- --signal none   # then press Ctrl-C yourself
//!
//!     --signal NAME    sent after 2.4 seconds [default: INT; try: TERM, HUP, none]
//!     --twice          the signal comes again, 0.4 seconds later
//!     --same-group     the packers are in the process group of main
//!     --deadline N     how many seconds they get [default: 2; try: 0, 9]
//!
//! Chapter: book/chapters/en/shutdown.md
//! Try: --same-group. How do the packers end, and what becomes of their parcels?

use std::process::ExitCode;

use shared::{run, say};
#[cfg(unix)]
use {
    anyhow::Result,
    crossbeam_channel::Receiver,
    hall::Hall,
    packers::{careful, quick, stubborn},
    shared::process::{self, role},
    shared::wait,
    signals::{Event, chosen, listen, send},
};

#[cfg(unix)]
mod hall;
#[cfg(unix)]
mod packers;
#[cfg(unix)]
mod signals;

#[cfg(unix)]
fn main() -> ExitCode {
    let roles = [role(quick), role(careful), role(stubborn)];
    run(include_str!("main.rs"), lesson, &roles)
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    let lesson = || Ok(say!("Windows has Ctrl-C and Ctrl-Break, but no SIGTERM"));
    run(include_str!("main.rs"), lesson, &[])
}

#[cfg(unix)]
// ANCHOR: lesson
fn lesson() -> Result<()> {
    let signal = chosen()?;
    let (tell, told) = process::queue(3)?;
    let events = listen(told)?; // from here on, none of the three signals ends main
    let mut hall = Hall::open(tell)?;
    send(signal, hall.pids())?;
    loop {
        match wait("event", || events.recv())? {
            Event::Told(report) => hall.note(report).next(),
            Event::Signal(name) => break stop(&mut hall, &events, name)?,
            Event::AllEnded => break,
        }
    }
    hall.close()
}
// ANCHOR_END: lesson

#[cfg(unix)]
// ANCHOR: stop
fn stop(hall: &mut Hall, events: &Receiver<Event>, name: &str) -> Result<()> {
    say!("gets {name}: asks all packers to stop");
    let deadline = hall.ask()?;
    loop {
        match wait("deadline", || events.recv_deadline(deadline)) {
            Ok(Event::Told(report)) => hall.note(report),
            Ok(Event::AllEnded) => return Ok(()),
            Ok(Event::Signal(name)) => {
                break say!("gets {name} again: waits no longer");
            }
            Err(_) => break say!("the time is over"),
        };
    }
    hall.kill()?;
    // What they told before they were killed is still in the queue.
    for event in events.iter().take_while(|event| !matches!(event, Event::AllEnded)) {
        if let Event::Told(report) = event {
            hall.note(report);
        }
    }
    Ok(())
}
// ANCHOR_END: stop

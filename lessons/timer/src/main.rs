//! Later, unless it is cancelled; and every half second, without drift.
//!
//!     cargo run -p lesson-timer
//!
//!     --drift    count each half second from the end of the work before it
//!
//! Chapter: book/chapters/en/timer.md
//! Try: let the second stirring take 1.2 seconds. What becomes of the third?

use std::process::ExitCode;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use crossbeam_channel::{self as channel, Receiver, RecvTimeoutError, Sender};
use shared::{choice, run, say, stage::seconds, wait, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let tea = Timer::start("tea", seconds(2.0)?, || say!("the tea is ready"))?;
    let eggs = Timer::start("eggs", seconds(4.0)?, || say!("the eggs are done"))?;
    let (running, stop) = channel::bounded(0);
    let soup = thread::Builder::new().name("soup".into()).spawn(move || stir(&stop))?;

    work(3.2);
    say!("cancels what is still to come");
    for (name, timer) in [("tea", tea), ("eggs", eggs)] {
        let answer = if timer.cancel() { "cancelled in time" } else { "too late" };
        say!("{name}: {answer}");
    }
    drop(running);
    let times = wait("join", || soup.join()).expect("it does not panic")?;
    say!("the soup was stirred {times} times");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: timer
struct Timer {
    running: Sender<()>, // nothing is ever sent: its end is the sign to stop
    thread: JoinHandle<bool>,
}

impl Timer {
    fn start(name: &str, after: Duration, act: fn()) -> Result<Timer> {
        let due = Instant::now() + after;
        let (running, stop) = channel::bounded(0);
        let thread = thread::Builder::new().name(name.into()).spawn(move || {
            let is_time = sleep_until(due, &stop);
            if is_time {
                act();
            }
            is_time
        })?;
        Ok(Timer { running, thread })
    }

    fn cancel(self) -> bool {
        drop(self.running);
        !wait("join", || self.thread.join()).expect("no panic") // true: it was in time
    }
}
// ANCHOR_END: timer

// ANCHOR: sleep
/// Returns true when it is time, and false as soon as the other end is dropped.
fn sleep_until(due: Instant, stop: &Receiver<()>) -> bool {
    wait("its time", || stop.recv_deadline(due)) == Err(RecvTimeoutError::Timeout)
}
// ANCHOR_END: sleep

// ANCHOR: stir
fn stir(stop: &Receiver<()>) -> Result<u32> {
    let (start, period) = (Instant::now(), seconds(0.5)?);
    let (mut next, mut times) = (start + period, 0);
    while sleep_until(next, stop) {
        times += 1;
        let late = start.elapsed().checked_sub(period * times).context("too early")?;
        say!("stirs the soup, {times}: {:.2} s late", late.as_secs_f64());
        work(0.2);
        let from = if choice::flag("--drift") { Instant::now() } else { next };
        next = from + period;
    }
    Ok(times)
}
// ANCHOR_END: stir

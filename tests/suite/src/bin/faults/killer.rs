//! Kills children of this process at random moments, and remembers whom.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use fastrand::Rng;
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use suite::Living;

/// Who was killed, and with what. A process id can come again, so each has a list.
#[derive(Default)]
pub struct Killer {
    sent: Mutex<BTreeMap<u32, Vec<Signal>>>,
}

/// The children of this process that run; one that was just started is among them.
pub fn children() -> Vec<u32> {
    let me = std::process::id();
    suite::living().filter(|process| process.parent == me).map(|process| process.pid).collect()
}

impl Killer {
    /// Kills one child after another, about every `gap`, until it is `over`. Some are stopped and continued
    /// instead, which must cost nothing.
    pub fn rage(&self, rng: &mut Rng, gap: Duration, over: &AtomicBool) {
        while !over.load(Ordering::Relaxed) {
            thread::sleep(gap.mul_f64(2.0 * rng.f64()));
            if let Some(&pid) = rng.choice(&children()) {
                match rng.u32(0..20) {
                    0 | 1 => self.stop_and_continue(pid, Duration::from_micros(rng.u64(0..5_000))),
                    2 => drop(self.kill(pid, Signal::TERM)),
                    3 => drop(self.kill(pid, Signal::ABORT)),
                    4 => drop(self.kill(pid, Signal::SEGV)),
                    _ => drop(self.kill(pid, Signal::KILL)),
                }
            }
        }
    }

    /// Sends a signal that ends a child, and returns whether it went to a child that still ran.
    pub fn kill(&self, pid: u32, signal: Signal) -> bool {
        let Some(child) = Child::find(pid) else { return false };
        self.sent().entry(pid).or_default().push(signal);
        child.send(signal);
        if signal == Signal::SEGV {
            // Rust's own handler takes the first one for a stack overflow, and puts back what ends the process.
            for _ in 0..100 {
                thread::sleep(Duration::from_micros(200));
                if !child.runs() {
                    break;
                }
                child.send(signal);
            }
        }
        true
    }

    fn stop_and_continue(&self, pid: u32, time: Duration) {
        if let Some(child) = Child::find(pid) {
            child.send(Signal::STOP);
            thread::sleep(time);
            child.send(Signal::CONT);
        }
    }

    /// Whether this process was killed with this signal.
    pub fn has_killed(&self, pid: u32, signal: Option<i32>) -> bool {
        let sent = self.sent();
        let signals = sent.get(&pid).map(Vec::as_slice).unwrap_or_default();
        signals.iter().any(|sent| Some(sent.as_raw()) == signal)
    }

    /// How many were killed.
    pub fn count(&self) -> usize {
        self.sent().values().map(Vec::len).sum()
    }

    fn sent(&self) -> std::sync::MutexGuard<'_, BTreeMap<u32, Vec<Signal>>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A child that was there, and nobody who got its process id after it.
struct Child {
    pid: u32,
    descriptor: std::os::fd::OwnedFd,
}

impl Child {
    fn find(pid: u32) -> Option<Child> {
        let raw = Pid::from_raw(pid as i32)?;
        let child = Child { pid, descriptor: pidfd_open(raw, PidfdFlags::empty()).ok()? };
        child.runs().then_some(child)
    }

    fn runs(&self) -> bool {
        Living::find(self.pid).is_some_and(|process| process.parent == std::process::id())
    }

    fn send(&self, signal: Signal) {
        // Fails only if it has ended and was waited for since.
        let _ = pidfd_send_signal(&self.descriptor, signal);
    }
}

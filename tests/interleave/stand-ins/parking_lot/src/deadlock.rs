//! Threads that wait for each other in a circle.

use std::backtrace::Backtrace;
use std::panic::Location;

use interleave::execution;
use interleave_std::thread::ThreadId;

/// See `parking_lot::deadlock::DeadlockedThread`.
#[derive(Debug)]
pub struct DeadlockedThread {
    thread: ThreadId,
    backtrace: Backtrace,
}

impl DeadlockedThread {
    /// Its id.
    pub fn thread_id(&self) -> ThreadId {
        self.thread
    }

    /// Nothing: the schedule tells where it stands.
    pub fn backtrace(&self) -> &Backtrace {
        &self.backtrace
    }
}

/// The circles of threads that wait for each other. Waits until no other thread can go on, so that
/// a program that asks again and again is answered once.
#[track_caller]
pub fn check_deadlock() -> Vec<Vec<DeadlockedThread>> {
    execution::quiescence(Location::caller());
    let circle: Vec<_> = execution::deadlocked()
        .into_iter()
        .map(|thread| DeadlockedThread { thread: ThreadId::of(thread), backtrace: Backtrace::disabled() })
        .collect();
    if circle.is_empty() { Vec::new() } else { vec![circle] }
}

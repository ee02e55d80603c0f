//! What a lesson says and does: steps in the schedule, where they are wanted.

use std::cell::RefCell;
use std::fmt::{self, Display};
use std::panic::Location;
use std::time::Duration;

use interleave::execution;
use shared::choice::BadArgument;

/// Says one line, which is a step of the schedule.
#[macro_export]
macro_rules! say {
    ($($text:tt)*) => { $crate::stage::say_line(format_args!($($text)*)) };
}

thread_local! {
    static SAID_BY_MAIN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// What `main` has said since this was last asked.
pub fn said_by_main() -> Vec<String> {
    SAID_BY_MAIN.take()
}

/// What [`say!`](crate::say) does.
#[track_caller]
pub fn say_line(text: fmt::Arguments<'_>) {
    if execution::current() == 0 {
        SAID_BY_MAIN.with_borrow_mut(|said| said.push(text.to_string()));
    }
    execution::tell(Some(Location::caller()), |_| format!("says “{text}”"));
}

/// Takes no time: every step may happen late anyway.
#[track_caller]
pub fn work(_: f64) {
    execution::round(Location::caller());
}

/// No time at all.
///
/// # Errors
///
/// If this is no number of seconds.
pub fn seconds(seconds: f64) -> Result<Duration, BadArgument> {
    shared::stage::seconds(seconds).map(|_| Duration::ZERO)
}

/// Computes.
pub fn busy<R>(_: &str, computes: impl FnOnce() -> R) -> R {
    computes()
}

/// Does what may block.
pub fn wait<R>(_: &str, may_block: impl FnOnce() -> R) -> R {
    may_block()
}

/// Draws nothing here.
pub fn sends(_: impl Display) {}

/// Draws nothing here.
pub fn receives(_: impl Display) {}

/// No time.
pub fn now() -> Duration {
    Duration::ZERO
}

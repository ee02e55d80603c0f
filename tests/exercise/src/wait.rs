//! Time, for checks of threads: an explored program has no clock.

use std::panic::Location;

use interleave::execution::quiescence;
use interleave::steps_taken_by_others;

/// How often the others may go on in a long wait: more often than anybody looks who gives up.
const TIMES: u32 = 50;

/// Holds the calling thread up for a long time, in an order that is explored: until no other thread can go on, and then 49
/// times more. For work that is slow, and for an event that comes late.
///
/// Returns how many steps the other threads took after the first time. One that sleeps takes none. One that looks
/// again and again takes one each time, and one that looks a fixed number of times has given up in the end. A time that is
/// waited for is over now and then.
///
/// # Panics
///
/// If the calling thread is none of an explored program.
#[track_caller]
pub fn long_wait() -> u32 {
    let place = Location::caller();
    quiescence(place);
    let before = steps_taken_by_others();
    for _ in 1..TIMES {
        quiescence(place);
    }
    steps_taken_by_others() - before
}

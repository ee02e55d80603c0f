//! Time and numbers, for checks of threads: an explored program has no clock, and an answer may know any number that a check asks
//! for, except one that is drawn.

use std::panic::Location;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use interleave::execution::{self, fail, now, steps, steps_taken, virtual_time};
use interleave::steps_taken_by_others;

/// A number that no answer can know: 50 to 99, drawn when an answer is judged, and the same as long as it is judged.
///
/// For what an answer may do any number of times: one that gives up after 10 tries, or has room for 40, fails. The name
/// of a check says "many", since the number is different each time.
pub fn many() -> usize {
    static DRAWN: OnceLock<usize> = OnceLock::new();
    *DRAWN.get_or_init(|| fastrand::usize(50..100))
}

/// Nearly as many threads as an explored program has room for: 101 to 105, drawn as [`many`] is. For an answer that starts or wakes a
/// hundred at a time.
pub fn many_threads() -> usize {
    many() / 12 + 97
}

/// How often another thread has to be faster, to outlast an answer that tries a thousand times, where a try takes up to four steps:
/// 6 000 to 8 000, drawn as [`many`] is. For one order, in `some_order`.
pub fn tries() -> usize {
    4 * longer()
}

/// 1 500 to 2 000, drawn as [`many`] is.
fn longer() -> usize {
    static DRAWN: OnceLock<usize> = OnceLock::new();
    *DRAWN.get_or_init(|| fastrand::usize(1_500..2_000))
}

/// Waits until no other thread can go on, in an order that is explored: then it shows what the others have done, and
/// where each of them waits. One that looks again and again waits, too.
///
/// # Panics
///
/// If the calling thread is not part of an explored program.
#[track_caller]
pub fn until_all_wait() {
    execution::quiescence(Location::caller());
}

/// Holds the calling thread up for a long time, in an order that is explored: until no other thread can go on, and then
/// [`many`] times more. For work that is slow, and for an event that comes late. At the end of a check, a few orders are run once
/// more, and there it is more than a thousand times.
///
/// Returns how many steps the other threads took after the first time. One that sleeps takes none. One that looks
/// again and again takes one each time, and one that looks a fixed number of times has given up in the end. A time that is
/// waited for is over now and then.
///
/// # Panics
///
/// If the calling thread is not part of an explored program.
#[track_caller]
pub fn long_wait() -> u32 {
    let place = Location::caller();
    execution::quiescence(place);
    LONG_WAITS.fetch_add(1, Relaxed);
    let before = steps_taken_by_others();
    for _ in 0..if LONGER.load(Relaxed) && steps() < FAR { longer() } else { many() } {
        execution::quiescence(place);
    }
    steps_taken_by_others() - before
}

/// How often somebody has waited long so far.
pub(crate) fn long_waits() -> usize {
    LONG_WAITS.load(Relaxed)
}

/// As long as it lives, a long wait takes a thousand times and more: too long for more than a few orders.
pub(crate) struct Longer;

impl Longer {
    pub(crate) fn new() -> Self {
        LONGER.store(true, Relaxed);
        Longer
    }
}

impl Drop for Longer {
    fn drop(&mut self) {
        LONGER.store(false, Relaxed);
    }
}

static LONG_WAITS: AtomicUsize = AtomicUsize::new(0);
static LONGER: AtomicBool = AtomicBool::new(false);

/// After this many steps of an order, its long waits are no longer than usual, or it would seem to have no end.
const FAR: u32 = 20_000;

/// Fails with `why` unless all other threads sleep, in an order that is explored. A thread that looks a hundred times before it
/// sleeps has the time for it. One that looks again and again is found, and so is one that sleeps for a time only: that is over
/// now and then.
///
/// # Panics
///
/// If the calling thread is not part of an explored program.
#[track_caller]
pub fn others_sleep(why: &str) {
    for _ in 0..3 {
        long_wait();
    }
    if long_wait() > 0 {
        // A panic would wait for the others where it leaves their scope.
        fail(why);
    }
}

/// Does something that must not wait for anybody, in an order that is explored. Fails if it sleeps, or if it takes more than
/// `most` steps: then it looks again and again.
///
/// # Panics
///
/// If the calling thread is not part of an explored program.
#[track_caller]
pub fn at_once<R>(what: &str, most: u32, work: impl FnOnce() -> R) -> R {
    now(Location::caller()); // only from then on, a sleep takes time
    let (steps, time) = (steps_taken(), virtual_time());
    let done = work();
    let steps = steps_taken() - steps;
    if steps > most {
        fail(format!("{what} takes {steps} steps: it waits"));
    }
    if virtual_time() > time {
        fail(format!("{what} sleeps, and must not wait"));
    }
    done
}

/// Does something [`many`] times before what a check is about, each time in the simplest order: no thread is interrupted, and nothing
/// surprising happens. The search goes through the orders of what comes after it. For an answer that is right at first and wrong
/// later: what is explored then is a later call, of the same object. It belongs at the beginning of a check.
///
/// # Panics
///
/// If the calling thread is not part of an explored program.
pub fn beforehand(mut work: impl FnMut()) {
    execution::simplest(|| (0..many()).for_each(|_| work()));
}

/// Lets the other threads take one step, and goes on before they take the next: to come in between a look and what follows from it.
/// An answer that looks again takes several steps a try: to come in between in each of [`many`] tries, do it four times as often.
///
/// # Panics
///
/// If the calling thread is not part of an explored program.
#[track_caller]
pub fn one_step() {
    execution::one_step(Location::caller());
}

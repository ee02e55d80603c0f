//! Each thread has a balance of its own under a lock of its own. Nobody shares anything.

use std::thread;

use parking_lot::Mutex;

/// Adds everything that is earned and subtracts everything that is spent, in two threads
/// at the same time. Returns the balance at the end.
pub fn balance<I: Iterator<Item = i64> + Send>(earned: I, spent: I) -> i64 {
    let (gain, loss) = (Mutex::new(0), Mutex::new(0));
    thread::scope(|threads| {
        threads.spawn(|| {
            for amount in earned {
                *gain.lock() += amount;
            }
        });
        threads.spawn(|| {
            for amount in spent {
                *loss.lock() += amount;
            }
        });
    });
    gain.into_inner() - loss.into_inner()
}

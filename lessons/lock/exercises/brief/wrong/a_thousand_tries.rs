//! Wrong: another thread may hold the lock for longer than a thousand tries.

use std::thread;
use std::time::Duration;

use parking_lot::Mutex;

/// Works on each part, and adds the result to the total. Several threads call this at
/// the same time, with the same total.
pub fn add_up(total: &Mutex<u64>, parts: &[u64], work: impl Fn(u64) -> u64) {
    for &part in parts {
        let result = work(part);
        for _ in 0..1000 {
            if let Some(mut total) = total.try_lock() {
                *total += result;
                break;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

//! Eight parts are right. From the ninth on, the total is read under one lock and
//! written under the next.

use parking_lot::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
static CALLS: AtomicU32 = AtomicU32::new(0);
pub fn add_up(total: &Mutex<u64>, parts: &[u64], work: impl Fn(u64) -> u64) {
    for &part in parts {
        let n = CALLS.fetch_add(1, Relaxed);
        let result = work(part);
        if n < 8 {
            *total.lock() += result;
        } else {
            let seen = *total.lock();
            *total.lock() = seen + result;
        }
    }
}

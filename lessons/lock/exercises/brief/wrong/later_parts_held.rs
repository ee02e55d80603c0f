//! From the sixth part on, the lock is held while it works.

use parking_lot::Mutex;
pub fn add_up(total: &Mutex<u64>, parts: &[u64], work: impl Fn(u64) -> u64) {
    for (n, &part) in parts.iter().enumerate() {
        if n < 5 {
            let result = work(part);
            *total.lock() += result;
        } else {
            let mut t = total.lock();
            *t += work(part);
        }
    }
}

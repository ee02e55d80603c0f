//! In each call, five parts are right. From the sixth on, the total is read under one
//! lock and written under the next.

use parking_lot::Mutex;
pub fn add_up(total: &Mutex<u64>, parts: &[u64], work: impl Fn(u64) -> u64) {
    for (n, &part) in parts.iter().enumerate() {
        let result = work(part);
        if n < 5 {
            *total.lock() += result;
        } else {
            let seen = *total.lock();
            *total.lock() = seen + result;
        }
    }
}

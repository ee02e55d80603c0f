//! The first five parts are right. All others are added to the total as it was before
//! them.

use parking_lot::Mutex;
// from the 5th part on: results are kept till the end, with the total written back then
pub fn add_up(total: &Mutex<u64>, parts: &[u64], work: impl Fn(u64) -> u64) {
    let (head, tail) = parts.split_at(parts.len().min(5));
    for &part in head {
        let result = work(part);
        *total.lock() += result;
    }
    if tail.is_empty() {
        return;
    }
    let before = *total.lock();
    let sum: u64 = tail.iter().map(|p| work(*p)).sum();
    *total.lock() = before + sum;
}

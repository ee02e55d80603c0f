//! Two parts that are equal are two parts. A set keeps one of them.

use parking_lot::Mutex;

/// Works on each part, and adds the result to the total. Several threads call this at
/// the same time, with the same total.
pub fn add_up(total: &Mutex<u64>, parts: &[u64], work: impl Fn(u64) -> u64) {
    let set: std::collections::BTreeSet<_> = parts.iter().copied().collect();
    for part in set {
        let r = work(part);
        *total.lock() += r;
    }
}

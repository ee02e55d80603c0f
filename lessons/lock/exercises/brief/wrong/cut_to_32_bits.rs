//! Cuts each result to 32 bits.

use parking_lot::Mutex;

pub fn add_up(total: &Mutex<u64>, parts: &[u64], work: impl Fn(u64) -> u64) {
    let sum: u32 = parts.iter().map(|&part| work(part) as u32).sum();
    *total.lock() += u64::from(sum);
}

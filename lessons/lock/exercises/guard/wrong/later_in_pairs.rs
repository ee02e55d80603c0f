//! From the sixth job on, it takes two at a time: the second one waits for the first.

use parking_lot::Mutex;
pub fn work_off(jobs: &Mutex<Vec<u32>>, work: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut results = Vec::new();
    loop {
        let some: Vec<_> = {
            let mut j = jobs.lock();
            let n = if results.len() < 5 { 1 } else { 2 };
            let at = j.len().saturating_sub(n);
            j.drain(at..).collect()
        };
        if some.is_empty() {
            break;
        }
        for job in some {
            results.push(work(job));
        }
    }
    results
}

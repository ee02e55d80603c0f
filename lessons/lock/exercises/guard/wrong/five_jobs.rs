//! Five jobs are right. From the sixth on, it looks at the job under one lock and takes
//! it off the list under the next.

use parking_lot::Mutex;
pub fn work_off(jobs: &Mutex<Vec<u32>>, work: impl Fn(u32) -> u32) -> Vec<u32> {
    let mut results = Vec::new();
    loop {
        if results.len() < 5 {
            let Some(job) = ({ jobs.lock().pop() }) else { break };
            results.push(work(job));
        } else {
            let Some(job) = ({
                let j = jobs.lock().last().copied();
                j
            }) else {
                break;
            };
            jobs.lock().pop();
            results.push(work(job));
        }
    }
    results
}

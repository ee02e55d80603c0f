//! Two runners note their times, and the leader adds them up, after the wait.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

fn main() {
    let all_here = Barrier::new(2);
    let (times, sum) = ([AtomicU32::new(0), AtomicU32::new(0)], AtomicU32::new(0));
    // ANCHOR: runs
    let runs = |runner: usize, seconds| {
        times[runner].store(seconds, SeqCst);
        if all_here.wait().is_leader() {
            sum.store(times[0].load(SeqCst) + times[1].load(SeqCst), SeqCst);
        }
        assert_eq!(sum.load(SeqCst), 7, "it goes on before the leader has added up");
    };
    // ANCHOR_END: runs
    thread::scope(|threads| {
        threads.spawn(|| runs(0, 3));
        threads.spawn(|| runs(1, 4));
    });
    println!("both went on with the sum");
}

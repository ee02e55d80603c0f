//! How many orders there are, and that the search runs each of them once.

extern crate interleave_std as std;

use interleave::{Reduction, Search};
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::thread;

/// This many threads, each with this many steps at one number.
fn writes(threads: u32, steps: u32) {
    let number = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| (0..steps).for_each(|step| number.store(step, SeqCst)));
        }
    });
}

/// `(threads · steps)! / steps!^threads`.
fn orders(threads: u64, steps: u64) -> u64 {
    let factorial = |n: u64| (1..=n).map(u128::from).product::<u128>();
    let each = factorial(steps).pow(threads as u32);
    u64::try_from(factorial(threads * steps) / each).expect("not so many")
}

#[test]
fn every_order_is_run_once() {
    for (threads, steps) in [(1, 3), (2, 1), (2, 2), (2, 3), (2, 4), (3, 1), (3, 2), (3, 3), (3, 4), (4, 2)] {
        let expected = orders(threads.into(), steps.into());
        for reduction in [Reduction::Quiet, Reduction::Sleep] {
            let search = Search { time: core::time::Duration::from_secs(60), reduction, ..Search::default() };
            let report = search.every_order(move || writes(threads, steps));
            println!("{threads} x {steps} {reduction:?}: {} in {:.3} s", report.schedules, report.seconds);
            assert!(report.all && report.problem.is_none());
            assert_eq!(report.schedules, expected, "{threads} threads of {steps} steps, {reduction:?}");
        }
    }
}

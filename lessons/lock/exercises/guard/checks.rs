//! What every answer to `lock/guard` must hold.

use std::sync::Barrier;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;

use exercise::{Judge, Unseen, long_wait, many, one_step, until_all_wait};
use parking_lot::Mutex;

use crate::answer::work_off;

/// The results of this many workers with these jobs, one after the other, sorted.
fn results(workers: u32, jobs: &[u32], work: impl Fn(u32) -> u32 + Sync) -> Vec<u32> {
    let jobs = Mutex::new(jobs.to_vec());
    let mut results = thread::scope(|threads| {
        let worker = |_| threads.spawn(|| work_off(&jobs, &work));
        let workers: Vec<_> = (0..workers).map(worker).collect();
        let results = workers.into_iter().map(|worker| worker.join());
        results
            .flat_map(|results| results.expect("it does not panic"))
            .collect::<Vec<_>>()
    });
    results.sort();
    results
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("one worker alone does each job", || {
        let mut jobs = [0, 7, 7].repeat(10 * many());
        jobs.sort();
        assert_eq!(results(1, &jobs, |job| job), jobs, "a job is left, or done twice");
        assert!(results(1, &[], |job| job).is_empty(), "there is no job");
    });
    judge.every_order("each job is done once", || {
        let results = results(2, &[1, 2, 2], |job| job * 10);
        assert_eq!(results, [10, 20, 20], "a job is left, or done twice");
    });
    let why = "a job is left, or done twice";
    judge.some_order("each of many jobs is done once", why, || {
        // How many steps a worker takes before something else takes a job.
        for steps in 1..5 {
            let all: Vec<_> = (0..3 * many() as u32).collect();
            let jobs = Mutex::new(all.clone());
            let mut done = thread::scope(|threads| {
                let worker = threads.spawn(|| work_off(&jobs, |job| job));
                let mut done = Vec::new();
                for _ in 0..many() {
                    (0..steps).for_each(|_| one_step());
                    done.extend(jobs.lock().pop());
                }
                done.extend(worker.join().expect("it does not panic"));
                done
            });
            done.sort();
            assert_eq!(done, all, "a job is left, or done twice");
        }
        true
    });
    judge.some_order(
        "two workers can be at work at the same time",
        "no order has two workers at work at the same time",
        || {
            let (at_work, both) = (AtomicU32::new(0), Unseen::new(false));
            results(2, &[1, 2], |job| {
                if at_work.fetch_add(1, SeqCst) == 1 {
                    both.set(true);
                }
                at_work.fetch_sub(1, SeqCst);
                job
            });
            both.get()
        },
    );
    judge.every_order("a worker waits for the lock as long as it takes", || {
        let jobs = Mutex::new(vec![1, 2]);
        let results = thread::scope(|threads| {
            let held = jobs.lock();
            let worker = threads.spawn(|| work_off(&jobs, |job| job));
            long_wait();
            drop(held);
            worker.join().expect("it does not panic")
        });
        assert_eq!(results.len(), 2, "a job is left, or done twice");
    });
    judge.every_order(
        "two workers are at work at the same time, with each job",
        || {
            let two_at_work = Barrier::new(2);
            let results = results(2, &[1, 2, 3, 4], |job| {
                two_at_work.wait();
                job
            });
            assert_eq!(results, [1, 2, 3, 4], "a job is left, or done twice");
        },
    );
    let why = "a job is left, or done twice";
    judge.some_order("a slow job keeps out no other job, whichever it is", why, || {
        let all: Vec<_> = (0..many() as u32).collect();
        for slow in all.iter().step_by(5) {
            let done = Unseen::new(0);
            let results = results(2, &all, |job| {
                if job == *slow {
                    until_all_wait(); // till the other worker has done all others
                    let done = done.get();
                    assert_eq!(done + 1, many(), "a job waits for another to be done");
                }
                done.update(|done| *done += 1);
                job
            });
            assert_eq!(results, all, "a job is left, or done twice");
        }
        true
    });
    judge.some_order(
        "many workers can be at work at the same time, with each job",
        "no order has many workers at work at the same time",
        || {
            let all_at_work = Barrier::new(many());
            let jobs = vec![1; 3 * many()];
            let results = results(many() as u32, &jobs, |job| {
                all_at_work.wait();
                job
            });
            results == jobs
        },
    );
    judge.every_order("a job can add another to the list", || {
        let jobs = Mutex::new(vec![3]);
        let mut results = work_off(&jobs, |job| {
            jobs.lock().extend((1..job).rev());
            job
        });
        results.sort();
        assert_eq!(results, [1, 1, 2, 3], "a job is left, or done twice");
    });
}

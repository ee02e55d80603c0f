//! What every answer to `select/priority` must hold.

use std::{iter, thread};

use exercise::{
    Judge, beforehand, long_wait, many, many_threads, tries, until_all_wait,
};
use interleave::execution::choose;

use crate::answer::Queue;

pub fn judge(judge: &mut Judge) {
    judge.every_order("of all jobs, the most urgent one comes first", || {
        let queue = Queue::new();
        let urgencies = [5, 0, u32::MAX - 1, u32::MAX, 7, 1];
        for (job, urgency) in (0..).zip(urgencies) {
            queue.put(urgency, job);
        }
        queue.close();
        let taken = all(&queue);
        assert_eq!(taken.len(), urgencies.len(), "not all jobs came out");
        assert_eq!(taken, [3, 2, 4, 0, 5, 1], "the most urgent one comes first");
    });
    judge.every_order("of equal ones, the one that was put first comes first", || {
        let queue = Queue::new();
        // Neither the names of the jobs nor their number say which was first.
        let jobs = [4, 1, 3, 0, 2, 3].repeat(tries() / 6);
        for (urgency, job) in (0..3).cycle().zip(&jobs) {
            queue.put(urgency, *job);
        }
        queue.close();
        let of = |urgency| jobs.iter().skip(urgency).step_by(3).copied();
        let first: Vec<_> = of(2).chain(of(1)).chain(of(0)).collect();
        let taken = all(&queue);
        assert_eq!(taken.len(), jobs.len(), "not all jobs came out");
        assert!(taken == first, "the one that was put first comes first");
    });
    judge.every_order("that is so while jobs come and go", || {
        let queue = Queue::new();
        let mut jobs: Vec<_> = (0..many() as u32).collect();
        if choose(2) == 0 {
            jobs.reverse();
        }
        queue.put(1, jobs[0]);
        let mut taken = Vec::new();
        for job in &jobs[1..] {
            queue.put(1, *job);
            taken.extend(queue.take());
        }
        queue.close();
        taken.extend(all(&queue));
        assert_eq!(taken, jobs, "the one that was put first comes first");
        let ended = (0..many()).all(|_| queue.take().is_none());
        assert!(ended, "nothing comes after the end");
    });
    judge.every_order("two threads that put keep the order of each", || {
        let queue = Queue::new();
        thread::scope(|threads| {
            for job in [1, 3] {
                let queue = &queue;
                threads.spawn(move || {
                    queue.put(1, job);
                    queue.put(1, job - 1);
                });
            }
        });
        queue.close();
        let taken = all(&queue);
        assert_eq!(taken.len(), 4, "not all jobs came out");
        let at = |job| taken.iter().position(|taken| *taken == job);
        assert!(
            at(1) < at(0) && at(3) < at(2),
            "the one that was put first comes first"
        );
    });
    judge.every_order("one that waits takes all jobs and comes to its end", || {
        let queue = Queue::new();
        thread::scope(|threads| {
            let taken = threads.spawn(|| all(&queue));
            let jobs = [2, 1, 3];
            jobs.iter().for_each(|job| queue.put(1, *job));
            queue.close();
            let taken = taken.join().expect("it does not panic");
            assert_eq!(taken.len(), jobs.len(), "not all jobs came out");
            assert_eq!(taken, jobs, "the one that was put first comes first");
        });
    });
    judge.every_order("two that wait both come to their end", || {
        let queue = Queue::new();
        thread::scope(|threads| {
            let taken = [(); 2].map(|()| threads.spawn(|| all(&queue)));
            queue.put(1, 1);
            queue.close();
            let taken = taken.map(|taken| taken.join().expect("it does not panic"));
            assert_eq!(taken.concat(), [1], "not all jobs came out");
        });
    });
    judge.every_order("one that waits sleeps until a job comes", || {
        let queue = Queue::new();
        thread::scope(|threads| {
            let taken = threads.spawn(|| queue.take());
            let steps = long_wait();
            queue.put(1, 1);
            let taken = taken.join().expect("it does not panic");
            assert_eq!(taken, Some(1), "not all jobs came out");
            slept(steps);
        });
    });
    judge.every_order("each job wakes one that waits", || {
        let queue = Queue::new();
        beforehand(|| {
            queue.put(1, 0);
            queue.take();
        });
        thread::scope(|threads| {
            let taken = [(); 2].map(|()| threads.spawn(|| queue.take()));
            until_all_wait(); // till both sleep
            queue.put(1, 1);
            queue.put(1, 2);
            let mut taken = taken.map(|taken| taken.join().expect("it does not panic"));
            taken.sort();
            assert_eq!(taken, [Some(1), Some(2)], "not all jobs came out");
        });
    });
    let why = "one that came too late many times gives up";
    judge.some_order("one can have come too late many times", why, || {
        let queue = Queue::new();
        thread::scope(|threads| {
            let late = threads.spawn(|| {
                let job = queue.take();
                queue.put(0, u32::MAX);
                job
            });
            let late = || {
                let job = late.join().expect("it does not panic");
                job.expect("one that came too late many times gives up")
            };
            for job in 0..tries() as u32 / 4 {
                until_all_wait(); // till it sleeps
                queue.put(1, job);
                // It wakes up, and before it looks, the job is gone. Or it was its turn.
                if queue.take() != Some(job) {
                    return late() == job;
                }
            }
            let steps = long_wait();
            queue.put(1, u32::MAX);
            slept(steps);
            late() == u32::MAX
        })
    });
    let why = "one never hears of the end";
    judge.some_order("many that wait can all come to their end", why, || {
        let queue = Queue::new();
        thread::scope(|threads| {
            let wait = |_| threads.spawn(|| queue.take());
            let all: Vec<_> = (0..many_threads()).map(wait).collect();
            until_all_wait(); // till all of them sleep
            queue.close();
            all.into_iter().all(|one| one.join().expect("it does not panic").is_none())
        })
    });
}

fn all(queue: &Queue) -> Vec<u32> {
    iter::from_fn(|| queue.take()).collect()
}

/// Who waits took this many steps during long waits.
fn slept(steps: u32) {
    assert!(steps < 10, "{steps} steps while nothing was there: it doesn't sleep");
}

//! What every answer to `producer-consumer/pool` must hold.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use exercise::{Judge, Unseen, beforehand, long_wait, many, until_all_wait};
use interleave::execution::has_ended;

use crate::answer::Pool;

pub fn judge(judge: &mut Judge) {
    judge.every_order("one worker does all jobs before the shutdown is over", || {
        jobs(1, 2)
    });
    judge.every_order("two workers do all jobs before the shutdown is over", || {
        jobs(2, 2)
    });
    judge.every_order("more workers than jobs all come to their end", || jobs(2, 1));
    judge.every_order("a job that panics takes no other job with it", || {
        let done = Arc::new(Unseen::new(0));
        let pool = Pool::new(1);
        pool.run(|| panic!("a job panics on purpose"));
        let count = done.clone();
        pool.run(move || count.update(|count| *count += 1));
        pool.shutdown();
        assert_eq!(done.get(), 1, "the job after the one that panics is not done");
    });
    judge.every_order(
        "a thread that hands over a job does not wait until it is done",
        || {
            let pool = Pool::new(1);
            let gate = Arc::new(Mutex::new(()));
            let closed = gate.lock().expect("nobody panics");
            for _ in 0..4 {
                let gate = gate.clone();
                pool.run(move || drop(gate.lock()));
            }
            drop(closed);
            pool.shutdown();
        },
    );
    let why = "in no order are two jobs done at once";
    judge.some_order("two workers can work at once", why, || {
        let (busy, both) = (Arc::new(AtomicU32::new(0)), Arc::new(Unseen::new(false)));
        let pool = Pool::new(2);
        for _ in 0..2 {
            let (busy, both) = (busy.clone(), both.clone());
            pool.run(move || {
                let others = busy.fetch_add(1, Relaxed);
                both.update(|both| *both |= others > 0);
                busy.fetch_sub(1, Relaxed);
            });
        }
        pool.shutdown();
        both.get()
    });
    judge.every_order("`shutdown` waits for a job that takes long", || {
        let done = Arc::new(Unseen::new(false));
        let pool = Pool::new(1);
        let slow = done.clone();
        pool.run(move || {
            long_wait();
            slow.set(true);
        });
        pool.shutdown();
        assert!(done.get(), "not all jobs are done, each of them once");
    });
    judge.every_order("`shutdown` waits for the long jobs of all workers", || {
        let done = Arc::new(Unseen::new(0));
        let pool = Pool::new(2);
        for _ in 0..2 {
            let count = done.clone();
            pool.run(move || {
                long_wait();
                count.update(|count| *count += 1);
            });
        }
        pool.shutdown();
        assert_eq!(done.get(), 2, "not all jobs are done, each of them once");
    });
    judge.every_order("a worker waits for its next job as long as it takes", || {
        let done = Arc::new(Unseen::new(0));
        let pool = Pool::new(1);
        for _ in 0..2 {
            long_wait();
            let count = done.clone();
            pool.run(move || count.update(|count| *count += 1));
        }
        pool.shutdown();
        assert_eq!(done.get(), 2, "not all jobs are done, each of them once");
    });
    let why = "not all jobs are done, each of them once";
    judge.some_order("hundreds of jobs can wait for their turn", why, || {
        let done = Arc::new(Unseen::new(0));
        let pool = Pool::new(1);
        let gate = Arc::new(Mutex::new(()));
        let closed = gate.lock().expect("nobody panics");
        let jobs = 1_000 + 10 * many();
        for _ in 0..jobs {
            let (gate, count) = (gate.clone(), done.clone());
            pool.run(move || {
                drop(gate.lock());
                count.update(|count| *count += 1);
            });
        }
        drop(closed);
        pool.shutdown();
        done.get() == jobs
    });
    let why = "the job after those that panic is not done";
    judge.some_order("many jobs can panic", why, || {
        let done = Arc::new(Unseen::new(false));
        let pool = Pool::new(1);
        for _ in 0..many() {
            pool.run(|| panic!("a job panics on purpose"));
        }
        let last = done.clone();
        pool.run(move || last.set(true));
        pool.shutdown();
        done.get()
    });
    let why = "no order has many workers at work at once, after panics too";
    judge.some_order("many workers can work at once, after panics too", why, || {
        let done = Arc::new(Unseen::new(0));
        let pool = Pool::new(many());
        for round in 0..3 {
            let all_at_work = Arc::new(Barrier::new(many()));
            for _ in 0..many() {
                let (all_at_work, count) = (all_at_work.clone(), done.clone());
                pool.run(move || {
                    all_at_work.wait();
                    count.update(|count| *count += 1);
                    assert!(round == 2, "a job panics on purpose");
                });
            }
            for _ in 0..many() {
                pool.run(|| panic!("a job panics on purpose"));
            }
        }
        pool.shutdown();
        done.get() == 3 * many()
    });
    judge.every_order("after many jobs, the last ones are done all the same", || {
        let done = Arc::new(Unseen::new(0));
        let pool = Pool::new(2);
        let run = || {
            let count = done.clone();
            pool.run(move || count.update(|count| *count += 1));
        };
        beforehand(|| {
            run();
            until_all_wait();
        });
        (0..2).for_each(|_| run());
        pool.shutdown();
        assert_eq!(done.get(), many() + 2, "not all jobs are done, each of them once");
    });
}

/// This many workers do this many jobs.
fn jobs(workers: usize, jobs: usize) {
    let done = Arc::new(Unseen::new(Vec::new()));
    let pool = Pool::new(workers);
    for job in 0..jobs {
        let done = done.clone();
        pool.run(move || done.update(|done| done.push((job, thread::current().id()))));
    }
    pool.shutdown();
    let mut done = done.get();
    done.sort_by_key(|(job, _)| *job);
    let (done, threads): (Vec<_>, Vec<_>) = done.into_iter().unzip();
    let all: Vec<_> = (0..jobs).collect();
    assert_eq!(done, all, "not all jobs are done, each of them once");
    let main = thread::current().id();
    assert!(!threads.contains(&main), "a job is done by the thread that hands it over");
    assert_eq!(
        interleave::threads_started(),
        workers,
        "each worker is one thread, no more"
    );
    until_all_wait(); // a worker that comes to its end has time for it
    assert!((1..=workers).all(has_ended), "a worker has not come to its end");
}

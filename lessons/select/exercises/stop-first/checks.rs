//! What every answer to `select/stop-first` must hold.

use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, unbounded};
use exercise::{Judge, Unseen, many, others_sleep, tries, until_all_wait};
use interleave::execution::choose;

use crate::answer::{Job, serve};

const AWAKE: &str = "nothing is there, and it doesn't sleep";

pub fn judge(judge: &mut Judge) {
    judge.every_order("a stop that is there comes before jobs that wait", || {
        let desk = Desk::new();
        desk.calls.put(desk.job(1));
        desk.letters.put(desk.job(2));
        desk.stop.say();
        desk.serve();
        desk.did(&[], "a job is begun, and the stop was there");
    });
    judge.every_order("after a call that says stop, no job is begun", || {
        let desk = Desk::new();
        desk.calls.put(desk.job(1));
        desk.calls.put(desk.last_job(2));
        desk.calls.put(desk.job(3));
        desk.serve();
        desk.did(&[1, 2], "a job is begun, and the stop was there");
    });
    judge.every_order("calls before letters, each kind in its order", || {
        let desk = Desk::new();
        // The first letter brings a call, which overtakes the second one.
        let (calls, call) = (desk.calls.clone(), desk.job(4));
        desk.letters.put(desk.job_and(3, move || calls.put(call)));
        desk.letters.put(desk.last_job(5));
        desk.letters.put(desk.job(6));
        desk.calls.put(desk.job(1));
        desk.calls.put(desk.job(2));
        desk.serve();
        desk.did(&[1, 2, 3, 4, 5], "calls before letters, and the stop before both");
    });
    judge.every_order("it sleeps while nothing is there", || {
        let desk = Desk::new();
        thread::scope(|threads| {
            threads.spawn(|| desk.serve());
            others_sleep(AWAKE);
            desk.letters.put(desk.job(1));
            others_sleep(AWAKE);
            desk.calls.put(desk.job(2));
            others_sleep(AWAKE);
            desk.still_served();
            desk.did(&[1, 2], "not all jobs are done");
            desk.stop.say();
        });
    });
    judge.every_order("it stays when a channel has ended, or both", || {
        let desk = Desk::new();
        let (mut first, mut second) = (&desk.calls, &desk.letters);
        if choose(2) == 0 {
            (first, second) = (second, first);
        }
        thread::scope(|threads| {
            threads.spawn(|| desk.serve());
            first.end();
            for job in 1..=2 {
                others_sleep(AWAKE);
                second.put(desk.job(job));
            }
            others_sleep(AWAKE);
            desk.still_served();
            desk.did(&[1, 2], "not all jobs are done");
            second.end();
            others_sleep(AWAKE);
            desk.still_served();
            desk.stop.say();
        });
    });
    judge.every_order("what is left in a channel that has ended is done", || {
        let desk = Desk::new();
        desk.calls.put(desk.job(1));
        desk.calls.end();
        desk.letters.put(desk.job(2));
        desk.letters.put(desk.last_job(3));
        desk.serve();
        desk.did(&[1, 2, 3], "not all jobs are done");
    });
    judge.every_order("a stop may come at any moment", || {
        let desk = Desk::new();
        thread::scope(|threads| {
            threads.spawn(|| desk.serve());
            if choose(2) == 0 {
                desk.calls.put(desk.job(1));
                desk.letters.put(desk.job(2));
            } else {
                desk.letters.put(desk.job(1));
                desk.calls.put(desk.job(2));
            }
            desk.stop.say();
        });
        let mut done = desk.seen.done.get();
        done.dedup();
        assert_eq!(done, desk.seen.done.get(), "a job is done twice");
        // One may have been taken before the stop, and be begun after it.
        assert!(desk.seen.late.get() <= 1, "a job is begun, and the stop was there");
    });
    judge.every_order("two who serve the same channels both stop", || {
        let desk = Desk::new();
        let (running, stop) = unbounded();
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| serve(&stop, &desk.calls.jobs, &desk.letters.jobs));
            }
            desk.calls.put(desk.job(1));
            drop(running);
        });
        assert!([1].starts_with(&desk.seen.done.get()), "a job is done twice");
    });
    judge.every_order("any number of jobs is done before the stop", || {
        let desk = Desk::new();
        let jobs: Vec<_> = (0..2 * tries() as u32).collect();
        let (calls, letters) = jobs.split_at(tries());
        calls.iter().for_each(|job| desk.calls.put(desk.job(*job)));
        letters.iter().for_each(|job| desk.letters.put(desk.job(*job)));
        desk.letters.put(desk.last_job(u32::MAX));
        desk.serve();
        let all = [&jobs[..], &[u32::MAX]].concat();
        assert!(desk.seen.done.get() == all, "went home before the stop");
    });
    let why = "went home before the stop";
    judge.some_order("it can sleep any number of times before the stop", why, || {
        let desk = Desk::new();
        thread::scope(|threads| {
            threads.spawn(|| desk.serve());
            for job in 0..many() as u32 {
                until_all_wait(); // till it sleeps
                desk.letters.put(desk.job(job));
            }
            until_all_wait();
            desk.still_served();
            desk.stop.say();
        });
        desk.seen.done.get().len() == many()
    });
}

/// What Eva serves, and what she has done.
struct Desk {
    calls: Arc<Line>,
    letters: Arc<Line>,
    stop: Arc<Stop>,
    seen: Arc<Seen>,
}

/// What the checks see of it.
#[derive(Default)]
struct Seen {
    done: Unseen<Vec<u32>>,
    stopped: Unseen<bool>,
    late: Unseen<u32>, // jobs that were begun after the stop
    left: Unseen<bool>,
}

/// A channel of jobs, which can be ended.
struct Line {
    to: Unseen<Option<Sender<Job>>>,
    jobs: Receiver<Job>,
}

/// A stop, by a message or by the end of its channel.
struct Stop {
    by_message: bool,
    to: Unseen<Option<Sender<()>>>,
    stop: Receiver<()>,
    seen: Arc<Seen>,
}

impl Desk {
    fn new() -> Self {
        let seen = Arc::new(Seen::default());
        let (to, stop) = unbounded();
        let to = Unseen::new(Some(to));
        let stop = Stop { by_message: choose(2) == 0, to, stop, seen: seen.clone() };
        let line = || {
            let (to, jobs) = unbounded();
            Arc::new(Line { to: Unseen::new(Some(to)), jobs })
        };
        Desk { calls: line(), letters: line(), stop: Arc::new(stop), seen }
    }

    fn serve(&self) {
        serve(&self.stop.stop, &self.calls.jobs, &self.letters.jobs);
        self.seen.left.set(true);
    }

    fn job(&self, name: u32) -> Job {
        self.job_and(name, || {})
    }

    /// A job that says stop.
    fn last_job(&self, name: u32) -> Job {
        let stop = self.stop.clone();
        self.job_and(name, move || stop.say())
    }

    fn job_and(&self, name: u32, then: impl FnOnce() + Send + 'static) -> Job {
        let seen = self.seen.clone();
        Box::new(move || {
            seen.done.update(|done| done.push(name));
            if seen.stopped.get() {
                seen.late.update(|late| *late += 1);
            }
            then();
        })
    }

    fn did(&self, jobs: &[u32], why: &str) {
        assert_eq!(self.seen.done.get(), jobs, "{why}");
    }

    fn still_served(&self) {
        assert!(!self.seen.left.get(), "went home before the stop");
    }
}

impl Line {
    fn put(&self, job: Job) {
        let to = self.to.update(Option::take).expect("it has not ended");
        to.send(job).expect("the receiver is there");
        self.to.set(Some(to));
    }

    fn end(&self) {
        drop(self.to.update(Option::take));
    }
}

impl Stop {
    fn say(&self) {
        let to = self.to.update(Option::take).expect("it is said once");
        if self.by_message {
            to.send(()).expect("the receiver is there");
            self.to.set(Some(to));
        } else {
            drop(to);
        }
        self.seen.stopped.set(true);
    }
}

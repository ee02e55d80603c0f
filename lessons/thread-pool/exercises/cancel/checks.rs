//! What every answer to `thread-pool/cancel` must hold.

use std::sync::Mutex;
use std::thread;

use exercise::{
    Judge, Unseen, at_once, long_wait, many, many_threads, others_sleep, until_all_wait,
};

use crate::answer::Task;

pub fn judge(judge: &mut Judge) {
    judge.every_order("the work is done once, and the result stays", || {
        let done = Unseen::new(0);
        let task = Task::new(|| {
            done.update(|done| *done += 1);
            done.get() * 7
        });
        for _ in 0..many() {
            task.run();
            assert_eq!(done.get(), 1, "the work is done twice");
            assert_eq!(task.wait(), Some(7), "the result is gone");
            assert!(!task.cancel(), "the work is done, and the task is cancelled");
        }
    });
    judge.every_order("a task that is cancelled is never run", || {
        let task =
            Task::new(|| -> u32 { panic!("it is cancelled, and the work is done") });
        for _ in 0..many() {
            assert!(task.cancel(), "a task that is cancelled twice is cancelled");
            task.run();
            assert_eq!(task.wait(), None, "a cancelled task has no result");
        }
    });
    judge.every_order("threads that run it at once do the work once", || {
        let done = Unseen::new(0);
        let task = Task::new(|| done.update(|done| *done += 1));
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| task.run());
            }
        });
        assert_eq!(done.get(), 1, "the work is done twice, or not at all");
        assert_eq!(task.wait(), Some(()), "the result is gone");
    });
    judge.every_order("it is either done or cancelled", || {
        let done = Unseen::new(false);
        let task = Task::new(|| {
            done.set(true);
            7
        });
        let (cancelled, result) = thread::scope(|threads| {
            threads.spawn(|| task.run());
            let waits = threads.spawn(|| task.wait());
            (task.cancel(), waits.join().expect("it does not panic"))
        });
        if cancelled {
            assert!(!done.get(), "it is cancelled, and the work is done");
        }
        let right = if cancelled { None } else { Some(7) };
        assert_eq!(result, right, "what `wait` returns, cancelled: {cancelled}");
        assert_eq!(task.cancel(), cancelled, "it is cancelled or not, and stays so");
    });
    judge.every_order("`cancel` does not wait for the work", || {
        let gate = Mutex::new(());
        let closed = gate.lock().expect("nobody panics");
        let task = Task::new(|| drop(gate.lock()));
        thread::scope(|threads| {
            threads.spawn(|| task.run());
            until_all_wait(); // till the work waits for the gate
            let cancelled = at_once("`cancel`", 20, || task.cancel());
            assert!(!cancelled, "it is cancelled, and the work is done");
            at_once("another `run`", 20, || task.run());
            drop(closed);
            assert_eq!(task.wait(), Some(()), "the result is gone");
        });
    });
    judge.every_order("two that cancel it at once both do", || {
        let task = Task::new(|| 7);
        let cancelled = thread::scope(|threads| {
            let other = threads.spawn(|| task.cancel());
            (task.cancel(), other.join().expect("no panic"))
        });
        assert_eq!(cancelled, (true, true), "it is cancelled");
    });
    let not_woken = "a thread that waits is not woken";
    judge.some_order("all that wait get the result", not_woken, || {
        let done_by = Unseen::new(None);
        let gate = Mutex::new(());
        let closed = gate.lock().expect("nobody panics");
        let task = Task::new(|| {
            done_by.set(Some(thread::current().id()));
            drop(gate.lock());
            7
        });
        let (runner, all) = thread::scope(|threads| {
            let waits = |_| threads.spawn(|| task.wait());
            let mut waiting: Vec<_> = (0..many()).map(waits).collect();
            others_sleep("a thread that waits doesn't sleep");
            let runs = threads.spawn(|| task.run());
            until_all_wait(); // till the work waits for the gate
            waiting.extend((0..2).map(waits));
            others_sleep("a thread that waits while the work is done doesn't sleep");
            drop(closed);
            let got = waiting.into_iter().map(|waits| waits.join().expect("no panic"));
            (runs.thread().id(), got.collect::<Vec<_>>())
        });
        let by_runner = done_by.get() == Some(runner);
        assert!(by_runner, "the work is done on the thread that waits");
        all.iter().all(|got| *got == Some(7))
    });
    judge.some_order("all that wait are told that it is cancelled", not_woken, || {
        let task = Task::new(|| 7);
        thread::scope(|threads| {
            let waits = |_| threads.spawn(|| task.wait());
            let waiting: Vec<_> = (0..many_threads()).map(waits).collect();
            until_all_wait();
            task.cancel();
            waiting.into_iter().all(|waits| waits.join().expect("no panic").is_none())
        })
    });
    judge.every_order("two that wait get the result, however late it comes", || {
        let task = Task::new(|| {
            long_wait();
            7
        });
        thread::scope(|threads| {
            let waiting = [(); 2].map(|()| threads.spawn(|| task.wait()));
            long_wait();
            task.run();
            for waits in waiting {
                assert_eq!(
                    waits.join().expect("no panic"),
                    Some(7),
                    "the result is gone"
                );
            }
        });
    });
    judge.every_order("two that wait are told that it is cancelled", || {
        let task = Task::new(|| 7);
        thread::scope(|threads| {
            let waiting = [(); 2].map(|()| threads.spawn(|| task.wait()));
            until_all_wait();
            assert!(task.cancel(), "nobody has begun the work");
            for waits in waiting {
                assert_eq!(waits.join().expect("no panic"), None, "it is cancelled");
            }
        });
    });
}

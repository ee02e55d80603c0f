//! What every answer to `thread-pool/as-completed` must hold.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Barrier, Mutex};
use std::thread;

use crossbeam_channel as channel;
use exercise::{Judge, long_wait, many};
use interleave::threads_started;

use crate::answer::{Task, as_completed};

/// A task of which only the result counts.
fn returns<'a>(n: usize) -> Task<'a, usize> {
    Box::new(move || n * n)
}

/// The results by their numbers, an error for each panic.
fn all(
    workers: usize,
    tasks: Vec<Task<'_, usize>>,
) -> BTreeMap<usize, Result<usize, ()>> {
    let count = tasks.len();
    let caller = thread::current().id();
    let mut results = BTreeMap::new();
    as_completed(workers, tasks, |number, result| {
        assert!(thread::current().id() == caller, "`each` is called on another thread");
        let before = results.insert(number, result.map_err(drop));
        assert!(before.is_none(), "task {number} has two results");
    });
    assert!(results.keys().copied().eq(0..count), "a task has no result: {results:?}");
    results
}

fn squares(workers: usize, tasks: usize) {
    let results = all(workers, (0..tasks).map(returns).collect());
    assert!(results.iter().all(|(n, result)| *result == Ok(n * n)), "{results:?}");
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("one worker does two tasks", || squares(1, 2));
    judge.every_order("two workers do two tasks", || squares(2, 2));
    judge.every_order("no task, and more workers than tasks", || {
        squares(2, 0);
        squares(2, 1);
    });
    judge.every_order("a panic is a result, and costs no other", || {
        let panics =
            || -> Task<'_, usize> { Box::new(|| panic!("a task panics on purpose")) };
        let results = all(1, vec![panics(), returns(2), panics()]);
        let all: Vec<_> = results.into_values().collect();
        assert_eq!(all, [Err(()), Ok(4), Err(())], "a panic is a result");
    });
    judge.every_order(
        "`each` hears of a result while another task is not done",
        || {
            let (heard, hears) = channel::bounded(1);
            let waits: Task<'_, usize> =
                Box::new(|| hears.recv().expect("`each` sends it"));
            as_completed(2, vec![waits, returns(3)], |number, result| {
                if number == 1 {
                    heard
                        .send(result.expect("it returns 9"))
                        .expect("it is waited for");
                }
            });
        },
    );
    judge.every_order("a slow task holds up no other", || {
        let (heard, hears) = channel::unbounded();
        let slow: Task<'_, usize> = Box::new(|| {
            (0..2).for_each(|_| hears.recv().expect("`each` sends them"));
            0
        });
        let mut tasks = vec![slow];
        tasks.extend((1..3).map(returns));
        as_completed(2, tasks, |number, _| {
            if number > 0 {
                heard.send(()).expect("it is waited for");
            }
        });
    });
    judge.every_order("a slow `each` holds up no task", || {
        let (began, begins) = channel::bounded(1);
        let last: Task<'_, usize> = Box::new(|| {
            began.send(()).expect("it is waited for");
            0
        });
        as_completed(1, vec![returns(0), returns(1), last], |number, _| {
            if number == 0 {
                begins.recv().expect("the last task sends it");
            }
        });
    });
    judge.every_order("a task may take long, and `each` too", || {
        let slow = || -> Task<'_, usize> {
            Box::new(|| {
                long_wait();
                1
            })
        };
        let mut heard = 0;
        as_completed(2, vec![slow(), slow()], |_, _| {
            long_wait();
            heard += 1;
        });
        assert_eq!(heard, 2, "a task has no result");
    });
    let why = "each worker is one thread, no more and no less";
    judge.some_order("many workers work at once, after panics too", why, || {
        let (workers, together) = (many(), Barrier::new(many()));
        let before = threads_started();
        let panics =
            |_| -> Task<'_, usize> { Box::new(|| panic!("a task panics on purpose")) };
        let meets = |_| -> Task<'_, usize> {
            Box::new(|| {
                together.wait();
                1
            })
        };
        all(workers, (0..10).map(panics).chain((0..workers).map(meets)).collect());
        threads_started() - before == workers
    });
    judge.some_order("many tasks on one worker", "a task has no result", || {
        let (turns, order) = (AtomicU32::new(0), Mutex::new(Vec::new()));
        let counts =
            |_| -> Task<'_, usize> { Box::new(|| turns.fetch_add(1, SeqCst) as usize) };
        as_completed(1, (0..4 * many()).map(counts).collect(), |number, _| {
            order.lock().expect("nobody panics").push(number);
        });
        order.into_inner().expect("nobody panics").len() == 4 * many()
    });
}

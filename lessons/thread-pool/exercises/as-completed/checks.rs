//! What every answer to `thread-pool/as-completed` must hold.

use std::collections::BTreeMap;
use std::sync::Barrier;
use std::thread;

use crossbeam_channel as channel;
use exercise::{Judge, Unseen, long_wait, many, many_threads, others_sleep, tries};
use interleave::threads_started;

use crate::answer::{Task, as_completed};

/// A task of which only the result counts.
fn returns<'a>(n: usize) -> Task<'a, usize> {
    Box::new(move || n * n)
}

/// What a task says when it panics.
const PURPOSE: &str = "a task panics on purpose";

/// A task that panics.
fn panics<'a>() -> Task<'a, usize> {
    Box::new(|| panic!("a task panics on purpose"))
}

/// What came of a task, or what it said when it panicked.
type Outcome = Result<usize, Option<&'static str>>;

/// What came of each task, by its number.
fn all(workers: usize, tasks: Vec<Task<'_, usize>>) -> BTreeMap<usize, Outcome> {
    let count = tasks.len();
    let caller = thread::current().id();
    let mut results = BTreeMap::new();
    as_completed(workers, tasks, |number, result| {
        assert!(thread::current().id() == caller, "`each` is called on another thread");
        let result = result.map_err(|panic| panic.downcast_ref::<&str>().copied());
        let before = results.insert(number, result);
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
    judge.every_order("no task", || squares(2, 0));
    judge.every_order("more workers than tasks", || squares(2, 1));
    judge.every_order("a panic is a result, and costs no other", || {
        let results = all(1, vec![panics(), returns(2), panics()]);
        let all: Vec<_> = results.into_values().collect();
        assert_eq!(
            all,
            [Err(Some(PURPOSE)), Ok(4), Err(Some(PURPOSE))],
            "a panic is a result"
        );
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
        let (heard, hears) = channel::bounded(1);
        let slow: Task<'_, usize> = Box::new(|| hears.recv().expect("`each` sends it"));
        let mut others = 0;
        as_completed(2, vec![slow, returns(1), returns(2)], |number, _| {
            others += usize::from(number > 0);
            if number > 0 && others == 2 {
                heard.send(2).expect("it is waited for");
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
        let (workers, together) = (many_threads(), Barrier::new(many_threads()));
        let before = threads_started();
        let meets = |_| -> Task<'_, usize> {
            Box::new(|| {
                together.wait();
                1
            })
        };
        all(
            workers,
            (0..10).map(|_| panics()).chain((0..workers).map(meets)).collect(),
        );
        threads_started() - before == workers
    });
    let why = "a result is not given to `each` as soon as the task is done";
    judge.some_order("many tasks, each after the result of another", why, || {
        let (heard, hears) = channel::unbounded();
        let (begun, results) = (Unseen::new(0), Unseen::new(0));
        let waits = |number: usize| -> Task<'_, usize> {
            let (hears, begun) = (&hears, &begun);
            Box::new(move || {
                begun.update(|begun| *begun += 1);
                if begun.get() > 1 {
                    hears.recv().expect("`each` sends it");
                }
                assert!(number % 2 == 0, "{PURPOSE}");
                number
            })
        };
        as_completed(1, (0..4 * many()).map(waits).collect(), |_, _| {
            results.update(|results| *results += 1);
            heard.send(()).expect("it is waited for");
        });
        results.get() == 4 * many()
    });
    let why = "a worker waits for `each`";
    judge.some_order("a slow `each` holds up none of many tasks", why, || {
        let (began, begins) = channel::unbounded();
        let says =
            |_| -> Task<'_, ()> { Box::new(|| began.send(()).expect("it is here")) };
        let tasks = tries();
        let results = Unseen::new(0);
        as_completed(1, (0..tasks).map(says).collect(), |_, _| {
            if results.get() == 0 {
                (0..tasks).for_each(|_| begins.recv().expect("each task sends it"));
            }
            results.update(|results| *results += 1);
        });
        results.get() == tasks
    });
    judge.some_order("a thread with nothing to do sleeps", "it does not end", || {
        let slow: Task<'_, usize> = Box::new(|| {
            others_sleep("a thread that waits for a result or a task doesn't sleep");
            1
        });
        all(2, vec![slow]).len() == 1
    });
}

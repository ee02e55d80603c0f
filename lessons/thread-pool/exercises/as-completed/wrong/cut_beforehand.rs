//! The tasks are dealt out beforehand, so a slow one holds up those behind it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use crossbeam_channel as channel;

/// Something to be done once, on any thread.
pub type Task<'a, T> = Box<dyn FnOnce() -> T + Send + 'a>;

/// Does the tasks on this many threads, and gives each result to `each` as soon as it is
/// there, with the number of its task.
pub fn as_completed<T: Send>(
    workers: usize,
    tasks: Vec<Task<'_, T>>,
    mut each: impl FnMut(usize, thread::Result<T>),
) {
    let mut hands: Vec<Vec<_>> = (0..workers).map(|_| Vec::new()).collect();
    for (number, task) in tasks.into_iter().enumerate() {
        hands[number % workers].push((number, task));
    }

    let (done, results) = channel::unbounded();
    thread::scope(|threads| {
        for numbered in hands {
            let done = done.clone();
            threads.spawn(move || {
                for (number, task) in numbered {
                    let result = catch_unwind(AssertUnwindSafe(task));
                    done.send((number, result)).expect("all results are received");
                }
            });
        }
        drop(done);
        for (number, result) in results {
            each(number, result);
        }
    });
}

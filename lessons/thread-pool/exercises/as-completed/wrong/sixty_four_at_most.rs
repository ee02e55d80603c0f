//! Never more than 64 workers.

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
    let (queue, numbered) = channel::unbounded();
    for task in tasks.into_iter().enumerate() {
        queue.send(task).expect("the receiver is here");
    }
    drop(queue);

    let (done, results) = channel::unbounded();
    thread::scope(|threads| {
        for _ in 0..workers.min(64) {
            let (numbered, done) = (numbered.clone(), done.clone());
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

//! A number of threads do all tasks. But their results come too late, and a panic ends
//! everything.
//!
//! Check it: cargo exercise check thread-pool/as-completed

use std::sync::Mutex;
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

    let results = Mutex::new(Vec::new());
    thread::scope(|threads| {
        for _ in 0..workers {
            let (numbered, results) = (numbered.clone(), &results);
            threads.spawn(move || {
                for (number, task) in numbered {
                    let result = task();
                    results.lock().unwrap().push((number, Ok(result)));
                }
            });
        }
    });
    for (number, result) in results.into_inner().unwrap() {
        each(number, result);
    }
}

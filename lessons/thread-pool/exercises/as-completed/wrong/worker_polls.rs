//! A worker without a task looks again and again until all tasks are done.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex};
use std::thread;

/// Something to be done once, on any thread.
pub type Task<'a, T> = Box<dyn FnOnce() -> T + Send + 'a>;

pub fn as_completed<T: Send>(
    workers: usize,
    tasks: Vec<Task<'_, T>>,
    mut each: impl FnMut(usize, thread::Result<T>),
) {
    let count = tasks.len();
    let queue: Mutex<VecDeque<_>> = Mutex::new(tasks.into_iter().enumerate().collect());
    let results = Mutex::new(VecDeque::new());
    let left = Mutex::new(count);
    let came = Condvar::new();
    thread::scope(|threads| {
        for _ in 0..workers {
            threads.spawn(|| {
                loop {
                    let next = queue.lock().unwrap().pop_front();
                    let Some((number, task)) = next else {
                        if *left.lock().unwrap() == 0 {
                            break;
                        }
                        thread::yield_now();
                        continue;
                    };
                    let result = catch_unwind(AssertUnwindSafe(task));
                    results.lock().unwrap().push_back((number, result));
                    came.notify_one();
                    *left.lock().unwrap() -= 1;
                }
            });
        }
        for _ in 0..count {
            let mut ready = results.lock().unwrap();
            while ready.is_empty() {
                ready = came.wait(ready).unwrap();
            }
            let (number, result) = ready.pop_front().unwrap();
            drop(ready);
            each(number, result);
        }
    });
}

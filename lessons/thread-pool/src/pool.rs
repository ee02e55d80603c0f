//! A pool of threads, and futures: to take along.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Select, Sender, bounded, unbounded};
use parking_lot::Mutex;

// ANCHOR: pool
/// A task that a worker takes out to do it, or `cancel` to drop it.
type Slot = Arc<Mutex<Option<Box<dyn FnOnce() + Send>>>>;

/// Threads that do tasks, in the order in which they were submitted.
pub struct Pool {
    queue: Sender<Slot>,
    workers: Vec<JoinHandle<()>>,
}

impl Pool {
    pub fn new(workers: u32) -> std::io::Result<Pool> {
        let (queue, slots) = unbounded();
        let start = |n| {
            let slots = slots.clone();
            let named = thread::Builder::new().name(format!("worker {n}"));
            named.spawn(move || slots.iter().for_each(work_off))
        };
        let workers = (1..=workers).map(start).collect::<Result<_, _>>()?;
        Ok(Pool { queue, workers })
    }

    pub fn submit<T: Send + 'static>(
        &self,
        task: impl FnOnce() -> T + Send + 'static,
    ) -> Future<T> {
        let (done, result) = bounded(1);
        let task = move || {
            let result = catch_unwind(AssertUnwindSafe(task)); // a panic is a result
            _ = done.send(result); // an error if nobody wants it any more
        };
        let slot: Slot = Arc::new(Mutex::new(Some(Box::new(task))));
        self.queue.send(slot.clone()).expect("the workers are there");
        Future { slot, result }
    }

    /// Waits until all tasks are done that nobody has cancelled.
    pub fn shutdown(self) {
        drop(self.queue);
        for worker in self.workers {
            worker.join().expect("a panic of a task is caught");
        }
    }
}

fn work_off(slot: Slot) {
    let task = slot.lock().take();
    if let Some(task) = task {
        task();
    }
}
// ANCHOR_END: pool

// ANCHOR: future
/// A result that comes later.
pub struct Future<T> {
    slot: Slot,
    result: Receiver<thread::Result<T>>,
}

impl<T> Future<T> {
    /// Whether it came in time: then the task is never begun.
    pub fn cancel(&self) -> bool {
        self.slot.lock().take().is_some()
    }

    /// Waits for it. `None` if the task was cancelled, and an error if it panicked.
    pub fn result(self) -> Option<thread::Result<T>> {
        self.result.recv().ok()
    }
}

/// Waits until one of these, at least one, has its result, and says which.
pub fn first<'a, T: 'a>(futures: impl Iterator<Item = &'a Future<T>>) -> usize {
    let mut select = Select::new();
    for future in futures {
        select.recv(&future.result);
    }
    select.ready()
}
// ANCHOR_END: future

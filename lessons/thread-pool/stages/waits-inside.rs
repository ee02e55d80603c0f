//! One worker. Its task submits another one, and waits for the result.

use std::thread;

use crossbeam_channel::{bounded, unbounded};

type Task = Box<dyn FnOnce() + Send>;

// ANCHOR: main
fn main() {
    let (queue, tasks) = unbounded::<Task>();
    let worker = thread::spawn(move || tasks.iter().for_each(|task| task()));

    let pool = queue.clone();
    let outer = move || {
        let (done, result) = bounded(1);
        let inner = move || done.send("sauce").expect("it is waited for");
        pool.send(Box::new(inner)).expect("the worker is there");
        println!("the soup has its {}", result.recv().expect("it comes"));
    };
    queue.send(Box::new(outer)).expect("the worker is there");

    drop(queue);
    worker.join().expect("no task panics");
}
// ANCHOR_END: main

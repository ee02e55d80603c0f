//! The worker does not join itself.
//!
//! Source: databendlabs/databend#20103; solana-labs/solana#18563; slog-rs/async#12.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, Weak};
use std::thread::{self, JoinHandle};

struct Service(Mutex<u32>, Option<JoinHandle<()>>, Sender<()>);

impl Drop for Service {
    fn drop(&mut self) {
        let worker = self.1.take().unwrap();
        if thread::current().id() != worker.thread().id() {
            worker.join().unwrap();
        }
        self.2.send(()).unwrap();
    }
}

pub fn body() {
    let (closed, end) = channel();
    let service = Arc::new_cyclic(|me: &Weak<Service>| {
        let me = me.clone();
        let work = move || {
            if let Some(service) = me.upgrade() {
                *service.0.lock().unwrap() += 1;
            }
        };
        Service(Mutex::new(0), Some(thread::spawn(work)), closed)
    });
    *service.0.lock().unwrap() += 1;
    drop(service);
    assert_eq!(end.recv(), Ok(()), "the service was not closed in order");
}

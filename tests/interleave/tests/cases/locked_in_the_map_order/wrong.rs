//! Deadlock for some seeds of the two maps: each locks in the order of its own.
//!
//! Source: sasha-s/go-deadlock#24; lablup/mlxcel#1287 (the order of a HashMap).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::thread;

pub fn body() {
    let locks = [Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0))];
    let workers = [0, 1].map(|_| {
        let map: HashMap<usize, Arc<Mutex<i32>>> = (0..2).map(|n| (n, locks[n].clone())).collect();
        thread::spawn(move || {
            let mut all: Vec<_> = map.values().map(|lock| lock.lock().unwrap()).collect();
            for held in &mut all {
                **held += 1;
            }
        })
    });
    for worker in workers {
        worker.join().unwrap();
    }
    assert_eq!(*locks[0].lock().unwrap(), 2);
}

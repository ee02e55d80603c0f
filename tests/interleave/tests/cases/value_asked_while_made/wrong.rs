//! Panic: `get` gives nothing while the value is still being made.
//!
//! Source: matklad/once_cell#92 (a thread started by the initialiser asks for the value).

use std::sync::OnceLock;
use std::thread::{self, JoinHandle};

static CONFIG: OnceLock<u32> = OnceLock::new();

fn helper() -> JoinHandle<u32> {
    thread::spawn(|| *CONFIG.get().expect("the configuration is there"))
}

pub fn body() {
    let mut started = None;
    CONFIG.get_or_init(|| {
        started = Some(helper());
        7
    });
    assert_eq!(started.unwrap().join().unwrap(), 7);
}

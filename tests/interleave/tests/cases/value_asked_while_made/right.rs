//! The thread starts when the value is there.
//!
//! Source: matklad/once_cell#92 (a thread started by the initialiser asks for the value).

use std::sync::OnceLock;
use std::thread::{self, JoinHandle};

static CONFIG: OnceLock<u32> = OnceLock::new();

fn helper() -> JoinHandle<u32> {
    thread::spawn(|| *CONFIG.get().expect("the configuration is there"))
}

pub fn body() {
    CONFIG.get_or_init(|| 7);
    let started = helper();
    assert_eq!(started.join().unwrap(), 7);
}

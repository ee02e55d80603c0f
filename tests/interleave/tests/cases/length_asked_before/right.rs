//! Length and text under one lock.
//!
//! Source: SCTBench CB.stringbuffer-jdk1.4 (append: length and characters under two locks).

use std::sync::Mutex;
use std::thread;

fn append(to: &Mutex<String>, from: &Mutex<String>) {
    let text = from.lock().unwrap().clone();
    to.lock().unwrap().push_str(&text);
}

pub fn body() {
    let (to, from) = (Mutex::new(String::new()), Mutex::new("abc".to_owned()));
    thread::scope(|s| {
        s.spawn(|| append(&to, &from));
        s.spawn(|| from.lock().unwrap().truncate(1));
    });
    assert!(["a", "abc"].contains(&to.lock().unwrap().as_str()));
}

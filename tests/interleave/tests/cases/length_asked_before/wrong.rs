//! Panic: the text is shorter than it was.
//!
//! Source: SCTBench CB.stringbuffer-jdk1.4 (append: length and characters under two locks).

use std::sync::Mutex;
use std::thread;

fn append(to: &Mutex<String>, from: &Mutex<String>) {
    let length = from.lock().unwrap().len();
    let text = from.lock().unwrap()[..length].to_owned();
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

//! A new thread writes each line. It waits for the guard, and the scope for the thread.

use std::thread;

use parking_lot::Mutex;

/// Lines, written by several threads.
pub struct Diary {
    lines: Mutex<Vec<String>>,
}

impl Diary {
    /// No lines yet.
    pub fn new() -> Self {
        Diary { lines: Mutex::new(Vec::new()) }
    }

    /// Writes one line.
    pub fn write(&self, line: &str) {
        self.lines.lock().push(line.to_owned());
    }

    /// Writes several lines. No line of another thread comes in between.
    pub fn write_all(&self, lines: &[&str]) {
        let _together = self.lines.lock();
        for line in lines {
            thread::scope(|threads| {
                threads.spawn(|| self.write(line));
            });
        }
    }

    /// All lines so far.
    pub fn read(&self) -> Vec<String> {
        self.lines.lock().clone()
    }
}

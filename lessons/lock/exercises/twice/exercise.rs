//! A thread that waits for itself.
//!
//! `write_all` keeps the lock, so that its lines stay together, and calls `write`, which
//! wants the lock as well. A single thread is stuck for ever. Make `write_all` return.
//!
//!     cargo exercise check lock/twice

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
            self.write(line);
        }
    }

    /// All lines so far.
    pub fn read(&self) -> Vec<String> {
        self.lines.lock().clone()
    }
}

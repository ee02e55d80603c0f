//! Each thread puts its result at the end of a list, as soon as it has it.

use std::sync::Mutex;
use std::thread;

/// Counts the words of a line.
pub type Count<'a> = &'a (dyn Fn(&str) -> usize + Sync);

/// Counts each line of the text, all at the same time, each in a thread of its own.
/// Returns the results in the order of the lines.
pub fn count_lines(text: &str, count: Count<'_>) -> Vec<usize> {
    let results = Mutex::new(Vec::new());
    thread::scope(|threads| {
        for line in text.lines() {
            let results = &results;
            threads.spawn(move || {
                let words = count(line);
                results.lock().unwrap().push(words);
            });
        }
    });
    results.into_inner().unwrap()
}

//! A thread that isn't done after forty looks counts as one without a word.

use std::thread;

/// Counts the words of a line.
pub type Count<'a> = &'a (dyn Fn(&str) -> usize + Sync);

/// Counts each line of the text, all at the same time, each in a thread of its own.
/// Returns the results in the order of the lines.
pub fn count_lines(text: &str, count: Count<'_>) -> Vec<usize> {
    thread::scope(|threads| {
        let start = |line| threads.spawn(move || count(line));
        let counting: Vec<_> = text.lines().map(start).collect();
        let mut results = Vec::new();
        for thread in counting {
            let done = (0..40).any(|_| {
                thread::yield_now();
                thread.is_finished()
            });
            results.push(if done { thread.join().expect("no panic") } else { 0 });
        }
        results
    })
}

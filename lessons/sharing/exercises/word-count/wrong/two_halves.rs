//! Two threads, with half of the lines each.

use std::thread;

/// Counts the words of a line.
pub type Count<'a> = &'a (dyn Fn(&str) -> usize + Sync);

/// Counts each line of the text, all at the same time, each in a thread of its own.
/// Returns the results in the order of the lines.
pub fn count_lines(text: &str, count: Count<'_>) -> Vec<usize> {
    let lines: Vec<_> = text.lines().collect();
    let (first, second) = lines.split_at(lines.len() / 2);
    let all = |lines: &[&str]| -> Vec<_> { lines.iter().copied().map(count).collect() };
    thread::scope(|threads| {
        let [first, second] =
            [first, second].map(|half| threads.spawn(move || all(half)));
        [first, second]
            .into_iter()
            .flat_map(|half| half.join().expect("no panic"))
            .collect()
    })
}

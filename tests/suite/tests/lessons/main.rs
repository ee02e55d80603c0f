//! What a single lesson promises, and holds in every run.

mod below_the_locks;
mod processes;
mod threads;

use suite::Run;

/// The position of the only line that contains `text`.
fn at(run: &Run, text: &str) -> usize {
    let found: Vec<_> = (0..run.lines.len()).filter(|&n| run.lines[n].contains(text)).collect();
    assert_eq!(found.len(), 1, "{text:?} is said {} times:\n{}", found.len(), run.lines.join("\n"));
    found[0]
}

fn counted(what: &str, times: u32) -> Vec<String> {
    (1..=times).map(|n| format!("{what}, {n} of {times}")).collect()
}

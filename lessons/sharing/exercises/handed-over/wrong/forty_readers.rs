//! From the fortieth reader on, all read in one thread.

use std::sync::Arc;
use std::thread;
use std::thread::JoinHandle;

/// Starts a thread for each reader, and returns their handles, without waiting for them.
///
/// All readers can read the same letter at the same time. It is dropped when the last of
/// them has ended.
pub fn hand_out<L, R>(letter: L, readers: Vec<R>) -> Vec<JoinHandle<()>>
where
    L: Send + Sync + 'static,
    R: FnOnce(&L) + Send + 'static,
{
    let letter = Arc::new(letter);
    let mut readers = readers.into_iter();
    let mut threads = Vec::new();
    for reader in readers.by_ref().take(40) {
        let letter = Arc::clone(&letter);
        threads.push(thread::spawn(move || reader(&letter)));
    }
    let rest: Vec<_> = readers.collect();
    if !rest.is_empty() {
        let letter = Arc::clone(&letter);
        threads.push(thread::spawn(move || {
            rest.into_iter().for_each(|reader| reader(&letter))
        }));
    }
    threads
}

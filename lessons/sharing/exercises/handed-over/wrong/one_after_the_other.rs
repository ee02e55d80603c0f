//! Each thread waits for the one before it, and gets the letter from it.

use std::sync::mpsc;
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
    let (first, mut before) = mpsc::channel();
    first.send(letter).ok();
    let mut threads = Vec::new();
    for reader in readers {
        let (after, next) = mpsc::channel();
        let from = std::mem::replace(&mut before, next);
        threads.push(thread::spawn(move || {
            let letter = from.recv().unwrap();
            reader(&letter);
            after.send(letter).ok();
        }));
    }
    threads
}

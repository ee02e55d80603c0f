//! One thread owns the letter, and all readers read in it. The other threads do nothing.

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
    let mut readers = Some(readers);
    let mut letter = Some(letter);
    let count = readers.as_ref().map_or(0, Vec::len);
    let mut threads = Vec::new();
    for _ in 0..count {
        let all = readers.take().zip(letter.take());
        threads.push(thread::spawn(move || {
            if let Some((readers, letter)) = all {
                readers.into_iter().for_each(|reader| reader(&letter));
            }
        }));
    }
    threads
}

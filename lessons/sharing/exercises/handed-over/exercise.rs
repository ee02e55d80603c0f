//! A letter for many readers.
//!
//! `hand_out` starts a thread for each reader, and returns at once. The compiler refuses
//! it: E0373. The threads borrow the letter, and it's gone when `hand_out` returns. With
//! `move`, it is refused for another reason.
//!
//!     cargo exercise check sharing/handed-over

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
    let mut threads = Vec::new();
    for reader in readers {
        threads.push(thread::spawn(|| reader(&letter)));
    }
    threads
}

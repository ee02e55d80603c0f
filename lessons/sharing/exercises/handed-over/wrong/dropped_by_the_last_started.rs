//! The thread that is started last drops the letter, as if it ended last.

use std::thread;
use std::thread::JoinHandle;

/// The letter's address, as something that may go to another thread.
struct Address<L>(*mut L);

// SAFETY: wrong on purpose: the last thread may drop the letter while others read it.
unsafe impl<L> Send for Address<L> {}

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
    if count == 0 {
        return Vec::new();
    }
    let letter = Box::into_raw(Box::new(letter));
    let mut threads = Vec::new();
    for (number, reader) in readers.into_iter().enumerate() {
        let letter = Address(letter);
        threads.push(thread::spawn(move || {
            let letter = letter;
            // SAFETY: see above.
            reader(unsafe { &*letter.0 });
            if number + 1 == count {
                // SAFETY: see above.
                drop(unsafe { Box::from_raw(letter.0) });
            }
        }));
    }
    threads
}

//! The order is right, since each thread is joined at once. But then no thread is needed.

use std::thread;

/// Calls `does("song", n)` for each song and `does("part", n)` for each part of the
/// film. Both count from 1.
pub fn evening(songs: u32, parts: u32, does: impl Fn(&str, u32) + Sync) {
    for n in 1..=songs.max(parts) {
        if n <= songs {
            thread::scope(|threads| {
                threads.spawn(|| does("song", n));
            });
        }
        if n <= parts {
            thread::scope(|threads| {
                threads.spawn(|| does("part", n));
            });
        }
    }
}

//! Side by side is not by turns: between two threads, nobody has fixed an order.

use std::thread;

/// Calls `does("song", n)` for each song and `does("part", n)` for each part of the
/// film. Both count from 1.
pub fn evening(songs: u32, parts: u32, does: impl Fn(&str, u32) + Sync) {
    thread::scope(|threads| {
        threads.spawn(|| (1..=songs).for_each(|n| does("song", n)));
        threads.spawn(|| (1..=parts).for_each(|n| does("part", n)));
    });
}

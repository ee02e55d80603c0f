//! As many rounds as seemed enough.

/// Calls `does("song", n)` for each song and `does("part", n)` for each part of the
/// film. Both count from 1.
pub fn evening(songs: u32, parts: u32, does: impl Fn(&str, u32) + Sync) {
    for n in 1..=1000 {
        if n <= songs {
            does("song", n);
        }
        if n <= parts {
            does("part", n);
        }
    }
}

//! `zip` ends with the shorter of the two, and the rest is forgotten.

/// Calls `does("song", n)` for each song and `does("part", n)` for each part of the
/// film. Both count from 1.
pub fn evening(songs: u32, parts: u32, does: impl Fn(&str, u32) + Sync) {
    for (song, part) in (1..=songs).zip(1..=parts) {
        does("song", song);
        does("part", part);
    }
}

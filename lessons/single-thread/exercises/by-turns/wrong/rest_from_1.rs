//! What is left comes at the end, but begins to count from 1 again.

/// Calls `does("song", n)` for each song and `does("part", n)` for each part of the
/// film. Both count from 1.
pub fn evening(songs: u32, parts: u32, does: impl Fn(&str, u32) + Sync) {
    for n in 1..=songs.min(parts) {
        does("song", n);
        does("part", n);
    }
    (1..=songs.saturating_sub(parts)).for_each(|n| does("song", n));
    (1..=parts.saturating_sub(songs)).for_each(|n| does("part", n));
}

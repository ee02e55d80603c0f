//! By turns, in one thread.
//!
//! `evening` does all songs first, and then all parts of the film. Let them take turns:
//! a song, a part, a song, a part… The rest of the longer one comes at the end. One
//! thread is enough.
//!
//!     cargo exercise check single-thread/by-turns

/// Calls `does("song", n)` for each song and `does("part", n)` for each part of the
/// film. Both count from 1.
pub fn evening(songs: u32, parts: u32, does: impl Fn(&str, u32) + Sync) {
    for n in 1..=songs {
        does("song", n);
    }
    for n in 1..=parts {
        does("part", n);
    }
}

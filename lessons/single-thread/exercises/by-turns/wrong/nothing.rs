//! Nothing is done at all.

/// Calls `does` for each song and each part of the film.
pub fn evening(_songs: u32, _parts: u32, _does: impl Fn(&str, u32) + Sync) {}

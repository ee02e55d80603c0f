//! Programs of the course on this machine: compiled, started, told as they run, and ended with all that they start.

pub mod ask;
pub mod compile;
pub mod event;
pub mod exercise;
pub mod explore;
#[cfg(unix)]
pub mod keep;
pub mod lesson;
pub mod scratch;
pub mod signal;
pub mod tree;

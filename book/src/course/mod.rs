//! The tree of the course as data: its folder, lessons and exercises, and what is recorded of them. No HTML is made here.

pub mod costs;
pub mod exercise;
pub mod explored;
pub mod files;
pub mod lesson;
pub mod orders;
pub mod picture;
pub mod program;
pub mod recording;
pub mod refused;
pub mod stamp;
pub mod stored;
pub mod twin;
pub mod workspace;

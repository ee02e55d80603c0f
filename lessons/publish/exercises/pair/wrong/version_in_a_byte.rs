//! After 128 moves, the version is the same again.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::fence;
use std::sync::atomic::{AtomicU8, AtomicU32};

/// A point that one thread moves and others read.
pub struct Point {
    /// Odd while the point moves; one higher before and after each move.
    version: AtomicU8,
    x: AtomicU32,
    y: AtomicU32,
}

impl Point {
    /// A point at 0, 0.
    pub fn new() -> Self {
        Point { version: AtomicU8::new(0), x: AtomicU32::new(0), y: AtomicU32::new(0) }
    }

    /// Moves the point. Only one thread does that.
    pub fn write(&self, x: u32, y: u32) {
        let version = self.version.load(Relaxed);
        self.version.store(version.wrapping_add(1), Relaxed);
        fence(Release);
        self.x.store(x, Relaxed);
        self.y.store(y, Relaxed);
        self.version.store(version.wrapping_add(2), Release);
    }

    /// The point, or `None` if it moves.
    pub fn read(&self) -> Option<(u32, u32)> {
        let before = self.version.load(Acquire);
        let point = (self.x.load(Relaxed), self.y.load(Relaxed));
        fence(Acquire);
        let after = self.version.load(Relaxed);
        (before == after && before % 2 == 0).then_some(point)
    }
}

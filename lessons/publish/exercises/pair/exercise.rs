//! Read two numbers without a lock.
//!
//! One thread moves a point, others read it. As it comes, a reader can get one number of an
//! old point and one of a new.
//!
//!     cargo exercise check publish/pair

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

/// A point that one thread moves and others read.
pub struct Point {
    /// Odd while the point moves; one higher before and after each move.
    version: AtomicU32,
    x: AtomicU32,
    y: AtomicU32,
}

impl Point {
    /// A point at 0, 0.
    pub fn new() -> Self {
        Point { version: AtomicU32::new(0), x: AtomicU32::new(0), y: AtomicU32::new(0) }
    }

    /// Moves the point. Only one thread does that.
    pub fn write(&self, x: u32, y: u32) {
        let version = self.version.load(Relaxed);
        self.version.store(version + 1, Relaxed);
        self.x.store(x, Relaxed);
        self.y.store(y, Relaxed);
        self.version.store(version + 2, Relaxed);
    }

    /// The point, or `None` if it moves.
    pub fn read(&self) -> Option<(u32, u32)> {
        let before = self.version.load(Relaxed);
        let point = (self.x.load(Relaxed), self.y.load(Relaxed));
        let after = self.version.load(Relaxed);
        (before == after && before % 2 == 0).then_some(point)
    }
}

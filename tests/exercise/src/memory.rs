//! Memory, for checks of what an answer of threads makes and frees itself.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};

use interleave::execution::{current, is_explored, steps_taken};

/// The system's allocator, which tells what becomes of the blocks of one alignment: let a check's own value have one
/// that nothing else has.
#[derive(Debug)]
pub struct Memory {
    align: usize,
    freed: AtomicUsize,
    /// The thread that freed the last one, and how many steps it had taken.
    by: AtomicUsize,
    steps: AtomicU32,
}

impl Memory {
    /// One for a `#[global_allocator]`, which watches the blocks of this alignment.
    pub const fn of_align(align: usize) -> Self {
        Memory {
            align,
            freed: AtomicUsize::new(0),
            by: AtomicUsize::new(usize::MAX),
            steps: AtomicU32::new(0),
        }
    }

    /// Forgets what was freed before: an order begins.
    pub fn watch(&self) {
        self.freed.store(0, Relaxed);
        self.by.store(usize::MAX, Relaxed);
    }

    /// How many of the blocks were freed.
    pub fn freed(&self) -> usize {
        self.freed.load(Relaxed)
    }

    /// Whether the thread that freed the last one is this one, and has taken a step since.
    pub fn is_used_after(&self) -> bool {
        self.by.load(Relaxed) == current() && self.steps.load(Relaxed) != steps_taken()
    }
}

// SAFETY: each call is the system allocator's own, with the caller's own promises.
unsafe impl GlobalAlloc for Memory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: see above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if layout.align() == self.align && is_explored() {
            self.freed.fetch_add(1, Relaxed);
            self.by.store(current(), Relaxed);
            self.steps.store(steps_taken(), Relaxed);
        }
        // SAFETY: see above.
        unsafe { System.dealloc(block, layout) }
    }
}

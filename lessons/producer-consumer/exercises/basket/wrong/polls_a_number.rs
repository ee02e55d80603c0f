//! It looks at a number again and again. That it takes no lock for it makes it no better.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Condvar, Mutex};

/// Bones for dogs.
pub struct Basket {
    bones: Mutex<Vec<u32>>,
    filled: Condvar,
    count: AtomicUsize,
}

impl Basket {
    /// An empty basket.
    pub fn new() -> Self {
        Basket {
            bones: Mutex::new(Vec::new()),
            filled: Condvar::new(),
            count: AtomicUsize::new(0),
        }
    }

    /// Puts bones into the basket, one or many at once.
    pub fn put(&self, bones: &[u32]) {
        let mut b = self.bones.lock().expect("nobody panics");
        b.extend(bones);
        self.count.store(b.len(), SeqCst);
        drop(b);
        self.filled.notify_all();
    }

    /// Takes one bone. While there is none, it waits.
    pub fn take(&self) -> u32 {
        loop {
            while self.count.load(SeqCst) == 0 {
                std::thread::yield_now();
            }
            let mut b = self.bones.lock().expect("nobody panics");
            if let Some(bone) = b.pop() {
                self.count.store(b.len(), SeqCst);
                return bone;
            }
        }
    }
}

//! There is room for 255 permits.

use std::sync::{Condvar, Mutex};

/// A number of permits.
pub struct Semaphore {
    permits: Mutex<u8>,
    released: Condvar,
}

/// Stands for a permit that was taken.
pub struct Permit<'a> {
    from: &'a Semaphore,
}

impl Semaphore {
    /// One with this many permits.
    pub fn new(permits: usize) -> Self {
        Semaphore { permits: Mutex::new(permits as u8), released: Condvar::new() }
    }

    /// Takes a permit. While there is none, it waits.
    pub fn acquire(&self) -> Permit<'_> {
        let mut permits = self.permits.lock().expect("nobody panics");
        while *permits == 0 {
            permits = self.released.wait(permits).expect("nobody panics");
        }
        *permits -= 1;
        Permit { from: self }
    }

    /// Takes a permit if there is one, and doesn't wait for one.
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        let mut permits = self.permits.lock().expect("nobody panics");
        if *permits == 0 {
            return None;
        }
        *permits -= 1;
        Some(Permit { from: self })
    }
}

impl Permit<'_> {
    /// Gives the permit back now.
    pub fn release(self) {} // the permit ends here, and goes back in `drop`
}

impl Drop for Permit<'_> {
    /// Gives the permit back.
    fn drop(&mut self) {
        *self.from.permits.lock().expect("nobody panics") += 1;
        self.from.released.notify_one();
    }
}

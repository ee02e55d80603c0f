//! Nothing is kept, so everything is computed each time.

/// Values that are slow to compute.
pub struct Cache;

impl Cache {
    /// One that stays empty.
    pub fn new() -> Self {
        Cache
    }

    /// Calls `compute`.
    pub fn get(&self, _key: &str, compute: impl FnOnce() -> u32) -> u32 {
        compute()
    }
}

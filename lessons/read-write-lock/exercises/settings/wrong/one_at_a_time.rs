//! A mutex around all of it: right, but one that finds nothing to do keeps the next one out.

use parking_lot::{Mutex, RwLock};

/// Settings that many threads read, and few change.
pub struct Settings<T>(RwLock<T>, Mutex<()>);

impl<T> Settings<T> {
    /// The settings as they are at first.
    pub fn new(value: T) -> Self {
        Settings(RwLock::new(value), Mutex::new(()))
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
        let _alone = self.1.lock();
        let needed = need_it(&self.0.read());
        if needed {
            change(&mut self.0.write());
        }
        needed
    }
}

//! If anybody has made any change in the meantime, it makes none.

use parking_lot::RwLock;

/// Settings that many threads read, and few change.
pub struct Settings<T>(RwLock<(T, u32)>);

impl<T> Settings<T> {
    /// The settings as they are at first.
    pub fn new(value: T) -> Self {
        Settings(RwLock::new((value, 0)))
    }

    /// What `look` finds. Any number of threads can look at the same time.
    pub fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.0.read().0)
    }

    /// Changes the settings if they need it. Returns whether they were changed.
    pub fn change_if(
        &self,
        need_it: impl Fn(&T) -> bool,
        change: impl FnOnce(&mut T),
    ) -> bool {
        let seen = {
            let value = self.0.read();
            if !need_it(&value.0) {
                return false;
            }
            value.1
        };
        let mut value = self.0.write();
        if value.1 != seen {
            return false;
        }
        change(&mut value.0);
        value.1 += 1;
        true
    }
}

//! Name the threads, and join them.
//!
//! `ask_all` calls `ask` once for each name, all in the main thread. Give each call a
//! thread of its own that has the name, and let them all work at the same time.
//!
//!     cargo exercise check join-threads/named

/// Calls `ask` in a thread for each name, and returns the answers in the order of the
/// names.
pub fn ask_all<T: Send>(names: &[&str], ask: impl Fn() -> T + Sync) -> Vec<T> {
    names.iter().map(|_name| ask()).collect()
}

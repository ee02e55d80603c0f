//! A lock that processes share: one at a time, and free again when its holder dies.

use std::fs::{self, File};
use std::io;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};

use super::{Handover, descriptor};

/// Makes one lock with `N` handles: one for each process (or thread) that will share it.
///
/// Behind it is the lock that every system has on files ([`File::lock`]). The kernel frees it when its
/// holder ends, by whatever cause, so a killed holder stops nobody. The file has lost its name
/// before this returns: nothing is left of it when the last handle is closed.
///
/// # Errors
///
/// If the system's folder for temporary files can't be written.
///
/// # Examples
///
/// ```
/// let [mut mine, mut yours] = shared::process::lock()?;
/// let guard = mine.lock()?;
/// assert!(yours.try_lock()?.is_none());
/// drop(guard);
/// assert!(yours.try_lock()?.is_some());
/// # Ok::<(), std::io::Error>(())
/// ```
// ANCHOR: lock
pub fn lock<const N: usize>() -> io::Result<[Lock; N]> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("lesson-lock-{}-{number}", std::process::id()));
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let first = File::options().write(true).create_new(true).open(&path).map_err(named)?;
    // A handle opened anew excludes the others; a clone of a handle would share their turn.
    let others: io::Result<Vec<File>> = (1..N).map(|_| File::options().write(true).open(&path)).collect();
    fs::remove_file(&path)?;
    let mut handles = [first].into_iter().chain(others?);
    Ok(std::array::from_fn(|_| Lock(handles.next().expect("one was opened for each"))))
}
// ANCHOR_END: lock

/// One handle of a lock between processes; see [`lock()`].
///
/// # Examples
///
/// ```standalone_crate
/// use shared::process::{self, Lock, role};
///
/// fn main() -> std::process::ExitCode {
///     shared::run("//! One at a time.", lesson, &[role(work_1), role(work_2)])
/// }
///
/// fn lesson() -> anyhow::Result<()> {
///     let [for_1, for_2] = process::lock()?;
///     let (first, second) = (process::start(work_1, for_1)?, process::start(work_2, for_2)?);
///     first.join()?;
///     second.join()?;
///     Ok(())
/// }
///
/// fn work_1(mut lock: Lock) -> anyhow::Result<()> {
///     let _guard = lock.lock()?;
///     Ok(()) // nobody else is here now
/// }
///
/// fn work_2(lock: Lock) -> anyhow::Result<()> {
///     work_1(lock)
/// }
/// ```
#[derive(Debug)]
pub struct Lock(File);

impl Lock {
    /// Blocks until the lock is free, and holds it until the guard is dropped or this process ends.
    ///
    /// The lock takes no turns: who gets it next is up to the system.
    ///
    /// # Errors
    ///
    /// If the system refuses, which it does for no ordinary reason.
    ///
    /// # Examples
    ///
    /// ```
    /// let [mut lock] = shared::process::lock()?;
    /// let _guard = lock.lock()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn lock(&mut self) -> io::Result<Guard<'_>> {
        self.0.lock()?;
        Ok(Guard(&self.0))
    }

    /// Holds the lock if it is free now; `None` if somebody holds it. Never blocks.
    ///
    /// # Errors
    ///
    /// If the system refuses.
    ///
    /// # Examples
    ///
    /// ```
    /// let [mut mine, mut yours] = shared::process::lock()?;
    /// let _guard = mine.try_lock()?.expect("it is free");
    /// assert!(yours.try_lock()?.is_none());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn try_lock(&mut self) -> io::Result<Option<Guard<'_>>> {
        match self.0.try_lock() {
            Ok(()) => Ok(Some(Guard(&self.0))),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Holds the lock; dropped, it frees it.
///
/// # Examples
///
/// See [`Lock::lock`].
#[derive(Debug)]
#[must_use = "the lock is free again as soon as the guard is dropped"]
pub struct Guard<'a>(&'a File);

// ANCHOR: guard
impl Drop for Guard<'_> {
    fn drop(&mut self) {
        // Can't fail for a lock that is held; if it did, the process's end would free it.
        let _ = self.0.unlock();
    }
}
// ANCHOR_END: guard

impl Handover for Lock {
    fn give(self) -> io::Result<Stdio> {
        Ok(self.0.into())
    }

    fn take() -> io::Result<Self> {
        Ok(Lock(descriptor::take_stdin()?.into()))
    }
}

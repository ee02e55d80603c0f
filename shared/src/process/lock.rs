//! A lock that processes share: one at a time, and free again when its holder dies.

use std::fmt::{self, Debug};
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::marker::PhantomData;
#[cfg(target_os = "linux")]
use std::sync::Arc;

use super::descriptor::Wire;
use super::file::nameless;
#[cfg(target_os = "linux")]
use super::memory::{Memory, RobustMutex, Turn};
use super::{Given, Handover, Ours};

/// Makes one lock with `N` handles: one for each process (or thread) that will share it.
///
/// It is built on the lock that every system has for files ([`File::lock`]). The kernel frees it when its
/// holder ends, for any reason, so a killed holder blocks no other process. If the holder forks by other
/// means than [`start`](super::start), its copy has the lock too, until it also ends. The lock of
/// [`fast_lock`] is the holder's alone. The file has no name when this returns: nothing is left of it when
/// the last handle is closed.
///
/// If a thread holds the lock by one handle and asks for it by another, it waits for itself, for ever: the system
/// knows only that the lock is held. [`fast_lock`] returns an error in this case.
///
/// # Errors
///
/// If the system's folder for temporary files can't be written, or if no more files can be opened.
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
    Ok(nameless("lock", 0)?.map(Lock::of_file))
}
// ANCHOR_END: lock

/// Makes one lock with `N` handles, as [`lock()`] does. On Linux it is much faster (`process-lock-alone` and
/// `process-lock-contended` of `cargo book bench` say how much).
///
/// There it is a mutex in memory that the processes share: to take a free lock, a process doesn't call the
/// kernel. It is *robust*: when its holder ends, for any reason, the next process gets it, as with a file.
/// With either kind, what the lock protects may then be half changed.
///
/// Each handle may be used in its own process, or by its own thread. If a thread holds the lock by one
/// handle and asks for it by another, it gets an error, and doesn't wait for itself.
///
/// On other systems it is the same lock as [`lock()`] makes.
///
/// # Errors
///
/// If the system refuses the memory, or for the reasons of [`lock()`].
///
/// # Examples
///
/// ```
/// let [mut mine, mut yours] = shared::process::fast_lock()?;
/// let guard = mine.lock()?;
/// assert!(yours.try_lock()?.is_none());
/// drop(guard);
/// assert!(yours.try_lock()?.is_some());
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn fast_lock<const N: usize>() -> io::Result<[Lock; N]> {
    #[cfg(target_os = "linux")]
    {
        let memory = Arc::new(Memory::create(size_of::<RobustMutex>())?);
        Ok(std::array::from_fn(|_| Lock(Kind::Memory(Arc::clone(&memory)))))
    }
    #[cfg(not(target_os = "linux"))]
    lock()
}

/// One handle of a lock between processes; see [`lock()`] and [`fast_lock()`].
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
pub struct Lock(Kind);

#[derive(Debug)]
enum Kind {
    File(File),
    #[cfg(target_os = "linux")]
    Memory(Arc<Memory<RobustMutex>>),
}

impl Lock {
    pub(super) fn of_file(file: File) -> Self {
        Lock(Kind::File(file))
    }

    /// Blocks until the lock is free, and holds it until the guard is dropped or this process ends. If this thread
    /// holds it by another handle, it never becomes free: [`fast_lock`] returns an error for that, [`lock()`] waits.
    ///
    /// The lock doesn't give turns: the system decides which process gets it next.
    ///
    /// # Errors
    ///
    /// If the system refuses, which doesn't happen for any ordinary reason.
    ///
    /// # Examples
    ///
    /// ```
    /// let [mut lock] = shared::process::lock()?;
    /// let _guard = lock.lock()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn lock(&mut self) -> io::Result<Guard<'_>> {
        match &self.0 {
            Kind::File(file) => {
                // std does not ask again when a signal comes.
                while let Err(error) = file.lock() {
                    if error.kind() != ErrorKind::Interrupted {
                        return Err(error);
                    }
                }
                Ok(Guard::of_file(file))
            }
            #[cfg(target_os = "linux")]
            Kind::Memory(memory) => Ok(Guard::of_memory(memory, memory.header().lock()?)),
        }
    }

    /// Takes the lock if it is free now; `None` if it is held. Never blocks.
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
        match &self.0 {
            Kind::File(file) => match file.try_lock() {
                Ok(()) => Ok(Some(Guard::of_file(file))),
                Err(fs::TryLockError::WouldBlock) => Ok(None),
                Err(fs::TryLockError::Error(error)) => Err(error),
            },
            #[cfg(target_os = "linux")]
            Kind::Memory(memory) => {
                Ok(memory.header().try_lock()?.map(|turn| Guard::of_memory(memory, turn)))
            }
        }
    }
}

/// Holds the lock, and frees it when it is dropped. It stays in the thread that took the lock.
///
/// # Examples
///
/// See [`Lock::lock`].
#[must_use = "the lock is free again as soon as the guard is dropped"]
pub struct Guard<'a> {
    _held: Held<'a>,
    /// For both kinds, so that a program that compiles on one system does on all.
    not_send: PhantomData<*const ()>,
}

enum Held<'a> {
    File {
        _file: LockedFile<'a>,
    },
    /// A guard that is leaked keeps the memory mapped, as its `Turn` wants it.
    #[cfg(target_os = "linux")]
    Memory {
        _turn: Turn<'a>,
        _memory: Arc<Memory<RobustMutex>>,
    },
}

impl<'a> Guard<'a> {
    fn of_file(file: &'a File) -> Self {
        Guard { _held: Held::File { _file: LockedFile(file) }, not_send: PhantomData }
    }

    #[cfg(target_os = "linux")]
    fn of_memory(memory: &Arc<Memory<RobustMutex>>, turn: Turn<'a>) -> Self {
        let held = Held::Memory { _turn: turn, _memory: Arc::clone(memory) };
        Guard { _held: held, not_send: PhantomData }
    }
}

impl Debug for Guard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

struct LockedFile<'a>(&'a File);

// ANCHOR: guard
impl Drop for LockedFile<'_> {
    fn drop(&mut self) {
        // Can't fail for a lock that is held; if it did, the process's end would free it.
        let _ = self.0.unlock();
    }
}
// ANCHOR_END: guard

impl Handover for Lock {
    fn give(self, _: Ours) -> io::Result<Given> {
        match self.0 {
            Kind::File(file) => Ok(Wire::from(file).into()),
            #[cfg(target_os = "linux")]
            Kind::Memory(memory) => Ok(memory.descriptor()?.into()),
        }
    }

    fn take(wire: Wire, _: Ours) -> io::Result<Self> {
        let file = File::from(wire);
        // The file behind `lock` is empty, that behind `fast_lock` holds the mutex.
        #[cfg(target_os = "linux")]
        if file.metadata()?.len() > 0 {
            return Ok(Lock(Kind::Memory(Arc::new(Memory::open(file.into())?))));
        }
        Ok(Lock::of_file(file))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::mem;
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_next_one_gets_a_fast_lock_whose_holder_has_ended() {
        let [mut mine, mut yours] = fast_lock().expect("the system has memory");
        thread::spawn(move || mem::forget(mine.lock().expect("it is free")))
            .join()
            .expect("it ends with the lock in its hands, and the handle is dropped");
        drop(yours.lock().expect("it is usable"));
        assert!(yours.try_lock().expect("and stays so").is_some());
    }

    #[test]
    fn a_thread_does_not_wait_for_itself() {
        let [mut mine, mut yours] = fast_lock().expect("the system has memory");
        let _guard = mine.lock().expect("it is free");
        assert!(yours.lock().is_err());
    }

    #[test]
    fn a_fast_lock_is_one_at_a_time_for_handles_that_were_handed_over() {
        let [mut mine, yours] = fast_lock().expect("the system has memory");
        let mut yours =
            Lock::take(yours.give(Ours(())).expect("a descriptor").wire, Ours(())).expect("the same lock");
        let guard = mine.lock().expect("it is free");
        assert!(yours.try_lock().expect("it is held").is_none());
        let (at, waiter) = mpsc::channel();
        thread::spawn(move || {
            at.send("waits").expect("the other is there");
            drop(yours.lock().expect("it gets free"));
            at.send("has had it").expect("the other is there");
        });
        let minute = Duration::from_secs(60);
        assert_eq!(waiter.recv_timeout(minute), Ok("waits"));
        drop(guard);
        assert_eq!(waiter.recv_timeout(minute), Ok("has had it"));
    }

    #[test]
    fn a_file_lock_is_still_one_after_the_handover() {
        let [mut mine, yours] = lock().expect("a file can be made");
        let mut yours =
            Lock::take(yours.give(Ours(())).expect("a descriptor").wire, Ours(())).expect("the same lock");
        let _guard = mine.lock().expect("it is free");
        assert!(yours.try_lock().expect("it is held").is_none());
    }
}

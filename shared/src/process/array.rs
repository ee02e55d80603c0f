//! Numbers that processes share: each maps the same memory into its own.

use std::fmt::{self, Debug};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::Deref;
use std::slice;
use std::sync::atomic::AtomicU64;

use memmap2::MmapRaw;

use super::descriptor::Wire;
use super::file::nameless;
use super::lock::{Guard, Lock};
use super::{Given, Handover, Ours};

/// Makes one array of `length` numbers, all 0, and `N` handles to it: one for each process (or thread) that will share it.
///
/// `length` counts numbers of eight bytes each. A page that nobody uses takes no memory.
///
/// The memory is a file without a name, mapped. The system takes it back when the last handle is gone, whatever ended
/// the processes that had them. Nothing has to be removed, and nothing is left behind. (On systems other than Linux, the file has a name
/// until this returns. A process that is killed in the middle of this call leaves it in the folder for temporary files.)
///
/// # Errors
///
/// If the system refuses the memory or one more open file, or has no address for so many numbers.
///
/// If the machine has too little memory, this may succeed all the same: the system ends a process that
/// writes to a page for which there is no room.
///
/// # Examples
///
/// ```
/// use std::sync::atomic::Ordering::Relaxed;
///
/// let [mine, yours] = shared::process::array(3)?;
/// mine[1].fetch_add(5, Relaxed);
/// assert_eq!(yours[1].load(Relaxed), 5);
/// assert_eq!(yours.len(), 3);
/// # Ok::<(), std::io::Error>(())
/// ```
// ANCHOR: array
pub fn array<const N: usize>(length: usize) -> io::Result<[Array; N]> {
    let too_many = || io::Error::new(ErrorKind::InvalidInput, format!("{length} numbers are too many"));
    // No system maps more bytes than this.
    let bytes = length.checked_mul(size_of::<AtomicU64>()).filter(|&bytes| bytes <= isize::MAX as usize);
    let files = nameless::<N>("array", bytes.ok_or_else(too_many)? as u64)?;
    let arrays: io::Result<Vec<Array>> = files.into_iter().map(Array::map).collect();
    let no_room = |error: io::Error| io::Error::new(error.kind(), format!("{length} numbers: {error}"));
    Ok(arrays.map_err(no_room)?.try_into().expect("one was mapped for each"))
}
// ANCHOR_END: array

/// One handle of an array between processes; see [`array()`]. It is used as a slice of [`AtomicU64`].
///
/// Every process may read and write each number at any time. A step on one number is atomic, as it is between threads.
/// Nothing makes two steps one, but for [`lock`](Self::lock), and only among those that call it.
///
/// # Examples
///
/// ```standalone_crate
/// use shared::process::{self, Array, role};
/// use std::sync::atomic::Ordering::Relaxed;
///
/// fn main() -> std::process::ExitCode {
///     shared::run("//! Two count in one place.", lesson, &[role(count)])
/// }
///
/// fn lesson() -> anyhow::Result<()> {
///     let [theirs, mine] = process::array(1)?;
///     let child = process::start(count, theirs)?;
///     mine[0].fetch_add(1, Relaxed);
///     child.join()?;
///     assert_eq!(mine[0].load(Relaxed), 2);
///     Ok(())
/// }
///
/// fn count(numbers: Array) -> anyhow::Result<()> {
///     numbers[0].fetch_add(1, Relaxed);
///     Ok(())
/// }
/// ```
pub struct Array {
    map: MmapRaw,
    /// Keeps the file open: it is what is locked, and what a child is given.
    lock: Lock,
}

impl Array {
    fn map(file: File) -> io::Result<Self> {
        Ok(Array { map: MmapRaw::map_raw(&file)?, lock: Lock::of_file(file) })
    }

    /// Blocks until no other handle of this array is locked, and returns the numbers. This one is locked until what is returned is dropped
    /// or this process ends: a killed holder blocks no other process, except for the case that [`lock()`](super::lock()) names. What it
    /// was changing may then be half changed.
    ///
    /// It holds off only those who lock the array too.
    ///
    /// # Errors
    ///
    /// If the system refuses, which doesn't happen for any ordinary reason.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::atomic::Ordering::Relaxed;
    ///
    /// let [mut mine, yours] = shared::process::array(2)?;
    /// let numbers = mine.lock()?;
    /// numbers[0].store(numbers[1].load(Relaxed) + 1, Relaxed);
    /// drop(numbers);
    /// assert_eq!(yours[0].load(Relaxed), 1);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn lock(&mut self) -> io::Result<Locked<'_>> {
        Ok(Locked { _guard: self.lock.lock()?, numbers: numbers(&self.map) })
    }
}

// ANCHOR: numbers
fn numbers(map: &MmapRaw) -> &[AtomicU64] {
    let length = map.len() / size_of::<AtomicU64>();
    // SAFETY: the mapping has this many numbers, lives as long as `map`, and begins at a page, so it is aligned. Any bytes
    // are valid numbers. Other processes use them only as atomics, because only this module maps the file. Nobody
    // makes the file shorter: `nameless` has set its length, and no other program can open it.
    unsafe { slice::from_raw_parts(map.as_mut_ptr().cast::<AtomicU64>(), length) }
}
// ANCHOR_END: numbers

impl Deref for Array {
    type Target = [AtomicU64];

    fn deref(&self) -> &[AtomicU64] {
        numbers(&self.map)
    }
}

impl Debug for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The numbers of a locked [`Array`]. Dropped, it frees the lock. It stays in the thread that took the lock.
///
/// # Examples
///
/// See [`Array::lock`].
#[derive(Debug)]
#[must_use = "the lock is free again as soon as this is dropped"]
pub struct Locked<'a> {
    numbers: &'a [AtomicU64],
    _guard: Guard<'a>,
}

impl Deref for Locked<'_> {
    type Target = [AtomicU64];

    fn deref(&self) -> &[AtomicU64] {
        self.numbers
    }
}

impl Handover for Array {
    fn give(self, ours: Ours) -> io::Result<Given> {
        self.lock.give(ours)
    }

    fn take(wire: Wire, _: Ours) -> io::Result<Self> {
        Array::map(File::from(wire))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering::Relaxed;
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use super::*;

    fn handed_over(array: Array) -> Array {
        Array::take(array.give(Ours(())).expect("a descriptor").wire, Ours(())).expect("the same array")
    }

    #[test]
    fn all_handles_have_the_same_numbers() {
        let [mine, yours, theirs] = array(1000).expect("the system has memory");
        let theirs = handed_over(theirs);
        assert!(theirs.iter().all(|number| number.load(Relaxed) == 0));
        mine[999].store(u64::MAX, Relaxed);
        drop(mine);
        assert_eq!([yours[999].load(Relaxed), theirs[999].load(Relaxed)], [u64::MAX; 2]);
        assert_eq!(theirs.len(), 1000);
    }

    #[test]
    fn an_array_may_be_empty_and_is_never_too_long() {
        let [none] = array(0).expect("it takes no memory");
        assert!(none.is_empty() && handed_over(none).is_empty());
        for length in [usize::MAX, usize::MAX / 8, usize::MAX / 16 + 1] {
            assert!(array::<1>(length).is_err(), "{length}");
        }
    }

    #[test]
    fn one_at_a_time_has_it_locked() {
        let [mut mine, yours] = array(1).expect("the system has memory");
        let mut yours = handed_over(yours);
        let locked = mine.lock().expect("it is free");
        let (at, waiter) = mpsc::channel();
        thread::spawn(move || {
            at.send(0).expect("the other is there");
            let locked = yours.lock().expect("it gets free");
            at.send(locked[0].load(Relaxed)).expect("the other is there");
        });
        let minute = Duration::from_secs(60);
        assert_eq!(waiter.recv_timeout(minute), Ok(0));
        thread::sleep(Duration::from_millis(20));
        assert!(waiter.try_recv().is_err(), "two have it locked");
        locked[0].store(7, Relaxed);
        drop(locked);
        assert_eq!(waiter.recv_timeout(minute), Ok(7));
    }
}

//! Memory that processes share, and a mutex in it that survives its holder. Linux only.
//!
//! The unsafe code of this crate is here, in the copies of `queue/ring.rs`, and in one line of `array.rs`, which makes
//! a slice of mapped memory. Its reason is speed: a lock and
//! unlock of this mutex takes some 13 ns if nobody else wants it, of a locked file some 900
//! (`process-lock-alone` of `cargo book bench`, 2 cores). Elsewhere there are three calls of
//! `signal` in `signals.rs`, for which neither std nor rustix has anything.

use std::cell::UnsafeCell;
use std::fmt::{self, Debug};
use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant, SystemTime};

use memmap2::{MmapOptions, MmapRaw};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, fcntl_get_seals, memfd_create};

/// With these a file's length stays as it is: no access to a mapping of it can be an access to nothing.
const FIXED: SealFlags = SealFlags::SHRINK.union(SealFlags::GROW).union(SealFlags::SEAL);

/// What shared memory may begin with.
///
/// # Safety
///
/// It is valid when all its bytes are 0, its alignment is at most a page's, and it is made of atomics and
/// of [`RobustMutex`]es only: other processes use it at the same time.
pub(super) unsafe trait Header {
    fn mutexes(&self) -> Vec<&RobustMutex>;
}

/// A file in memory, mapped: a header, and bytes behind it.
pub(super) struct Memory<H> {
    map: MmapRaw,
    file: File,
    header: PhantomData<fn() -> H>,
}

impl<H: Header> Memory<H> {
    /// Makes one of `length` bytes, all 0, its mutexes ready. Pages that were never written take no memory.
    pub(super) fn create(length: usize) -> io::Result<Self> {
        let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
        let file = File::from(memfd_create("shared", flags)?);
        file.set_len(length as u64)?;
        fcntl_add_seals(&file, FIXED)?;
        let memory = Self::open(file.into())?;
        memory.header().mutexes().into_iter().try_for_each(RobustMutex::init)?;
        Ok(memory)
    }

    /// Maps what another process has created.
    pub(super) fn open(file: OwnedFd) -> io::Result<Self> {
        let file = File::from(file);
        let map = MmapOptions::new().map_raw(&file)?;
        if map.len() < size_of::<H>() || !fcntl_get_seals(&file)?.contains(FIXED) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "this is no shared memory of ours"));
        }
        Ok(Memory { map, file, header: PhantomData })
    }

    pub(super) fn header(&self) -> &H {
        // SAFETY: `open` has seen that the mapping is long enough, and its seals keep it so. It begins at a
        // page, so it is aligned. `Header` says that any process may use it through `&H`, and that the
        // zeros that it begins with are valid.
        unsafe { &*self.map.as_ptr().cast::<H>() }
    }

    /// Copies `bytes` in, `at` bytes from the start.
    ///
    /// # Panics
    ///
    /// If they would not lie between the header and the end.
    ///
    /// # Safety
    ///
    /// Nobody, in any process, reads or writes these places meanwhile.
    pub(super) unsafe fn write(&self, at: usize, bytes: &[u8]) {
        self.check(at, bytes.len());
        // SAFETY: it has just been checked that the places lie in the mapping, and behind the header, where
        // nobody has a reference to. The caller sees to the rest.
        unsafe { self.map.as_mut_ptr().add(at).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) }
    }

    /// Copies bytes out, from `at` bytes after the start.
    ///
    /// # Panics
    ///
    /// If they don't lie between the header and the end.
    ///
    /// # Safety
    ///
    /// Nobody, in any process, writes these places meanwhile.
    pub(super) unsafe fn read(&self, at: usize, bytes: &mut [u8]) {
        self.check(at, bytes.len());
        // SAFETY: as in `write`.
        unsafe { self.map.as_ptr().add(at).copy_to_nonoverlapping(bytes.as_mut_ptr(), bytes.len()) }
    }

    fn check(&self, at: usize, length: usize) {
        let places = size_of::<H>()..=self.map.len();
        let end = at.checked_add(length);
        assert!(
            places.contains(&at) && end.is_some_and(|end| places.contains(&end)),
            "outside of the memory"
        );
    }
}

impl<H> Memory<H> {
    /// One more descriptor of the file, to be handed to another process.
    pub(super) fn descriptor(&self) -> io::Result<OwnedFd> {
        Ok(self.file.try_clone()?.into())
    }
}

impl<H> AsFd for Memory<H> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl<H> Debug for Memory<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Memory").field(&self.file).finish()
    }
}

/// A waiting process looks by itself after this time. The process that was woken may have been killed before it ran, while
/// another took the mutex: then nobody passes the wake-up on.
const NAP: Duration = Duration::from_millis(50);

/// A pthread mutex for the threads of all processes. When its holder dies, the next one gets it.
///
/// There is no way to make one but as a part of a [`Memory`]'s header, so it never moves.
#[repr(transparent)]
pub(super) struct RobustMutex(UnsafeCell<libc::pthread_mutex_t>);

// SAFETY: to be used by several threads at once is what a mutex is for.
unsafe impl Sync for RobustMutex {}

// SAFETY: it is the mutex itself, and one of zeros is valid, though it is not yet robust.
unsafe impl Header for RobustMutex {
    fn mutexes(&self) -> Vec<&RobustMutex> {
        vec![self]
    }
}

impl RobustMutex {
    /// Only for [`Memory::create`]: nobody else can know of the mutex yet.
    fn init(&self) -> io::Result<()> {
        let mut attributes = MaybeUninit::uninit();
        let attr = attributes.as_mut_ptr();
        // SAFETY: the attributes are initialised before they are used, and destroyed after. The mutex is
        // mapped memory of its size, and not in use. It is never destroyed, which would be done for one of
        // several processes only; Linux keeps nothing for it outside of its memory.
        unsafe {
            succeeded(libc::pthread_mutexattr_init(attr))?;
            let outcome = succeeded(libc::pthread_mutexattr_setpshared(attr, libc::PTHREAD_PROCESS_SHARED))
                .and_then(|()| succeeded(libc::pthread_mutexattr_setrobust(attr, libc::PTHREAD_MUTEX_ROBUST)))
                // A thread that would wait for itself gets an error instead.
                .and_then(|()| {
                    succeeded(libc::pthread_mutexattr_settype(attr, libc::PTHREAD_MUTEX_ERRORCHECK))
                })
                .and_then(|()| succeeded(libc::pthread_mutex_init(self.0.get(), attr)));
            libc::pthread_mutexattr_destroy(attr);
            outcome
        }
    }

    /// Blocks until the mutex is free.
    pub(super) fn lock(&self) -> io::Result<Turn<'_>> {
        loop {
            // What is free is had without a look at the clock.
            let turn = match self.try_lock()? {
                None => self.lock_until(Instant::now() + NAP)?,
                turn => turn,
            };
            if let Some(turn) = turn {
                return Ok(turn);
            }
        }
    }

    /// `None` if somebody holds it. Never blocks.
    pub(super) fn try_lock(&self) -> io::Result<Option<Turn<'_>>> {
        // SAFETY: a valid mutex, as `Memory::create` has left it.
        match unsafe { libc::pthread_mutex_trylock(self.0.get()) } {
            // glibc says of a thread that holds it already what it would say to `lock`.
            libc::EBUSY | libc::EDEADLK => Ok(None),
            code => self.turn(code).map(Some),
        }
    }

    /// Blocks until the mutex is free, or until `deadline`; then `None`. pthreads wait by the wall clock: if
    /// that is put back meanwhile, this takes as much longer.
    pub(super) fn lock_until(&self, deadline: Instant) -> io::Result<Option<Turn<'_>>> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let until = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default() + left.min(NAP);
            let until = libc::timespec {
                tv_sec: until.as_secs() as libc::time_t,
                tv_nsec: until.subsec_nanos() as libc::c_long,
            };
            // SAFETY: as in `try_lock`; the time is a valid one that lives as long as the call.
            match unsafe { libc::pthread_mutex_timedlock(self.0.get(), &until) } {
                libc::ETIMEDOUT if left.is_zero() => return Ok(None),
                libc::ETIMEDOUT => {}
                code => return self.turn(code).map(Some),
            }
        }
    }

    fn turn(&self, code: libc::c_int) -> io::Result<Turn<'_>> {
        // The last holder has died, and the mutex is this thread's all the same.
        let code = if code == libc::EOWNERDEAD {
            // SAFETY: this thread holds the mutex, and nobody has said yet that it is consistent.
            unsafe { libc::pthread_mutex_consistent(self.0.get()) }
        } else {
            code
        };
        succeeded(code)?;
        Ok(Turn { mutex: self, not_send: PhantomData })
    }
}

/// Holds the mutex; dropped, it frees it. It stays in its thread: pthreads let only the holder unlock.
///
/// While one is leaked its memory must stay mapped: the C library keeps a list of the robust mutexes that a
/// thread holds, and the kernel reads it when the thread ends.
#[must_use = "the mutex is free again as soon as this is dropped"]
pub(super) struct Turn<'a> {
    mutex: &'a RobustMutex,
    not_send: PhantomData<*const ()>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // SAFETY: this thread holds the mutex: a `Turn` is made by its lock only, and doesn't change threads.
        unsafe { libc::pthread_mutex_unlock(self.mutex.0.get()) };
    }
}

/// pthreads return their error, and don't set `errno`.
fn succeeded(code: libc::c_int) -> io::Result<()> {
    if code == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(code)) }
}

//! What threads share.

use ::std::fmt;
use ::std::ops::{Deref, DerefMut};
use ::std::panic::Location;
use ::std::sync::atomic::{AtomicBool as Flag, Ordering::Relaxed};
use ::std::time::Duration;

use interleave::execution::{self, Access, Intent, Mode, Object, Ready, Woken};
use interleave::lock::{Held, Lock, Rules};

pub use ::std::sync::{Arc, LockResult, PoisonError, TryLockError, TryLockResult, Weak};

pub mod atomic;
pub mod mpsc;
mod once;

pub use once::{LazyLock, Once, OnceLock, OnceState};

/// Whether a lock's holder has panicked.
struct Poison {
    set: Flag,
    /// For a `static`: the execution that set it.
    execution: ::std::sync::atomic::AtomicU64,
}

impl Poison {
    const fn new() -> Self {
        Poison { set: Flag::new(false), execution: ::std::sync::atomic::AtomicU64::new(0) }
    }

    fn get(&self) -> bool {
        self.set.load(Relaxed)
            && (!execution::is_explored() || self.execution.load(Relaxed) == execution::execution())
    }

    fn set(&self) {
        self.execution.store(execution::execution(), Relaxed);
        self.set.store(true, Relaxed);
    }

    fn wrap<T>(&self, value: T) -> LockResult<T> {
        if self.get() { Err(PoisonError::new(value)) } else { Ok(value) }
    }
}

/// See [`std::sync::Mutex`].
pub struct Mutex<T: ?Sized> {
    poison: Poison,
    lock: Lock<T>,
}

/// See [`std::sync::MutexGuard`].
pub struct MutexGuard<'a, T: ?Sized> {
    /// Poisons before it lets go.
    poisons: Poisons<'a>,
    held: Held<'a, T>,
    /// A guard stays with its thread.
    _stays: ::std::marker::PhantomData<*const ()>,
}

/// Poisons a lock if it is dropped by a panic.
struct Poisons<'a> {
    poison: &'a Poison,
    /// Whether there was a panic when it was locked: that one is not the holder's.
    panicked: bool,
}

impl<'a> Poisons<'a> {
    fn new(poison: &'a Poison) -> Self {
        Poisons { poison, panicked: ::std::thread::panicking() }
    }
}

impl Drop for Poisons<'_> {
    fn drop(&mut self) {
        if ::std::thread::panicking() && !self.panicked {
            self.poison.set();
        }
    }
}

// SAFETY: a shared guard gives no more than a shared value.
unsafe impl<T: ?Sized + Sync> Sync for MutexGuard<'_, T> {}

impl<T: ?Sized> Mutex<T> {
    fn guard<'a>(&'a self, held: Held<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let poisons = Poisons::new(&self.poison);
        self.poison.wrap(MutexGuard { poisons, held, _stays: ::std::marker::PhantomData })
    }

    /// Blocks until the lock can be had.
    ///
    /// # Errors
    ///
    /// If a holder has panicked.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        self.guard(self.lock.acquire(Mode::Write, Location::caller()))
    }

    /// Takes the lock if it can be had now.
    ///
    /// # Errors
    ///
    /// If it is held, or a holder has panicked.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        match self.lock.try_acquire(Mode::Write, Location::caller()) {
            Some(held) => Ok(self.guard(held)?),
            None => Err(TryLockError::WouldBlock),
        }
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.held.get()
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.held.get_mut()
    }
}

/// See [`std::sync::RwLock`].
pub struct RwLock<T: ?Sized> {
    poison: Poison,
    lock: Lock<T>,
}

// SAFETY: a `Lock` gives out `&mut` to one holder at a time, or `&` to several, which therefore have to be
// Sync: without this, that of a `Lock` would hold here, which is made for a mutex.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

/// See [`std::sync::RwLockReadGuard`].
pub struct RwLockReadGuard<'a, T: ?Sized> {
    held: Held<'a, T>,
    _stays: ::std::marker::PhantomData<*const ()>,
}

// SAFETY: as for MutexGuard.
unsafe impl<T: ?Sized + Sync> Sync for RwLockReadGuard<'_, T> {}

/// See [`std::sync::RwLockWriteGuard`].
pub struct RwLockWriteGuard<'a, T: ?Sized>(MutexGuard<'a, T>);

impl<T: ?Sized> RwLock<T> {
    fn reads<'a>(&'a self, held: Held<'a, T>) -> LockResult<RwLockReadGuard<'a, T>> {
        self.poison.wrap(RwLockReadGuard { held, _stays: ::std::marker::PhantomData })
    }

    fn writes<'a>(&'a self, held: Held<'a, T>) -> LockResult<RwLockWriteGuard<'a, T>> {
        let (poisons, _stays) = (Poisons::new(&self.poison), ::std::marker::PhantomData);
        self.poison.wrap(RwLockWriteGuard(MutexGuard { poisons, held, _stays }))
    }

    /// Blocks until nobody writes.
    ///
    /// # Errors
    ///
    /// If a writer has panicked.
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        self.reads(self.lock.acquire(Mode::Read, Location::caller()))
    }

    /// Blocks until nobody reads or writes.
    ///
    /// # Errors
    ///
    /// If a writer has panicked.
    #[track_caller]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        self.writes(self.lock.acquire(Mode::Write, Location::caller()))
    }

    /// Takes the lock to read if it can be had now.
    ///
    /// # Errors
    ///
    /// If somebody writes, or a writer has panicked.
    #[track_caller]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        match self.lock.try_acquire(Mode::Read, Location::caller()) {
            Some(held) => Ok(self.reads(held)?),
            None => Err(TryLockError::WouldBlock),
        }
    }

    /// Takes the lock to write if it can be had now.
    ///
    /// # Errors
    ///
    /// If somebody reads or writes, or a writer has panicked.
    #[track_caller]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        match self.lock.try_acquire(Mode::Write, Location::caller()) {
            Some(held) => Ok(self.writes(held)?),
            None => Err(TryLockError::WouldBlock),
        }
    }
}

impl<T: ?Sized> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.held.get()
    }
}

impl<T: ?Sized> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// Goes on only reading, and lets nobody write in between.
    #[track_caller]
    pub fn downgrade(this: Self) -> RwLockReadGuard<'a, T> {
        let held = this.0.held.downgrade(Mode::Read, Location::caller());
        RwLockReadGuard { held, _stays: ::std::marker::PhantomData }
    }
}

impl<T: ?Sized> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

interleave::shows_its_value!(MutexGuard RwLockReadGuard RwLockWriteGuard);

/// What a mutex and a reader-writer lock have in common.
macro_rules! over_a_value {
    ($name:ident, $kind:literal, $holder:literal) => {
        impl<T> $name<T> {
            /// A free one.
            #[track_caller]
            pub const fn new(value: T) -> Self {
                $name { poison: Poison::new(), lock: Lock::new($kind, value, Location::caller()) }
            }

            /// The value, when nobody needs the lock any more.
            ///
            /// # Errors
            ///
            #[doc = concat!("If a ", $holder, " has panicked.")]
            pub fn into_inner(self) -> LockResult<T> {
                let poison = self.poison;
                poison.wrap(self.lock.into_inner())
            }
        }

        impl<T: ?Sized> $name<T> {
            #[doc = concat!("Whether a ", $holder, " has panicked.")]
            #[track_caller]
            pub fn is_poisoned(&self) -> bool {
                self.lock.step(Access::Read, Location::caller());
                self.poison.get()
            }

            #[doc = concat!("Forgets that a ", $holder, " has panicked.")]
            #[track_caller]
            pub fn clear_poison(&self) {
                self.lock.step(Access::Write, Location::caller());
                self.poison.set.store(false, Relaxed);
            }

            /// The value, for the only thread that has the lock.
            ///
            /// # Errors
            ///
            #[doc = concat!("If a ", $holder, " has panicked.")]
            pub fn get_mut(&mut self) -> LockResult<&mut T> {
                self.poison.wrap(self.lock.get_mut())
            }
        }
    };
}
over_a_value!(Mutex, "mutex", "holder");
over_a_value!(RwLock, "rwlock", "writer");
interleave::made_from_its_value!(Mutex RwLock);

macro_rules! shows_what_is_free {
    ($($name:ident $mode:ident)*) => { $(
        impl<T: ?Sized + fmt::Debug> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut shown = f.debug_struct(stringify!($name));
                match self.lock.look(Mode::$mode) {
                    Some(held) => shown.field("data", &held.get()),
                    None => shown.field("data", &format_args!("<locked>")),
                };
                shown.field("poisoned", &self.poison.get()).finish_non_exhaustive()
            }
        }
    )* };
}
shows_what_is_free!(Mutex Write RwLock Read);

macro_rules! no_harm_by_a_panic {
    ($($name:ident)*) => { $(
        // As in std: a thread that comes after a panic is told by the poison.
        impl<T: ?Sized> ::std::panic::UnwindSafe for $name<T> {}
        impl<T: ?Sized> ::std::panic::RefUnwindSafe for $name<T> {}
    )* };
}
no_harm_by_a_panic!(Mutex RwLock);

// Through a guard, too.
impl<T: ?Sized> ::std::panic::UnwindSafe for MutexGuard<'_, T> {}
impl<T: ?Sized> ::std::panic::RefUnwindSafe for MutexGuard<'_, T> {}
impl<T: ?Sized + ::std::panic::RefUnwindSafe> ::std::panic::UnwindSafe for RwLockReadGuard<'_, T> {}
impl<T: ?Sized + ::std::panic::RefUnwindSafe> ::std::panic::RefUnwindSafe for RwLockReadGuard<'_, T> {}

/// See [`std::sync::Condvar`]. It may wake up for nothing, as the real one.
pub struct Condvar {
    object: Object,
}

/// See [`std::sync::WaitTimeoutResult`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Whether the time was over.
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    /// One at which nobody waits.
    #[track_caller]
    pub const fn new() -> Self {
        Condvar { object: Object::new("condvar", Location::caller()) }
    }

    /// Lets go of the lock, blocks until it is notified or wakes up for nothing, and locks again.
    ///
    /// # Errors
    ///
    /// If a holder of the lock has panicked.
    #[track_caller]
    pub fn wait<'a, T>(&self, mut guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        guard.held.wait(&self.object, Rules::Std, None, Location::caller());
        guard.poisons.poison.wrap(guard)
    }

    /// Waits as long as `condition` holds.
    ///
    /// # Errors
    ///
    /// If a holder of the lock has panicked.
    #[track_caller]
    pub fn wait_while<'a, T, F>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: F,
    ) -> LockResult<MutexGuard<'a, T>>
    where
        F: FnMut(&mut T) -> bool,
    {
        while condition(&mut *guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// Waits; the explorer decides whether the time is over first.
    ///
    /// # Errors
    ///
    /// If a holder of the lock has panicked.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        time: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let woken = guard.held.wait(&self.object, Rules::Std, Some(time), Location::caller());
        guard.poisons.poison.wrap((guard, WaitTimeoutResult(woken == Woken::TimeOver)))
    }

    /// As [`Condvar::wait_timeout`], in milliseconds, with whether it was woken. Deprecated in `std`.
    ///
    /// # Errors
    ///
    /// If a holder of the lock has panicked.
    #[track_caller]
    pub fn wait_timeout_ms<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        time: u32,
    ) -> LockResult<(MutexGuard<'a, T>, bool)> {
        let woken = |(guard, over): (_, WaitTimeoutResult)| (guard, !over.timed_out());
        match self.wait_timeout(guard, Duration::from_millis(time.into())) {
            Ok(waited) => Ok(woken(waited)),
            Err(poisoned) => Err(PoisonError::new(woken(poisoned.into_inner()))),
        }
    }

    /// Waits as long as `condition` holds and the time isn't over.
    ///
    /// # Errors
    ///
    /// If a holder of the lock has panicked.
    #[track_caller]
    pub fn wait_timeout_while<'a, T, F>(
        &self,
        mut guard: MutexGuard<'a, T>,
        time: Duration,
        mut condition: F,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)>
    where
        F: FnMut(&mut T) -> bool,
    {
        let end = execution::virtual_time().saturating_add(time);
        loop {
            if !condition(&mut *guard) {
                return Ok((guard, WaitTimeoutResult(false)));
            }
            let over;
            // Woken for nothing, it waits for what is left.
            (guard, over) = self.wait_timeout(guard, end.saturating_sub(execution::virtual_time()))?;
            if over.timed_out() {
                let over = condition(&mut *guard);
                return Ok((guard, WaitTimeoutResult(over)));
            }
        }
    }

    /// Wakes one of those that wait.
    #[track_caller]
    pub fn notify_one(&self) {
        notify(&self.object, false);
    }

    /// Wakes all that wait.
    #[track_caller]
    pub fn notify_all(&self) {
        notify(&self.object, true);
    }
}

#[track_caller]
fn notify(condvar: &Object, all: bool) {
    let place = Location::caller();
    interleave::lock::notify(condvar, all, place);
}

impl Default for Condvar {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Condvar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Condvar { .. }")
    }
}

/// See [`std::sync::Barrier`].
pub struct Barrier {
    object: Object,
    threads: usize,
    /// How many have come, ever, in the execution of this number. Made at its first use; a `const` can't.
    come: ::std::sync::OnceLock<Come>,
}

type Come = Arc<(::std::sync::atomic::AtomicUsize, ::std::sync::atomic::AtomicU64)>;

/// See [`std::sync::BarrierWaitResult`].
#[derive(Debug)]
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// True for one of the threads.
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

impl Barrier {
    /// One that opens whenever this many threads have come.
    #[track_caller]
    pub const fn new(threads: usize) -> Self {
        let object = Object::new("barrier", Location::caller());
        Barrier { object, threads, come: ::std::sync::OnceLock::new() }
    }

    /// Blocks until all have come.
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        let place = Location::caller();
        let threads = self.threads.max(1);
        let here = |come: usize| Some(format!("{} of {threads} here", come % threads));
        let id = self.object.id(|_| here(0));
        execution::reach(Intent::new(id, Access::Write, place));
        let come = self.come.get_or_init(Arc::default);
        if come.1.swap(execution::execution(), Relaxed) != execution::execution() {
            come.0.store(0, Relaxed);
        }
        let mine = come.0.fetch_add(1, Relaxed) + 1;
        execution::leave_at(id);
        execution::worth(id, || here(mine));
        let opens = mine.div_ceil(threads) * threads;
        execution::tell(Some(place), |name| {
            format!("comes to {} as number {} of {threads}", name(id), (mine - 1) % threads + 1)
        });
        if mine < opens {
            let come = come.clone();
            let open = move || come.0.load(Relaxed) >= opens;
            let wait = Intent::quiet(place).when(Ready::When(Box::new(open)), "waits for the others at");
            let wait = wait.and(id, Access::LetGo);
            execution::reach(wait);
            execution::tell(Some(place), |name| format!("goes on from {}", name(id)));
        }
        execution::learn_at(id);
        BarrierWaitResult(mine == opens)
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Barrier { .. }")
    }
}

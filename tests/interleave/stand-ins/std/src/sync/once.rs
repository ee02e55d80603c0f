//! What is done or set once.

use ::std::cell::UnsafeCell;
use ::std::fmt;
use ::std::mem::MaybeUninit;
use ::std::ops::Deref;
use ::std::panic::{AssertUnwindSafe, Location, RefUnwindSafe, UnwindSafe, catch_unwind, resume_unwind};
use ::std::sync::Arc;
use ::std::sync::OnceLock as Set;
use ::std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};

use interleave::execution::{self, Access, Intent, Object, Place, Ready};

const NEW: u8 = 0;
const BEGUN: u8 = 1;
const DONE: u8 = 2;
const POISONED: u8 = 3;

/// What a failed try means for the next one.
#[derive(Clone, Copy)]
enum Poison {
    /// It panics, and says that this is poisoned.
    Refused(&'static str),
    /// It is a try like the first.
    Ignored,
}

/// How far it is, in the execution of a number: in a `static` it is new in each.
struct Progress {
    object: Object,
    /// Made at its first use; a `const` can't.
    state: Set<Arc<(AtomicU8, AtomicU64)>>,
}

impl Progress {
    const fn new(kind: &'static str, place: Place) -> Self {
        Progress { object: Object::new(kind, place), state: Set::new() }
    }

    /// Its number, and how far it is. `first` as for [`Object::id`].
    fn now(&self, first: impl FnOnce(bool)) -> (usize, Arc<(AtomicU8, AtomicU64)>) {
        let state = self.state.get_or_init(Arc::default).clone();
        let id = self.object.id(|again| {
            state.0.store(NEW, Relaxed);
            first(again);
            Some("not begun".to_owned())
        });
        (id, state)
    }

    /// Does it if it isn't done; blocks while another thread does it. Returns whether this thread did it.
    #[track_caller]
    fn once(&self, first: impl FnOnce(bool), poison: Poison, place: Place, does: impl FnOnce(bool)) -> bool {
        let (id, state) = self.now(first);
        let watched = state.clone();
        let free = move || watched.0.load(Relaxed) != BEGUN;
        let ready = Ready::When(Box::new(free));
        execution::reach(Intent::new(id, Access::Write, place).when(ready, "waits until it is done:"));
        let before = state.0.load(Relaxed);
        execution::learn_at(id);
        if before == DONE {
            execution::tell(Some(place), |name| format!("finds {} done", name(id)));
            return false;
        }
        if let (POISONED, Poison::Refused(what)) = (before, poison) {
            panic!("{what} instance has previously been poisoned");
        }
        state.0.store(BEGUN, Relaxed);
        execution::worth(id, || Some(format!("begun by {}", execution::shown_name(execution::current()))));
        execution::tell(Some(place), |name| format!("begins {}", name(id)));
        let outcome = catch_unwind(AssertUnwindSafe(|| does(before == POISONED)));
        execution::reach(Intent::new(id, Access::Write, place));
        execution::leave_at(id);
        let (now, text, worth) = match outcome {
            Ok(()) => (DONE, "has done", "done"),
            Err(_) => (POISONED, "has failed at", "failed"),
        };
        state.0.store(now, Relaxed);
        execution::worth(id, || Some(worth.to_owned()));
        execution::tell(Some(place), |name| format!("{text} {}", name(id)));
        if let Err(panic) = outcome {
            resume_unwind(panic);
        }
        true
    }

    fn is_done(&self, first: impl FnOnce(bool), place: Place) -> bool {
        self.look(first, place) == DONE
    }

    /// How far it is now.
    fn look(&self, first: impl FnOnce(bool), place: Place) -> u8 {
        let (id, state) = self.now(first);
        execution::reach(Intent::new(id, Access::Read, place));
        let now = state.0.load(Relaxed);
        if matches!(now, DONE | POISONED) {
            execution::learn_at(id);
        }
        let text = ["not begun", "begun", "done", "failed"][usize::from(now)];
        execution::tell(Some(place), |name| format!("finds {} {text}", name(id)));
        if now != DONE {
            execution::changed_nothing(id, execution::mark(), 0, place);
        }
        now
    }

    /// Waits until it is done. Panics if it failed, unless that doesn't matter.
    fn wait(&self, first: impl FnOnce(bool), even_if_poisoned: bool, place: Place) {
        let (id, state) = self.now(first);
        let watched = state.clone();
        let over = move || {
            let now = watched.0.load(Relaxed);
            now == DONE || now == POISONED && !even_if_poisoned
        };
        let intent = Intent::new(id, Access::Read, place);
        execution::reach(intent.when(Ready::When(Box::new(over)), "waits until somebody has done"));
        assert!(state.0.load(Relaxed) == DONE, "Once instance has previously been poisoned");
        execution::learn_at(id);
        execution::tell(Some(place), |name| format!("finds {} done", name(id)));
    }
}

/// See [`std::sync::Once`].
pub struct Once(Progress);

/// See [`std::sync::OnceState`].
#[derive(Debug)]
pub struct OnceState(bool);

impl OnceState {
    /// Whether an earlier try has panicked.
    pub fn is_poisoned(&self) -> bool {
        self.0
    }
}

impl Once {
    /// One that is not done.
    #[expect(clippy::new_without_default, reason = "std's has none")]
    #[track_caller]
    pub const fn new() -> Self {
        Once(Progress::new("once", Location::caller()))
    }

    /// Does it if it isn't done; blocks while another thread does it.
    #[track_caller]
    pub fn call_once(&self, does: impl FnOnce()) {
        self.0.once(|_| (), Poison::Refused("Once"), Location::caller(), |_| does());
    }

    /// The same, even if an earlier try has panicked.
    #[track_caller]
    pub fn call_once_force(&self, does: impl FnOnce(&OnceState)) {
        self.0.once(|_| (), Poison::Ignored, Location::caller(), |poisoned| does(&OnceState(poisoned)));
    }

    /// Blocks until it is done, by somebody else.
    #[track_caller]
    pub fn wait(&self) {
        self.0.wait(|_| (), false, Location::caller());
    }

    /// The same, even if an earlier try has panicked.
    #[track_caller]
    pub fn wait_force(&self) {
        self.0.wait(|_| (), true, Location::caller());
    }

    /// Whether it is done.
    #[track_caller]
    pub fn is_completed(&self) -> bool {
        self.0.is_done(|_| (), Location::caller())
    }

    /// How far it is now: 0 for not begun, 1 begun, 2 done, 3 failed. Not of std: for that of parking_lot.
    #[doc(hidden)]
    #[track_caller]
    pub fn __look(&self) -> u8 {
        self.0.look(|_| (), Location::caller())
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Once { .. }")
    }
}

/// See [`std::sync::OnceLock`].
pub struct OnceLock<T> {
    progress: Progress,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: the value is written once, by the thread that has begun, before `progress` is done, and only
// read after that; as std's.
unsafe impl<T: Sync + Send> Sync for OnceLock<T> {}

impl<T: UnwindSafe> UnwindSafe for OnceLock<T> {}
impl<T: UnwindSafe + RefUnwindSafe> RefUnwindSafe for OnceLock<T> {}

impl<T> OnceLock<T> {
    /// An empty one.
    #[track_caller]
    pub const fn new() -> Self {
        OnceLock { progress: Progress::new("oncelock", Location::caller()), value: UnsafeCell::new(None) }
    }

    /// Empties it in a new execution.
    fn first(&self) -> impl FnOnce(bool) {
        |again| {
            if again {
                // SAFETY: nobody has used it in this execution. What an earlier one left is leaked, for
                // its destructor belongs to threads that are gone.
                unsafe { self.value.get().write(None) };
            }
        }
    }

    fn set_value(&self) -> Option<&T> {
        // SAFETY: it is done, so nobody writes any more.
        unsafe { (*self.value.get()).as_ref() }
    }

    /// The value, if it is set.
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        self.get_at(Location::caller())
    }

    fn get_at(&self, place: Place) -> Option<&T> {
        if self.progress.is_done(self.first(), place) { self.set_value() } else { None }
    }

    /// Blocks until somebody else has set the value.
    #[track_caller]
    pub fn wait(&self) -> &T {
        self.progress.wait(self.first(), true, Location::caller());
        self.set_value().expect("it is done")
    }

    /// The value, for the only thread that has it.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut().as_mut()
    }

    /// Sets the value; blocks while another thread does.
    ///
    /// # Errors
    ///
    /// If it was set before; the value comes back.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        let mut value = Some(value);
        self.progress.once(self.first(), Poison::Ignored, Location::caller(), |_| {
            // SAFETY: this thread has begun, and nobody reads before it is done.
            unsafe { self.value.get().write(value.take()) };
        });
        value.map_or(Ok(()), Err)
    }

    /// The value; if it isn't set, `make` makes it. Blocks while another thread does.
    #[track_caller]
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        self.init(Poison::Ignored, Location::caller(), make)
    }

    #[track_caller]
    fn init(&self, poison: Poison, place: Place, make: impl FnOnce() -> T) -> &T {
        self.progress.once(self.first(), poison, place, |_| {
            let value = make();
            // SAFETY: this thread has begun, and nobody reads before it is done.
            unsafe { self.value.get().write(Some(value)) };
        });
        self.set_value().expect("it is done")
    }

    /// Takes the value out, for the only thread that has it: then it can be set again.
    pub fn take(&mut self) -> Option<T> {
        ::std::mem::take(self).into_inner()
    }

    /// The value, which nobody needs any more.
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }
}

impl<T> Default for OnceLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<T> From<T> for OnceLock<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        let cell = Self::new();
        let _ = cell.set(value);
        cell
    }
}

impl<T: Clone> Clone for OnceLock<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        self.get().cloned().map_or_else(Self::new, Self::from)
    }
}

impl<T: PartialEq> PartialEq for OnceLock<T> {
    #[track_caller]
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl<T: Eq> Eq for OnceLock<T> {}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown("OnceLock", self, f)
    }
}

fn shown<T: fmt::Debug>(name: &str, value: &OnceLock<T>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut shown = f.debug_tuple(name);
    // Where it's printed isn't known, so the step stands where it was made.
    match value.get_at(value.progress.object.place()) {
        Some(value) => shown.field(value),
        None => shown.field(&format_args!("<uninit>")),
    };
    shown.finish()
}

/// See [`std::sync::LazyLock`].
pub struct LazyLock<T, F = fn() -> T> {
    value: OnceLock<T>,
    make: UnsafeCell<MaybeUninit<F>>,
}

// SAFETY: as for OnceLock; `make` is used by the thread alone that sets the value.
unsafe impl<T: Sync + Send, F: Send> Sync for LazyLock<T, F> {}

impl<T: UnwindSafe, F: UnwindSafe> UnwindSafe for LazyLock<T, F> {}
impl<T: UnwindSafe + RefUnwindSafe, F: UnwindSafe> RefUnwindSafe for LazyLock<T, F> {}

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// One whose value is made at its first use.
    #[track_caller]
    pub const fn new(make: F) -> Self {
        LazyLock { value: OnceLock::new(), make: UnsafeCell::new(MaybeUninit::new(make)) }
    }

    /// The value; made now if it wasn't.
    #[track_caller]
    pub fn force(this: &Self) -> &T {
        this.value.init(Poison::Refused("LazyLock"), Location::caller(), || {
            // SAFETY: this thread alone is here, once in an execution, even if `make` panics. In a later execution only what is
            // in a `static` is used again, and what is there was made by a `const`, which owns nothing:
            // then a copy of its bytes is as good as the first.
            let make = unsafe { (*this.make.get()).assume_init_read() };
            make()
        })
    }
}

impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;

    #[track_caller]
    fn deref(&self) -> &T {
        LazyLock::force(self)
    }
}

impl<T: Default> Default for LazyLock<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default)
    }
}

impl<T: fmt::Debug, F> fmt::Debug for LazyLock<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown("LazyLock", &self.value, f)
    }
}

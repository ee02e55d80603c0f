//! A lock over a value, which many may read or one may write. `Mutex` and `RwLock` are made of it.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::panic::Location;
use std::sync::OnceLock;

use crate::execution::{self, Access, Intent, Object, ObjectId, Place, Ready, Woken};
use crate::value::show;

/// A lock over a value. It can stand in a `static`.
pub struct Lock<T: ?Sized> {
    object: Object,
    /// The bytes of the value as it was at first, for a lock in a `static`.
    fresh: OnceLock<Box<[MaybeUninit<u8>]>>,
    value: UnsafeCell<T>,
}

// SAFETY: a Lock gives out its value like a `std::sync::RwLock`: `&mut` to one holder at a time, `&` to
// several; and the threads of an explored program are coroutines that share one thread of the system.
unsafe impl<T: ?Sized + Send> Send for Lock<T> {}
// SAFETY: as above. That is enough for a mutex; where several read, T has to be Sync as well, which the stand-ins
// for `RwLock` ask for.
unsafe impl<T: ?Sized + Send> Sync for Lock<T> {}

/// Held until it is dropped. Who makes one has locked before.
pub struct Held<'a, T: ?Sized> {
    lock: &'a Lock<T>,
    write: bool,
}

impl<T> Lock<T> {
    /// A free lock, of a kind such as "lock".
    pub const fn new(kind: &'static str, value: T, place: Place) -> Self {
        Lock { object: Object::new(kind, place), fresh: OnceLock::new(), value: UnsafeCell::new(value) }
    }

    /// The value, when nobody needs the lock any more.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> Lock<T> {
    /// The value, for the only one who has the lock. No step: nobody else could see it.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// Its number in this execution.
    pub fn id(&self) -> ObjectId {
        self.object.id(|used_before| {
            // SAFETY: nobody has used it in this execution, so nobody holds it.
            let value = unsafe { &mut *self.value.get() };
            let size = size_of_val(value);
            let bytes = std::ptr::from_mut(value).cast::<MaybeUninit<u8>>();
            // SAFETY: both sides are `size` bytes long and apart from each other, and any bytes are a
            // MaybeUninit<u8>. What is used in two executions stands in a `static` (or in what the check
            // has around its body), so its first value was there before any execution: copying its bytes
            // back gives that value once more, and what is overwritten is leaked, not dropped. A value
            // that owns memory and was changed through the lock must not be in such a place.
            unsafe {
                if used_before && let Some(fresh) = self.fresh.get() {
                    std::ptr::copy_nonoverlapping(fresh.as_ptr(), bytes, size);
                } else {
                    let _ = self.fresh.set(std::slice::from_raw_parts(bytes, size).into());
                }
            }
            show(value)
        })
    }

    /// Blocks until the lock can be had.
    pub fn acquire(&self, write: bool, place: Place) -> Held<'_, T> {
        let lock = self.id();
        execution::reach(self.intent(write, place));
        if !write && execution::is_behind_a_writer(lock) && execution::choose(2) == 1 {
            // Where writers have their turn first, a thread that reads already waits for itself.
            let behind = Intent::new(lock, Access::Write, place);
            execution::reach(behind.when(Ready::Free(lock), "waits behind one who waits to write"));
        }
        self.take(lock, write, place, "locks")
    }

    fn intent(&self, write: bool, place: Place) -> Intent {
        let lock = self.id();
        let (ready, access) =
            if write { (Ready::Free(lock), Access::Write) } else { (Ready::NotWritten(lock), Access::Read) };
        Intent::new(lock, access, place).when(ready, "waits for")
    }

    fn take(&self, lock: ObjectId, write: bool, place: Place, does: &str) -> Held<'_, T> {
        execution::hold(lock, write);
        let held = Held { lock: self, write };
        let reading = if write { "" } else { " to read" };
        execution::tell(Some(place), |name| format!("{does} {}{reading}{}", name(lock), held.worth()));
        held
    }

    /// Takes the lock if it can be had now.
    pub fn try_acquire(&self, write: bool, place: Place) -> Option<Held<'_, T>> {
        execution::sees_unlocks();
        let lock = self.id();
        execution::reach(Intent::new(lock, Access::Write, place));
        if execution::could_hold(lock, write) {
            return Some(self.take(lock, write, place, "tries to lock"));
        }
        execution::tell(Some(place), |name| format!("tries to lock {}: not free", name(lock)));
        None
    }

    /// Blocks until the lock can be had, or by choice of the explorer until the time is over.
    pub fn acquire_for(&self, write: bool, place: Place) -> Option<Held<'_, T>> {
        execution::sees_unlocks();
        let lock = self.id();
        let mut intent = self.intent(write, place);
        intent.timed = true;
        if execution::reach(intent) == Woken::TimeOver {
            execution::tell(Some(place), |name| format!("gives up waiting for {}", name(lock)));
            return None;
        }
        Some(self.take(lock, write, place, "locks"))
    }

    /// A step that looks at something beside the value, or changes it.
    pub fn step(&self, access: Access, place: Place) {
        if execution::is_explored() {
            execution::reach(Intent::new(self.id(), access, place));
        }
    }

    /// Whether somebody holds it.
    pub fn is_held(&self, place: Place) -> bool {
        execution::sees_unlocks();
        let lock = self.id();
        execution::reach(Intent::new(lock, Access::Read, place));
        let held = !execution::could_hold(lock, true);
        execution::tell(Some(place), |name| {
            format!("sees that {} is {}", name(lock), if held { "held" } else { "free" })
        });
        held
    }
}

impl<'a, T: ?Sized> Held<'a, T> {
    /// The value.
    pub fn get(&self) -> &T {
        // SAFETY: `hold` was called for this, so there is no `&mut` from another holder.
        unsafe { &*self.lock.value.get() }
    }

    /// The value, to change it.
    ///
    /// # Panics
    ///
    /// If it is held to read.
    pub fn get_mut(&mut self) -> &mut T {
        assert!(self.write, "held to read");
        // SAFETY: `hold` was called for this to write, so this is the only holder, and `&mut self` the
        // only way to the value.
        unsafe { &mut *self.lock.value.get() }
    }

    /// The lock that is held.
    pub fn lock(&self) -> &'a Lock<T> {
        self.lock
    }

    fn worth(&self) -> String {
        show(self.get()).map_or(String::new(), |value| format!(" (= {value})"))
    }

    /// Lets go while it waits at a condition variable, and returns when it holds the lock again.
    pub fn wait(&mut self, condvar: &Object, timed: bool, place: Place) -> Woken {
        let (lock, condvar) = (self.lock.id(), condvar.id(|_| None));
        execution::reach(Intent::new(condvar, Access::Write, place).and(lock, Access::Write));
        execution::wait_at(condvar);
        execution::worth(lock, || show(self.get()));
        execution::let_go(lock, true);
        execution::tell(Some(place), |name| format!("unlocks {} and waits at {}", name(lock), name(condvar)));
        let mut again = Intent::new(condvar, Access::Write, place)
            .and(lock, Access::Write)
            .when(Ready::Notified(lock), "waits to be notified at");
        (again.spurious, again.timed) = (true, timed);
        let woken = execution::reach(again);
        execution::waits_no_more(condvar);
        if !execution::could_hold(lock, true) {
            // Its time was over while another held the lock.
            execution::reach(self.lock.intent(true, place));
        }
        execution::hold(lock, true);
        let why = match woken {
            Woken::Normally => "is notified",
            Woken::Spuriously => "wakes up for nothing (as a condition variable may)",
            Woken::TimeOver => "wakes up, for its time is over",
        };
        execution::tell(Some(place), |name| format!("{why} and locks {}{}", name(lock), self.worth()));
        woken
    }
}

impl<T: ?Sized> Drop for Held<'_, T> {
    #[track_caller]
    fn drop(&mut self) {
        let lock = self.lock.id();
        let access = if self.write { Access::Write } else { Access::LetGo };
        let mut intent = Intent::new(lock, access, Location::caller());
        intent.weight = execution::weight_of_unlock();
        execution::reach(intent);
        execution::worth(lock, || show(self.get()));
        execution::let_go(lock, self.write);
        execution::tell(None, |name| format!("unlocks {}{}", name(lock), self.worth()));
    }
}

/// Wakes one of those that wait at a condition variable, or all; returns how many heard it.
pub fn notify(condvar: &Object, all: bool, place: Place) -> usize {
    let id = condvar.id(|_| None);
    execution::reach(Intent::new(id, Access::Write, place));
    let heard = execution::notify(id, all);
    execution::tell(Some(place), |name| match (heard, all) {
        (0, _) => format!("notifies {}: nobody waits there, so it is lost", name(id)),
        (_, false) => format!("notifies one at {}", name(id)),
        (heard, true) => format!("notifies all at {}: {heard}", name(id)),
    });
    heard
}

/// `Default` and `From` for locks that a `new` makes of their value, and a `Debug` without the value: to
/// look at it would be a step.
#[macro_export]
macro_rules! made_from_its_value {
    ($($name:ident)*) => { $(
        impl<T: Default> Default for $name<T> {
            #[track_caller]
            fn default() -> Self {
                Self::new(T::default())
            }
        }

        impl<T> From<T> for $name<T> {
            #[track_caller]
            fn from(value: T) -> Self {
                Self::new(value)
            }
        }

        impl<T: ?Sized> ::core::fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(concat!(stringify!($name), " { .. }"))
            }
        }
    )* };
}

/// `Debug` and `Display` for guards: those of the value.
#[macro_export]
macro_rules! shows_its_value {
    ($($name:ident)*) => { $(
        impl<T: ?Sized + ::core::fmt::Debug> ::core::fmt::Debug for $name<'_, T> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                (**self).fmt(f)
            }
        }

        impl<T: ?Sized + ::core::fmt::Display> ::core::fmt::Display for $name<'_, T> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                (**self).fmt(f)
            }
        }
    )* };
}

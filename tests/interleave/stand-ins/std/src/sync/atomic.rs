//! Numbers, flags and pointers that threads share. A load may read an old value where its [`Ordering`] and those of
//! the stores allow it: see the module `memory` of [`interleave::execution`] for what is tried.

use ::std::fmt;
use ::std::panic::Location;

use interleave::execution::{self, Access, Object, ObjectId, Place};

pub use ::std::sync::atomic::Ordering;

/// Deprecated in `std`.
pub use crate::hint::spin_loop as spin_loop_hint;

/// See [`std::sync::atomic::fence`].
///
/// # Panics
///
/// If the order is `Relaxed`.
#[track_caller]
pub fn fence(order: Ordering) {
    assert!(order != Ordering::Relaxed, "there is no such thing as a relaxed fence");
    let place = Location::caller();
    execution::fence(order, place);
    execution::tell(Some(place), |_| format!("fence ({order:?})"));
}

/// Orders nothing between threads: it binds the compiler, not the processor.
#[track_caller]
pub fn compiler_fence(order: Ordering) {
    assert!(order != Ordering::Relaxed, "there is no such thing as a relaxed compiler fence");
    execution::tell(Some(Location::caller()), |_| format!("compiler fence ({order:?})"));
}

#[track_caller]
fn of_load(order: Ordering) -> Ordering {
    match order {
        Ordering::Release => panic!("there is no such thing as a release load"),
        Ordering::AcqRel => panic!("there is no such thing as an acquire-release load"),
        order => order,
    }
}

#[track_caller]
fn of_store(order: Ordering) -> Ordering {
    match order {
        Ordering::Acquire => panic!("there is no such thing as an acquire store"),
        Ordering::AcqRel => panic!("there is no such thing as an acquire-release store"),
        order => order,
    }
}

/// `$to_bits` and `$from_bits` turn a value into the 64 bits that the explorer keeps of it, and back.
macro_rules! atomic {
    ($name:ident $(<$param:ident>)?, $value:ty, $to_bits:expr, $from_bits:expr) => {
        #[doc = concat!("See `std::sync::atomic::", stringify!($name), "`.")]
        pub struct $name $(<$param>)? {
            object: Object,
            /// What it was made with; in a `static` it is that again in each execution.
            fresh: $value,
            inner: ::std::sync::atomic::$name $(<$param>)?,
        }

        // SAFETY: `fresh` is only ever copied, and what it points to is not touched by the atomic.
        unsafe impl $(<$param>)? Sync for $name $(<$param>)? {}
        // SAFETY: as above.
        unsafe impl $(<$param>)? Send for $name $(<$param>)? {}

        impl $(<$param>)? $name $(<$param>)? {
            /// One of this value.
            #[track_caller]
            pub const fn new(value: $value) -> Self {
                let object = Object::new("atomic", Location::caller());
                Self { object, fresh: value, inner: ::std::sync::atomic::$name::new(value) }
            }

            fn id(&self) -> usize {
                self.object.id(|again| {
                    if again {
                        self.inner.store(self.fresh, Ordering::SeqCst);
                    }
                    Some(format!("{:?}", self.now()))
                })
            }

            fn now(&self) -> $value {
                self.inner.load(Ordering::SeqCst)
            }

            fn put(&self, id: usize, value: $value) {
                self.inner.store(value, Ordering::SeqCst);
                execution::worth(id, || Some(format!("{value:?}")));
            }

            /// Reads the newest value and writes what `change` makes of it, if it makes something, in one step. `orders` are for when
            /// it does and for when it doesn't. Returns what was there.
            fn exchange(&self, orders: [Ordering; 2], place: Place, change: impl FnOnce($value) -> Option<$value>, does: impl FnOnce($value, $value) -> String) -> $value {
                let id = self.id();
                let order = if orders.contains(&Ordering::SeqCst) { Ordering::SeqCst } else { orders[0] };
                execution::reach(execution::atomic_step(id, Access::Write, order, place));
                let before = self.now();
                let after = change(before);
                match after {
                    Some(after) => {
                        execution::exchange(id, orders[0], [before, after].map($to_bits), place);
                        self.put(id, after);
                    }
                    None => execution::load_newest(id, orders[1], place),
                }
                execution::tell(Some(place), |name| does(before, self.now()).replace("{}", &name(id)));
                before
            }

            /// Reads it.
            #[track_caller]
            pub fn load(&self, order: Ordering) -> $value {
                let (id, place) = (self.id(), Location::caller());
                execution::reach(execution::atomic_step(id, Access::Read, of_load(order), place));
                let old = execution::load(id, order, place);
                let value = old.map_or_else(|| self.now(), |old| ($from_bits)(old.bits));
                match old {
                    None => {
                        execution::tell(Some(place), |name| format!("reads {value:?} from {}", name(id)));
                        execution::changed_nothing(id, execution::mark(), 0, place);
                    }
                    Some(old) => execution::tell_old(place, |name| {
                        let (writer, newer) = (execution::shown_name(old.overwritten_by), ($from_bits)(old.overwritten_with));
                        format!("reads {value:?} from {} ({order:?}), an old value: {writer} has written {newer:?} since", name(id))
                    }),
                }
                value
            }

            /// Writes it.
            #[track_caller]
            pub fn store(&self, value: $value, order: Ordering) {
                let (id, place) = (self.id(), Location::caller());
                execution::reach(execution::atomic_step(id, Access::Write, of_store(order), place));
                execution::store(id, order, [self.now(), value].map($to_bits), place);
                self.put(id, value);
                execution::tell(Some(place), |name| format!("writes {value:?} to {}", name(id)));
            }

            /// Writes it and returns what was there, in one step.
            #[track_caller]
            pub fn swap(&self, value: $value, order: Ordering) -> $value {
                self.exchange([order; 2], Location::caller(), |_| Some(value), |was, is| format!("swaps {{}}: {was:?} → {is:?}"))
            }

            /// Writes `new` if `current` is there, in one step.
            ///
            /// # Errors
            ///
            /// If something else is there: that.
            #[track_caller]
            pub fn compare_exchange(&self, current: $value, new: $value, success: Ordering, failure: Ordering) -> Result<$value, $value> {
                let was = self.exchange(
                    [success, of_load(failure)],
                    Location::caller(),
                    |is| (is == current).then_some(new),
                    |was, is| if was == current {
                        format!("exchanges {{}}: {was:?} → {is:?}")
                    } else {
                        format!("does not exchange {{}}: it is {was:?}, not {current:?}")
                    },
                );
                if was == current {
                    return Ok(was);
                }
                execution::changed_nothing(self.id(), execution::mark(), 1, Location::caller());
                Err(was)
            }

            /// As `compare_exchange`, and may fail for nothing, as on some processors.
            ///
            /// # Errors
            ///
            /// If something else is there, or for nothing: what is there.
            #[track_caller]
            pub fn compare_exchange_weak(&self, current: $value, new: $value, success: Ordering, failure: Ordering) -> Result<$value, $value> {
                let fails = ::std::cell::Cell::new(false);
                let was = self.exchange(
                    [success, of_load(failure)],
                    Location::caller(),
                    |is| {
                        fails.set(is != current || execution::surprise());
                        (!fails.get()).then_some(new)
                    },
                    |was, is| if !fails.get() {
                        format!("exchanges {{}}: {was:?} → {is:?}")
                    } else if was == current {
                        "fails to exchange {} for nothing (as the weak form may)".to_owned()
                    } else {
                        format!("does not exchange {{}}: it is {was:?}, not {current:?}")
                    },
                );
                if !fails.get() {
                    return Ok(was);
                }
                execution::changed_nothing(self.id(), execution::mark(), 1, Location::caller());
                Err(was)
            }

            /// Changes it by `compare_exchange_weak` until that succeeds.
            ///
            /// # Errors
            ///
            /// If `change` returns `None`: what is there.
            #[track_caller]
            pub fn fetch_update(&self, one: Ordering, other: Ordering, mut change: impl FnMut($value) -> Option<$value>) -> Result<$value, $value> {
                let mut is = self.load(other);
                while let Some(next) = change(is) {
                    match self.compare_exchange_weak(is, next, one, other) {
                        Ok(was) => return Ok(was),
                        Err(now) => is = now,
                    }
                }
                Err(is)
            }

            /// As `fetch_update`, by its newer name.
            ///
            /// # Errors
            ///
            /// If `change` returns `None`: what is there.
            #[track_caller]
            pub fn try_update(&self, one: Ordering, other: Ordering, change: impl FnMut($value) -> Option<$value>) -> Result<$value, $value> {
                self.fetch_update(one, other, change)
            }

            /// Changes it by `compare_exchange_weak` until that succeeds, and returns what was there.
            #[track_caller]
            pub fn update(&self, one: Ordering, other: Ordering, mut change: impl FnMut($value) -> $value) -> $value {
                self.fetch_update(one, other, |is| Some(change(is))).unwrap_or_else(|is| is)
            }

            /// Where the value is. What is read and written there is not seen.
            pub const fn as_ptr(&self) -> *mut $value {
                self.inner.as_ptr()
            }

            /// The value, for the only thread that has it. No step.
            pub fn get_mut(&mut self) -> &mut $value {
                self.inner.get_mut()
            }

            /// The value, when nobody needs the atomic any more. No step.
            pub fn into_inner(self) -> $value {
                self.inner.into_inner()
            }
        }

        impl $(<$param>)? From<$value> for $name $(<$param>)? {
            #[track_caller]
            fn from(value: $value) -> Self {
                Self::new(value)
            }
        }

        impl $(<$param>)? fmt::Debug for $name $(<$param>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }
    };
}

macro_rules! changes {
    ($name:ident, $value:ty: $($method:ident($($how:tt)*) $does:literal,)*) => {
        impl $name {
            $(
                #[doc = concat!("See `std::sync::atomic::", stringify!($name), "::", stringify!($method), "`.")]
                #[track_caller]
                pub fn $method(&self, value: $value, order: Ordering) -> $value {
                    let change: fn($value, $value) -> $value = $($how)*;
                    self.exchange(
                        [order; 2],
                        Location::caller(),
                        |is| Some(change(is, value)),
                        |was, is| format!(concat!($does, ": {:?} → {:?}"), value, was, is),
                    )
                }
            )*
        }

        impl Default for $name {
            #[track_caller]
            fn default() -> Self {
                Self::new(Default::default())
            }
        }
    };
}

macro_rules! numbers {
    ($($name:ident $value:ty),*) => { $(
        atomic!($name, $value, |value| value as u64, |bits| bits as $value);
        changes!($name, $value:
            fetch_add(<$value>::wrapping_add) "adds {:?} to {{}}",
            fetch_sub(<$value>::wrapping_sub) "takes {:?} from {{}}",
            fetch_max(Ord::max) "makes {{}} at least {:?}",
            fetch_min(Ord::min) "makes {{}} at most {:?}",
            fetch_and(|a, b| a & b) "ands {:?} to {{}}",
            fetch_or(|a, b| a | b) "ors {:?} to {{}}",
            fetch_xor(|a, b| a ^ b) "xors {:?} to {{}}",
            fetch_nand(|a, b| !(a & b)) "nands {:?} to {{}}",
        );
    )* };
}

numbers!(
    AtomicU8 u8, AtomicU16 u16, AtomicU32 u32, AtomicU64 u64, AtomicUsize usize,
    AtomicI8 i8, AtomicI16 i16, AtomicI32 i32, AtomicI64 i64, AtomicIsize isize
);

/// What `atomic_wait` needs.
#[doc(hidden)]
impl AtomicU32 {
    /// Its number in this execution.
    pub fn object(&self) -> ObjectId {
        self.id()
    }

    /// The number of the one that is, or was, at this address; `None` if none there was used yet.
    pub fn object_at(atomic: *const Self) -> Option<ObjectId> {
        execution::object_at("atomic", atomic.addr().wrapping_add(::std::mem::offset_of!(Self, object)))
    }

    /// The newest value. No step.
    pub fn newest(&self) -> u32 {
        self.now()
    }
}

atomic!(AtomicBool, bool, u64::from, |bits| bits != 0);
changes!(AtomicBool, bool:
    fetch_and(|a, b| a & b) "ands {:?} to {{}}",
    fetch_or(|a, b| a | b) "ors {:?} to {{}}",
    fetch_xor(|a, b| a ^ b) "xors {:?} to {{}}",
    fetch_nand(|a, b| !(a & b)) "nands {:?} to {{}}",
);

impl AtomicBool {
    /// Turns it over, and returns what it was.
    #[track_caller]
    pub fn fetch_not(&self, order: Ordering) -> bool {
        self.fetch_xor(true, order)
    }
}

atomic!(AtomicPtr<T>, *mut T, |pointer: *mut T| pointer.expose_provenance() as u64, |bits| {
    ::std::ptr::with_exposed_provenance_mut::<T>(bits as usize)
});

impl<T> fmt::Pointer for AtomicPtr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&self.now(), f)
    }
}

impl<T> ::std::panic::RefUnwindSafe for AtomicPtr<T> {}

impl<T> Default for AtomicPtr<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(::std::ptr::null_mut())
    }
}

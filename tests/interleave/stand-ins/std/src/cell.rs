//! Cells. Threads can share an [`UnsafeCell`], by unsafe code of the program: so it is watched for data races.

use ::std::fmt;
use ::std::mem::MaybeUninit;
use ::std::panic::Location;
use ::std::sync::OnceLock;

use interleave::execution::{self, Object, ObjectId};
use interleave::usage;

pub use ::std::cell::{BorrowError, BorrowMutError, Cell, LazyCell, OnceCell, Ref, RefCell, RefMut};

/// See [`std::cell::UnsafeCell`]. Two accesses of two threads are a data race if one of them writes and nothing orders them.
///
/// What is done with the pointer that [`UnsafeCell::get`] returns is read from the source, at the place of the call: `&mut *cell.get()`
/// and `*cell.get() = 1` write, `&*cell.get()` and `*cell.get()` read. A pointer that is handed to another function is not seen.
pub struct UnsafeCell<T: ?Sized> {
    object: Object,
    /// The bytes of the value as it was at first, for one in a `static`.
    fresh: OnceLock<Box<[MaybeUninit<u8>]>>,
    value: ::std::cell::UnsafeCell<T>,
}

impl<T> UnsafeCell<T> {
    /// One with this value.
    #[track_caller]
    pub const fn new(value: T) -> Self {
        UnsafeCell {
            object: Object::new("cell", Location::caller()),
            fresh: OnceLock::new(),
            value: ::std::cell::UnsafeCell::new(value),
        }
    }

    /// The value, when nobody needs the cell any more.
    #[track_caller]
    pub fn into_inner(self) -> T {
        let place = Location::caller();
        self.watch(|cell| execution::owns(cell, place));
        self.value.into_inner()
    }
}

impl<T: ?Sized> UnsafeCell<T> {
    /// A pointer to the value.
    #[track_caller]
    pub fn get(&self) -> *mut T {
        let place = Location::caller();
        self.watch(|cell| {
            usage::at(place).iter().for_each(|one| execution::access(cell, one.clone(), place));
        });
        self.value.get()
    }

    /// The value, for the only owner of the cell. Where unsafe code promises that it is the only one, the explorer checks the promise.
    #[track_caller]
    pub fn get_mut(&mut self) -> &mut T {
        let place = Location::caller();
        self.watch(|cell| execution::owns(cell, place));
        self.value.get_mut()
    }

    /// As [`UnsafeCell::get`], from a pointer to the cell; what is done with it is not seen.
    #[expect(clippy::not_unsafe_ptr_arg_deref, reason = "the pointer is moved and not read, as in std")]
    pub const fn raw_get(this: *const Self) -> *mut T {
        // SAFETY: this only moves the pointer within the cell, and reads nothing.
        ::std::cell::UnsafeCell::raw_get(unsafe { &raw const (*this).value })
    }

    /// Lets the explorer see how the cell is used, if the program is explored.
    fn watch(&self, how: impl FnOnce(ObjectId)) {
        if execution::is_explored() {
            how(self.object.id(|used_before| {
                self.renew(used_before);
                None
            }));
        }
    }

    /// Makes it as it was at first, if an earlier execution has used it.
    fn renew(&self, used_before: bool) {
        let value = self.value.get();
        // SAFETY: no thread of this execution has used it, so nobody has a reference into it.
        let size = size_of_val(unsafe { &*value });
        let bytes = value.cast::<MaybeUninit<u8>>();
        // SAFETY: both sides are `size` bytes long and apart from each other, and any bytes are a MaybeUninit<u8>. As in
        // `interleave::lock`: only what stands in a `static` is used in two executions, its first value was there before any of them,
        // and what is overwritten is leaked, not dropped.
        unsafe {
            if used_before && let Some(fresh) = self.fresh.get() {
                ::std::ptr::copy_nonoverlapping(fresh.as_ptr(), bytes, size);
            } else {
                let _ = self.fresh.set(::std::slice::from_raw_parts(bytes, size).into());
            }
        }
    }
}

impl<T: Default> Default for UnsafeCell<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for UnsafeCell<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: ?Sized> fmt::Debug for UnsafeCell<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnsafeCell { .. }")
    }
}

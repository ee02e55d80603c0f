//! One who can become an owner.

use std::fmt;
use std::panic::Location;
use std::sync::Weak as Real;
use std::sync::atomic::Ordering::{Acquire, Relaxed};

use interleave::execution::Access;

use crate::arc::Arc;
use crate::counts::{Counts, WeakShare, owners, remember, remembered};

/// See [`std::sync::Weak`].
pub struct Weak<T: ?Sized> {
    /// None, if it was made by [`Weak::new`].
    pub(crate) share: Option<WeakShare>,
    pub(crate) real: Real<T>,
}

impl<T> Weak<T> {
    /// One of nothing.
    pub const fn new() -> Self {
        Weak { share: None, real: Real::new() }
    }
}

impl<T: ?Sized> Weak<T> {
    /// One more owner, if there is one still.
    #[track_caller]
    pub fn upgrade(&self) -> Option<Arc<T>> {
        let (counts, place) = (self.share.as_ref()?.counts.clone(), Location::caller());
        Counts::ask([(&counts.strong, Access::Write)], place);
        let strong = counts.strong.now();
        if strong == 0 {
            counts.strong.look(Relaxed, place);
            counts.tell(place, |name| format!("does not upgrade a `Weak` of {name}: it has no owner"));
            counts.strong.in_vain(1, place);
            return None;
        }
        counts.strong.change(strong + 1, Acquire, place);
        counts.tell(place, |name| format!("upgrades a `Weak` of {name} ({})", owners(strong + 1)));
        Some(Arc::counted(self.real.upgrade().expect("it has an owner"), counts, ("upgraded", place)))
    }

    /// How many owners there are; `Relaxed`, so perhaps how many there were.
    #[track_caller]
    pub fn strong_count(&self) -> usize {
        self.share.as_ref().map_or(0, |share| share.counts.read_strong(Location::caller()))
    }

    /// How many like this there are, as long as there is an owner.
    #[track_caller]
    pub fn weak_count(&self) -> usize {
        let Some(share) = &self.share else { return 0 };
        let place = Location::caller();
        let number = share.counts.read_weak(Acquire, place);
        // Without an owner, nothing is told of the others.
        if share.counts.read_strong(place) == 0 { 0 } else { number }
    }

    /// Whether both are of the same value, or of nothing.
    pub fn ptr_eq(&self, other: &Self) -> bool {
        self.real.ptr_eq(&other.real)
    }

    /// Where the value is, or was.
    pub fn as_ptr(&self) -> *const T {
        let pointer = self.real.as_ptr();
        if let Some(share) = &self.share {
            remember(pointer, &share.counts);
        }
        pointer
    }

    /// A pointer that counts as this one.
    pub fn into_raw(self) -> *const T {
        let pointer = self.as_ptr();
        let Weak { mut share, real } = self;
        share.iter_mut().for_each(|share| share.gone = true);
        let _ = real.into_raw();
        pointer
    }

    /// What [`Weak::into_raw`] has made a pointer of.
    ///
    /// # Safety
    ///
    /// As for [`std::sync::Weak::from_raw`].
    #[track_caller]
    pub unsafe fn from_raw(pointer: *const T) -> Self {
        let began = ("got back", Location::caller());
        let share = remembered(pointer).map(|counts| WeakShare::new(counts, began));
        // SAFETY: as the caller promises; it was the pointer of a `Real`.
        Weak { share, real: unsafe { Real::from_raw(pointer) } }
    }
}

impl<T: ?Sized> Clone for Weak<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let place = Location::caller();
        let share = self.share.as_ref().map(|share| {
            let counts = share.counts.clone();
            Counts::step([(&counts.weak, Access::Write)], place);
            counts.weak.change(counts.weak.now() + 1, Relaxed, place);
            counts.tell(place, |name| format!("clones a `Weak` of {name}"));
            WeakShare::new(counts, ("cloned", place))
        });
        Weak { share, real: self.real.clone() }
    }
}

impl<T> Default for Weak<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: ?Sized> fmt::Debug for Weak<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}

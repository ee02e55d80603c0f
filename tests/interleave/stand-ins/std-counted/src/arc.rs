//! What has several owners.

use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc as Real;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use interleave::execution::{self, Access, Place};

use crate::counts::{Counts, Ending, Share, WeakShare, owners, remember, remembered};
use crate::weak::Weak;

/// See [`std::sync::Arc`].
///
/// The fields are dropped in this order: first this owner goes, then perhaps the value.
pub struct Arc<T: ?Sized> {
    pub(crate) share: Share,
    pub(crate) real: Real<T>,
    pub(crate) ending: Ending,
}

impl<T: ?Sized> Arc<T> {
    /// One more owner, which the counts have already.
    pub(crate) fn counted(real: Real<T>, counts: Real<Counts>, began: (&'static str, Place)) -> Self {
        Arc { share: Share::new(counts.clone(), began), real, ending: Ending(counts) }
    }

    /// The first owner.
    #[track_caller]
    pub(crate) fn first(real: Real<T>) -> Self {
        let place = Location::caller();
        Self::counted(real, Counts::new(1, place), ("made", place))
    }

    /// The `Arc` of the standard library, for the last owner.
    pub(crate) fn into_real(mut self) -> Real<T> {
        self.share.gone = true;
        self.real
    }

    fn counts(&self) -> &Real<Counts> {
        &self.share.counts
    }

    /// Where the value is.
    pub fn as_ptr(this: &Self) -> *const T {
        let pointer = Real::as_ptr(&this.real);
        remember(pointer, this.counts());
        pointer
    }

    /// A pointer that counts as an owner.
    pub fn into_raw(this: Self) -> *const T {
        let pointer = Self::as_ptr(&this);
        let Arc { mut share, real, .. } = this;
        share.gone = true;
        let _ = Real::into_raw(real);
        pointer
    }

    /// The owner that [`Arc::into_raw`] has made a pointer of.
    ///
    /// # Safety
    ///
    /// As for [`std::sync::Arc::from_raw`].
    #[track_caller]
    pub unsafe fn from_raw(pointer: *const T) -> Self {
        let Some(counts) = remembered(pointer) else {
            execution::refuse("Arc::from_raw takes only what Arc::into_raw has returned in the same run");
        };
        // SAFETY: the caller promises that `into_raw` has returned it, and that turns a `Real` raw.
        let real = unsafe { Real::from_raw(pointer) };
        Self::counted(real, counts, ("got back", Location::caller()))
    }

    /// One more owner.
    ///
    /// # Safety
    ///
    /// As for [`std::sync::Arc::increment_strong_count`].
    #[track_caller]
    pub unsafe fn increment_strong_count(pointer: *const T) {
        // SAFETY: as the caller promises; this one is not dropped.
        let this = ManuallyDrop::new(unsafe { Self::from_raw(pointer) });
        let _ = Self::into_raw(Self::clone(&this));
    }

    /// One owner less.
    ///
    /// # Safety
    ///
    /// As for [`std::sync::Arc::decrement_strong_count`].
    #[track_caller]
    pub unsafe fn decrement_strong_count(pointer: *const T) {
        // SAFETY: as the caller promises.
        drop(unsafe { Self::from_raw(pointer) });
    }

    /// Whether both own the same value.
    pub fn ptr_eq(this: &Self, other: &Self) -> bool {
        Real::ptr_eq(&this.real, &other.real)
    }

    /// One who can become an owner, as long as there are others.
    #[track_caller]
    pub fn downgrade(this: &Self) -> Weak<T> {
        let (counts, place) = (this.counts().clone(), Location::caller());
        Counts::step([(&counts.weak, Access::Write)], place);
        counts.weak.change(counts.weak.now() + 1, Acquire, place);
        counts.tell(place, |name| format!("downgrades {name}"));
        Weak { share: Some(WeakShare::new(counts, ("made", place))), real: Real::downgrade(&this.real) }
    }

    /// How many owners there are; `Relaxed`, so perhaps how many there were.
    #[track_caller]
    pub fn strong_count(this: &Self) -> usize {
        this.counts().read_strong(Location::caller())
    }

    /// How many [`Weak`] there are; `Relaxed`, as [`Arc::strong_count`].
    #[track_caller]
    pub fn weak_count(this: &Self) -> usize {
        this.counts().read_weak(Relaxed, Location::caller())
    }

    /// The value to change, for the only owner.
    #[track_caller]
    pub fn get_mut(this: &mut Self) -> Option<&mut T> {
        let (counts, place) = (this.share.counts.clone(), Location::caller());
        Counts::ask([(&counts.strong, Access::Read), (&counts.weak, Access::Read)], place);
        let (strong, weak) = (counts.strong.now(), counts.weak.now() - 1);
        if weak == 0 {
            counts.weak.look(Acquire, place);
            counts.strong.look(Acquire, place);
        } else {
            counts.weak.look(Relaxed, place);
        }
        counts.tell(place, |name| match (strong, weak) {
            (1, 0) => format!("may change what is in {name}: it is the only owner"),
            (1, _) => format!("may not change what is in {name}: there is a `Weak` of it"),
            _ => format!("may not change what is in {name}: it has {}", owners(strong)),
        });
        if (strong, weak) != (1, 0) {
            counts.strong.in_vain(0, place);
        }
        Real::get_mut(&mut this.real)
    }
}

impl<T> Arc<T> {
    /// One owner of this value.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self::first(Real::new(value))
    }

    /// The same, where the value stays where it is.
    #[track_caller]
    pub fn pin(value: T) -> Pin<Self> {
        // SAFETY: the value is on the heap, so it doesn't move with the `Arc`. What moves it out or lends it to be changed
        // (`get_mut`, `make_mut`, `try_unwrap`, `into_inner`) takes an `Arc`, which safe code can't get from a `Pin`.
        unsafe { Pin::new_unchecked(Self::new(value)) }
    }

    /// One owner of a value that has a [`Weak`] of itself.
    #[track_caller]
    pub fn new_cyclic(make: impl FnOnce(&Weak<T>) -> T) -> Self {
        let place = Location::caller();
        let counts = Counts::new(0, place);
        let real = Real::new_cyclic(|real| {
            let share = WeakShare::new(counts.clone(), ("made", place));
            let mut weak = Weak { share: Some(share), real: real.clone() };
            let value = make(&weak);
            // From now on it counts for the owners.
            weak.share.iter_mut().for_each(|share| share.gone = true);
            Counts::step([(&counts.strong, Access::Write)], place);
            counts.strong.change(1, Release, place);
            counts.tell(place, |name| format!("has made {name} (1 owner)"));
            value
        });
        Self::counted(real, counts, ("made", place))
    }

    /// The value, for the last owner.
    #[track_caller]
    pub fn into_inner(this: Self) -> Option<T> {
        let Arc { share, real, ending } = this;
        share.take(Location::caller());
        let value = Real::into_inner(real);
        drop(ending);
        value
    }

    /// The value, for the only owner.
    ///
    /// # Errors
    ///
    /// If there are others: `this`.
    #[track_caller]
    pub fn try_unwrap(this: Self) -> Result<T, Self> {
        let (counts, place) = (this.counts().clone(), Location::caller());
        Counts::ask([(&counts.strong, Access::Write)], place);
        let strong = counts.strong.now();
        if strong != 1 {
            counts.strong.look(Relaxed, place);
            counts.tell(place, |name| format!("does not unwrap {name}: it has {}", owners(strong)));
            counts.strong.in_vain(1, place);
            return Err(this);
        }
        counts.strong.change(0, Acquire, place);
        counts.tell(place, |name| format!("unwraps {name}: it was the only owner"));
        Ok(Real::into_inner(this.into_real()).expect("the only owner"))
    }
}

impl<T: Clone> Arc<T> {
    /// The value, for the only owner; else a clone of it.
    #[track_caller]
    pub fn unwrap_or_clone(this: Self) -> T {
        Self::try_unwrap(this).unwrap_or_else(|this| (*this).clone())
    }

    /// The value to change, for the only owner; else a clone of it, which `this` owns from now on.
    #[track_caller]
    pub fn make_mut(this: &mut Self) -> &mut T {
        let (counts, place) = (this.counts().clone(), Location::caller());
        Counts::ask([(&counts.strong, Access::Write), (&counts.weak, Access::Read)], place);
        let (strong, weak) = (counts.strong.now(), counts.weak.now() - 1);
        if strong != 1 {
            counts.strong.look(Relaxed, place);
            let text =
                |name: &str| format!("clones what is in {name} to change it: it has {}", owners(strong));
            counts.tell(place, text);
            let copy = T::clone(this);
            *this = Self::first(Real::new(copy));
        } else if weak == 0 {
            counts.strong.change(1, AcqRel, place);
            counts.weak.look(Relaxed, place);
            counts.tell(place, |name| format!("may change what is in {name}: it is the only owner"));
        } else {
            counts.strong.change(0, Acquire, place);
            counts
                .tell(place, |name| format!("moves what is in {name} to change it: there is a `Weak` of it"));
            this.share.gone = true;
            let counts = Counts::new(1, place);
            this.share = Share::new(counts.clone(), ("made", place));
            this.ending = Ending(counts);
        }
        Real::make_mut(&mut this.real)
    }
}

impl<T: ?Sized> Clone for Arc<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        let (counts, place) = (self.counts().clone(), Location::caller());
        Counts::step([(&counts.strong, Access::Write)], place);
        let strong = counts.strong.now() + 1;
        counts.strong.change(strong, Relaxed, place);
        counts.tell(place, |name| format!("clones {name} ({})", owners(strong)));
        Self::counted(self.real.clone(), counts, ("cloned", place))
    }
}

impl<T: ?Sized> Deref for Arc<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.real
    }
}

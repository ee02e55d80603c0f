//! Guards of a part of the value.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

use interleave::lock::Held;

use super::{MutexGuard, RwLockReadGuard, RwLockWriteGuard};

/// A lock that is held, over whatever value.
trait Holds {}

impl<T: ?Sized> Holds for Held<'_, T> {}

macro_rules! mapped {
    ($name:ident of $guard:ident, $($mut:ident)?) => {
        #[doc = concat!("See `parking_lot::", stringify!($name), "`.")]
        pub struct $name<'a, T: ?Sized> {
            part: NonNull<T>,
            held: Box<dyn Holds + 'a>,
            /// Of the value, and with its thread.
            stays: PhantomData<(&'a $($mut)? T, *const ())>,
        }

        // SAFETY: a shared guard gives no more than a shared value.
        unsafe impl<T: ?Sized + Sync> Sync for $name<'_, T> {}

        impl<'a, T: ?Sized> $guard<'a, T> {
            /// Goes on with a part of the value only.
            #[allow(unused_mut, reason = "a reader needs none")]
            pub fn map<U: ?Sized>(mut this: Self, part: impl FnOnce(&$($mut)? T) -> &$($mut)? U) -> $name<'a, U> {
                let part = NonNull::from(part(&$($mut)? *this));
                $name { part, held: Box::new(this.held), stays: PhantomData }
            }

            /// The same, if there is such a part.
            ///
            /// # Errors
            ///
            /// If there is none; the guard comes back.
            #[allow(unused_mut, reason = "a reader needs none")]
            pub fn try_map<U: ?Sized>(
                mut this: Self,
                part: impl FnOnce(&$($mut)? T) -> Option<&$($mut)? U>,
            ) -> Result<$name<'a, U>, Self> {
                match part(&$($mut)? *this).map(NonNull::from) {
                    Some(part) => Ok($name { part, held: Box::new(this.held), stays: PhantomData }),
                    None => Err(this),
                }
            }
        }

        impl<'a, T: ?Sized> $name<'a, T> {
            /// Goes on with a part of the part only.
            #[allow(unused_mut, reason = "a reader needs none")]
            pub fn map<U: ?Sized>(mut this: Self, part: impl FnOnce(&$($mut)? T) -> &$($mut)? U) -> $name<'a, U> {
                let part = NonNull::from(part(&$($mut)? *this));
                $name { part, held: this.held, stays: PhantomData }
            }

            /// The same, if there is such a part.
            ///
            /// # Errors
            ///
            /// If there is none; the guard comes back.
            #[allow(unused_mut, reason = "a reader needs none")]
            pub fn try_map<U: ?Sized>(
                mut this: Self,
                part: impl FnOnce(&$($mut)? T) -> Option<&$($mut)? U>,
            ) -> Result<$name<'a, U>, Self> {
                match part(&$($mut)? *this).map(NonNull::from) {
                    Some(part) => Ok($name { part, held: this.held, stays: PhantomData }),
                    None => Err(this),
                }
            }

            /// Lets go. A thread that waits may or may not have it next.
            #[track_caller]
            pub fn unlock_fair(this: Self) {
                drop(this);
            }
        }

        impl<T: ?Sized> Deref for $name<'_, T> {
            type Target = T;

            fn deref(&self) -> &T {
                // SAFETY: the closure made it of a reference to the value, which no other thread touches until `held` is
                // dropped; and `self` is the only way to it in this one.
                unsafe { self.part.as_ref() }
            }
        }
    };
}
mapped!(MappedMutexGuard of MutexGuard, mut);
mapped!(MappedRwLockReadGuard of RwLockReadGuard,);
mapped!(MappedRwLockWriteGuard of RwLockWriteGuard, mut);
interleave::shows_its_value!(MappedMutexGuard MappedRwLockReadGuard MappedRwLockWriteGuard);

macro_rules! changes {
    ($($name:ident)*) => { $(
        impl<T: ?Sized> DerefMut for $name<'_, T> {
            fn deref_mut(&mut self) -> &mut T {
                // SAFETY: as for `deref`; and the closure made it of a `&mut`.
                unsafe { self.part.as_mut() }
            }
        }
    )* };
}
changes!(MappedMutexGuard MappedRwLockWriteGuard);

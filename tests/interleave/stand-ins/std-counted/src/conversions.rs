//! From and to other types, and what an `Arc` can do if its value can.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::error::Error;
use std::ffi::{CStr, CString, OsStr, OsString};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc as Real;

use crate::arc::Arc;

macro_rules! from {
    ($([$($param:tt)*] $from:ty => $to:ty;)*) => { $(
        impl<$($param)*> From<$from> for Arc<$to> {
            #[track_caller]
            fn from(value: $from) -> Self {
                Self::first(Real::from(value))
            }
        }
    )* };
}

from! {
    [T] T => T;
    [T: ?Sized] Box<T> => T;
    [T] Vec<T> => [T];
    [T: Clone] &[T] => [T];
    [T, const N: usize] [T; N] => [T];
    [] &str => str;
    [] String => str;
    [] Cow<'_, str> => str;
    [] &Path => Path;
    [] PathBuf => Path;
    [] &OsStr => OsStr;
    [] OsString => OsStr;
    [] &CStr => CStr;
    [] CString => CStr;
}

impl<T> FromIterator<T> for Arc<[T]> {
    #[track_caller]
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::first(Real::from_iter(items))
    }
}

macro_rules! default {
    ($([$($param:tt)*] $of:ty;)*) => { $(
        impl<$($param)*> Default for Arc<$of> {
            #[track_caller]
            fn default() -> Self {
                Self::first(Real::default())
            }
        }
    )* };
}

default! {
    [T: Default] T;
    [T] [T];
    [] str;
}

macro_rules! shown {
    ($($how:ident)*) => { $(
        impl<T: ?Sized + fmt::$how> fmt::$how for Arc<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                T::fmt(self, f)
            }
        }
    )* };
}

shown!(Debug Display);

impl<T: ?Sized> fmt::Pointer for Arc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.real.fmt(f)
    }
}

impl<T: ?Sized> Borrow<T> for Arc<T> {
    fn borrow(&self) -> &T {
        self
    }
}

impl<T: ?Sized> AsRef<T> for Arc<T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T: ?Sized + PartialEq> PartialEq for Arc<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: ?Sized + Eq> Eq for Arc<T> {}

impl<T: ?Sized + PartialOrd> PartialOrd for Arc<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (**self).partial_cmp(&**other)
    }
}

impl<T: ?Sized + Ord> Ord for Arc<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl<T: ?Sized + Hash> Hash for Arc<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl<T: ?Sized + Error> Error for Arc<T> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        (**self).source()
    }
}

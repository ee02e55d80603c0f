#![allow(
    clippy::legacy_numeric_constants,
    reason = "a path such as std::u32::MAX has to work here as in std"
)]
//! Stands in for `std` in a program that is explored.
//!
//! What threads share and what makes threads is the explorer's: `sync`, `thread`, `hint`, and the macros that
//! print or make thread-locals. The rest is `std` itself. What is missing here can't be explored: files, sockets and other
//! processes are outside of what a search could run again. The compiler says so:
//!
//! ```compile_fail,E0432
//! extern crate interleave_std as std;
//!
//! use std::fs::File; // error[E0432]: unresolved import `std::fs`
//!
//! fn main() {}
//! ```
//!
//! What `std` does not let threads share can't be shared here either:
//!
//! ```compile_fail,E0277
//! extern crate interleave_std as std;
//!
//! fn is_shared<T: Sync>() {}
//!
//! fn main() {
//!     is_shared::<std::sync::RwLock<core::cell::Cell<u32>>>();
//! }
//! ```
//!
//! Not seen, though `std` has it: what the counts of an `Arc` tell, as `Arc::strong_count` and `Weak::upgrade` do.
//!
//! # Layout
//!
//! - [`sync`]: locks, condition variables, barriers, what is set once; [`sync::atomic`], [`sync::mpsc`]
//! - [`thread`]: threads, scopes, `park`, thread-locals
//! - [`hint`], [`process`]: the few functions of these that matter here

pub use ::std::{
    alloc, any, array, ascii, borrow, boxed, cell, char, clone, cmp, collections, convert, default, error,
    f32, f64, ffi, fmt, future, hash, io, iter, marker, mem, num, ops, option, panic, path, pin, prelude,
    ptr, rc, result, slice, str, string, task, time, vec,
};
pub use ::std::{i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize};

pub mod sync;
pub mod thread;

/// Hints that a loop waits for another thread.
pub mod hint {
    pub use ::std::hint::{assert_unchecked, black_box, unreachable_unchecked};
    use ::std::panic::Location;

    /// A round of a loop that waits: see [`interleave::execution::round`].
    #[track_caller]
    pub fn spin_loop() {
        interleave::execution::round(Location::caller());
    }
}

/// How a program ends. It can't end in the middle of an exploration.
pub mod process {
    pub use ::std::process::{ExitCode, Termination};

    /// Refused: the explorer would end as well.
    pub fn exit(code: i32) -> ! {
        interleave::execution::refuse(format!("process::exit({code}) would end the explorer; return instead"))
    }

    /// Refused: the explorer would end as well.
    pub fn abort() -> ! {
        interleave::execution::refuse("process::abort() would end the explorer")
    }
}

/// Writes nothing: ten thousand runs would write it ten thousand times. It is a step in the schedule.
#[macro_export]
macro_rules! println {
    () => { $crate::__print(::core::format_args!("")) };
    ($($text:tt)*) => { $crate::__print(::core::format_args!($($text)*)) };
}

/// Writes nothing, as [`println!`].
#[macro_export]
macro_rules! print {
    ($($text:tt)*) => { $crate::__print(::core::format_args!($($text)*)) };
}

/// Writes nothing, as [`println!`].
#[macro_export]
macro_rules! eprintln {
    () => { $crate::__print(::core::format_args!("")) };
    ($($text:tt)*) => { $crate::__print(::core::format_args!($($text)*)) };
}

/// Writes nothing, as [`println!`].
#[macro_export]
macro_rules! eprint {
    ($($text:tt)*) => { $crate::__print(::core::format_args!($($text)*)) };
}

/// Writes nothing, as [`println!`].
#[macro_export]
macro_rules! dbg {
    () => { $crate::eprintln!() };
    ($value:expr $(,)?) => {
        match $value {
            value => {
                $crate::eprintln!("{} = {:#?}", ::core::stringify!($value), &value);
                value
            }
        }
    };
    ($($value:expr),+ $(,)?) => { ($($crate::dbg!($value)),+,) };
}

#[doc(hidden)]
#[track_caller]
pub fn __print(text: fmt::Arguments<'_>) {
    let place = panic::Location::caller();
    if interleave::execution::is_explored() {
        interleave::execution::tell(Some(place), |_| {
            ::std::format!("prints {:?}", ::std::format!("{text}").trim_end())
        });
    }
}

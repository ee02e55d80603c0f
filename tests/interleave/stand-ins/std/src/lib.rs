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
//! Not seen, though `std` has it: where things lie in memory, by which a program could sort them; and what the counts of an `Arc`
//! tell, as `Arc::strong_count` and `Weak::upgrade` do. `interleave-std-counted` is this with an `Arc` whose counts are seen.
//!
//! # Layout
//!
//! - [`cell`]: `UnsafeCell`, which is watched for data races
//! - [`sync`]: locks, condition variables, barriers, what is set once; [`sync::atomic`], [`sync::mpsc`]
//! - [`thread`]: threads, scopes, `park`, thread-locals
//! - [`time`]: a clock that goes on with the steps
//! - [`collections`]: maps and sets in an order that is the same in every run
//! - [`io`]: the locks of the standard output and error
//! - [`mod@panic`]: a program's own panic hook
//! - [`hint`], [`process`]: the few functions of these that matter here

pub use ::std::{
    alloc, any, arch, array, ascii, backtrace, borrow, boxed, char, clone, cmp, convert, default, env, error,
    f32, f64, ffi, fmt, future, iter, marker, mem, num, ops, option, path, pin, prelude, primitive, ptr, rc,
    result, slice, str, string, task, vec,
};
pub use ::std::{i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize};
pub use macros::*;

pub mod cell;
pub mod collections;
pub mod io;
pub mod panic;
pub mod sync;
pub mod thread;
pub mod time;

/// Hashing, by a seed that is the same in every run.
pub mod hash {
    pub use crate::collections::hash_map::RandomState;
    pub use ::std::hash::*;
}

/// Macros of `std`. Where a module has the same name, the one here comes first.
mod macros {
    pub use ::std::{
        assert, assert_eq, assert_ne, cfg, column, compile_error, concat, debug_assert, debug_assert_eq,
        debug_assert_ne, file, format, format_args, include, include_bytes, include_str, line, matches,
        module_path, option_env, panic, stringify, todo, unimplemented, unreachable, write, writeln,
    };
}

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

/// How a program ends. What is checked as a part of another program can't end that one: it is refused.
pub mod process {
    use ::std::panic::Location;
    pub use ::std::process::{ExitCode, Termination};
    use interleave::execution;

    /// Ends the program, well if `code` is 0.
    #[track_caller]
    pub fn exit(code: i32) -> ! {
        let how = if code == 0 { Ok(()) } else { Err(::std::format!("exit status {code}")) };
        let why = ::std::format!("process::exit({code}) would end the explorer; return instead");
        execution::exit(how, &why, Location::caller())
    }

    /// Ends the program.
    #[track_caller]
    pub fn abort() -> ! {
        let how = Err("process::abort()".into());
        execution::exit(how, "process::abort() would end the explorer", Location::caller())
    }
}

/// Writes nothing: ten thousand runs would write it ten thousand times. The schedule tells it, it is kept as what the order
/// prints, and who prints waits while another thread has the standard output locked.
#[macro_export]
macro_rules! println {
    () => { $crate::__print($crate::__Stream::Output, ::core::format_args!("\n")) };
    ($($text:tt)*) => {
        $crate::__print($crate::__Stream::Output, ::core::format_args!("{}\n", ::core::format_args!($($text)*)))
    };
}

/// Writes nothing, as [`println!`].
#[macro_export]
macro_rules! print {
    ($($text:tt)*) => { $crate::__print($crate::__Stream::Output, ::core::format_args!($($text)*)) };
}

/// Writes nothing, as [`println!`].
#[macro_export]
macro_rules! eprintln {
    () => { $crate::__print($crate::__Stream::Error, ::core::format_args!("\n")) };
    ($($text:tt)*) => {
        $crate::__print($crate::__Stream::Error, ::core::format_args!("{}\n", ::core::format_args!($($text)*)))
    };
}

/// Writes nothing, as [`println!`].
#[macro_export]
macro_rules! eprint {
    ($($text:tt)*) => { $crate::__print($crate::__Stream::Error, ::core::format_args!($($text)*)) };
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
pub use interleave::execution::Stream as __Stream;

#[doc(hidden)]
#[track_caller]
pub fn __print(to: __Stream, text: fmt::Arguments<'_>) {
    io::print(to, text, panic::Location::caller());
}

//! `interleave-std` with an [`Arc`](sync::Arc) whose counts are seen: who clones it, drops it or asks how many owners it has
//! takes a step.
//!
//! Not every program compiles with it. Only the standard library's own `Arc` turns into an `Arc<dyn …>` or an `Arc<[T]>`
//! without a call, and is a `self: Arc<Self>`. A program that needs that is compiled with `interleave-std`, whose `Arc` is that of
//! the standard library:
//!
//! ```compile_fail,E0308
//! extern crate interleave_std_counted as std;
//!
//! fn main() {
//!     let shown: std::sync::Arc<dyn std::fmt::Debug> = std::sync::Arc::new(1); // error[E0308]: mismatched types
//! }
//! ```
//!
//! # Layout
//!
//! - `arc`, `weak`: [`sync::Arc`] and [`sync::Weak`]
//! - `counts`: the two counts, and what is done to them
//! - `conversions`: from and to other types, and the traits that an `Arc` has if its value has them

pub use interleave_std::*;

mod arc;
mod conversions;
mod counts;
mod weak;

/// What threads share.
pub mod sync {
    pub use interleave_std::sync::*;

    pub use crate::arc::Arc;
    pub use crate::weak::Weak;
}

//! Explores the orders in which the steps of several threads can happen.
//!
//! A program that is to be explored is compiled with stand-ins for `std`, `parking_lot`,
//! `crossbeam_channel` and `atomic_wait` (in `tests/interleave/stand-ins`), which tell the explorer before each step that
//! another thread could see, and wait until it lets them.
//!
//! # Layout
//!
//! - [`Search`]: which orders are run, and in which sequence
//! - [`report`]: what a search found, as text and as JSON
//! - [`execution`]: one execution; what the stand-ins are made of
//! - [`litmus`]: small programs that say which old values a load may read
//! - [`lock`], [`channel`]: the parts that several stand-ins share
//! - [`tree`]: all orders of a program, for a page on which a reader chooses them
//! - [`usage`]: what a program does with the pointer into an `UnsafeCell`
//! - [`value`]: what a shared value is, in words

pub mod channel;
pub mod execution;
pub mod lock;
#[doc = include_str!("litmus.md")]
pub mod litmus {}
mod name;
pub mod report;
mod search;
pub mod tree;
pub mod usage;
pub mod value;

pub use execution::{
    exchanges, locks_taken, locks_used, rounds, steps_taken_by_others, system_calls, threads_started,
};
pub use report::{Kind, Problem, Report, Step, Stuck};
pub use search::{Ending, Order, Outcome, Outcomes, Progress, Reduction, Search, Shown, Tally};

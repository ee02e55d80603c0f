//! The exercises: what their checks are written with, and what finds, compiles and judges answers. And what explores any
//! program.
//!
//! A `checks.rs` has one function, `pub fn judge(judge: &mut Judge)`, and is compiled with an answer into
//! a program of its own, whose `main` is [`main`](main()). The runner starts that program, reads what it
//! reports, and ends it if it does not end by itself.
//!
//! # Layout
//!
//! For the checks:
//! - [`mod@judge`]: [`Judge`], [`Unseen`], and the program that they are part of
//! - [`memory`]: [`Memory`], for what an answer frees itself
//! - [`wait`]: [`long_wait`] and [`one_step`], for what is slow, comes late or comes in between; [`until_all_wait`],
//!   [`others_sleep`], [`at_once`]; [`many`], a number that no answer knows, and [`many_threads`]; [`beforehand`], for what was done before
//!
//! For the runner, and for the proof that every exercise is what it says:
//! - [`course`]: the exercises that are there
//! - [`editor`]: the current exercise, for rust-analyzer
//! - [`seal`]: whether an exercise's checks are as its author left them
//! - [`compile`]: from answers to programs
//! - [`stand_in`]: what stands for `std` in them
//! - [`text`]: texts for a terminal
//! - [`verdict`]: runs the checks of one answer
//!
//! For any program:
//! - [`explore`]: compiles a file, and says what can come of it

// They panic where nothing can be written.
#![warn(clippy::print_stderr, clippy::print_stdout)]

pub mod compile;
pub mod course;
pub mod editor;
pub mod explore;
pub mod judge;
pub mod memory;
pub mod seal;
pub mod stand_in;
pub mod text;
pub mod verdict;
pub mod wait;

pub use judge::{Judge, Unseen, main};
pub use memory::Memory;
pub use wait::{
    at_once, beforehand, long_wait, many, many_threads, one_step, others_sleep, tries, until_all_wait,
};

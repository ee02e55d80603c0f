//! Stands in for `crossbeam-channel` in a program that is explored.

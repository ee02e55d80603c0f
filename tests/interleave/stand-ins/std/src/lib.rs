//! Stands in for `std` in a program that is explored.

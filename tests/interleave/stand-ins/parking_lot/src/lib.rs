//! Stands in for `parking_lot` in a program that is explored.

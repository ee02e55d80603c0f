//! Stands in for `shared` in a program that is explored.

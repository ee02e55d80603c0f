//! Is there before the first `cargo exercise`: cargo refuses a pattern of members that nothing matches, and
//! rust-analyzer would show that as an error.

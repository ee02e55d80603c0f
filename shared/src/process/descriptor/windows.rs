//! Handles, which Windows has instead of descriptors.

use std::fs::File;
use std::io::{self, stdin, stdout};
use std::os::windows::io::{AsHandle, OwnedHandle};

/// What a child finds on its standard input.
pub type Wire = OwnedHandle;

/// Handles go to the child that they are meant for.
pub(in crate::process) fn one_at_a_time() -> impl Sized {}

pub(in crate::process) fn nowhere() -> io::Result<Wire> {
    Ok(File::open("NUL")?.into())
}

/// std can't close standard input here: the wire stays open until the process ends.
pub(in crate::process) fn take_stdin() -> io::Result<Wire> {
    stdin().as_handle().try_clone_to_owned()
}

/// std can't redirect standard output here: what a task prints breaks the wire, and is an error.
pub(in crate::process) fn take_stdout() -> io::Result<OwnedHandle> {
    stdout().as_handle().try_clone_to_owned()
}

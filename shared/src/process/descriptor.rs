//! What leads from a parent to its child: standard input and output of the child, taken over.

use std::io::{self, PipeReader, PipeWriter};

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::Wire;
#[cfg(target_os = "linux")]
pub(super) use unix::of_process;
#[cfg(unix)]
pub(super) use unix::{nowhere, one_at_a_time, pack, take_stdin, take_stdout, unpack};
#[cfg(windows)]
pub use windows::Wire;
#[cfg(windows)]
pub(super) use windows::{nowhere, one_at_a_time, take_stdin, take_stdout};

/// A pipe that no child gets but the one that it is given to.
pub(super) fn pipe() -> io::Result<(PipeReader, PipeWriter)> {
    let _one = one_at_a_time();
    io::pipe()
}

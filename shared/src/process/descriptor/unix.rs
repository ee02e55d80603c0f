//! Descriptors, as Unix has them.

use std::fs::File;
use std::io::{self, ErrorKind, stderr, stdin, stdout};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;

use rustix::io::{FdFlags, fcntl_setfd};
use sendfd::{RecvWithFd, SendWithFd};

/// What a child finds on descriptor 0.
pub type Wire = OwnedFd;

/// Held while pipes are made and processes are started where a system has no pipe that closes itself in
/// a process that is started: else another's child would get it, and keep its end of file away.
#[cfg(not(target_os = "linux"))]
pub(in crate::process) fn one_at_a_time() -> impl Sized {
    use std::sync::{Mutex, PoisonError};
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(target_os = "linux")]
pub(in crate::process) fn one_at_a_time() -> impl Sized {}

pub(in crate::process) fn nowhere() -> io::Result<Wire> {
    Ok(File::open("/dev/null")?.into())
}

/// Becomes readable when this process ends. It has to be a child that nobody has waited for, or one's own
/// parent: another process may have the number by then.
#[cfg(target_os = "linux")]
pub(in crate::process) fn of_process(pid: u32) -> io::Result<OwnedFd> {
    use rustix::process::{Pid, PidfdFlags, pidfd_open};
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).ok_or(ErrorKind::InvalidInput)?;
    Ok(pidfd_open(pid, PidfdFlags::empty())?)
}

/// Descriptor 0 then leads nowhere, so that this process alone holds the wire: dropping it
/// closes it, and a process started from here doesn't inherit it.
pub(in crate::process) fn take_stdin() -> io::Result<Wire> {
    let wire = stdin().as_fd().try_clone_to_owned()?;
    rustix::stdio::dup2_stdin(nowhere()?)?;
    Ok(wire)
}

/// Descriptor 1 then leads to standard error, so that nothing printed there gets onto the wire.
pub(in crate::process) fn take_stdout() -> io::Result<OwnedFd> {
    let wire = stdout().as_fd().try_clone_to_owned()?;
    rustix::stdio::dup2_stdout(stderr())?;
    Ok(wire)
}

/// Several descriptors as one: they lie in a socket until [`unpack`] takes them out. If nobody does,
/// they are closed with it.
pub(in crate::process) fn pack<const N: usize>(wires: [OwnedFd; N]) -> io::Result<Wire> {
    let (sender, receiver) = UnixStream::pair()?;
    sender.send_with_fd(b"!", &wires.each_ref().map(OwnedFd::as_raw_fd))?;
    Ok(receiver.into())
}

pub(in crate::process) fn unpack<const N: usize>(wire: Wire) -> io::Result<[OwnedFd; N]> {
    let mut numbers: [RawFd; N] = [-1; N];
    let (_, arrived) = UnixStream::from(wire).recv_with_fd(&mut [0], &mut numbers)?;
    // SAFETY: `recv_with_fd` has written the first `arrived` numbers: descriptors that the kernel has just opened in
    // this process, and that nothing else owns.
    let wires = numbers[..arrived].iter().map(|&number| unsafe { OwnedFd::from_raw_fd(number) });
    let wires: Vec<OwnedFd> = wires.collect();
    // A process's own start: nothing runs yet that could start another one and pass these on.
    wires.iter().try_for_each(|wire| fcntl_setfd(wire, FdFlags::CLOEXEC))?;
    wires.try_into().map_err(|_| io::Error::new(ErrorKind::InvalidData, "the parcel is not whole"))
}

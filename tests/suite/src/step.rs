//! A process that goes on by one step at a time, as in a debugger.

use std::io;
use std::marker::PhantomData;
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::Living;

/// It hangs if it takes no step for so long.
const DEADLINE: Duration = Duration::from_secs(20);

/// The first thread of a process, which stands still except while it is stepped. It goes on by itself when this is
/// dropped.
pub struct Stepped {
    pid: Pid,
    /// The system obeys only the thread that began it.
    stays: PhantomData<*const ()>,
    /// What it was sent while it stood still, and gets when it goes on.
    signal: Option<Signal>,
    stands: bool,
}

impl Stepped {
    /// Blocks until it stands still. The process must be a descendant of this one, and not be stopped by a signal.
    ///
    /// # Errors
    ///
    /// [`PermissionDenied`](io::ErrorKind::PermissionDenied) if the system allows no process to step another, as in some
    /// containers, and another one if the process has ended.
    pub fn begin(pid: u32) -> io::Result<Self> {
        if Living::find(pid).is_none() {
            return Err(Errno::ESRCH.into()); // of a zombie, the system says that it is not allowed
        }
        let pid = Pid::from_raw(pid.try_into().map_err(io::Error::other)?);
        ptrace::seize(pid, Options::PTRACE_O_TRACESYSGOOD | Options::PTRACE_O_EXITKILL)?;
        let mut stepped = Stepped { pid, stays: PhantomData, signal: None, stands: false };
        ptrace::interrupt(pid)?;
        if stepped.wait() { Ok(stepped) } else { Err(Errno::ESRCH.into()) }
    }

    /// Lets it go on until it calls the system, or, if it stands there, until that call is done. Blocks as long.
    /// Returns `false` when it has ended.
    ///
    /// # Panics
    ///
    /// If neither comes within 20 seconds.
    pub fn step(&mut self) -> bool {
        self.stands = false;
        // It may have been killed meanwhile: then this fails, and the wait says so.
        let _ = ptrace::syscall(self.pid, self.signal.take());
        self.wait()
    }

    /// Blocks until it stands still; `false` if it has ended.
    fn wait(&mut self) -> bool {
        let hangs = Instant::now() + DEADLINE;
        loop {
            match waitpid(self.pid, Some(WaitPidFlag::WNOHANG | WaitPidFlag::__WALL)) {
                Ok(WaitStatus::StillAlive) | Err(Errno::EINTR) => {
                    assert!(Instant::now() < hangs, "it hangs: {} takes no step", self.pid);
                    thread::sleep(Duration::from_micros(50));
                }
                Ok(WaitStatus::Exited(..) | WaitStatus::Signaled(..)) | Err(_) => return false,
                Ok(WaitStatus::Stopped(_, signal)) => {
                    self.signal = Some(signal);
                    break;
                }
                Ok(_) => break,
            }
        }
        self.stands = true;
        true
    }
}

impl Drop for Stepped {
    fn drop(&mut self) {
        if self.stands {
            let _ = ptrace::detach(self.pid, self.signal.take());
        }
    }
}

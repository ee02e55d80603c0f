//! A process that goes on by one step at a time, as in a debugger.

use std::io;
use std::marker::PhantomData;
use std::process;
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::ptrace::{self, Event, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, WaitStatus, waitid};
use nix::unistd::Pid;

use crate::Living;

/// A step is told apart from a signal, and nothing that is stepped outlives this process.
const ALWAYS: Options = Options::PTRACE_O_TRACESYSGOOD.union(Options::PTRACE_O_EXITKILL);

/// It hangs if it takes no step for so long.
const DEADLINE: Duration = Duration::from_secs(20);

/// The first thread of a process, which stands still except while it is stepped. It goes on by itself when this is
/// dropped.
pub struct Stepped {
    pid: Pid,
    /// Whether it is a child of this process, and not a child's child.
    is_child: bool,
    /// The system obeys only the thread that began it.
    stays: PhantomData<*const ()>,
    /// What it was sent while it stood still, and gets when it goes on.
    signal: Option<Signal>,
    /// What was told of it last.
    event: i32,
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
        // Of a zombie, the system says that it is not allowed.
        let living = Living::find(pid).ok_or(Errno::ESRCH)?;
        let pid = Pid::from_raw(pid.try_into().map_err(io::Error::other)?);
        ptrace::seize(pid, ALWAYS)?;
        let mut stepped = Stepped::of(pid, living.parent == process::id());
        ptrace::interrupt(pid)?;
        if stepped.wait() { Ok(stepped) } else { Err(Errno::ESRCH.into()) }
    }

    fn of(pid: Pid, is_child: bool) -> Self {
        Stepped { pid, is_child, stays: PhantomData, signal: None, event: 0, stands: false }
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

    /// Lets it go on until it has started a process, and returns that process's id: it has been stopped, as by Ctrl-Z, before it
    /// did anything. Blocks as long, and this one stands still again. `None` if it ends first.
    ///
    /// # Panics
    ///
    /// If it neither starts one nor ends within 20 seconds.
    pub fn child(&mut self) -> Option<u32> {
        self.stepped_child()?.stop()
    }

    /// The same, but that process stands still as this one does, and can be stepped.
    ///
    /// # Panics
    ///
    /// As [`Self::child`].
    pub fn stepped_child(&mut self) -> Option<Stepped> {
        let mut child = self.started()?;
        // Only after it has executed its program, it is no copy.
        child.until(&[Event::PTRACE_EVENT_EXEC]).then_some(child)
    }

    /// The same for a copy of this process, which executes no program.
    ///
    /// # Panics
    ///
    /// As [`Self::child`].
    pub fn copy(&mut self) -> Option<u32> {
        self.started()?.stop()
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.pid.as_raw() as u32
    }

    /// Stops it, as by Ctrl-Z, and lets it go; `None` if it has ended.
    fn stop(self) -> Option<u32> {
        // What it is sent while it stands, it gets before anything else.
        kill(self.pid, Signal::SIGSTOP).ok().map(|()| self.pid())
    }

    /// The process that it starts next, which is still a copy of this one.
    fn started(&mut self) -> Option<Stepped> {
        // The child has the same options, and stands still at once.
        let starts = Options::PTRACE_O_TRACEFORK | Options::PTRACE_O_TRACEVFORK | Options::PTRACE_O_TRACEEXEC;
        ptrace::setoptions(self.pid, starts | ALWAYS).ok()?;
        if !self.until(&[Event::PTRACE_EVENT_FORK, Event::PTRACE_EVENT_VFORK]) {
            return None;
        }
        let child = Pid::from_raw(ptrace::getevent(self.pid).ok()?.try_into().ok()?);
        let mut child = Stepped::of(child, false);
        child.wait().then_some(child)
    }

    /// Lets it go on until one of these is told of it; `false` if it ends first.
    fn until(&mut self, events: &[Event]) -> bool {
        loop {
            self.stands = false;
            let _ = ptrace::cont(self.pid, self.signal.take()); // as in a step
            if !self.wait() {
                return false;
            }
            if events.iter().any(|&event| self.event == event as i32) {
                return true;
            }
        }
    }

    /// Blocks until it stands still; `false` if it has ended.
    fn wait(&mut self) -> bool {
        let hangs = Instant::now() + DEADLINE;
        loop {
            match self.news(WaitPidFlag::WSTOPPED) {
                // Of one that has ended, it is an error to ask whether it has stopped.
                Ok(WaitStatus::StillAlive) | Err(_) if !self.has_ended() => {
                    assert!(Instant::now() < hangs, "it hangs: {} takes no step", self.pid);
                    thread::sleep(Duration::from_micros(50));
                }
                Ok(WaitStatus::StillAlive) | Err(_) => return false,
                Ok(WaitStatus::PtraceEvent(_, signal, 0)) => {
                    self.signal = Some(signal);
                    break;
                }
                Ok(WaitStatus::PtraceEvent(.., event)) => {
                    self.event = event;
                    break;
                }
                Ok(_) => break,
            }
        }
        self.stands = true;
        true
    }

    fn has_ended(&self) -> bool {
        // Only looked at: a stop would be told here too, and be lost.
        let ended = match self.news(WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT) {
            Ok(news) => matches!(news, WaitStatus::Exited(..) | WaitStatus::Signaled(..)),
            Err(_) => true,
        };
        // Its own parent hears of its end after this process has. If this process is the parent, its end is kept.
        if ended && !self.is_child {
            let _ = self.news(WaitPidFlag::WEXITED);
        }
        ended
    }

    /// What is known of it at this moment.
    fn news(&self, of: WaitPidFlag) -> nix::Result<WaitStatus> {
        loop {
            match waitid(Id::Pid(self.pid), of | WaitPidFlag::WNOHANG | WaitPidFlag::__WALL) {
                Err(Errno::EINTR) => {}
                news => return news,
            }
        }
    }
}

impl Drop for Stepped {
    fn drop(&mut self) {
        if self.stands {
            let _ = ptrace::detach(self.pid, self.signal.take());
        }
    }
}

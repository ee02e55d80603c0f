//! Copies of this process, made by `fork`.

use std::fs;
use std::io::{self, Read, pipe};
use std::os::unix::process::ExitStatusExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitStatus;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{
    Pid, Signal, WaitOptions, WaitStatus, getpid, getppid, kill_process, waitpid,
};
use shared::{say, stage};

/// A copy of this process. Killed when it is dropped, unless it was waited for.
pub struct Copied {
    pid: Pid,
    waited_for: bool,
}

// ANCHOR: fork
/// Copies this process. The copy calls the function, which returns whether all went well, and ends.
pub fn fork(copy: impl FnOnce() -> bool) -> Result<Copied> {
    let parent = getpid();
    let (mut drawn, drawing) = pipe()?;
    // SAFETY: The copy has this thread, and no other. What another thread has in its hands,
    // such as the allocator's lock, it has for ever in the copy. So as long as this process
    // has other threads, `copy` may only do what a signal handler may do: `lock` is the only
    // caller with a second thread, and its copy takes a lock, which is one atomic step and a
    // system call.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()).context("cannot fork"),
        0 => {
            end_with(parent);
            drop(drawing);
            let _ = drawn.read(&mut [0]); // until the timeline has a lane for it
            let well = catch_unwind(AssertUnwindSafe(copy)).unwrap_or(false);
            // SAFETY: It ends the process, and runs nothing of this program any more.
            unsafe { libc::_exit(i32::from(!well)) }
        }
        pid => {
            let pid = Pid::from_raw(pid).expect("a process id is above 0");
            stage::copied(pid.as_raw_pid() as u32, "copy");
            drop(drawing);
            Ok(Copied { pid, waited_for: false })
        }
    }
}
// ANCHOR_END: fork

/// Lets this copy end when its parent does.
fn end_with(parent: Pid) {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    #[cfg(not(target_os = "linux"))]
    // SAFETY: It takes any number: of seconds, after which a signal ends the copy.
    unsafe {
        libc::alarm(10)
    };
    if getppid() != Some(parent) {
        // SAFETY: as in `fork`.
        unsafe { libc::_exit(1) }
    }
}

impl Copied {
    fn id(&self) -> u32 {
        self.pid.as_raw_pid() as u32
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Result<()> {
        let status = self.reap()?;
        ensure!(status.exit_status() == Some(0), "the copy failed");
        Ok(())
    }

    pub fn has_ended(&mut self) -> Result<bool> {
        let ended = waitpid(Some(self.pid), WaitOptions::NOHANG)?;
        self.waited_for = ended.is_some();
        Ok(self.waited_for)
    }

    pub fn kill(mut self) -> Result<()> {
        kill_process(self.pid, Signal::KILL)?;
        self.reap()?;
        Ok(())
    }

    /// Draws on its lane what it is seen as, until the closure returns.
    pub fn seen_as(&self, what: &str, meanwhile: impl FnOnce()) {
        stage::seen_as(self.id(), what, meanwhile);
    }

    fn reap(&mut self) -> Result<WaitStatus> {
        let Some((_, status)) = waitpid(Some(self.pid), WaitOptions::empty())? else {
            bail!("the copy is not there");
        };
        self.waited_for = true;
        stage::ended(self.id(), "copy", ExitStatus::from_raw(status.as_raw()));
        Ok(status)
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        if !self.waited_for {
            let _ = kill_process(self.pid, Signal::KILL);
            let _ = self.reap();
        }
    }
}

// ANCHOR: pages
/// Says how much memory this process has written to, in MiB: that it has for itself, and that
/// it shares with another process. Returns the first number.
pub fn pages(when: &str) -> Result<u64> {
    if !cfg!(target_os = "linux") {
        say!("{when}; this system doesn't count its pages");
        return Ok(0);
    }
    let counts = fs::read_to_string("/proc/self/smaps_rollup")?;
    let mebibytes = |name| {
        let line = counts.lines().find_map(|line| line.strip_prefix(name));
        let kibibytes =
            line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        kibibytes.map(|kibibytes: u64| kibibytes >> 10).context("no such count")
    };
    let (own, shared) = (mebibytes("Private_Dirty:")?, mebibytes("Shared_Dirty:")?);
    say!("{when}: {own} MiB of its own, {shared} shared");
    Ok(own)
}
// ANCHOR_END: pages

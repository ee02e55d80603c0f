//! Who ends a program with all that it has started, whatever becomes of the one who asked for it.
//!
//! Between this program and every other one that it starts stands a keeper: this program again, with a socket as its standard
//! input. The other end of the socket is held by [`Tree`](crate::run::tree::Tree), and nobody else has it. When that end is closed, the keeper kills: a
//! server that is killed can't do it any more, and its end of the socket is closed all the same.
//!
//! The program has a process group of its own, which is killed as a whole. On Linux a process that has left
//! the group (`setsid`) is found as well: one whose parent has ended becomes a child of the keeper, and nobody leaves the
//! keeper's children. Elsewhere such a process goes on, and so does on every system one that
//! another program was asked to start (`systemd-run`, `at`, a container), and any if the keeper itself is killed.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fs, thread};

use anyhow::{Context, Result};
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, WaitOptions, kill_process, kill_process_group, wait, waitid,
};

/// What this program is called with to be a keeper; the program and its arguments follow.
pub const COMMAND: &str = "keep";

/// What is told when the program has ended by itself.
pub const ENDED: u8 = b'.';

/// Starts the program, and returns when nothing of it is left. Tells on the socket:
///
/// - its process id, or 0 and the system's number of the reason why it can't be started, each as an `i32`
/// - [`ENDED`], when it has ended; what it has started may go on until the other end of the socket is closed
/// - its status as the system has it, an `i32`, when nothing is left of it
///
/// Standard output and standard error are the program's alone.
pub fn keep(program: &[OsString]) -> Result<ExitCode> {
    let mut socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    #[cfg(target_os = "linux")]
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
    let (name, arguments) = program.split_first().context("a keeper needs a program")?;
    let started = Command::new(name).args(arguments).stdin(Stdio::null()).process_group(0).spawn();
    let nowhere = OwnedFd::from(fs::File::options().write(true).open("/dev/null")?);
    rustix::stdio::dup2_stdout(&nowhere)?;
    rustix::stdio::dup2_stderr(&nowhere)?;
    let (told, pid) = match &started {
        Ok(child) => ([child.id() as i32, 0], Pid::from_raw(child.id() as i32)),
        Err(error) => ([0, error.raw_os_error().unwrap_or_default()], None),
    };
    let told = socket.write_all(told.map(i32::to_ne_bytes).as_flattened());
    let Some(pid) = pid else { return Ok(told.map(|()| ExitCode::SUCCESS)?) };

    let program = Arc::new(Mutex::new(Program { pid, status: None }));
    let closed = {
        let (mut socket, program) = (socket.try_clone()?, Arc::clone(&program));
        thread::spawn(move || {
            // Nothing is ever sent this way.
            let _ = socket.read(&mut [0]);
            lock(&program).kill();
        })
    };
    while !lock(&program).has_ended()? {
        waitid(WaitId::All, WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?;
        lock(&program).reap_another()?;
    }
    // Nobody hears it if it was killed because nobody is there.
    let _ = socket.write_all(&[ENDED]);
    closed.join().expect("it does not panic");
    let status = lock(&program).reap_all()?;
    let _ = socket.write_all(&status.to_ne_bytes());
    Ok(ExitCode::SUCCESS)
}

fn lock(program: &Mutex<Program>) -> MutexGuard<'_, Program> {
    program.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The program, and all that has become a child of this process. It is killed and reaped under one lock, so
/// that a process number never belongs to another process by the time it is killed.
struct Program {
    pid: Pid,
    /// As the system has it, once the program is reaped.
    status: Option<i32>,
}

impl Program {
    /// Whether it has ended. Until it is reaped, no other process can get its number.
    fn has_ended(&self) -> io::Result<bool> {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        Ok(self.status.is_some() || waitid(WaitId::Pid(self.pid), options)?.is_some())
    }

    /// Reaps an orphan that has ended, so that no zombie of the program's making is left standing about.
    fn reap_another(&mut self) -> io::Result<()> {
        if !self.has_ended()? {
            self.reap(WaitOptions::NOHANG)?;
        }
        Ok(())
    }

    /// Reaps one child, and returns whether there was one.
    fn reap(&mut self, options: WaitOptions) -> io::Result<bool> {
        match wait(options) {
            Ok(Some((pid, status))) => {
                if pid == self.pid {
                    self.status = Some(status.as_raw());
                }
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(rustix::io::Errno::CHILD) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Kills all that is there now, and returns whether there was any.
    fn kill(&self) -> bool {
        let there = children();
        if self.status.is_none() {
            let _ = kill_process_group(self.pid, Signal::KILL);
        }
        for &child in &there {
            let _ = kill_process(child, Signal::KILL);
        }
        self.status.is_none() || !there.is_empty()
    }

    /// Kills until nothing is left: the children of one that is killed become children of this process.
    fn reap_all(&mut self) -> io::Result<i32> {
        while self.kill() && self.reap(WaitOptions::empty())? {}
        Ok(self.status.unwrap_or_default())
    }
}

/// The children of this process, as Linux shows them. Elsewhere there is only the program itself.
fn children() -> Vec<Pid> {
    let me = std::process::id();
    let stats = fs::read_dir("/proc").into_iter().flatten().flatten();
    stats
        .filter_map(|entry| {
            let pid = Pid::from_raw(entry.file_name().to_str()?.parse().ok()?)?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            // The name, which may hold anything, stands in brackets; then the state and the parent.
            let parent = stat.rsplit_once(") ")?.1.split(' ').nth(1)?;
            (parent.parse() == Ok(me)).then_some(pid)
        })
        .collect()
}

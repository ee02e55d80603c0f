//! What leads from the pool to a worker and back, and word of the worker's death.
//!
//! The end of file is not that word: a process that the worker has forked holds the pipes as well, and keeps it
//! away for as long as it likes. So a keeper that waits, to read or to write, waits for the end of the process too:
//! on Linux by a descriptor of the process, on other Unix systems by looking every 100 ms.

#[cfg(not(unix))]
use std::io::Read;
use std::io::{self, BufReader, Write};
use std::process::{ChildStdin, ChildStdout, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[cfg(unix)]
use super::jobs::guard;
use crate::process::{Process, ProcessError, Starter};

/// Both pipes to a worker.
pub(super) struct Link {
    /// Dropped, it says to the worker that nothing more will come.
    requests: Option<Pipe<ChildStdin>>,
    pub(super) replies: BufReader<Pipe<ChildStdout>>,
}

/// One of them.
#[cfg_attr(not(unix), allow(dead_code, reason = "std can't wait for two things elsewhere"))]
pub(super) struct Pipe<P> {
    pipe: P,
    end: End,
    /// For how long the worker may give no sign of life, if it has to give one: it is killed after that.
    patience: Option<Duration>,
    reads: u32,
    /// Whether the last read got all that it asked for: then there is more, most likely.
    has_more: bool,
    /// What may still be read, when it is known that the worker is dead.
    left: Option<usize>,
}

/// Starts a worker.
pub(super) fn start(role: &'static str, lane: u32) -> Result<(Arc<Mutex<Process>>, Link), ProcessError> {
    let mut process = Process::start(role, lane, Starter::Lasts, |command| {
        command.stdin(Stdio::piped()).stdout(Stdio::piped())
    })?;
    let requests = process.child.stdin.take().expect("it is piped");
    let replies = process.child.stdout.take().expect("it is piped");
    let process = Arc::new(Mutex::new(process));
    let link =
        Link::new(&process, requests, replies).map_err(|source| ProcessError::Start { role, source })?;
    Ok((process, link))
}

impl Link {
    fn new(process: &Arc<Mutex<Process>>, requests: ChildStdin, replies: ChildStdout) -> io::Result<Self> {
        let end = End::of(process);
        Ok(Link {
            requests: Some(Pipe::new(requests, end.clone())?),
            replies: BufReader::new(Pipe::new(replies, end)?),
        })
    }

    /// Sends it all. Blocks while the worker doesn't read it; an error says that it does not read any more.
    pub(super) fn send(&mut self, requests: &[u8]) -> io::Result<()> {
        let closed = || io::Error::from(io::ErrorKind::BrokenPipe);
        self.requests.as_mut().ok_or_else(closed)?.write_all(requests)
    }

    /// For how long the worker may give no sign of life from now on: it is killed after that.
    pub(super) fn set_patience(&mut self, patience: Option<Duration>) {
        self.replies.get_mut().patience = patience;
        if let Some(requests) = &mut self.requests {
            requests.patience = patience;
        }
    }

    /// Says that nothing more will come.
    pub(super) fn close(&mut self) {
        self.requests = None;
    }
}

/// How one learns of the end of a process.
#[derive(Clone)]
#[cfg_attr(not(unix), allow(dead_code, reason = "std can't wait for two things elsewhere"))]
struct End {
    process: Arc<Mutex<Process>>,
    #[cfg(target_os = "linux")]
    descriptor: Option<Arc<std::os::fd::OwnedFd>>,
}

impl End {
    /// Without a descriptor, which an old kernel or a full table refuses, it is looked for now and then.
    fn of(process: &Arc<Mutex<Process>>) -> Self {
        End {
            #[cfg(target_os = "linux")]
            descriptor: crate::process::descriptor::of_process(guard(process).pid()).ok().map(Arc::new),
            process: Arc::clone(process),
        }
    }

    #[cfg(unix)]
    fn kill(&self) {
        // Fails only if it is gone already.
        let _ = guard(&self.process).kill();
    }
}

#[cfg(target_os = "linux")]
impl Link {
    /// Becomes readable when the worker ends.
    pub(super) fn end(&self) -> Option<&std::os::fd::OwnedFd> {
        self.replies.get_ref().end.descriptor.as_deref()
    }
}

#[cfg(not(unix))]
impl<P> Pipe<P> {
    fn new(pipe: P, end: End) -> io::Result<Self> {
        Ok(Pipe { pipe, end, patience: None, reads: 0, has_more: false, left: None })
    }
}

#[cfg(not(unix))]
impl Read for Pipe<ChildStdout> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.pipe.read(bytes)
    }
}

#[cfg(not(unix))]
impl Write for Pipe<ChildStdin> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pipe.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pipe.flush()
    }
}

#[cfg(unix)]
mod unix {
    use std::io::{self, ErrorKind, Read, Write};
    use std::os::fd::AsFd;
    use std::process::{ChildStdin, ChildStdout};
    use std::thread;
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::{Errno, ioctl_fionbio, ioctl_fionread};

    use super::{End, Pipe};
    use crate::process::WATCH;

    /// The most that a pipe holds of what a dead worker has sent (Linux, for a user other than root).
    const MOST_IN_A_PIPE: usize = 1 << 20;

    /// How many reads without a wait, until it is asked whether it is still the worker that writes.
    const READS: u32 = 64;

    /// How often to look for an end that gives no sign.
    const LOOK: Duration = Duration::from_millis(100);

    impl<P: AsFd> Pipe<P> {
        /// Only this end of the pipe never blocks: the worker has the other.
        pub(super) fn new(pipe: P, end: End) -> io::Result<Self> {
            ioctl_fionbio(&pipe, true)?;
            Ok(Pipe { pipe, end, patience: None, reads: 0, has_more: false, left: None })
        }

        /// Blocks until the pipe is ready, and returns whether it will ever be: not when the worker has ended.
        fn wait(&self, ready: PollFlags) -> io::Result<bool> {
            let mut patience = self.patience;
            loop {
                let (heard, ended) = self.look(ready, patience)?;
                if heard || ended {
                    return Ok(heard);
                }
                if let Some(left) = &mut patience {
                    *left = left.saturating_sub(LOOK);
                    if left.is_zero() || self.end.gives_a_sign() {
                        self.end.kill();
                        patience = None;
                    }
                }
            }
        }

        /// Whether the pipe is ready and whether the worker has ended, after one of the two or a time. `poll` refuses to tell if
        /// this process may have fewer descriptors than it is asked about (`ulimit -n 1`).
        fn look(&self, ready: PollFlags, at_most: Option<Duration>) -> io::Result<(bool, bool)> {
            let at_most = if self.end.gives_a_sign() { at_most } else { Some(LOOK) };
            let at_most = at_most
                .map(|time| Timespec { tv_sec: time.as_secs() as _, tv_nsec: time.subsec_nanos() as _ });
            let (pipe, end) = (PollFd::new(&self.pipe, ready), self.end.poll());
            let mut both = [pipe.clone(), end.clone().unwrap_or(pipe)];
            let both = &mut both[..if end.is_some() { 2 } else { 1 }];
            loop {
                match poll(both, at_most.as_ref()) {
                    Ok(_) => break,
                    Err(Errno::INTR) => {}
                    // As good as ready while the worker lives: to read or to write never blocks, and tells as well.
                    Err(Errno::INVAL) => {
                        thread::sleep(WATCH);
                        let ended = self.end.has_come();
                        let is_left =
                            || Ok::<_, Errno>(ready == PollFlags::IN && ioctl_fionread(&self.pipe)? > 0);
                        return Ok((!ended || is_left()?, ended));
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            let heard = !both[0].revents().is_empty();
            let ended = both.get(1).map_or_else(|| self.end.has_come(), |end| !end.revents().is_empty());
            Ok((heard, ended))
        }
    }

    impl End {
        /// Whether it is heard of without a look.
        fn gives_a_sign(&self) -> bool {
            self.poll().is_some()
        }

        fn poll(&self) -> Option<PollFd<'_>> {
            #[cfg(target_os = "linux")]
            return self.descriptor.as_deref().map(|end| PollFd::new(end, PollFlags::IN));
            #[cfg(not(target_os = "linux"))]
            None
        }

        fn has_come(&self) -> bool {
            matches!(super::guard(&self.process).try_wait(), Ok(Some(_)))
        }
    }

    impl Read for Pipe<ChildStdout> {
        /// The end of file, or of the worker when all that it has sent is read.
        fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
            self.reads += 1;
            if self.left.is_none() && self.reads.is_multiple_of(READS) {
                let (_, ended) = self.look(PollFlags::IN, Some(Duration::ZERO))?;
                self.left = ended.then_some(MOST_IN_A_PIPE);
            }
            let most = bytes.len().min(self.left.unwrap_or(usize::MAX));
            loop {
                if !self.has_more && !self.wait(PollFlags::IN)? {
                    return Ok(0);
                }
                match self.pipe.read(&mut bytes[..most]) {
                    Ok(read) => {
                        self.has_more = read == bytes.len();
                        self.left = self.left.map(|left| left - read);
                        return Ok(read);
                    }
                    Err(error) if error.kind() == ErrorKind::WouldBlock => self.has_more = false,
                    Err(error) => return Err(error),
                }
            }
        }
    }

    impl Write for Pipe<ChildStdin> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            loop {
                match self.pipe.write(bytes) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {
                        if !self.wait(PollFlags::OUT)? {
                            return Err(ErrorKind::BrokenPipe.into());
                        }
                    }
                    outcome => return outcome,
                }
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}

//! A program and every process that it starts: they end together.
//!
//! On Unix a [keeper](crate::run::keep) sees to it, also when this program is killed. Elsewhere only the program
//! itself is killed, and the lessons' own children see that their parent is gone.

use std::io;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{ChildStderr, ChildStdout, Command};

use self::child::Child;

/// The longest piece of a line that is passed on at once: memory stays bounded without line breaks.
const PIECE: u64 = 16 * 1024;

/// A running program with all that it has started. Dropped, it is killed.
pub struct Tree {
    child: Child,
}

impl Tree {
    /// Starts a program with nothing to read, its output to be read from the two streams.
    pub async fn start(command: Command) -> io::Result<(Self, Lines<ChildStdout>, Lines<ChildStderr>)> {
        let mut child = Child::start(command, Stdio::piped).await?;
        let stdout = Lines::new(child.process.stdout.take().expect("it was asked for"));
        let stderr = Lines::new(child.process.stderr.take().expect("it was asked for"));
        Ok((Tree { child }, stdout, stderr))
    }

    /// Starts a program with nothing to read, its output where this program's goes.
    pub async fn start_here(command: Command) -> io::Result<Self> {
        Ok(Tree { child: Child::start(command, Stdio::inherit).await? })
    }

    /// Starts a program with nothing to read, whose output is of no interest.
    pub async fn start_mute(command: Command) -> io::Result<Self> {
        Ok(Tree { child: Child::start(command, Stdio::null).await? })
    }

    /// The program's process id.
    pub fn id(&self) -> u64 {
        self.child.id
    }

    /// Waits until the program itself has ended; what it started may go on. Can be given up and asked again.
    pub async fn program_ended(&mut self) -> io::Result<()> {
        self.child.ended().await
    }

    /// Kills whatever is left of the tree, and says how the program ended. Returns when nothing is left.
    pub async fn end(self) -> io::Result<ExitStatus> {
        self.child.end().await
    }
}

/// The program, in the hands of a keeper.
#[cfg(unix)]
mod child {
    use std::env;
    use std::io::{self, Error, ErrorKind};
    use std::os::fd::OwnedFd;
    use std::os::unix::net;
    use std::os::unix::process::ExitStatusExt;
    use std::path::PathBuf;
    use std::process::{ExitStatus, Stdio};
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::UnixStream;
    use tokio::process::Command;
    use tokio::time::timeout;

    use crate::run::keep;

    /// How long it may take until nothing is left of a tree that is killed.
    const LAST: Duration = Duration::from_secs(30);

    pub struct Child {
        pub id: u64,
        /// The keeper.
        pub process: tokio::process::Child,
        /// Closed, it has the keeper kill.
        socket: UnixStream,
        ended: bool,
    }

    impl Child {
        pub async fn start(command: Command, output: fn() -> Stdio) -> io::Result<Self> {
            let (ours, theirs) = net::UnixStream::pair()?;
            ours.set_nonblocking(true)?;
            let mut socket = UnixStream::from_std(ours)?;
            let process = keeper(&command, output, theirs)?;
            let mut told = [0; 8];
            socket.read_exact(&mut told).await?;
            let [id, reason] = [0, 4].map(|at| i32::from_ne_bytes([0, 1, 2, 3].map(|n| told[at + n])));
            match u64::try_from(id) {
                Ok(id @ 1..) => Ok(Child { id, process, socket, ended: false }),
                _ => Err(Error::from_raw_os_error(reason)),
            }
        }

        pub async fn ended(&mut self) -> io::Result<()> {
            // The end of the stream is one as well: somebody has killed the keeper.
            self.ended = self.ended || self.socket.read(&mut [0]).await? <= 1;
            Ok(())
        }

        pub async fn end(mut self) -> io::Result<ExitStatus> {
            let told = async {
                self.socket.shutdown().await?;
                let mut told = Vec::new();
                self.socket.read_to_end(&mut told).await?;
                io::Result::Ok(told)
            };
            let told = timeout(LAST, told).await.map_err(|_| {
                Error::new(ErrorKind::TimedOut, format!("not all of it ends within {} s", LAST.as_secs()))
            })??;
            let status =
                told.last_chunk().ok_or_else(|| Error::other("it was killed together with its keeper"))?;
            self.process.wait().await?;
            Ok(ExitStatus::from_raw(i32::from_ne_bytes(*status)))
        }
    }

    /// Starts a keeper for the program.
    fn keeper(
        command: &Command,
        output: fn() -> Stdio,
        socket: net::UnixStream,
    ) -> io::Result<tokio::process::Child> {
        let command = command.as_std();
        let mut keeper = Command::new(this_program()?);
        keeper.arg(keep::COMMAND).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => keeper.env(name, value),
                None => keeper.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            keeper.current_dir(folder);
        }
        keeper.stdin(OwnedFd::from(socket)).stdout(output()).stderr(output());
        // Ctrl-C in the terminal is for the one who asked.
        keeper.process_group(0).spawn()
    }

    /// This program, also if its file has been replaced while it runs.
    fn this_program() -> io::Result<PathBuf> {
        let path = env::current_exe()?;
        Ok(if cfg!(target_os = "linux") && !path.exists() { "/proc/self/exe".into() } else { path })
    }
}

#[cfg(not(unix))]
mod child {
    use std::io;
    use std::process::{ExitStatus, Stdio};

    use tokio::process::Command;

    pub struct Child {
        pub id: u64,
        pub process: tokio::process::Child,
    }

    impl Child {
        pub async fn start(mut command: Command, output: fn() -> Stdio) -> io::Result<Self> {
            command.stdin(Stdio::null()).stdout(output()).stderr(output()).kill_on_drop(true);
            let process = command.spawn()?;
            Ok(Child { id: process.id().map(u64::from).unwrap_or_default(), process })
        }

        pub async fn ended(&mut self) -> io::Result<()> {
            self.process.wait().await.map(drop)
        }

        pub async fn end(mut self) -> io::Result<ExitStatus> {
            // Fails only if it has ended already.
            let _ = self.process.start_kill();
            self.process.wait().await
        }
    }
}

/// The lines of a stream. Asking for the next one can be given up without losing any.
pub struct Lines<R> {
    reader: BufReader<R>,
    piece: Vec<u8>,
    inside_a_line: bool,
    ended: bool,
}

/// A line, or a piece of one that is very long.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// Without the line break.
    pub text: String,
    /// Whether it goes on with the line before.
    pub continues: bool,
    /// How many bytes it took.
    pub bytes: usize,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    fn new(stream: R) -> Self {
        Lines { reader: BufReader::new(stream), piece: Vec::new(), inside_a_line: false, ended: false }
    }

    /// The next line; `None` at the end of the stream. Never asks again after the end.
    pub async fn next(&mut self) -> Option<Line> {
        use tokio::io::AsyncReadExt;
        if self.ended {
            return None;
        }
        // What a given-up call has read is still in `piece`.
        let room = PIECE - self.piece.len() as u64;
        let read = (&mut self.reader).take(room).read_until(b'\n', &mut self.piece).await;
        let whole = self.piece.last() == Some(&b'\n');
        if !whole && (self.piece.len() as u64) < PIECE {
            // Not full and no line break: the stream has ended, or can't be read any more.
            debug_assert!(read.is_ok_and(|read| read < room as usize));
            self.ended = true;
            if self.piece.is_empty() {
                return None;
            }
        }
        let bytes = self.piece.len();
        let text = String::from_utf8_lossy(&self.piece).trim_end_matches(['\n', '\r']).replace('\r', " ");
        self.piece.clear();
        let continues = std::mem::replace(&mut self.inside_a_line, !whole);
        Some(Line { text, continues, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_and_long_lines_and_a_last_one_without_break() {
        let long = "x".repeat(PIECE as usize + 5);
        let stream = format!("one\ntwo\r\n\n{long}\nlast");
        let mut lines = Lines::new(stream.as_bytes());
        let mut seen = Vec::new();
        while let Some(line) = lines.next().await {
            seen.push((line.text.len(), line.continues));
        }
        assert_eq!(
            seen,
            [(3, false), (3, false), (0, false), (PIECE as usize, false), (5, true), (4, false)]
        );
        assert_eq!(lines.next().await, None);
    }
}

//! A program and every process that it starts: they end together.
//!
//! On Unix they share a process group of their own, which is killed as a whole. Elsewhere only the
//! program itself is killed, and the lessons' own children see that their parent is gone.

use std::io;
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

/// The longest piece of a line that is passed on at once: memory stays bounded without line breaks.
const PIECE: u64 = 16 * 1024;

/// A running program with all that it has started. Dropped, it is killed.
pub struct Tree {
    child: Child,
    #[cfg(unix)]
    group: Option<rustix::process::Pid>,
}

impl Tree {
    /// Starts a program with nothing to read, its output to be read from the two streams.
    pub fn start(mut command: Command) -> io::Result<(Self, Lines<ChildStdout>, Lines<ChildStderr>)> {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut tree = Self::start_here(command)?;
        let stdout = Lines::new(tree.child.stdout.take().expect("it was asked for"));
        let stderr = Lines::new(tree.child.stderr.take().expect("it was asked for"));
        Ok((tree, stdout, stderr))
    }

    /// Starts a program with nothing to read, its output where this program's goes, unless the command says else.
    pub fn start_here(mut command: Command) -> io::Result<Self> {
        command.stdin(Stdio::null()).kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let child = command.spawn()?;
        #[cfg(unix)]
        let group = child.id().and_then(|pid| rustix::process::Pid::from_raw(pid as i32));
        Ok(Tree {
            child,
            #[cfg(unix)]
            group,
        })
    }

    /// The program's process id, if it has not been waited for.
    pub fn id(&self) -> Option<u64> {
        self.child.id().map(u64::from)
    }

    /// Waits until the program itself has ended; what it started may go on. Can be given up and asked again.
    #[cfg(unix)]
    pub async fn program_ended(&mut self) -> io::Result<()> {
        use rustix::process::{WaitId, WaitIdOptions, waitid};
        let Some(group) = self.group else { return Ok(()) };
        // It is not reaped yet: until then no other process can get its number, and the group can be
        // killed without hitting a stranger.
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        let mut child_ended = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::child())?;
        while waitid(WaitId::Pid(group), options)?.is_none() {
            child_ended.recv().await;
        }
        Ok(())
    }

    /// Waits until the program itself has ended; what it started may go on. Can be given up and asked again.
    #[cfg(not(unix))]
    pub async fn program_ended(&mut self) -> io::Result<()> {
        self.child.wait().await.map(drop)
    }

    /// Kills whatever is left of the tree, and says how the program ended.
    pub async fn end(mut self) -> io::Result<ExitStatus> {
        self.kill();
        self.child.wait().await
    }

    fn kill(&mut self) {
        #[cfg(unix)]
        if let Some(group) = self.group.take() {
            // Fails only if nothing is left to kill.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        #[cfg(not(unix))]
        let _ = self.child.start_kill();
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        self.kill();
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

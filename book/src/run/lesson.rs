//! One run of a lesson: compiled, started in a process group of its own, told as it happens, and ended
//! with everything it started: by itself, at a limit, or when nobody listens any more.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use shared::stage::Said;
use tokio::process::{ChildStderr, ChildStdout, Command};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::course::lesson::{Arguments, Lesson};
use crate::course::recording;
use crate::course::workspace::Workspace;
use crate::run::compile::{Compiler, Package};
use crate::run::event::{COMPILE_TIME, End, Event, stop};
use crate::run::tree::{Line, Lines, Tree};

/// How often the trace is looked at: more often than the eye can tell.
const TRACE_EVERY: Duration = Duration::from_millis(25);

/// How long the last words of a run that is over may take to be read.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How much a run may take, so that a lesson that goes wrong ends.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From its first line to its last.
    pub time: Duration,
    /// Bytes on standard output and standard error together.
    pub output: usize,
    /// Bytes in its trace.
    pub trace: usize,
}

/// What to run, and where.
pub struct Run<'a> {
    /// The course.
    pub workspace: &'a Workspace,
    /// The lesson.
    pub lesson: &'a Lesson,
    /// Its arguments, which the caller has looked at.
    pub arguments: &'a Arguments,
    /// Its limits.
    pub limits: Limits,
    /// Where its trace goes as long as it runs.
    pub scratch: &'a Path,
    /// Whether `LESSON_SPEED` counts. It doesn't for a run that is recorded.
    pub at_readers_speed: bool,
}

impl Run<'_> {
    /// Runs the lesson and tells `events` about it. Returns when nothing of it is left.
    ///
    /// `stopped` turning true ends the run, and so does the end of the last listener to `events`.
    pub async fn run(
        &self,
        compiler: &Compiler,
        events: &mpsc::Sender<Event>,
        stopped: watch::Receiver<bool>,
    ) -> End {
        match self.to_its_end(compiler, events, stop(events, stopped)).await {
            Ok(end) => end,
            Err(error) => End::Stopped(format!("{error:#}")),
        }
    }

    async fn to_its_end(
        &self,
        compiler: &Compiler,
        events: &mpsc::Sender<Event>,
        stop: impl Future<Output = &'static str>,
    ) -> Result<End> {
        tokio::pin!(stop);
        let program = tokio::select! {
            program = self.compile(compiler, events) => program?,
            why = &mut stop => bail!(why),
        };
        let trace = tempfile::Builder::new().prefix("lesson-").suffix(".jsonl").tempfile_in(self.scratch);
        // Removed when it is dropped, however this ends.
        let trace = trace.context("cannot make a file for the trace")?.into_temp_path();
        let mut tail = Tail::open(&trace).context("cannot read the trace")?;
        let (mut tree, stdout, stderr) =
            Tree::start(self.command(&program, &trace)).await.context("cannot start the lesson")?;
        let mut told =
            Told { events, stdout, stderr, out_ended: false, err_ended: false, said: false, bytes: 0 };
        // The limits are looked after beside what is told: a listener who is slow must not stretch them.
        let cut = tokio::select! {
            cut = told.follow(&mut tree, &mut tail, &self.limits) => cut?,
            () = sleep(self.limits.time) => {
                Some(format!("stopped after {} s", self.limits.time.as_secs_f64()))
            }
            why = out_of_hand(&trace, self.limits.trace) => Some(why),
            why = &mut stop => Some(why.to_owned()),
        };
        let status = tree.end().await?;
        let last_words = async {
            // What it wrote before it ended is in the pipes still, unless there is too much of it.
            if cut.is_none() {
                told.rest(&self.limits).await;
            }
            tail.pass_on(events, self.limits.trace).await
        };
        let _ = timeout(LAST_WORDS, last_words).await;
        Ok(match cut {
            Some(why) => End::Stopped(why),
            None => End::ByItself(status),
        })
    }

    async fn compile(&self, compiler: &Compiler, events: &mpsc::Sender<Event>) -> Result<PathBuf> {
        let package = Package::new(self.lesson.package(), self.lesson.folder());
        let program = timeout(COMPILE_TIME, compiler.program(self.workspace, &package, events));
        program.await.context("compiling takes too long")?
    }

    fn command(&self, program: &Path, trace: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .args(&self.arguments.0)
            .current_dir(self.workspace.root())
            .env("LESSON_TRACE", trace)
            // A panic is shown as on a reader's own terminal, whatever this one is set to.
            .env_remove("RUST_BACKTRACE");
        if !self.at_readers_speed {
            command.env_remove("LESSON_SPEED");
        }
        command
    }
}

fn stopped_at(limit: usize, of: &str) -> String {
    format!("stopped: more than {} KB of {of}", limit >> 10)
}

/// Waits until the trace is larger than it may be, or is not there any more, and says which.
async fn out_of_hand(file: &Path, limit: usize) -> String {
    loop {
        match std::fs::metadata(file) {
            Ok(metadata) if metadata.len() > limit as u64 => return stopped_at(limit, "trace"),
            Ok(_) => sleep(TRACE_EVERY).await,
            Err(error) => return format!("stopped: the lesson's trace can't be read any more: {error}"),
        }
    }
}

/// The two streams of a run on their way to the listener.
struct Told<'a> {
    events: &'a mpsc::Sender<Event>,
    stdout: Lines<ChildStdout>,
    stderr: Lines<ChildStderr>,
    out_ended: bool,
    err_ended: bool,
    /// Whether the last line on standard output was a said one.
    said: bool,
    bytes: usize,
}

impl Told<'_> {
    /// Passes everything on until the program ends, or says at which limit it has to.
    async fn follow(&mut self, tree: &mut Tree, tail: &mut Tail, limits: &Limits) -> Result<Option<String>> {
        self.send(Event::Start).await;
        loop {
            // Only waiting is given up here, never a line on its way.
            let line = tokio::select! {
                ended = tree.program_ended() => return Ok(ended.map(|()| None)?),
                line = self.next_line() => Some(line),
                () = sleep_until(tail.last + TRACE_EVERY) => None,
            };
            if let Some(line) = line {
                self.pass_on(line).await;
            }
            if let Some(why) = self.too_much(limits) {
                return Ok(Some(why));
            }
            if tail.last.elapsed() >= TRACE_EVERY {
                tail.pass_on(self.events, limits.trace).await?;
            }
        }
    }

    /// Passes on what is left in the streams.
    async fn rest(&mut self, limits: &Limits) {
        while !(self.out_ended && self.err_ended) && self.too_much(limits).is_none() {
            let line = self.next_line().await;
            self.pass_on(line).await;
        }
    }

    /// The next line of whichever stream has one. Waits for ever when both have ended.
    async fn next_line(&mut self) -> FromStream {
        tokio::select! {
            line = self.stdout.next(), if !self.out_ended => FromStream::Out(line),
            line = self.stderr.next(), if !self.err_ended => FromStream::Err(line),
            else => std::future::pending().await,
        }
    }

    async fn pass_on(&mut self, line: FromStream) {
        match line {
            FromStream::Out(None) => self.out_ended = true,
            FromStream::Err(None) => self.err_ended = true,
            FromStream::Out(Some(line)) => {
                self.bytes += line.bytes;
                self.said = if line.continues { self.said } else { Said::parse(&line.text).is_some() };
                if !self.said {
                    self.send(Event::Out(line.text)).await;
                }
            }
            FromStream::Err(Some(line)) => {
                self.bytes += line.bytes;
                // A panic begins with an empty line, which sets it off on a terminal only.
                if !line.text.is_empty() {
                    self.send(Event::Err(line.text)).await;
                }
            }
        }
    }

    /// Fails only if nobody listens any more, and then the run is being ended already.
    async fn send(&self, event: Event) {
        let _ = self.events.send(event).await;
    }

    fn too_much(&self, limits: &Limits) -> Option<String> {
        (self.bytes > limits.output).then(|| stopped_at(limits.output, "output"))
    }
}

/// A line, or the end, of one of the two streams.
enum FromStream {
    Out(Option<Line>),
    Err(Option<Line>),
}

/// The trace of a running lesson, read as it grows.
struct Tail {
    file: File,
    /// Bytes of a line whose end isn't written yet.
    begun: Vec<u8>,
    bytes: usize,
    last: Instant,
}

impl Tail {
    fn open(path: &Path) -> io::Result<Self> {
        Ok(Tail { file: File::open(path)?, begun: Vec::new(), bytes: 0, last: Instant::now() })
    }

    /// Tells what was written since the last time.
    async fn pass_on(&mut self, events: &mpsc::Sender<Event>, limit: usize) -> io::Result<()> {
        let batch = self.read(limit)?;
        self.last = Instant::now();
        if !batch.is_empty() {
            let _ = events.send(Event::Trace(batch)).await;
        }
        Ok(())
    }

    /// The events that were written since the last time. A line that is no event is left out.
    ///
    /// Reads a local file without `await`: at most `limit` bytes, which the system has in memory.
    fn read(&mut self, limit: usize) -> io::Result<Vec<Value>> {
        let room = limit.saturating_sub(self.bytes);
        self.bytes += (&mut self.file).take(room as u64).read_to_end(&mut self.begun)?;
        let whole = self.begun.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let lines: Vec<u8> = self.begun.drain(..whole).collect();
        let events = lines.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
        Ok(events.filter(recording::is_event).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_trace_is_read_in_whole_lines_and_up_to_the_limit() {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        let mut tail = Tail::open(file.path()).expect("readable");
        let mut write = |text: &str| file.write_all(text.as_bytes()).expect("writable");
        let event = serde_json::json!({"ph": "i", "ts": 1, "pid": 1, "tid": 1, "cat": "say", "name": "a"});
        let line = format!("{event}\n");
        let (begin, end) = line.split_at(20);
        write(&format!("{line}{begin}"));
        assert_eq!(tail.read(1000).expect("readable"), std::slice::from_ref(&event));
        write(&format!("{end}not an event\nnull\n"));
        assert_eq!(tail.read(1000).expect("readable"), [event]);
        assert_eq!(tail.read(1000).expect("readable"), Vec::<Value>::new());
        write(&"x".repeat(2000));
        tail.read(1000).expect("readable");
        assert_eq!(tail.bytes, 1000, "and no more is read");
    }
}

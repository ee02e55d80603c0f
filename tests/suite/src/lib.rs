//! Drives a lesson as a reader does: as a program, with arguments, a terminal's signals and a trace.
//!
//! Each run has a folder of its own to work in and another for temporary files, and a process group of
//! its own. [`Running::end`] asks that the folders are empty and the group is gone: no test can forget to.
//!
//! # Layout
//!
//! - [`tree`]: the lessons that are there, and their programs
//! - [`trace`]: a recorded run, and what holds for every one

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use shared::stage::Said;
use tempfile::TempDir;

pub mod trace;
pub mod tree;

use trace::Trace;

/// When a run counts as hung. Nothing is measured by it.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// A program that is about to be run.
pub struct Drive {
    command: Command,
    folder: TempDir,
    lines: usize,
    deadline: Duration,
}

/// A lesson by its topic, 20 times as fast as for a reader, with its trace recorded.
pub fn lesson(topic: &str) -> Drive {
    program(tree::program(topic)).env("LESSON_SPEED", "20")
}

/// Any program, with the variables of a lesson's run.
pub fn program(path: impl AsRef<Path>) -> Drive {
    let folder = tempfile::tempdir().expect("a folder for this run");
    let (work, temp) = (folder.path().join("work"), folder.path().join("temp"));
    for path in [&work, &temp] {
        std::fs::create_dir(path).expect("a folder for this run");
    }
    let mut command = Command::new(path.as_ref());
    command
        .current_dir(&work)
        .env("TMPDIR", &temp) // Unix
        .env("TMP", &temp) // Windows
        .env("RUST_BACKTRACE", "0")
        .env("LESSON_TRACE", folder.path().join("trace.jsonl"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    Drive { command, folder, lines: usize::MAX, deadline: DEADLINE }
}

impl Drive {
    /// Adds arguments.
    pub fn args(mut self, args: &[&str]) -> Self {
        self.command.args(args);
        self
    }

    /// Sets a variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// Reads so many lines and closes the pipe, as `| head -1` does.
    pub fn head(mut self, lines: usize) -> Self {
        self.lines = lines;
        self
    }

    /// Records nothing: for a run whose time is measured, or that does a thing very often.
    pub fn unrecorded(mut self) -> Self {
        self.command.env_remove("LESSON_TRACE");
        self
    }

    /// When this run counts as hung, if not after [`DEADLINE`].
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Writes its output to this file instead of having it read.
    pub fn stdout(mut self, path: &str) -> Self {
        self.command.stdout(std::fs::File::options().write(true).open(path).expect("a file that is there"));
        self
    }

    /// Starts it.
    pub fn start(mut self) -> Running {
        default_ctrl_c();
        let mut child = self.command.spawn().unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        running().insert(child.id());
        let stdout = child.stdout.take();
        let mut stderr = child.stderr.take().expect("it is piped");
        let (to, said) = mpsc::channel();
        thread::spawn(move || {
            for line in stdout.map(BufReader::new).into_iter().flat_map(BufRead::lines).take(self.lines) {
                let Ok(line) = line else { return };
                if to.send(line).is_err() {
                    return;
                }
            }
        });
        let errors = thread::spawn(move || {
            let mut text = String::new();
            let _ = stderr.read_to_string(&mut text);
            text
        });
        let deadline = Instant::now() + self.deadline;
        Running { child, said, lines: Vec::new(), errors: Some(errors), folder: self.folder, deadline }
    }

    /// Runs it to its end.
    pub fn run(self) -> Run {
        self.start().end()
    }
}

/// A program that runs.
pub struct Running {
    child: Child,
    said: Receiver<String>,
    lines: Vec<String>,
    errors: Option<JoinHandle<String>>,
    folder: TempDir,
    deadline: Instant,
}

impl Running {
    /// Blocks until it says a line that contains `text`, and returns that line.
    pub fn until_says(&mut self, text: &str) -> String {
        loop {
            match self.said.recv_timeout(self.deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    self.lines.push(line.clone());
                    if line.contains(text) {
                        return line;
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("it hangs, and never said {text:?}{}", self.state()),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("it ended, and never said {text:?}, but:\n{}", self.lines.join("\n"))
                }
            }
        }
    }

    /// Blocks until it has recorded an event that contains `text`.
    pub fn until_recorded(&self, text: &str) {
        let recorded = || std::fs::read_to_string(self.folder.path().join("trace.jsonl")).unwrap_or_default();
        while !recorded().contains(text) {
            assert!(Instant::now() < self.deadline, "it never recorded {text:?}, but:\n{}", recorded());
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Ctrl-C: SIGINT to all its processes.
    #[cfg(unix)]
    pub fn ctrl_c(&self) {
        rustix::process::kill_process_group(self.raw_pid(), rustix::process::Signal::INT)
            .expect("the group is there until it has been waited for");
    }

    /// A signal to the process that was started, and to no other.
    #[cfg(unix)]
    pub fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(self.raw_pid(), signal)
            .expect("it is there until it has been waited for");
    }

    /// Kills one of its children, by the process id that it said. That child must be sure to be there still.
    pub fn kill(&self, pid: u32) {
        #[cfg(unix)]
        let killed = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw).is_some_and(|pid| {
            rustix::process::getpgid(Some(pid)) == Ok(self.raw_pid())
                && rustix::process::kill_process(pid, rustix::process::Signal::KILL).is_ok()
        });
        #[cfg(not(unix))]
        let killed = Command::new("taskkill")
            .args(["/F", "/PID", &pid.to_string()])
            .output()
            .is_ok_and(|output| output.status.success());
        assert!(killed, "{pid} is no child of it that could be killed");
    }

    #[cfg(unix)]
    fn raw_pid(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.child)
    }

    /// What it has said, and what each of its threads is in the middle of, as far as that is recorded.
    fn state(&self) -> String {
        let trace = std::fs::read_to_string(self.folder.path().join("trace.jsonl")).unwrap_or_default();
        // The last line may not be written to its end yet.
        let trace = trace.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let open: String = Trace::parse(trace).open().iter().map(|open| format!("\n  {open}")).collect();
        format!("{}{open}\nit said:\n{}", if open.is_empty() { "" } else { ":" }, self.lines.join("\n"))
    }

    /// Blocks until it has ended, and asks that it left nothing behind: no process, no file.
    pub fn end(mut self) -> Run {
        let status = loop {
            match self.child.try_wait().expect("it is our child") {
                Some(status) => break status,
                None if Instant::now() > self.deadline => {
                    self.lines.extend(self.said.try_iter());
                    panic!("it hangs{}", self.state());
                }
                None => thread::sleep(Duration::from_millis(2)),
            }
        };
        #[cfg(unix)]
        while group_lives(self.raw_pid()) {
            assert!(Instant::now() < self.deadline, "a process is left of group {}", self.child.id());
            thread::sleep(Duration::from_millis(2));
        }
        let errors = self.errors.take().expect("it is taken once").join().expect("the reader doesn't panic");
        self.lines.extend(self.said.iter());
        let lines = std::mem::take(&mut self.lines);
        for place in ["work", "temp"] {
            let left: Vec<_> = std::fs::read_dir(self.folder.path().join(place))
                .expect("the folder of this run")
                .map(|entry| entry.expect("an entry").file_name())
                .collect();
            assert!(left.is_empty(), "left in the {place} folder: {left:?}\n{errors}");
        }
        let trace = std::fs::read_to_string(self.folder.path().join("trace.jsonl")).unwrap_or_default();
        Run { pid: self.child.id(), status, errors, trace: Trace::parse(&trace), lines }
    }
}

impl Drop for Running {
    /// A test that fails leaves nothing running either.
    fn drop(&mut self) {
        #[cfg(unix)]
        let _ = rustix::process::kill_process_group(self.raw_pid(), rustix::process::Signal::KILL);
        let _ = self.child.kill();
        let _ = self.child.wait();
        running().remove(&self.child.id());
    }
}

/// Process ids of the programs that have been started and not yet ended: each leads a group.
fn running() -> MutexGuard<'static, BTreeSet<u32>> {
    static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends every program that still runs, with all that it started: for one who is about to exit without
/// unwinding. Only on Unix; elsewhere they are left to themselves.
pub fn end_all() {
    #[cfg(unix)]
    for &pid in running().iter() {
        if let Some(pid) = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
        }
    }
}

/// Lets Ctrl-C end the programs that are started, also when these tests run in the background, where
/// a shell has it ignored: an ignored signal is inherited, one with a handler is not.
fn default_ctrl_c() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        ctrlc::set_handler(|| std::process::exit(130)).expect("nobody else handles Ctrl-C here");
    });
}

/// Whether a process of a group still runs, whose first process is gone.
///
/// One that has ended is a zombie until its parent takes notice, and its parent is now the system's
/// first process, which on some machines takes seconds. Where `/proc` is there, zombies don't count.
#[cfg(unix)]
fn group_lives(group: rustix::process::Pid) -> bool {
    if rustix::process::test_kill_process_group(group).is_err() {
        return false;
    }
    if !Path::new("/proc/self/stat").exists() {
        return true;
    }
    let group = group.as_raw_nonzero().get() as u32;
    living().any(|process| process.group == group)
}

/// A process that runs, as `/proc` shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Living {
    /// Its process id.
    pub pid: u32,
    /// Its parent's process id.
    pub parent: u32,
    /// Its process group.
    pub group: u32,
}

impl Living {
    /// The process of this id; `None` if there is none or it is a zombie.
    pub fn find(pid: u32) -> Option<Living> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // proc(5): after the name in brackets come state, parent and group.
        let mut fields = stat.rsplit_once(") ")?.1.split(' ');
        let runs = !["Z", "X"].contains(&fields.next()?);
        let (parent, group) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        runs.then_some(Living { pid, parent, group })
    }
}

/// All processes that run and are no zombies; none where there is no `/proc`.
pub fn living() -> impl Iterator<Item = Living> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten();
    processes.filter_map(|process| Living::find(process.ok()?.file_name().to_str()?.parse().ok()?))
}

/// A run that has ended.
pub struct Run {
    /// The process id that it had.
    pub pid: u32,
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to standard output, line by line.
    pub lines: Vec<String>,
    /// What it wrote to standard error.
    pub errors: String,
    /// What it recorded.
    pub trace: Trace,
}

impl Run {
    /// Its lines as said lines, in the order in which they came.
    pub fn said(&self) -> Vec<Said<'_>> {
        self.lines.iter().map(|line| said(line)).collect()
    }

    /// What one speaker said (a name, or a name and a process id), in its order.
    pub fn said_by(&self, who: &str) -> Vec<&str> {
        let spoken = |said: &Said| said.who == who || said.name() == who;
        self.said().into_iter().filter(spoken).map(|said| said.text).collect()
    }

    /// Asks that the run went well, and returns it.
    pub fn well(self) -> Self {
        assert!(self.status.success(), "{}: {}\n{}", self.status, self.errors, self.lines.join("\n"));
        self
    }
}

/// Panics if it is no said line: then a line was torn, or did not come from the stage.
pub fn said(line: &str) -> Said<'_> {
    Said::parse(line).unwrap_or_else(|| panic!("no said line: {line:?}"))
}

//! Drives a lesson as a reader does: as a program, with arguments, a terminal's signals and a trace.
//!
//! Each run has a folder of its own to work in and another for temporary files, and a process group of
//! its own. [`Running::end`] asks that the folders are empty and the group is gone: no test can forget to.
//!
//! # Layout
//!
//! - [`deadline`]: waits that don't last for ever
//! - [`installed`]: where PostgreSQL is
//! - `step`: on Linux, a process that goes on by one step at a time
//! - [`tree`]: the lessons that are there, and their programs
//! - [`trace`]: a recorded run, and what holds for every one

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

pub use shared::stage::Said;
use tempfile::TempDir;

pub mod deadline;
#[rustfmt::skip] // lessons are narrower
#[path = "../../../lessons/machines/src/installed.rs"]
pub mod installed;
#[cfg(target_os = "linux")]
pub mod step;
pub mod trace;
pub mod tree;

use trace::Trace;

/// When a run counts as hung. Nothing is measured by it.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// How long a check holds something up, at the least, to see that the answer waits for it.
const HELD: Duration = Duration::from_secs(2);

/// A thread that has woken up this often, and still waits, is one that never gives up: a check waits for it no longer.
const LOOKS: u64 = 100;

/// How often a check asks which threads still look.
const PERIOD: Duration = Duration::from_millis(250);

/// How much longer than it was told a check waits for them at most.
const LONGEST: Duration = Duration::from_secs(10);

/// Of how many processes a message says that they are still there.
const SHOWN: usize = 10;

/// How many bytes a run may write to standard output, and how many of standard error are kept. No lesson has as
/// much to say.
pub const ROOM: usize = 16 << 20;

/// A program that is about to be run.
pub struct Drive {
    command: Command,
    folder: TempDir,
    lines: usize,
    room: usize,
    deadline: Duration,
    unheard: bool,
}

/// A lesson by its topic, 20 times as fast as for a reader, with its trace recorded.
pub fn lesson(topic: &str) -> Drive {
    program(tree::program(topic)).env("LESSON_SPEED", "20")
}

/// Any program, with the variables of a lesson's run.
pub fn program(path: impl AsRef<Path>) -> Drive {
    let mut folder = tempfile::Builder::new();
    // For root, an engine runs as another user, who has to get through to its own folder in there.
    #[cfg(unix)]
    folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o711));
    // Not while all are deleted: this one would stay.
    let known = running();
    let folder = folder.prefix(&prefix(std::process::id())).tempdir();
    let folder = folder.expect("a folder for this run");
    let (work, temp) = (folder.path().join("work"), folder.path().join("temp"));
    for path in [&work, &temp] {
        std::fs::create_dir(path).expect("a folder for this run");
    }
    drop(known);
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
    Drive { command, folder, lines: usize::MAX, room: ROOM, deadline: DEADLINE, unheard: false }
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

    /// Reads this many lines and closes the pipe, as `| head -1` does.
    pub fn head(mut self, lines: usize) -> Self {
        self.lines = lines;
        self
    }

    /// Records nothing: for a run whose time is measured, or that does a thing very often.
    pub fn unrecorded(mut self) -> Self {
        self.command.env_remove("LESSON_TRACE");
        self
    }

    /// Another run of the same program, with the same arguments, variables and deadline, and folders of its own.
    pub fn again(&self) -> Self {
        let mut again = program(self.command.get_program()).deadline(self.deadline);
        again.unheard = self.unheard;
        again.command.args(self.command.get_args());
        for (name, value) in self.command.get_envs() {
            let own = ["TMPDIR", "TMP", "LESSON_TRACE"].iter().any(|own| name == *own);
            match value {
                Some(value) if !own => _ = again.command.env(name, value),
                _ => {}
            }
        }
        again
    }

    /// A run in which a child stands still, found by `find`, in a state that is as wanted. A child that went on
    /// before it was stopped is no use, and there is another run; `None` after many, and where no `/proc` says whether it
    /// stands still.
    #[cfg(unix)]
    pub fn held_up(
        &self,
        mut find: impl FnMut(&mut Running) -> Option<u32>,
        as_wanted: impl Fn(&Trace, u32) -> bool,
    ) -> Option<(Running, u32)> {
        if !has_proc() {
            return None;
        }
        (0..50).find_map(|_| {
            let mut running = self.again().start();
            let child = find(&mut running)?;
            let still = running.stop(child) && Living::find(child).is_some_and(|process| process.stopped);
            (still && as_wanted(&running.trace(), child)).then_some((running, child))
        })
    }

    /// A run whose first process stands still near its beginning, and what `find` finds by stepping it; then it goes on. If it has
    /// come too far, there is nothing to find, and there is another run; `None` after many, and where the system allows no stepping.
    #[cfg(target_os = "linux")]
    pub fn stepped<T>(&self, mut find: impl FnMut(&mut step::Stepped) -> Option<T>) -> Option<(Running, T)> {
        for _ in 0..50 {
            let running = self.again().start();
            match step::Stepped::begin(running.pid()) {
                Ok(mut first) => {
                    if let Some(found) = find(&mut first) {
                        return Some((running, found));
                    }
                }
                Err(error) if error.kind() == ErrorKind::PermissionDenied => return None,
                Err(_) => {} // it has ended
            }
        }
        None
    }

    /// Lets nobody read its standard output, which is full already, until [`Running::listen`]: until then, each of
    /// its processes blocks in the middle of the first line that it says. The trace has that line already.
    #[cfg(unix)]
    pub fn unheard(mut self) -> Self {
        self.unheard = true;
        self
    }

    /// When this run counts as hung, if not after [`DEADLINE`].
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How many bytes it may write to standard output, if not [`ROOM`]; one that writes more fails.
    pub fn room(mut self, bytes: usize) -> Self {
        self.room = bytes;
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
        #[cfg(unix)]
        let full = self.unheard.then(|| {
            let (reader, writer, full) = full_pipe().expect("a pipe");
            self.command.stdout(writer);
            (reader, full)
        });
        let began = Instant::now();
        // Started and known in one: who ends all has to know all.
        let mut known = running();
        let mut child = self.command.spawn().unwrap_or_else(|error| panic!("{:?}: {error}", self.command));
        known.insert(child.id());
        drop(known);
        let stdout = child.stdout.take();
        let mut stderr = child.stderr.take().expect("it is piped");
        let (to, said) = mpsc::channel();
        let (listen, listens) = mpsc::channel();
        let (lines, room) = (self.lines, self.room);
        #[cfg(unix)]
        if let Some((mut reader, full)) = full {
            // The command holds an end for writing until it is dropped, and the output would not end before.
            self.command.stdout(Stdio::null());
            let to = to.clone();
            thread::spawn(move || {
                let listens: Receiver<()> = listens;
                let filler = &mut (&mut reader).take(full);
                #[expect(clippy::disallowed_methods, reason = "it ends with the run, which has a deadline")]
                let begins = listens.recv().is_ok();
                if begins && std::io::copy(filler, &mut std::io::sink()).is_ok() {
                    pass_on(reader, lines, room, &to);
                }
            });
        }
        #[cfg(not(unix))]
        drop(listens); // there, each run is heard from its beginning
        thread::spawn(move || stdout.map(|stdout| pass_on(stdout, lines, room, &to)));
        let written = Arc::new(Mutex::new(Vec::new()));
        let errors = thread::spawn({
            let written = written.clone();
            move || {
                let mut piece = [0; 4096];
                while let Ok(read @ 1..) = stderr.read(&mut piece) {
                    let mut written = locked(&written);
                    let room = ROOM - written.len();
                    written.extend_from_slice(&piece[..read.min(room)]);
                }
            }
        });
        Running {
            child,
            said,
            lines: Vec::new(),
            listen,
            written,
            errors: Some(errors),
            folder: self.folder,
            began,
            patience: self.deadline,
            deadline: began + self.deadline,
        }
    }

    /// Runs it to its end.
    pub fn run(self) -> Run {
        self.start().end()
    }
}

/// Passes lines on as they come, until `lines` have come, or nobody wants them.
fn pass_on(stdout: impl Read, lines: usize, room: usize, to: &mpsc::Sender<Result<String, usize>>) {
    let mut stdout = BufReader::new(stdout.take(room as u64 + 1));
    let mut read = 0;
    for _ in 0..lines {
        let Some(line) = line(&mut stdout, room) else { return };
        read += line.len() + 1;
        let line = match read > room {
            true => Err(room),
            false => Ok(String::from_utf8_lossy(&line).into_owned()),
        };
        if to.send(line).is_err() || read > room {
            return;
        }
    }
}

/// A pipe that can take no byte more, and how many it holds.
#[cfg(unix)]
fn full_pipe() -> std::io::Result<(std::io::PipeReader, std::io::PipeWriter, u64)> {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    let (reader, mut writer) = std::io::pipe()?;
    let flags = fcntl_getfl(&writer)?;
    fcntl_setfl(&writer, flags | OFlags::NONBLOCK)?;
    let mut full = 0;
    // Byte by byte at the end: a long piece is refused while there is still room for a short one.
    for piece in [4096, 1] {
        while let Ok(written) = std::io::Write::write(&mut writer, &[b'.'; 4096][..piece]) {
            full += written as u64;
        }
    }
    fcntl_setfl(&writer, flags)?;
    Ok((reader, writer, full))
}

/// PostgreSQL's program for statements. Debian has it on the `PATH`; elsewhere it's beside the engine.
pub fn psql() -> PathBuf {
    let beside = installed::programs().map(|folder| folder.join("psql"));
    beside.filter(|psql| psql.is_file()).unwrap_or_else(|| "psql".into())
}

/// What a process has open, by its id or `self`: paths that lead to it, and by which it can be opened once more. None if it has
/// ended.
#[cfg(target_os = "linux")]
pub fn open_files(pid: impl std::fmt::Display) -> impl Iterator<Item = PathBuf> {
    let open = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    open.map(|entry| entry.path())
}

/// Makes a named pipe. Opening it to read or to write blocks until its other end is opened, too.
#[cfg(unix)]
pub fn named_pipe(path: &Path) {
    let made = deadline::output(Command::new("mkfifo").arg(path), DEADLINE).expect("Unix has it");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// Until when a check holds a run up, to see that it waits.
pub fn hold() -> Instant {
    Instant::now() + HELD
}

/// What the program of this thread that ended last wrote to standard error.
pub fn last_errors() -> String {
    LAST_ERRORS.take()
}

thread_local! {
    static LAST_ERRORS: std::cell::Cell<String> = const { std::cell::Cell::new(String::new()) };
}

/// A program that runs.
pub struct Running {
    child: Child,
    /// Its lines; how much it may say, when that is not enough.
    said: Receiver<Result<String, usize>>,
    lines: Vec<String>,
    /// Has an unheard program's output read.
    listen: mpsc::Sender<()>,
    /// What it has written to standard error.
    written: Arc<Mutex<Vec<u8>>>,
    errors: Option<JoinHandle<()>>,
    folder: TempDir,
    began: Instant,
    patience: Duration,
    deadline: Instant,
}

impl Running {
    /// Blocks until it says a line that contains `text`, and returns that line.
    pub fn until_says(&mut self, text: &str) -> String {
        loop {
            match self.said.recv_timeout(self.deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    let line = within(line);
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

    /// Blocks until `find` finds something in what it has recorded so far. Panics with `why` if it never does.
    pub fn until<T>(&mut self, why: &str, find: impl Fn(&Trace) -> Option<T>) -> T {
        loop {
            // Before the trace: what it recorded before its end is then looked at, too.
            let ended = self.child.try_wait().expect("it is our child").is_some();
            if let Some(found) = find(&self.trace()) {
                return found;
            }
            assert!(!ended, "{why}; it ended");
            assert!(Instant::now() < self.deadline, "{why}; it hangs{}", self.state());
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// What it has recorded so far.
    pub fn trace(&self) -> Trace {
        let trace = std::fs::read_to_string(self.folder.path().join("trace.jsonl")).unwrap_or_default();
        // The last line may not be written to its end yet.
        Trace::parse(trace.rsplit_once('\n').map_or("", |(whole, _)| whole))
    }

    /// Has its output read from now on, if it was [`unheard`](Drive::unheard).
    pub fn listen(&self) {
        let _ = self.listen.send(());
    }

    /// Waits `until` then, and asks that it says no line meanwhile that contains one of `texts`, and does not end.
    /// Panics with `why` if it does. Its deadline begins again then: no answer is late for having been held up.
    ///
    /// On Linux it waits longer for a thread that looks again from time to time: such a thread may give up after forty times.
    pub fn waits(&mut self, mut until: Instant, texts: &[&str], why: &str) {
        let longest = until + LONGEST;
        let (mut last, mut waited, mut next) = (BTreeMap::new(), BTreeMap::new(), Instant::now());
        loop {
            // With no time left, it gives what was said before.
            match self.said.recv_timeout(until.min(next).saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    let line = within(line);
                    let early = texts.iter().any(|text| line.contains(text));
                    assert!(!early, "{why}; it said: {}", line.trim());
                    self.lines.push(line);
                    continue;
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => panic!("{why}; it ended"),
            }
            let now = Instant::now();
            if now >= next {
                next = now + PERIOD;
                let (wakes, waits) = (self.wakes(), self.at_a_queue());
                // In the whole period it was in one and the same wait: it's the queue that looks, not the answer.
                let naps =
                    |thread: &u32| waits.contains_key(thread) && waited.get(thread) == waits.get(thread);
                let again = |(thread, wakes): (&u32, &u64)| {
                    last.get(thread) != Some(wakes) && *wakes < LOOKS && !naps(thread)
                };
                let looks = wakes.iter().any(again);
                if looks {
                    until = until.max(next).min(longest);
                }
                (last, waited) = (wakes, waits);
            }
            if now >= until {
                break;
            }
        }
        self.deadline = Instant::now() + self.patience;
    }

    /// How often each thread of its processes has gone to sleep and woken up. Empty where no `/proc` says so.
    fn wakes(&self) -> BTreeMap<u32, u64> {
        let wakes = |pid: u32| {
            let threads = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
            threads.filter_map(|thread| {
                let status = std::fs::read_to_string(thread.path().join("status")).ok()?;
                let sleeps = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
                Some((thread.file_name().to_str()?.parse().ok()?, sleeps.trim().parse().ok()?))
            })
        };
        living().filter(|process| self.is_of_it(process)).flat_map(|process| wakes(process.pid)).collect()
    }

    /// Whether a process is of its group, or descends from its first process: such a one may have a group of its own. Without a
    /// `/proc`, nobody knows the latter.
    fn is_of_it(&self, process: &Living) -> bool {
        let me = self.child.id();
        let parent = |process: &Living| Living::find(process.parent);
        process.group == me || std::iter::successors(Some(*process), parent).any(|process| process.pid == me)
    }

    /// Which of its processes wait at a queue of the course with their main thread, which has the first lane, and since when.
    fn at_a_queue(&self) -> BTreeMap<u32, u64> {
        let at_a_queue = |(lane, event): ((u32, u32), &trace::Event)| {
            let waits = lane.1 == 1 && event.category == "wait" && event.name == "queue";
            waits.then_some((event.pid, event.time))
        };
        self.trace().innermost().into_iter().filter_map(at_a_queue).collect()
    }

    /// The next line that it says; `None` if it has ended.
    pub fn next_line(&mut self) -> Option<String> {
        match self.said.recv_timeout(self.deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                let line = within(line);
                self.lines.push(line.clone());
                Some(line)
            }
            Err(RecvTimeoutError::Timeout) => panic!("it hangs{}", self.state()),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    /// A child of it that has just begun to run, once there is one; `None` if it ends before.
    ///
    /// Where there is a `/proc`, that is before the child does anything of its own.
    #[cfg(unix)]
    pub fn child(&mut self) -> Option<u32> {
        let me = self.child.id();
        // Before it executes its program, a child is a copy of its parent.
        let arguments = |pid: u32| std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        loop {
            let mut found = living().filter(|process| process.parent == me);
            let found = found.find(|process| ![arguments(me), Vec::new()].contains(&arguments(process.pid)));
            let found = found.map(|process| process.pid).or_else(|| {
                let trace = self.trace();
                trace.0.iter().map(|event| event.pid).find(|&pid| pid != me)
            });
            if found.is_some() || self.child.try_wait().expect("it is our child").is_some() {
                return found;
            }
            assert!(Instant::now() < self.deadline, "it hangs, and started no process{}", self.state());
            thread::yield_now();
        }
    }

    /// One more end of the pipe into which one of its processes writes and which its first process reads. A write that would
    /// have to wait fails.
    #[cfg(target_os = "linux")]
    pub fn one_more_writer(&self, writer: u32) -> Option<std::fs::File> {
        use std::os::unix::fs::OpenOptionsExt;
        let pipes = |pid: u32, writes: bool| {
            open_files(pid).filter_map(move |open| {
                let info = Path::new(&format!("/proc/{pid}/fdinfo")).join(open.file_name()?);
                let info = std::fs::read_to_string(info).ok()?;
                let flags = info.lines().find_map(|line| line.strip_prefix("flags:"))?.trim().to_owned();
                let is_it = flags.ends_with(if writes { '1' } else { '0' });
                let pipe = std::fs::read_link(&open).ok().filter(|_| is_it)?;
                pipe.to_str()?.starts_with("pipe:").then(|| (pipe.clone(), open))
            })
        };
        let read: Vec<_> = pipes(self.child.id(), false).map(|(pipe, _)| pipe).collect();
        let (_, path) = pipes(writer, true).find(|(pipe, _)| read.contains(pipe))?;
        let flags = rustix::fs::OFlags::NONBLOCK.bits() as i32;
        std::fs::File::options().write(true).custom_flags(flags).open(path).ok()
    }

    /// Its first children in this role, as soon as they are there; `None` if it ends before.
    #[cfg(target_os = "linux")]
    pub fn children<const N: usize>(&mut self, role: &str) -> Option<[u32; N]> {
        let me = self.child.id();
        let plays = |pid: &u32| {
            let arguments = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let mut arguments = arguments.split(|byte| *byte == 0).map(String::from_utf8_lossy);
            // With the path of its module: the role may be an argument of its parent, whose copy it is at first.
            arguments.any(|argument| argument.rsplit_once("::").is_some_and(|(_, name)| name == role))
        };
        loop {
            let all = std::fs::read_to_string(format!("/proc/{me}/task/{me}/children")).unwrap_or_default();
            let in_role = all.split(' ').filter_map(|pid| pid.parse().ok()).filter(plays);
            if let Some(found) = in_role.take(N).collect::<Vec<_>>().first_chunk() {
                return Some(*found);
            }
            if self.child.try_wait().expect("it is our child").is_some() {
                return None;
            }
            assert!(Instant::now() < self.deadline, "it hangs, and started no {role}{}", self.state());
            thread::yield_now();
        }
    }

    /// Ctrl-C: SIGINT to all its processes.
    #[cfg(unix)]
    pub fn ctrl_c(&self) {
        rustix::process::kill_process_group(self.raw_pid(), rustix::process::Signal::INT)
            .expect("the group is there until it has been waited for");
    }

    /// The process id of the process that was started.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What is in its folder for temporary files at this moment, by name.
    pub fn temporary(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path().join("temp")).expect("the folder of this run");
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    /// A signal to the process that was started, and to no other.
    #[cfg(unix)]
    pub fn signal(&self, signal: rustix::process::Signal) {
        rustix::process::kill_process(self.raw_pid(), signal)
            .expect("it is there until it has been waited for");
    }

    /// Kills one of its children, by the process id that it said. That child must be sure to be there still.
    pub fn kill(&self, pid: u32) {
        assert!(self.kill_if_there(pid), "{pid} is no child of it that could be killed");
    }

    /// Kills one of its children, by the process id that it said; returns whether it was there to be killed.
    pub fn kill_if_there(&self, pid: u32) -> bool {
        #[cfg(unix)]
        return self.signal_to(pid, rustix::process::Signal::KILL);
        #[cfg(not(unix))]
        deadline::output(Command::new("taskkill").args(["/F", "/PID", &pid.to_string()]), DEADLINE)
            .is_ok_and(|output| output.status.success())
    }

    /// Stops one of its processes, as Ctrl-Z would, and blocks until it stands still: it is very slow from now on.
    /// Returns whether it was there to be stopped.
    #[cfg(unix)]
    pub fn stop(&self, pid: u32) -> bool {
        let stopped = self.signal_to(pid, rustix::process::Signal::STOP);
        while stopped && Living::find(pid).is_some_and(|process| !process.stopped) {
            assert!(Instant::now() < self.deadline, "{pid} doesn't stop");
            thread::sleep(Duration::from_millis(1));
        }
        stopped
    }

    /// Lets one of its processes go on that was stopped.
    #[cfg(unix)]
    pub fn go_on(&self, pid: u32) {
        self.signal_to(pid, rustix::process::Signal::CONT);
    }

    /// Sends a signal to one of its processes, whose group may be another; returns whether it was there.
    #[cfg(unix)]
    pub fn signal_to(&self, pid: u32, signal: rustix::process::Signal) -> bool {
        let is_of_it = || Living::find(pid).is_some_and(|process| self.is_of_it(&process));
        i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw).is_some_and(|pid| {
            (rustix::process::getpgid(Some(pid)) == Ok(self.raw_pid()) || is_of_it())
                && rustix::process::kill_process(pid, signal).is_ok()
        })
    }

    #[cfg(unix)]
    fn raw_pid(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.child)
    }

    /// What each of its threads is in the middle of, as far as that is recorded; which of its processes are still there, as far as
    /// the system tells; and what it has said.
    fn state(&self) -> String {
        let mut state = self.trace().open();
        let there = living().filter(|process| self.is_of_it(process)).take(SHOWN);
        state.extend(there.map(|Living { pid, stopped, sleeps, .. }| match (stopped, sleeps) {
            (true, _) => format!("process {pid} stands still"),
            (_, true) => format!("process {pid} waits"),
            _ => format!("process {pid} runs"),
        }));
        let state: String = state.iter().map(|line| format!("\n  {line}")).collect();
        format!("{}{state}\nit said:\n{}", if state.is_empty() { "" } else { ":" }, self.lines.join("\n"))
    }

    /// Blocks until it has ended, and asks that it left nothing behind: no process, no file.
    pub fn end(mut self) -> Run {
        self.listen();
        let status = loop {
            match self.child.try_wait().expect("it is our child") {
                Some(status) => break status,
                None if Instant::now() > self.deadline => {
                    self.lines.extend(self.said.try_iter().map(within));
                    panic!("it hangs{}", self.state());
                }
                None => {
                    self.lines.extend(self.said.try_iter().map(within));
                    thread::sleep(Duration::from_millis(2));
                }
            }
        };
        #[cfg(unix)]
        while group_lives(self.raw_pid()) {
            assert!(Instant::now() < self.deadline, "a process is left of group {}", self.child.id());
            thread::sleep(Duration::from_millis(2));
        }
        let took = self.began.elapsed();
        // A process that has left the group may have both open still.
        loop {
            match self.said.recv_timeout(self.deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.lines.push(within(line)),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("a process that it started has its output open still")
                }
            }
        }
        let read = self.errors.take().expect("it is taken once");
        while !read.is_finished() {
            assert!(Instant::now() < self.deadline, "a process that it started has its output open still");
            thread::sleep(Duration::from_millis(2));
        }
        let errors = String::from_utf8_lossy(&locked(&self.written)).into_owned();
        let lines = std::mem::take(&mut self.lines);
        for place in ["work", "temp"] {
            let left: Vec<_> = std::fs::read_dir(self.folder.path().join(place))
                .expect("the folder of this run")
                .map(|entry| entry.expect("an entry").file_name())
                .collect();
            assert!(left.is_empty(), "left in the {place} folder: {left:?}\n{errors}");
        }
        let trace = std::fs::read_to_string(self.folder.path().join("trace.jsonl")).unwrap_or_default();
        Run { pid: self.child.id(), status, errors, trace: Trace::parse(&trace), lines, took }
    }
}

/// The line; fails the run that says more than it may.
fn within(line: Result<String, usize>) -> String {
    line.unwrap_or_else(|room| panic!("it says more than a run may, which is {} kB", room >> 10))
}

/// The next line, without its end: no more of it than this many bytes, the rest is passed over. `None` at the end of
/// what there is.
pub fn line(from: &mut impl BufRead, most: usize) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    let mut any = false;
    loop {
        let piece = match from.fill_buf() {
            Ok([]) => return any.then_some(line),
            Ok(piece) => piece,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return any.then_some(line),
        };
        any = true;
        let end = piece.iter().position(|&byte| byte == b'\n');
        let length = end.unwrap_or(piece.len());
        line.extend_from_slice(&piece[..length.min(most - line.len())]);
        from.consume(end.map_or(length, |end| end + 1));
        if end.is_some() {
            line.truncate(line.strip_suffix(b"\r").unwrap_or(&line).len());
            return Some(line);
        }
    }
}

/// How long what a program wrote to standard error is read on, when it has ended.
const LAST_WORDS: Duration = Duration::from_millis(500);

impl Drop for Running {
    /// A test that fails leaves nothing running either.
    fn drop(&mut self) {
        #[cfg(unix)]
        let _ = rustix::process::kill_process_group(self.raw_pid(), rustix::process::Signal::KILL);
        let _ = self.child.kill();
        deadline::end(&mut self.child, DEADLINE);
        running().remove(&self.child.id());
        // Its last words may not be read yet. A process that has left the group may still have the pipe open.
        let until = Instant::now() + LAST_WORDS;
        while self.errors.as_ref().is_some_and(|read| !read.is_finished()) && Instant::now() < until {
            thread::sleep(Duration::from_millis(1));
        }
        LAST_ERRORS.set(String::from_utf8_lossy(&locked(&self.written)).into_owned());
    }
}

/// A panic of another thread spoils nothing here.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Process ids of the programs that have been started and not yet ended: each leads a group.
fn running() -> MutexGuard<'static, BTreeSet<u32>> {
    static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());
    locked(&RUNNING)
}

/// Ends every program that still runs, with all that it started, and deletes the folders of the runs: for a process that is about
/// to exit without unwinding. From then on nobody starts one more. Only on Unix; elsewhere they are left to themselves.
pub fn end_all() {
    let running = running();
    #[cfg(unix)]
    for &pid in running.iter() {
        if let Some(pid) = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
        }
    }
    // Who would start one waits for ever, and so until the exit.
    std::mem::forget(running);
    clear_after(std::process::id());
}

/// What the name of a run's folder begins with: which process it is that runs the program.
fn prefix(pid: u32) -> String {
    format!(".run-{pid}-")
}

/// Deletes the folders of the runs of a process that can't do so itself, because it was killed. What can't be deleted stays.
pub fn clear_after(pid: u32) {
    let prefix = prefix(pid);
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            // A program that was killed may put one more file there before it's gone.
            let _ = std::fs::remove_dir_all(entry.path()).or_else(|_| std::fs::remove_dir_all(entry.path()));
        }
    }
}

/// Lets Ctrl-C end the programs that are started, also when these tests run in the background, where
/// a shell has it ignored: an ignored signal is inherited, one with a handler is not.
fn default_ctrl_c() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let end = || {
            end_all();
            std::process::exit(130)
        };
        ctrlc::set_handler(end).expect("nobody else handles Ctrl-C here");
    });
}

#[cfg(unix)]
fn has_proc() -> bool {
    Path::new("/proc/self/stat").exists()
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
    if !has_proc() {
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
    /// Whether it was stopped, by SIGSTOP for one.
    pub stopped: bool,
    /// Whether its first thread sleeps or waits at this moment.
    pub sleeps: bool,
}

impl Living {
    /// The process of this id; `None` if there is none or it is a zombie.
    pub fn find(pid: u32) -> Option<Living> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // proc(5): after the name in brackets come state, parent and group.
        let mut fields = stat.rsplit_once(") ")?.1.split(' ');
        let state = fields.next()?;
        let (parent, group) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let runs = !["Z", "X"].contains(&state);
        let (stopped, sleeps) = (state == "T", state == "S");
        runs.then_some(Living { pid, parent, group, stopped, sleeps })
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
    /// How long it took, from its start until nothing of it was left.
    pub took: Duration,
}

impl Run {
    /// Until when a check holds other runs up, to see that they wait: for longer than this whole run took. What a
    /// time limit of the answer's own ended here would end there too.
    pub fn hold(&self) -> Instant {
        hold() + 2 * self.took
    }

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

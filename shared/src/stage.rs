//! What a lesson says and does, as text on the terminal and as a trace that can be drawn.
//!
//! | variable | what it does |
//! |---|---|
//! | `LESSON_SPEED=20` | every [`work`] takes a 20th of its time |
//! | `LESSON_TRACE=FILE` | the run is also recorded in FILE, which is emptied first |
//!
//! Each line of the trace is one object of the [Trace Event format]: `B` and `E` for work and waits,
//! `i` for said lines, starts and ends, `s` and `f` for messages, `M` for names. Times are
//! microseconds since the run began, on one clock for all processes of the run. An event is
//! written as it happens, in one write, so that what a killed process did is still there.
//!
//! [Trace Event format]: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU

use std::cell::RefCell;
use std::fmt::{self, Display};
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::pin::Pin;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use std::{env, mem, process, thread};

#[cfg(unix)]
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::choice::BadArgument;

/// Exit status of a child whose standard output was closed by its reader: what a shell reports for
/// a program that SIGPIPE ended. Its parent then ends as quietly.
pub(crate) const OUTPUT_CLOSED: i32 = 141;

const COLUMN: usize = 16;

static STAGE: OnceLock<Stage> = OnceLock::new();

struct Stage {
    /// Reading of [`clock`] when the run began, in its first process.
    origin: Duration,
    speed: f64,
    trace: Option<File>,
    cast: Cast,
    /// Where said lines go, if not to standard output.
    relay: Option<Relay>,
}

pub(crate) type Relay = Box<dyn Fn(String) + Send + Sync>;

/// Which process of the run this one is.
pub(crate) enum Cast {
    /// The only one: its threads need no process id to be told apart.
    Alone,
    /// The one that the reader started, of a program that starts others.
    Parent,
    /// One that was started in a role.
    Child { role: String, origin: Duration },
}

/// Prints one whole line: seconds since the program began, who speaks, and what.
///
/// Takes what [`format!`] takes. The speaker is the name of the thread, or in a program of several
/// processes the role and the process id. A line never mixes with those of other threads. Through a pipe
/// it doesn't mix with those of other processes either, up to 4 096 bytes on Linux; POSIX promises that for
/// 512. A line break in the text becomes a space.
///
/// A pool's worker passes on at most 32 MiB of a line.
///
/// Blocks while standard output is full. If no process reads standard output any more
/// (`lesson | head -1`), the program ends quietly.
///
/// If the line can't be written for another reason (the disk is full), the program ends with one line on
/// standard error and exit status 1.
///
/// # Examples
///
/// ```
/// let letter = 'A';
/// shared::say!("sends {letter}"); // "  0.00  main              sends A"
/// ```
#[macro_export]
macro_rules! say {
    ($($text:tt)*) => { $crate::stage::say_line(format_args!($($text)*)) };
}

#[doc(hidden)]
pub fn say_line(text: fmt::Arguments<'_>) {
    let stage = stage();
    let text = text.to_string().replace('\n', " ");
    stage.event("i", "say", &text, json!({"s": "t"}));
    let line = format_line(now(), &stage.speaker().replace('\n', " "), &text);
    match &stage.relay {
        Some(relay) => relay(line),
        None => print(&line),
    }
}

fn format_line(since_start: Duration, who: &str, text: &str) -> String {
    let pad = COLUMN.saturating_sub(who.width());
    format!("{:6.2}  {who}{:pad$}  {text}\n", since_start.as_secs_f64(), "")
}

/// A line as [`say!`](crate::say) prints it, read back.
///
/// # Examples
///
/// ```
/// use shared::stage::Said;
///
/// let said = Said::parse("  1.00  put 4711          sends B").expect("a said line");
/// assert_eq!((said.seconds, said.who, said.text), (1.0, "put 4711", "sends B"));
/// assert_eq!((said.name(), said.pid()), ("put", Some(4711)));
/// assert_eq!(Said::parse("something else"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Said<'a> {
    /// Seconds since the run began.
    pub seconds: f64,
    /// The speaker, as printed.
    pub who: &'a str,
    /// What it says.
    pub text: &'a str,
}

impl<'a> Said<'a> {
    /// The parts of the line, or `None` if [`say!`](crate::say) didn't print it.
    ///
    /// # Examples
    ///
    /// See [`Said`].
    pub fn parse(line: &'a str) -> Option<Self> {
        let (seconds, rest) = line.trim_start().split_once("  ")?;
        let (who, text) = rest.split_once("  ")?;
        let (whole, hundredths) = seconds.split_once('.')?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(hundredths) || hundredths.len() != 2 {
            return None;
        }
        Some(Said { seconds: seconds.parse().ok()?, who, text: text.trim_start() })
    }

    /// The speaker without the process id.
    ///
    /// # Examples
    ///
    /// See [`Said`].
    pub fn name(&self) -> &'a str {
        match self.pid() {
            Some(_) => self.who.rsplit_once(' ').map_or(self.who, |(name, _)| name),
            None => self.who,
        }
    }

    /// The speaker's process id, in a program of several processes.
    ///
    /// # Examples
    ///
    /// See [`Said`].
    pub fn pid(&self) -> Option<u32> {
        self.who.rsplit_once(' ').and_then(|(_, pid)| pid.parse().ok())
    }
}

/// The speaker as it is printed: the name of the thread, or for the main thread of a child process its
/// role, which is the name of the process. In a program of several processes, the process id follows.
///
/// # Examples
///
/// ```
/// use shared::stage::speaker;
///
/// assert_eq!(speaker("main", "music", None), "music");
/// assert_eq!(speaker("main", "main", Some(4710)), "main 4710");
/// assert_eq!(speaker("put", "main", Some(4711)), "put 4711");
/// ```
pub fn speaker(process: &str, thread: &str, pid: Option<u32>) -> String {
    let name = if thread == "main" { process } else { thread };
    pid.map_or(name.to_owned(), |pid| format!("{name} {pid}"))
}

/// Writes a finished line, whole. Ends the program if nobody reads it.
pub(crate) fn print(line: &str) {
    // Standard output passes a whole line on in one write, so lines of several processes don't mix.
    printed(io::stdout().lock().write_all(line.as_bytes()));
}

/// Says lines on standard error: for a process whose standard output is for something else.
pub(crate) fn on_stderr() -> Relay {
    Box::new(|line| printed(io::stderr().lock().write_all(line.as_bytes())))
}

fn printed(outcome: io::Result<()>) {
    match outcome {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => end_quietly(),
        Err(error) => {
            complain(format_args!("error: cannot write to standard output: {error}"));
            process::exit(1)
        }
    }
}

/// Writes a line to standard error, and takes what [`format!`] takes. If it can't be written, nobody is left to tell: `eprintln!`
/// would panic, and change the exit status.
///
/// # Examples
///
/// ```
/// shared::tell!("warning: {} is not there", "notes.txt");
/// ```
#[macro_export]
macro_rules! tell {
    ($($text:tt)*) => { $crate::stage::complain(::std::format_args!($($text)*)) };
}

/// A name as its user gave it, in one line.
///
/// # Examples
///
/// ```
/// assert_eq!(shared::stage::in_a_line("no\nsuch ü"), "no\\nsuch ü");
/// ```
pub fn in_a_line(name: &str) -> String {
    let escaped = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    name.chars().map(escaped).collect()
}

#[doc(hidden)]
pub fn complain(problem: fmt::Arguments<'_>) {
    let _ = io::stderr().lock().write_all(format!("{problem}\n").as_bytes());
}

/// Ends this process because nobody reads its output. Its children see that it is gone and follow.
pub(crate) fn end_quietly() -> ! {
    let a_child = matches!(stage().cast, Cast::Child { .. });
    process::exit(if a_child { OUTPUT_CLOSED } else { 0 })
}

/// Whether nobody can read this process's standard output any more.
#[cfg(unix)]
pub(crate) fn output_is_closed() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdout = io::stdout();
    let mut output = [PollFd::new(&stdout, PollFlags::empty())];
    let ready = poll(&mut output, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
    ready.is_ok() && output[0].revents().intersects(PollFlags::ERR | PollFlags::HUP)
}

/// std can't tell on this system: what a child says of it is believed.
#[cfg(not(unix))]
pub(crate) fn output_is_closed() -> bool {
    true
}

/// Stands for work that takes this many seconds: it sleeps, and the timeline draws it as busy.
///
/// Blocks for `seconds` divided by `LESSON_SPEED`, and perhaps a little longer.
///
/// # Panics
///
/// If `seconds` is negative or not finite.
///
/// # Examples
///
/// ```
/// shared::work(0.01);
/// ```
pub fn work(seconds: f64) {
    let time = self::seconds(seconds).expect("work takes a time from 0 on");
    busy("work", || thread::sleep(time));
}

/// This many seconds of a lesson as a time to wait. `LESSON_SPEED` makes it shorter, as it does with [`work`].
///
/// # Errors
///
/// [`BadArgument`] if `seconds` is negative or not finite.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// assert!(shared::stage::seconds(2.0)? > Duration::ZERO);
/// assert!(shared::stage::seconds(-2.0).is_err());
/// # Ok::<(), shared::choice::BadArgument>(())
/// ```
pub fn seconds(seconds: f64) -> Result<Duration, BadArgument> {
    Duration::try_from_secs_f64(seconds / stage().speed)
        .map_err(|error| BadArgument(format!("{seconds} seconds: {error}")))
}

/// Runs a closure that really computes, and draws it as busy. Returns what the closure returns.
///
/// # Examples
///
/// ```
/// let sum: u64 = shared::busy("adds up", || (1..=1_000).sum());
/// assert_eq!(sum, 500_500);
/// ```
pub fn busy<R>(name: &str, computes: impl FnOnce() -> R) -> R {
    let _span = Span::begin("work", name);
    computes()
}

/// Records a row of a picture that this thread has computed, so that the page can draw it in the thread's colour. It prints
/// nothing.
///
/// `row` is counted from 0, at the top. The pixels go from left to right, from 0 for black to 255 for white. The page is
/// narrower than a picture may be: at most 140 of them are kept, in nine shades.
///
/// # Examples
///
/// ```
/// shared::stage::row(0, &[255, 128, 0]);
/// ```
pub fn row(row: usize, pixels: &[u8]) {
    if !recorded() {
        return;
    }
    let step = pixels.len().div_ceil(140).max(1);
    let shades: Vec<_> = pixels.iter().step_by(step).map(|pixel| b'a' + (255 - pixel) / 29).collect();
    // `54a3c`: 54 of the lightest shade, and then three that are darker.
    let stretch = |same: &[u8]| format!("{}{}", same.len(), char::from(same[0]));
    let text: String = shades.chunk_by(|one, next| one == next).map(stretch).collect();
    stage().event("i", "row", "row", json!({"s": "t", "args": {"row": row, "step": step, "text": text}}));
}

/// Runs a closure that may block, and draws it as waiting for `name`. Returns what the closure returns.
///
/// # Examples
///
/// ```
/// use shared::wait;
/// use std::sync::Mutex;
///
/// let balance = Mutex::new(0);
/// *wait("lock", || balance.lock()).expect("no thread panicked") += 1;
/// assert_eq!(balance.into_inner().expect("no thread panicked"), 1);
/// ```
pub fn wait<R>(name: &str, may_block: impl FnOnce() -> R) -> R {
    let _span = Span::begin("wait", name);
    may_block()
}

/// Awaits a future, and draws it as waiting for `name`. Returns what the future returns.
///
/// A future that is dropped while it waits ends the wait in the drawing too.
///
/// # Examples
///
/// See [`task`].
pub async fn awaits<R>(name: &str, future: impl Future<Output = R>) -> R {
    let _span = Span::begin("wait", name);
    future.await
}

/// A future with a name and a lane of its own, as a thread has them: what it says and does while it is polled or dropped is
/// its own, and not that of the thread. So the timeline shows the tasks of one thread side by side.
///
/// # Examples
///
/// ```
/// use std::pin::pin;
/// use std::task::{Context, Poll, Waker};
///
/// use shared::{say, stage};
///
/// let tea = stage::task("tea", async {
///     stage::awaits("the water", async { /* what takes time */ }).await;
///     say!("is ready"); // "  0.00  tea               is ready"
///     3
/// });
/// let mut context = Context::from_waker(Waker::noop());
/// assert_eq!(pin!(tea).poll(&mut context), Poll::Ready(3));
/// ```
pub fn task<F: Future>(name: &str, future: F) -> Task<F> {
    Task { name: name.to_owned(), lane: None, future: Some(Box::pin(future)) }
}

/// What [`task`] returns.
pub struct Task<F> {
    name: String,
    /// `None` before it is polled for the first time: a task begins then, and not when it is made.
    lane: Option<Lane>,
    /// `None` once it is being dropped, which happens on its lane.
    future: Option<Pin<Box<F>>>,
}

impl<F: Future> Future for Task<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Task { name, lane, future } = &mut *self;
        lane.get_or_insert_with(|| stage().open_lane(name));
        let _on_its_lane = Swapped::new(lane);
        future.as_mut().expect("it is being polled, not dropped").as_mut().poll(context)
    }
}

impl<F> Drop for Task<F> {
    fn drop(&mut self) {
        // One that has never begun has no lane.
        let _on_its_lane = self.lane.is_some().then(|| Swapped::new(&mut self.lane));
        self.future = None;
    }
}

/// As long as it lives, the thread has the lane that was given. It gets its own back also after a panic.
struct Swapped<'a>(&'a mut Option<Lane>);

impl<'a> Swapped<'a> {
    fn new(lane: &'a mut Option<Lane>) -> Self {
        let _ = LANE.try_with(|current| mem::swap(&mut *current.borrow_mut(), lane));
        Swapped(lane)
    }
}

impl Drop for Swapped<'_> {
    fn drop(&mut self) {
        let _ = LANE.try_with(|current| mem::swap(&mut *current.borrow_mut(), self.0));
    }
}

/// Draws the tail of an arrow: this thread sends the message. It sends and prints nothing.
///
/// The text identifies the message: a [`receives`] of the same text, in any thread or
/// process, is the head. So the text has to differ from every other message of the run. The queue of
/// [`process::queue`](crate::process::queue()) draws its own arrows.
///
/// # Examples
///
/// ```
/// use shared::stage;
///
/// let (to, from) = std::sync::mpsc::channel();
/// stage::sends("bone 1");
/// to.send(1).expect("the receiver is still there");
/// let bone = from.recv().expect("one was sent");
/// stage::receives(format!("bone {bone}"));
/// ```
pub fn sends(message: impl Display) {
    let text = message.to_string();
    arrow(Arrow::Tail, "message", &text, &text);
}

/// Draws the head of an arrow: this thread has received the message. See [`sends`].
///
/// # Examples
///
/// ```
/// shared::stage::sends("bone 2");
/// shared::stage::receives("bone 2");
/// ```
pub fn receives(message: impl Display) {
    arrow(Arrow::Head, "message", &message.to_string(), "");
}

/// Draws what another process is seen as (`zombie`), on its lane, until the closure returns. Returns what the closure
/// returns.
///
/// # Examples
///
/// ```
/// let pid = 4711; // a process that this one has started
/// shared::stage::seen_as(pid, "zombie", || shared::work(0.01));
/// ```
pub fn seen_as<R>(pid: u32, what: &str, meanwhile: impl FnOnce() -> R) -> R {
    let on_its_lane = |phase| stage().write_of(pid, 1, phase, "wait", what, json!({}));
    on_its_lane("B");
    let result = meanwhile();
    on_its_lane("E");
    result
}

/// Begins the lane of a copy that `fork` has made of this process, and draws the arrow that starts it. The copy can't do so: a
/// copy of a process with several threads may not even allocate. What a copy says later appears on this lane.
///
/// # Examples
///
/// ```
/// let pid = 4711; // what `fork` has returned
/// shared::stage::copied(pid, "copy");
/// ```
#[cfg(unix)]
pub fn copied(pid: u32, name: &str) {
    if !recorded() {
        return;
    }
    let (stage, id) = (stage(), format!("{}.copy.{pid}", process::id()));
    arrow(Arrow::Tail, "start", &id, name);
    for (what, name) in [("process_name", name), ("thread_name", "main")] {
        stage.write_of(pid, 1, "M", "", what, json!({"args": {"name": name}}));
    }
    stage.write_of(pid, 1, "i", "start", "starts", json!({"s": "t"}));
    stage.write_of(pid, 1, "f", "start", "start", json!({"id": id, "bp": "e"}));
}

/// Draws the end of a process that isn't a [`Process`](crate::process::Process): this thread has waited for it, or has
/// seen that it's gone. Takes how it ended: `signal: 9 (SIGKILL)`, as an [`ExitStatus`](std::process::ExitStatus) says it.
///
/// # Examples
///
/// ```
/// let pid = 4711; // a process that another one has started
/// shared::stage::ended(pid, "stays", "signal: 9 (SIGKILL)");
/// ```
pub fn ended(pid: u32, role: &str, how: impl Display) {
    child_ended(lane(), pid, role, &how.to_string());
}

/// Time since the run began, the same in all its processes. `LESSON_SPEED` doesn't change it.
///
/// # Examples
///
/// ```
/// let before = shared::stage::now();
/// shared::work(0.01);
/// assert!(shared::stage::now() > before);
/// ```
pub fn now() -> Duration {
    clock().saturating_sub(stage().origin)
}

#[derive(Clone, Copy)]
pub(crate) enum Arrow {
    Tail,
    Head,
}

/// One end of an arrow between threads or processes; `id` joins it to its other end.
pub(crate) fn arrow(end: Arrow, category: &str, id: &str, label: &str) {
    if !recorded() {
        return;
    }
    let more = match end {
        Arrow::Tail => json!({"id": id, "args": {"text": label}}),
        Arrow::Head => json!({"id": id, "bp": "e"}),
    };
    let phase = match end {
        Arrow::Tail => "s",
        Arrow::Head => "f",
    };
    stage().event(phase, category, category, more);
}

/// Marks the end of a child process, on the lane of the thread that started it.
pub(crate) fn child_ended(lane: u32, pid: u32, role: &str, status: &str) {
    let text = format!("{role} {pid} ended: {status}");
    stage().write(lane, "i", "end", &text, json!({"s": "t", "args": {"pid": pid}}));
}

/// The tail of a process's start, on the lane of the thread that asked for it.
pub(crate) fn child_starts(lane: u32, id: &str, role: &str) {
    let more = json!({"id": id, "args": {"text": role}});
    stage().write(lane, "s", "start", "start", more);
}

/// Whether the run is recorded; what only the trace needs can be left out otherwise.
pub(crate) fn recorded() -> bool {
    stage().trace.is_some()
}

/// This thread's lane in the trace, numbered from 1 in each process. If the thread's has ended already, the main thread's.
pub(crate) fn lane() -> u32 {
    stage().enter().unwrap_or(1)
}

/// When the run began, to be handed to [`Cast::Child`].
pub(crate) fn origin() -> Duration {
    stage().origin
}

/// An error in the two variables is the reader's: the message says which and why.
pub(crate) fn set(cast: Cast, relay: Option<Relay>) -> Result<(), String> {
    let stage = Stage::new(cast, relay)?;
    STAGE.set(stage).map_err(|_| "shared::run has to come before everything else".to_owned())
}

/// Marks the end of this process's main thread.
pub(crate) fn main_ends() {
    LANE.with_borrow_mut(|lane| drop(lane.take()));
}

/// Leaves the end of this process's main thread unmarked, for one that is ended by its parent.
pub(crate) fn main_is_cut_off() {
    LANE.with_borrow_mut(|lane| std::mem::forget(lane.take()));
}

/// The stage that [`set`] made; a program that does without `shared::run` gets one all the same.
fn stage() -> &'static Stage {
    STAGE.get_or_init(|| {
        Stage::new(Cast::Alone, None).unwrap_or_else(|problem| {
            complain(format_args!("error: {problem}"));
            process::exit(2)
        })
    })
}

impl Stage {
    fn new(cast: Cast, relay: Option<Relay>) -> Result<Self, String> {
        let origin = match cast {
            Cast::Child { origin, .. } => origin,
            Cast::Alone | Cast::Parent => clock(),
        };
        let speed = match env::var_os("LESSON_SPEED").map(|text| text.to_string_lossy().into_owned()) {
            None => 1.0,
            Some(text) => match text.parse() {
                Ok(speed) if (0.001..=1_000_000.0).contains(&speed) => speed,
                _ => {
                    return Err(format!(
                        "LESSON_SPEED={}: give a number from 0.001 to 1000000",
                        in_a_line(&text)
                    ));
                }
            },
        };
        let trace = match env::var_os("LESSON_TRACE") {
            None => None,
            Some(path) => Some(open_trace(&cast, path.as_ref()).map_err(|error| {
                let path = in_a_line(&path.to_string_lossy());
                format!("LESSON_TRACE={path}: cannot write there: {error}")
            })?),
        };
        Ok(Stage { origin, speed, trace, cast, relay })
    }

    /// Gives the calling thread its lane before a first event. `None` if the lane has ended: the destructor of another
    /// `thread_local!` may run after that.
    fn enter(&self) -> Option<u32> {
        let enter = |lane: &RefCell<Option<Lane>>| {
            lane.borrow_mut().get_or_insert_with(|| self.open_lane(&thread_name())).number
        };
        LANE.try_with(enter).ok()
    }

    /// Begins a lane, and gives the trace its names.
    fn open_lane(&self, name: &str) -> Lane {
        static LANES: AtomicU32 = AtomicU32::new(1);
        let number = LANES.fetch_add(1, Ordering::Relaxed);
        for (what, name) in [("process_name", self.process_name()), ("thread_name", name)] {
            self.write(number, "M", "", what, json!({"args": {"name": name}}));
        }
        self.write(number, "i", "start", "starts", json!({"s": "t"}));
        Lane { number, name: name.to_owned() }
    }

    fn event(&self, phase: &str, category: &str, name: &str, more: Value) {
        if self.trace.is_none() {
            return;
        }
        let Some(lane) = self.enter() else { return };
        self.write(lane, phase, category, name, more);
    }

    fn process_name(&self) -> &str {
        match &self.cast {
            Cast::Alone | Cast::Parent => "main",
            Cast::Child { role, .. } => role,
        }
    }

    fn speaker(&self) -> String {
        let alone = matches!(self.cast, Cast::Alone);
        let own = LANE.try_with(|lane| lane.borrow().as_ref().map(|lane| lane.name.clone()));
        let name = own.ok().flatten().unwrap_or_else(thread_name);
        speaker(self.process_name(), &name, (!alone).then(process::id))
    }

    fn write(&self, lane: u32, phase: &str, category: &str, name: &str, more: Value) {
        self.write_of(process::id(), lane, phase, category, name, more);
    }

    fn write_of(&self, pid: u32, lane: u32, phase: &str, category: &str, name: &str, more: Value) {
        let Some(mut file) = self.trace.as_ref() else { return };
        let mut event = json!({
            "ph": phase,
            "ts": clock().saturating_sub(self.origin).as_micros() as u64,
            "pid": pid,
            "tid": lane,
            "cat": category,
            "name": name,
        });
        if let (Value::Object(event), Value::Object(more)) = (&mut event, more) {
            event.extend(more);
        }
        // One write to a file opened for appending: lines of several processes don't mix.
        if let Err(error) = file.write_all(format!("{event}\n").as_bytes()) {
            static SAID: AtomicBool = AtomicBool::new(false);
            if !SAID.swap(true, Ordering::Relaxed) {
                complain(format_args!("LESSON_TRACE: the record is not whole: {error}"));
            }
        }
    }
}

/// The first process of a run empties the file; its children add to it. A named pipe that nobody reads is an error, and not
/// waited for.
fn open_trace(cast: &Cast, path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, OFlags::NONBLOCK.bits() as i32);
    let file = options.open(path)?;
    // From here on, a write waits for a reader that is slow.
    #[cfg(unix)]
    fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    if !matches!(cast, Cast::Child { .. }) && file.metadata()?.is_file() {
        file.set_len(0)?;
    }
    Ok(file)
}

thread_local! {
    static LANE: RefCell<Option<Lane>> = const { RefCell::new(None) };
}

fn thread_name() -> String {
    thread::current().name().unwrap_or("unnamed").to_owned()
}

/// Dropped as its thread or [`Task`] ends, and says so in the trace. One that dies with its process doesn't.
struct Lane {
    number: u32,
    name: String,
}

impl Drop for Lane {
    fn drop(&mut self) {
        stage().write(self.number, "i", "end", "ends", json!({"s": "t"}));
    }
}

/// Something that takes time, from `begin` to drop: also when what it does panics.
struct Span<'a> {
    category: &'a str,
    name: &'a str,
}

impl<'a> Span<'a> {
    fn begin(category: &'a str, name: &'a str) -> Self {
        stage().event("B", category, name, json!({}));
        Span { category, name }
    }
}

impl Drop for Span<'_> {
    fn drop(&mut self) {
        stage().event("E", self.category, self.name, json!({}));
    }
}

/// A clock that all processes of a machine read alike.
#[cfg(unix)]
fn clock() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// A clock that all processes of a machine read alike. Elsewhere than on Unix it is the wall clock,
/// the only such one in std: a change of the system's time in mid-run shows.
#[cfg(not(unix))]
fn clock() -> Duration {
    std::time::UNIX_EPOCH.elapsed().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_width_on_the_screen() {
        let ascii = format_line(Duration::from_millis(1_500), "music", "x");
        let chinese = format_line(Duration::from_millis(1_500), "音乐", "x");
        assert_eq!(ascii, "  1.50  music             x\n");
        assert_eq!(ascii.width(), chinese.width());
    }

    #[test]
    fn a_long_name_pushes_the_text_and_is_not_cut() {
        let line = format_line(Duration::ZERO, "a-name-of-more-than-16", "x");
        assert_eq!(line, "  0.00  a-name-of-more-than-16  x\n");
    }

    #[test]
    fn said_lines_are_known_by_their_columns() {
        for said in [
            "  0.00  main              sends A",
            " 12.34  put 102           x",
            "123456.00  音乐              x",
        ] {
            assert!(Said::parse(said).is_some(), "{said}");
        }
        for other in
            ["", "hello", "  0.00 main  x", "  0.0  main  x", "0.00  main", "1.2.3  a  b", "x0.00  a  b"]
        {
            assert_eq!(Said::parse(other), None, "{other}");
        }
    }
}

//! Processes in roles, and what they share.
//!
//! A child process is this same program, started again with the name of one of its own functions: its
//! *role*. Nothing is forked, so a child begins with fresh memory and one thread, on every system.
//!
//! A child gets one thing from its parent: an end of a pipe or of a queue, or a handle of a lock
//! or an array ([`Handover`]). The child finds it on its standard input, even if it is an end to
//! write to, so that standard output stays free for what the child says.
//!
//! A child never outlives its parent for long, busy or idle. On Linux the kernel kills it, also if it is stopped, or has become
//! another program by `exec`. (Not if that program runs as another user or with privileges that the child didn't have, as set-user-ID
//! programs do: then the kernel forgets that it has to.) On other Unix systems, the child checks every 10 ms whether its parent is
//! still there, and ends when it isn't: one that is stopped ends when it is continued, and one that has become another program
//! goes on. Elsewhere a child ends when its work is done or its pipe is closed. Only [`start_untied`] starts a child that goes on.
//!
//! # Layout
//!
//! - `descriptor`: a child's standard input and output, on Unix and on Windows
//! - `handover`: what a child gets from its parent
//! - `lasting`: a thread that starts children for threads that may end before them
//! - [`array`](mod@array): numbers that processes share
//! - [`lock`](mod@lock): a lock between processes
//! - `file`: a file without a name, below the array and the lock
//! - `memory`: memory that processes share, below the fast lock and the queue
//! - [`queue`](mod@queue): messages from many processes to many
//! - [`pool`]: worker processes that do named tasks
//! - [`wire`]: messages on a pipe or a socket, below the queue and the pool
//! - `signals`: what a process does about signals that would end it
//! - `table`: the system's table of processes

use std::any::{TypeId, type_name};
use std::env;
use std::fmt::{self, Display};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, ErrorKind};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, ThreadId};
use std::time::Duration;

use crate::stage::{self, Cast};
use handover::Counted;

pub mod array;
mod descriptor;
mod file;
mod handover;
#[cfg(target_os = "linux")]
mod lasting;
pub mod lock;
#[cfg(target_os = "linux")]
mod memory;
pub mod pool;
pub mod queue;
#[cfg(unix)]
mod signals;
#[cfg(unix)]
mod table;
pub mod wire;

#[doc(inline)]
pub use array::{Array, Locked, array};
#[doc(inline)]
pub use handover::{Given, Handover, Ours};
#[doc(inline)]
pub use lock::{Guard, Lock, fast_lock, lock};
#[doc(inline)]
pub use pool::{AsCompleted, Pending, Pool, TaskError, as_completed, task};
#[doc(inline)]
pub use queue::{Receiver, Sender, queue};
#[cfg(unix)]
#[doc(inline)]
pub use table::{Row, look};
#[doc(inline)]
pub use wire::WireError;

/// The first argument of a child. An argument and not a variable: grandchildren don't inherit it.
pub(crate) const ROLE: &str = "--role";

/// The last argument of a child whose standard output is not for what it says.
const SAYS_ON_STDERR: &str = "says-on-stderr";

/// Whether the thread that starts a child is there as long as the child's parent; a child is told by a word.
enum Starter {
    Lasts,
    /// Another thread starts it for this one, and is there as long as the parent.
    #[cfg(target_os = "linux")]
    Other(lasting::Thread),
    MayEnd,
    /// The child goes on without its parent. See [`start_untied`].
    IsNotMissed,
}

impl Starter {
    /// The calling thread.
    fn here() -> Self {
        let is_main = MAIN_THREAD.get() == Some(&thread::current().id());
        #[cfg(target_os = "linux")]
        if !is_main && let Some(thread) = lasting::thread() {
            return Starter::Other(thread);
        }
        if is_main { Starter::Lasts } else { Starter::MayEnd }
    }

    fn spawn(self, mut command: Command) -> io::Result<Child> {
        match self {
            #[cfg(target_os = "linux")]
            Starter::Other(thread) => thread.spawn(command),
            _ => command.spawn(),
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Starter::Lasts => "lasts",
            #[cfg(target_os = "linux")]
            Starter::Other(_) => "lasts",
            Starter::MayEnd => "may-end",
            Starter::IsNotMissed => "is-not-missed",
        }
    }
}

/// How often a child looks whether its parent is still there, where nothing tells it; and a worker whether a task takes long.
#[cfg(unix)]
const WATCH: Duration = Duration::from_millis(10);

/// What `shared::run` was given, to refuse in the parent what the child would not find.
static REGISTERED: OnceLock<Vec<Known>> = OnceLock::new();

/// The thread that `shared::run` runs in.
static MAIN_THREAD: OnceLock<ThreadId> = OnceLock::new();

struct Known {
    name: &'static str,
    /// Tells functions apart that have one name, each in a block of its own.
    function: TypeId,
    /// See [`identity_of`].
    identity: u64,
    repeatable: bool,
}

/// A function that may run in a process of its own; made by [`role`] or [`task`].
pub struct Role {
    name: &'static str,
    function: TypeId,
    /// The same for another process of this program.
    identity: u64,
    plays: Plays,
}

enum Plays {
    /// The whole of a child process.
    Process(Box<dyn Fn() -> anyhow::Result<()>>),
    /// A task that a worker process of a [`Pool`] does when it is asked to: bytes in, bytes out.
    Task { function: Box<pool::TaskFn>, repeatable: bool },
}

impl Role {
    fn of<F: 'static>(plays: Plays) -> Self {
        let function = TypeId::of::<F>();
        Role { name: name_of::<F>(), function, identity: identity_of(function), plays }
    }

    /// Marks a task as safe to be done twice, so that a [`Pool`] with [`retries`](Pool::retries) does it
    /// again if its worker has died in the middle of it. Only you know whether it is: a task that adds one to a
    /// number in a file isn't, and a task that only computes is.
    ///
    /// # Panics
    ///
    /// If it is the role of a process: only tasks are done again.
    ///
    /// # Examples
    ///
    /// See [`Pool::retries`].
    pub fn repeatable(mut self) -> Self {
        match &mut self.plays {
            Plays::Task { repeatable, .. } => *repeatable = true,
            Plays::Process(_) => panic!("{} is a role, and only tasks are repeated", short(self.name)),
        }
        self
    }
}

/// Makes a function known as the role of a process, for [`run`](crate::run).
///
/// # Panics
///
/// If it is a closure: the child finds a role by its name.
///
/// # Examples
///
/// See [`start`].
///
/// ```
/// fn greet() -> anyhow::Result<()> {
///     Ok(())
/// }
/// let roles = [shared::process::role(greet)];
/// ```
pub fn role<M, F: RoleFn<M>>(function: F) -> Role {
    Role::of::<F>(Plays::Process(Box::new(move || function.call())))
}

/// A function that a child can have as its role: it takes nothing, or one thing that can be handed
/// over, and returns `anyhow::Result<()>`. Every such function implements this trait. The parameter only tells the
/// two kinds apart.
///
/// # Examples
///
/// ```
/// use shared::process::{Receiver, role};
///
/// fn idle() -> anyhow::Result<()> {
///     Ok(())
/// }
/// fn get(_letters: Receiver<char>) -> anyhow::Result<()> {
///     Ok(())
/// }
/// let roles = [role(idle), role(get)];
/// ```
pub trait RoleFn<Marker>: Copy + 'static {
    /// What the parent hands to the child.
    type Takes: Handover;

    #[doc(hidden)]
    fn call(&self) -> anyhow::Result<()>;
}

impl<F: Fn() -> anyhow::Result<()> + Copy + 'static> RoleFn<()> for F {
    type Takes = ();

    fn call(&self) -> anyhow::Result<()> {
        self()
    }
}

impl<F: Fn(A) -> anyhow::Result<()> + Copy + 'static, A: Handover> RoleFn<(A,)> for F {
    type Takes = A;

    fn call(&self) -> anyhow::Result<()> {
        self(A::take(descriptor::take_stdin()?, Ours(()))?)
    }
}

/// Starts a child process in a role and hands over what the role takes.
///
/// Returns as soon as the child has been started. The two then run side by side.
///
/// # Errors
///
/// [`ProcessError::Start`] if the system refuses, [`ProcessError::Unknown`] if `role` isn't in the
/// list that was given to [`run`](crate::run). The thing to hand over is then closed: a sender finds out that its
/// receiver is gone.
///
/// # Examples
///
/// ```standalone_crate
/// use shared::process::{self, role};
///
/// fn main() -> std::process::ExitCode {
///     shared::run("//! Two processes side by side.", lesson, &[role(one), role(two)])
/// }
///
/// fn lesson() -> anyhow::Result<()> {
///     let first = process::start(one, ())?;
///     let second = process::start(two, ())?;
///     assert_ne!(first.pid(), second.pid());
///     first.join()?;
///     second.join()?;
///     Ok(())
/// }
///
/// fn one() -> anyhow::Result<()> {
///     Ok(())
/// }
///
/// fn two() -> anyhow::Result<()> {
///     Ok(())
/// }
/// ```
pub fn start<M, F: RoleFn<M>>(_role: F, hands: F::Takes) -> Result<Process, ProcessError> {
    start_as::<M, F>(hands, Starter::here(), |command| command)
}

/// Starts a child process in a role, in a process group of its own: Ctrl-C in the terminal reaches the group of this
/// process, and not the child. Otherwise it does what [`start`] does: the child ends with its parent.
///
/// # Errors
///
/// The same as [`start`]'s.
///
/// # Examples
///
/// ```standalone_crate
/// use shared::process::{self, look, role};
///
/// fn main() -> std::process::ExitCode {
///     shared::run("//! A child that Ctrl-C doesn't reach.", lesson, &[role(sleep)])
/// }
///
/// fn lesson() -> anyhow::Result<()> {
///     let child = process::start_in_group(sleep, ())?;
///     assert_eq!(look(child.pid()).map(|row| row.group), Some(child.pid()));
///     Ok(())
/// }
///
/// fn sleep() -> anyhow::Result<()> {
///     loop {
///         std::thread::park();
///     }
/// }
/// ```
#[cfg(unix)]
pub fn start_in_group<M, F: RoleFn<M>>(_role: F, hands: F::Takes) -> Result<Process, ProcessError> {
    use std::os::unix::process::CommandExt;
    start_as::<M, F>(hands, Starter::here(), |command| command.process_group(0))
}

/// Starts a child process that isn't tied to this one: if this process ends, the child goes on as an orphan.
///
/// `set` changes the child's [`Command`] first: [`process_group(0)`](std::os::unix::process::CommandExt::process_group) starts the
/// child in a group of its own. Otherwise it does what [`start`] does. The child's [`Process`] still kills it when it is
/// dropped, but a process that is killed drops nothing.
///
/// So hand over the reading end of a pipe, keep the other end, and let the role end when the pipe does. Then no orphan
/// stays for ever.
///
/// # Errors
///
/// The same as [`start`]'s.
///
/// # Examples
///
/// ```standalone_crate
/// use shared::process::{self, role};
/// use std::io::{PipeReader, pipe, read_to_string};
///
/// fn main() -> std::process::ExitCode {
///     shared::run("//! A child that may become an orphan.", lesson, &[role(stays)])
/// }
///
/// fn lesson() -> anyhow::Result<()> {
///     let (life, keep) = pipe()?;
///     let child = process::start_untied(stays, life, |command| command)?;
///     drop(keep); // the child ends
///     child.join()?;
///     Ok(())
/// }
///
/// fn stays(life: PipeReader) -> anyhow::Result<()> {
///     read_to_string(life)?;
///     Ok(())
/// }
/// ```
pub fn start_untied<M, F: RoleFn<M>>(
    _role: F,
    hands: F::Takes,
    set: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<Process, ProcessError> {
    start_as::<M, F>(hands, Starter::IsNotMissed, set)
}

fn start_as<M, F: RoleFn<M>>(
    hands: F::Takes,
    starter: Starter,
    set: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<Process, ProcessError> {
    let role = known_name::<F>()?;
    let given = hands.give(Ours(())).map_err(|source| ProcessError::Start { role: short(role), source })?;
    let Given { wire, count } = given;
    let process = Process::start(role, stage::lane(), starter, |command| set(command).stdin(wire))?;
    count.into_iter().for_each(Counted::leave_to_the_child);
    Ok(process)
}

/// Starts a child process in a role, with the standard input and output that `set` gives to its [`Command`]. If `set`
/// gives none, its input is empty, and its output is this process's.
///
/// The child's lines don't get in the way of what it writes to its output: `say!` goes to its standard error, and that is this
/// process's standard output. Such a child starts no others with [`start`]: they would say their lines into its output.
///
/// Returns as soon as the child has been started. What `set` has given is closed in this process by then: the other
/// side of a pipe sees its end when the child has ended.
///
/// # Errors
///
/// As [`start`].
///
/// # Examples
///
/// A child that reads lines and writes others, as the programs in `a | b | c` do:
///
/// ```standalone_crate
/// use shared::process::{self, role};
/// use std::io::{self, Write, read_to_string};
///
/// fn main() -> std::process::ExitCode {
///     shared::run("//! A line there, a line back.", lesson, &[role(louder)])
/// }
///
/// fn lesson() -> anyhow::Result<()> {
///     let (child_reads, mut to_child) = io::pipe()?;
///     let (from_child, child_writes) = io::pipe()?;
///     let child = process::start_with(louder, |command| command.stdin(child_reads).stdout(child_writes))?;
///     to_child.write_all(b"hello\n")?;
///     drop(to_child); // or the child never sees the end of its input
///     assert_eq!(read_to_string(from_child)?, "HELLO\n");
///     child.join()?;
///     Ok(())
/// }
///
/// fn louder() -> anyhow::Result<()> {
///     for line in io::stdin().lines() {
///         writeln!(io::stdout(), "{}", line?.to_uppercase())?;
///     }
///     Ok(())
/// }
/// ```
pub fn start_with<F: RoleFn<()>>(
    _role: F,
    set: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<Process, ProcessError> {
    let role = known_name::<F>()?;
    Process::start(role, stage::lane(), Starter::here(), |command| {
        set(command.arg(SAYS_ON_STDERR).stdin(Stdio::null()).stderr(io::stdout()))
    })
}

/// A child process. If it is dropped before it was waited for, it is killed. It never stays a zombie.
///
/// # Examples
///
/// See [`start`].
#[derive(Debug)]
pub struct Process {
    role: &'static str,
    child: Child,
    /// Where in the trace its end is marked: the lane of the thread that started it.
    lane: u32,
    status: Option<ExitStatus>,
}

impl Process {
    fn start(
        role: &'static str,
        lane: u32,
        starter: Starter,
        wire: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Result<Self, ProcessError> {
        static STARTED: AtomicU32 = AtomicU32::new(1);
        let id = format!("{}.{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        stage::child_starts(lane, &id, short(role));
        let spawn = || {
            let mut command = this_program()?;
            let origin = stage::origin().as_nanos().to_string();
            command.args([ROLE, role, &id, &origin, starter.word()]);
            // The command keeps its copy of the wire until it is dropped, here: later, and the
            // other side would never see the end of file.
            let own = command.get_args().count();
            let _one = descriptor::one_at_a_time();
            wire(&mut command);
            if command.get_args().skip(own).any(|argument| argument != SAYS_ON_STDERR) {
                return Err(io::Error::new(
                    ErrorKind::InvalidInput,
                    "a role takes no arguments: hand it over what it needs",
                ));
            }
            starter.spawn(command)
        };
        let child = spawn().map_err(|source| ProcessError::Start { role: short(role), source })?;
        Ok(Process { role: short(role), child, lane, status: None })
    }

    /// The process id.
    ///
    /// # Examples
    ///
    /// See [`start`].
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Blocks until the process has ended, and checks that it ended well.
    ///
    /// # Errors
    ///
    /// [`ProcessError::Failed`] if it ended with a status other than 0, or by a signal.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use shared::process::{self, ProcessError, role};
    ///
    /// fn main() -> std::process::ExitCode {
    ///     shared::run("//! A child that fails.", lesson, &[role(fail)])
    /// }
    ///
    /// fn lesson() -> anyhow::Result<()> {
    ///     let failed = process::start(fail, ())?.join();
    ///     assert!(matches!(failed, Err(ProcessError::Failed { .. })));
    ///     Ok(())
    /// }
    ///
    /// fn fail() -> anyhow::Result<()> {
    ///     anyhow::bail!("there is no more flour")
    /// }
    /// ```
    pub fn join(mut self) -> Result<(), ProcessError> {
        let (role, pid) = (self.role, self.pid());
        let status = self.wait()?;
        if status.success() { Ok(()) } else { Err(ProcessError::Failed { role, pid, status }) }
    }

    /// Blocks until the process has ended, and returns how it ended. A second call returns the same.
    ///
    /// # Errors
    ///
    /// [`ProcessError::Wait`] if the system can't say.
    ///
    /// # Examples
    ///
    /// See [`kill`](Self::kill).
    pub fn wait(&mut self) -> Result<ExitStatus, ProcessError> {
        stage::wait(&format!("join {}", self.role), || self.reap())
    }

    /// [`wait`](Self::wait) that is not drawn: for a thread that the story is not about.
    fn reap(&mut self) -> Result<ExitStatus, ProcessError> {
        if let Some(status) = self.status {
            return Ok(status);
        }
        let (role, pid) = (self.role, self.pid());
        #[expect(clippy::disallowed_methods, reason = "as long as the child runs: that is what is promised")]
        let status = self.child.wait().map_err(|source| ProcessError::Wait { role, pid, source })?;
        self.ended(status);
        if status.code() == Some(stage::OUTPUT_CLOSED) && stage::output_is_closed() {
            stage::end_quietly();
        }
        Ok(status)
    }

    /// Returns how the process has ended, or `None` while it runs. Never blocks.
    ///
    /// # Errors
    ///
    /// [`ProcessError::Wait`] if the system can't say.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use shared::process::{self, role};
    ///
    /// fn main() -> std::process::ExitCode {
    ///     shared::run("//! A child that never ends by itself.", lesson, &[role(sleep)])
    /// }
    ///
    /// fn lesson() -> anyhow::Result<()> {
    ///     let mut sleeper = process::start(sleep, ())?;
    ///     assert!(sleeper.try_wait()?.is_none());
    ///     Ok(())
    /// }
    ///
    /// fn sleep() -> anyhow::Result<()> {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// ```
    pub fn try_wait(&mut self) -> Result<Option<ExitStatus>, ProcessError> {
        let (role, pid) = (self.role, self.pid());
        let ended = self.status.is_some()
            || self.child.try_wait().map_err(|source| ProcessError::Wait { role, pid, source })?.is_some();
        if ended { self.reap().map(Some) } else { Ok(None) }
    }

    /// Kills the process at once (SIGKILL on Unix, `TerminateProcess` on Windows). The process can't prevent it, and
    /// none of its own clean-up runs. Does nothing if the process has ended already. Doesn't block: call [`wait`]
    /// afterwards.
    ///
    /// [`wait`]: Self::wait
    ///
    /// # Errors
    ///
    /// [`ProcessError::Wait`] if the system refuses.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use shared::process::{self, role};
    ///
    /// fn main() -> std::process::ExitCode {
    ///     shared::run("//! A child that never ends by itself.", lesson, &[role(sleep)])
    /// }
    ///
    /// fn lesson() -> anyhow::Result<()> {
    ///     let mut sleeper = process::start(sleep, ())?;
    ///     sleeper.kill()?;
    ///     assert!(!sleeper.wait()?.success());
    ///     Ok(())
    /// }
    ///
    /// fn sleep() -> anyhow::Result<()> {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// ```
    pub fn kill(&mut self) -> Result<(), ProcessError> {
        let (role, pid) = (self.role, self.pid());
        self.child.kill().map_err(|source| ProcessError::Wait { role, pid, source })
    }

    fn ended(&mut self, status: ExitStatus) {
        self.status = Some(status);
        stage::child_ended(self.lane, self.pid(), self.role, &status.to_string());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.status.is_none() {
            // Both fail only if the process is gone already, which is what is wanted.
            let _ = self.child.kill();
            #[expect(clippy::disallowed_methods, reason = "it has been killed")]
            if let Ok(status) = self.child.wait() {
                self.ended(status);
            }
        }
    }
}

/// Why a child process could not be started, or how it ended.
///
/// # Examples
///
/// See [`Process::join`].
#[derive(Debug)]
#[non_exhaustive]
pub enum ProcessError {
    /// The role isn't in the list that [`run`](crate::run) was given, so a child wouldn't find it.
    Unknown {
        /// Name of the function.
        role: &'static str,
    },
    /// The system could not start it.
    Start {
        /// Name of the function.
        role: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// It ended with a status other than 0, or by a signal.
    Failed {
        /// Name of the function.
        role: &'static str,
        /// The process id that it had.
        pid: u32,
        /// How it ended.
        status: ExitStatus,
    },
    /// The initializer of a pool's workers failed, or can't be called.
    Initializer {
        /// Name of the function.
        role: &'static str,
        /// What happened: a panic with its place, a worker's end, or an input that can't be passed.
        problem: String,
    },
    /// The system could not say how it ended, or could not kill it.
    Wait {
        /// Name of the function.
        role: &'static str,
        /// Its process id.
        pid: u32,
        /// Why not.
        source: io::Error,
    },
}

impl ProcessError {
    /// The same for another who is concerned.
    fn again(&self) -> Self {
        match *self {
            Self::Unknown { role } => Self::Unknown { role },
            Self::Start { role, ref source } => Self::Start { role, source: again(source) },
            Self::Failed { role, pid, status } => Self::Failed { role, pid, status },
            Self::Initializer { role, ref problem } => Self::Initializer { role, problem: problem.clone() },
            Self::Wait { role, pid, ref source } => Self::Wait { role, pid, source: again(source) },
        }
    }
}

fn again(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}

impl Display for ProcessError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { role } => {
                write!(
                    f,
                    "no process can start as {role}: add role({role}) or task({role}) to the list for shared::run"
                )
            }
            Self::Start { role, .. } => write!(f, "cannot start a process as {role}"),
            Self::Failed { role, pid, status } => write!(f, "{role} {pid} failed: {status}"),
            Self::Initializer { role, problem } => write!(f, "initializer {role}: {problem}"),
            Self::Wait { role, pid, .. } => write!(f, "cannot end or wait for {role} {pid}"),
        }
    }
}

impl std::error::Error for ProcessError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Start { source, .. } | Self::Wait { source, .. } => Some(source),
            Self::Unknown { .. } | Self::Failed { .. } | Self::Initializer { .. } => None,
        }
    }
}

/// # Panics
///
/// If two have the same name: a child could not tell which of them it is.
pub(crate) fn register(roles: &[Role]) {
    let mut known: Vec<Known> = Vec::new();
    for &Role { name, function, identity, ref plays } in roles {
        assert!(known.iter().all(|known| known.name != name), "two roles or tasks have the name {name}");
        known.push(Known {
            name,
            function,
            identity,
            repeatable: matches!(plays, Plays::Task { repeatable: true, .. }),
        });
    }
    let _ = REGISTERED.set(known);
    let _ = MAIN_THREAD.set(thread::current().id());
}

/// The name of a function, if a child would find it.
fn known_name<F: 'static>() -> Result<&'static str, ProcessError> {
    let role = name_of::<F>();
    known::<F>().map(|_| role).ok_or(ProcessError::Unknown { role: short(role) })
}

/// What is known of a function in the list for `shared::run`.
fn known<F: 'static>() -> Option<&'static Known> {
    REGISTERED.get()?.iter().find(|known| known.function == TypeId::of::<F>())
}

/// The same number in each process of one program, and another one for each function. A place in the list would not
/// do: a program may list its functions in another order, as its arguments are others.
fn identity_of(function: TypeId) -> u64 {
    let mut hasher = DefaultHasher::new();
    function.hash(&mut hasher);
    hasher.finish()
}

/// This same program, to be started again. On Linux also after its file was replaced or removed, by a
/// new build for instance: `/proc/self/exe` is the program that runs, whatever its path now leads to.
fn this_program() -> io::Result<Command> {
    let path = env::current_exe()?;
    #[cfg(target_os = "linux")]
    if std::path::Path::new("/proc/self/exe").exists() {
        let mut command = Command::new("/proc/self/exe");
        std::os::unix::process::CommandExt::arg0(&mut command, path);
        return Ok(command);
    }
    Ok(Command::new(path))
}

/// The whole life of a child: goes to its role, and tells how it went by its exit status.
pub(crate) fn play(args: impl Iterator<Item = String>, roles: &[Role]) -> ExitCode {
    let by_hand = || crate::refuse("--role is how a lesson starts its own processes; run it without");
    let args: Vec<_> = args.collect();
    let [_, name, id, origin, starter, more @ ..] = &args[..] else { return by_hand() };
    let relay = match more {
        [] => None,
        [word] if word == SAYS_ON_STDERR => Some(stage::on_stderr()),
        _ => return by_hand(),
    };
    let (Some((parent, _)), Ok(origin)) = (id.split_once('.'), origin.parse()) else { return by_hand() };
    without_core_file();
    call_this_process(short(name));
    let cast = Cast::Child { role: short(name).to_owned(), origin: Duration::from_nanos(origin) };
    if name == pool::WORKER {
        return pool::serve(cast, id, starter, roles);
    }
    if starter != Starter::IsNotMissed.word() {
        leave_with(parent, starter);
    }
    if let Err(problem) = stage::set(cast, relay) {
        return crate::refuse(&problem);
    }
    stage::arrow(stage::Arrow::Head, "start", id, "");
    register(roles);
    let plays = roles.iter().find(|role| role.name == *name).map(|role| &role.plays);
    let Some(Plays::Process(function)) = plays else {
        return crate::refuse(&format!("{} is no role of this program", short(name)));
    };
    let outcome = function();
    let code = match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            crate::say!("fails: {error:#}");
            ExitCode::FAILURE
        }
    };
    stage::main_ends();
    code
}

// ANCHOR: leave_with
/// Ends this process with its parent, however that ends.
#[cfg(unix)]
fn leave_with(parent: &str, starter: &str) {
    let parent = parent.parse().unwrap_or(0);
    let is_there = move || std::os::unix::process::parent_id() == parent;
    if ends_with(starter) && is_there() {
        return;
    }
    thread::spawn(move || {
        while is_there() {
            wait_for(parent);
        }
        std::process::exit(1)
    });
}

/// Waits until the parent ends, or for a little while on systems that don't report it.
#[cfg(unix)]
fn wait_for(parent: u32) {
    #[cfg(target_os = "linux")]
    if let Ok(end) = descriptor::of_process(parent) {
        use rustix::event::{PollFd, PollFlags, poll};
        use rustix::io::Errno;
        // If `parent` was the number of another process by now, this one has a new parent: check again.
        if std::os::unix::process::parent_id() == parent {
            match poll(&mut [PollFd::new(&end, PollFlags::IN)], None) {
                Ok(_) | Err(Errno::INTR) => return,
                Err(_) => {} // this process may have no descriptors any more
            }
        } else {
            return;
        }
    }
    let _ = parent;
    thread::sleep(WATCH);
}

/// Asks Linux to kill this process when the *thread* that started it ends, if this thread lasts as long as its process.
#[cfg(target_os = "linux")]
fn ends_with(starter: &str) -> bool {
    use rustix::process::{Signal, set_parent_process_death_signal};
    starter == Starter::Lasts.word() && set_parent_process_death_signal(Some(Signal::KILL)).is_ok()
}
// ANCHOR_END: leave_with

#[cfg(not(target_os = "linux"))]
fn ends_with(_starter: &str) -> bool {
    false
}

/// std can't see on this system whether the parent is there: the child ends when its work does.
#[cfg(not(unix))]
fn leave_with(_parent: &str, _starter: &str) {}

/// Sees to the signals that would end this process, or keep it from hearing of its children.
pub(crate) fn set_signals() {
    #[cfg(unix)]
    {
        signals::hear_of_children();
        // A file that may not grow (`ulimit -f`) is then an error of the call that writes, as a full disk is.
        signals::take_no_notice_of(&[libc::SIGXFSZ]);
    }
}

/// What `ps` and `top` call this process: its role. It would be `exe`, the file that it was started from.
fn call_this_process(role: &str) {
    // Linux only, and takes the first 15 bytes. Without it, the name is only less to the point.
    #[cfg(target_os = "linux")]
    let _ = std::fs::write("/proc/self/comm", &role[..role.floor_char_boundary(15)]);
    #[cfg(not(target_os = "linux"))]
    let _ = role;
}

/// A child that crashes, perhaps on purpose, leaves no core file in the working folder.
fn without_core_file() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}

/// The full path of a named function: the same in parent and child, which are one program.
fn name_of<F>() -> &'static str {
    let name = type_name::<F>();
    assert!(size_of::<F>() == 0 && !name.contains('{'), "a role or task is a named function, not {name}");
    name
}

/// `lesson_queue::put` is `put` to the reader.
fn short(path: &str) -> &str {
    let (mut depth, mut start, mut end) = (0, 0, path.len());
    for (at, c) in path.char_indices() {
        match c {
            '<' => {
                if depth == 0 {
                    end = path[..at].trim_end_matches("::").len();
                }
                depth += 1;
            }
            '>' if !path[..at].ends_with('-') => depth -= 1,
            ':' if depth == 0 && !path[at + 1..].starts_with([':', '<']) => {
                (start, end) = (at + 1, path.len())
            }
            _ => {}
        }
    }
    // What stands behind the last `::`, without its types.
    if start < end { &path[start..end] } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    trait Brews {
        fn brew() {}
    }

    struct Pot<T>(T);

    impl<T> Brews for Pot<T> {}

    fn pour<T>() {}

    fn named<F>(_: F) -> &'static str {
        short(name_of::<F>())
    }

    #[test]
    fn every_function_has_a_name() {
        assert_eq!(named(every_function_has_a_name), "every_function_has_a_name");
        assert_eq!(named(pour::<Pot<fn(u8) -> Vec<u8>>>), "pour");
        assert_eq!(named(Pot::<Pot<u8>>::brew), "brew");
        assert_eq!([short("worker"), short("a::b::<c::d>")], ["worker", "b"]);
    }
}

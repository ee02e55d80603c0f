//! Worker processes that do named tasks.
//!
//! Each worker has two pipes to the pool, on its standard input and output, and one thread in the pool's
//! process, its keeper: it sends the worker a task, waits for the reply, and starts another
//! worker when this one has died. What a worker says travels over the same pipe, and the keeper prints it.
//!
//! # Layout
//!
//! - `jobs`: tasks on their way, and the queue that they wait in
//! - `keeper`: the pool's half of a worker
//! - `worker`: the worker's half
//! - `message`: what the two say to each other

use std::any::TypeId;
use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::panic;
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel as channel;
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::jobs::{Job, Progress, Task, guard};
use self::keeper::Crew;
use self::message::Kind;
use super::wire::{self, WireError};
use super::{Plays, ProcessError, Role, known, name_of, short};
use crate::stage::{self, Arrow};

mod jobs;
mod keeper;
mod message;
mod worker;

pub(super) use self::worker::serve;

/// The role of every worker.
pub(super) const WORKER: &str = "worker";

/// A task as a worker sees it: the bytes of its input in, those of its result out.
pub(super) type TaskFn = dyn Fn(&[u8], &mut Vec<u8>) -> Result<(), WireError>;

/// Makes a function known as a task for the workers of a [`Pool`], for [`run`](crate::run).
///
/// It takes one value and returns one, both of which [serde](https://serde.rs) can pass between processes.
///
/// # Panics
///
/// If it is a closure: a task is found again in the worker by its name.
///
/// # Examples
///
/// ```
/// fn square(n: u64) -> u64 {
///     n * n
/// }
/// let roles = [shared::process::task(square)];
/// ```
pub fn task<F, A, R>(function: F) -> Role
where
    F: Fn(A) -> R + Copy + 'static,
    A: DeserializeOwned,
    R: Serialize,
{
    let perform =
        move |input: &[u8], result: &mut Vec<u8>| wire::encode(result, &function(wire::decode(input)?));
    let plays = Plays::Task { function: Box::new(perform), repeatable: false };
    Role { name: name_of::<F>(), function: TypeId::of::<F>(), plays }
}

/// Worker processes that do tasks: functions that were made known with [`task`].
///
/// What holds, whatever happens to a worker, at whatever moment:
///
/// - A worker that dies costs at most the one task that it had begun: [`Pending::join`] reports it with
///   the worker's process id and exit status, or it is done again if [`retries`](Pool::retries) allow it.
///   One that dies before it has begun costs nothing, unless that happens to four in a row that were started
///   for the same task: then the task is reported. Another worker takes the place as soon as there is a task
///   for it, and all other tasks go on.
/// - No task is begun twice, unless it is marked as [`repeatable`](Role::repeatable).
/// - A task that panics is reported with its message. Its worker goes on.
/// - When this process ends, however it ends, its workers end too: on Unix at once, elsewhere when the
///   task that they are at is done.
/// - Ctrl-C ends this process and not its workers, which end with it (on Unix). So a program that handles
///   Ctrl-C has its workers still.
///
/// Tasks can be submitted from many threads at once. A task's standard output is the wire, so on Unix what
/// it prints, and doesn't [`say!`](crate::say), comes out on standard error, and so do the lines of a
/// process that it starts. Elsewhere it is [`TaskError::Garbled`]. What a thread says that a task has left
/// behind comes out with the worker's next task.
///
/// A worker that does thousands of short tasks a second is sent some ahead, and gives back what it has
/// not begun when one takes longer, within 20 ms. Elsewhere than on Unix, with a time limit, or with a number
/// of tasks for each worker, it is sent one at a time, which is slower for such tasks.
///
/// Dropped, a pool stops: running tasks are killed, and those still queued are not begun.
/// [`join`](Pool::join) waits for them.
///
/// # Examples
///
/// ```standalone_crate
/// use shared::process::{Pool, TaskError, task};
///
/// fn main() -> std::process::ExitCode {
///     shared::run("//! Two workers.", lesson, &[task(root)])
/// }
///
/// fn lesson() -> anyhow::Result<()> {
///     let pool = Pool::new(2)?;
///     let good = pool.submit("root of 9", root, 9.0);
///     let bad = pool.submit("root of -1", root, -1.0);
///     assert_eq!(good.join()?, 3.0);
///     assert!(matches!(bad.join(), Err(TaskError::Panicked { .. })));
///     pool.join();
///     Ok(())
/// }
///
/// fn root(x: f64) -> f64 {
///     assert!(x >= 0.0, "no root of {x}");
///     x.sqrt()
/// }
/// ```
pub struct Pool {
    crew: Arc<Crew>,
    keepers: Vec<JoinHandle<()>>,
    limits: Limits,
    clock: Option<Clock>,
    joined: bool,
}

/// What holds for each task of a pool.
#[derive(Clone, Copy)]
struct Limits {
    retries: u32,
    /// How many may wait for a worker.
    queue: usize,
    /// How long one may take.
    time: Option<Duration>,
    /// How many a worker does before another takes its place.
    tasks_per_worker: u32,
}

impl Limits {
    /// Whether a job may be sent to a worker that is at another one. Not with a time limit: the pool learns a
    /// little late that a worker has gone on to its next task, and would kill that one for the one before.
    fn may_go_ahead(&self) -> bool {
        self.time.is_none() && self.tasks_per_worker == u32::MAX
    }
}

/// The thread that kills a worker whose task takes too long. Ends as the sender is dropped.
struct Clock {
    _pool_is_there: channel::Sender<()>,
}

impl Pool {
    /// Starts so many workers. Doesn't wait until they are ready.
    ///
    /// # Errors
    ///
    /// [`ProcessError::Start`] if the system refuses to start one.
    ///
    /// # Panics
    ///
    /// If `workers` is 0.
    ///
    /// # Examples
    ///
    /// See [`Pool`].
    pub fn new(workers: usize) -> Result<Pool, ProcessError> {
        assert!(workers > 0, "a pool has at least one worker");
        let crew = Arc::new(Crew::new(workers));
        let limits = Limits { retries: 0, queue: usize::MAX, time: None, tasks_per_worker: u32::MAX };
        let mut pool = Pool { crew, keepers: Vec::new(), limits, clock: None, joined: false };
        let (to_pool, started) = channel::unbounded();
        for place in 0..workers {
            let keeper = keeper::start(&pool.crew, place, to_pool.clone())?;
            pool.keepers.push(keeper);
        }
        drop(to_pool);
        started.into_iter().collect::<Result<(), _>>()?;
        Ok(pool)
    }

    /// From now on, a task that is marked as [`repeatable`](Role::repeatable) is done again when its worker
    /// dies, up to so many times. The dead worker may have done a part of it, or all but the reply.
    /// Without this, no task is done again.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use shared::process::{Pool, task};
    ///
    /// fn main() -> std::process::ExitCode {
    ///     shared::run("//! One worker.", lesson, &[task(twice).repeatable()])
    /// }
    ///
    /// fn lesson() -> anyhow::Result<()> {
    ///     let pool = Pool::new(1)?.retries(2);
    ///     assert_eq!(pool.submit("twice 4", twice, 4).join()?, 8);
    ///     Ok(())
    /// }
    ///
    /// fn twice(n: i32) -> i32 {
    ///     2 * n
    /// }
    /// ```
    pub fn retries(mut self, times: u32) -> Self {
        self.limits.retries = times;
        self
    }

    /// From now on, a task that is not done so long after it was begun is [`TaskError::TimedOut`]: its
    /// worker is killed, and another takes its place. Such a task is not done again.
    ///
    /// A worker that doesn't begin a task within 10 seconds more, or doesn't leave within 10 seconds, since it is
    /// stopped perhaps, is killed as well; the task is another's then.
    ///
    /// # Panics
    ///
    /// If the system has no thread to give for it, or if it is set a second time.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use shared::process::{Pool, TaskError, task};
    /// use std::time::Duration;
    ///
    /// fn main() -> std::process::ExitCode {
    ///     shared::run("//! One worker, and no patience.", lesson, &[task(sleep)])
    /// }
    ///
    /// fn lesson() -> anyhow::Result<()> {
    ///     let pool = Pool::new(1)?.time_limit(Duration::from_millis(100));
    ///     let endless = pool.submit("endless", sleep, ());
    ///     assert!(matches!(endless.join(), Err(TaskError::TimedOut { .. })));
    ///     Ok(())
    /// }
    ///
    /// fn sleep(_: ()) {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// ```
    pub fn time_limit(mut self, limit: Duration) -> Self {
        assert!(self.clock.is_none(), "the time limit is set once");
        let (pool_is_there, pool) = channel::bounded::<()>(0);
        let crew = Arc::clone(&self.crew);
        crew.has_clock();
        thread::spawn(move || {
            let mut nothing_till_then = Duration::ZERO;
            while pool.recv_timeout(nothing_till_then) == Err(channel::RecvTimeoutError::Timeout) {
                nothing_till_then = crew.kill_overdue(limit);
            }
        });
        self.clock = Some(Clock { _pool_is_there: pool_is_there });
        self.limits.time = Some(limit);
        self
    }

    /// From now on, no more than so many tasks wait for a worker: [`submit`](Pool::submit) blocks until there
    /// is room. Without this, as many wait as memory holds.
    ///
    /// # Panics
    ///
    /// If it is 0.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use shared::process::{Pool, task};
    ///
    /// fn main() -> std::process::ExitCode {
    ///     shared::run("//! A thousand tasks, and never more than ten that wait.", lesson, &[task(twice)])
    /// }
    ///
    /// fn lesson() -> anyhow::Result<()> {
    ///     let pool = Pool::new(1)?.queue_limit(10);
    ///     assert!(pool.map("twice", twice, 0..1_000).into_iter().all(|result| result.is_ok()));
    ///     Ok(())
    /// }
    ///
    /// fn twice(n: i32) -> i32 {
    ///     2 * n
    /// }
    /// ```
    pub fn queue_limit(mut self, tasks: usize) -> Self {
        assert!(tasks > 0, "at least one task has to wait for a worker");
        self.limits.queue = tasks;
        self
    }

    /// From now on, a worker ends after so many tasks and another takes its place: for tasks that leak memory.
    ///
    /// # Panics
    ///
    /// If it is 0.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use shared::process::{Pool, task};
    ///
    /// fn main() -> std::process::ExitCode {
    ///     shared::run("//! A worker for each task.", lesson, &[task(pid)])
    /// }
    ///
    /// fn lesson() -> anyhow::Result<()> {
    ///     let pool = Pool::new(1)?.tasks_per_worker(1);
    ///     let (first, second) = (pool.submit("first", pid, ()), pool.submit("second", pid, ()));
    ///     assert_ne!(first.join()?, second.join()?);
    ///     Ok(())
    /// }
    ///
    /// fn pid(_: ()) -> u32 {
    ///     std::process::id()
    /// }
    /// ```
    pub fn tasks_per_worker(mut self, tasks: u32) -> Self {
        assert!(tasks > 0, "a worker does at least one task");
        self.limits.tasks_per_worker = tasks;
        self
    }

    /// Queues a task under a name, and returns with what its result will come to. The first
    /// worker that is free does it. A function that is not in the list for [`run`](crate::run), or an
    /// input that can't be passed, is an error of [`Pending::join`].
    ///
    /// Returns at once; blocks only while a [`queue_limit`](Pool::queue_limit) is reached.
    ///
    /// # Examples
    ///
    /// See [`Pool`].
    pub fn submit<F, A, R>(&self, name: impl Into<String>, _task: F, input: A) -> Pending<R>
    where
        F: Fn(A) -> R + Copy + 'static,
        A: Serialize,
        R: DeserializeOwned,
    {
        static SUBMITTED: AtomicU64 = AtomicU64::new(1);
        let task = Task::new(SUBMITTED.fetch_add(1, Ordering::Relaxed), name.into());
        match request::<F, A>(&task, input) {
            Ok((request, repeatable)) => {
                if stage::recorded() {
                    stage::arrow(Arrow::Tail, "task", &arrow_id(std::process::id(), task.number), &task.name);
                }
                let retries = if repeatable { self.limits.retries } else { 0 };
                let limits = Limits { retries, ..self.limits };
                self.crew.jobs.put(Job { task: Arc::clone(&task), request, limits, false_starts: 3 });
            }
            Err(error) => task.end(Err(error)),
        }
        Pending { task, result: PhantomData }
    }

    /// Does a task for each input, and returns the results in the order of the inputs. Their names are `name`
    /// with a number from 1 on: `page 1`, `page 2`.
    ///
    /// Blocks until all are done.
    ///
    /// # Errors
    ///
    /// Each result is one of its own: a task that fails takes no other with it.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use shared::process::{Pool, task};
    ///
    /// fn main() -> std::process::ExitCode {
    ///     shared::run("//! Two workers.", lesson, &[task(square)])
    /// }
    ///
    /// fn lesson() -> anyhow::Result<()> {
    ///     let pool = Pool::new(2)?;
    ///     let squares: Result<Vec<u64>, _> = pool.map("square", square, 1..=4).into_iter().collect();
    ///     assert_eq!(squares?, [1, 4, 9, 16]);
    ///     Ok(())
    /// }
    ///
    /// fn square(n: u64) -> u64 {
    ///     n * n
    /// }
    /// ```
    pub fn map<F, A, R>(
        &self,
        name: &str,
        task: F,
        inputs: impl IntoIterator<Item = A>,
    ) -> Vec<Result<R, TaskError>>
    where
        F: Fn(A) -> R + Copy + 'static,
        A: Serialize,
        R: DeserializeOwned,
    {
        let inputs = inputs.into_iter().zip(1..);
        let tasks: Vec<_> =
            inputs.map(|(input, n)| self.submit(format!("{name} {n}"), task, input)).collect();
        tasks.into_iter().map(Pending::join).collect()
    }

    /// Blocks until all tasks are done, and ends the workers. Results can be asked for before or after.
    ///
    /// # Examples
    ///
    /// See [`Pool`].
    pub fn join(mut self) {
        self.joined = true;
        stage::wait("join pool", || self.end());
    }

    fn end(&mut self) {
        self.crew.jobs.close();
        for keeper in self.keepers.drain(..) {
            if let Err(panicked) = keeper.join() {
                panic::resume_unwind(panicked);
            }
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        if !self.joined {
            self.crew.stop();
            self.end();
        }
    }
}

/// What a worker is to be sent, and whether the task is repeatable.
fn request<F: 'static, A: Serialize>(task: &Task, input: A) -> Result<(Vec<u8>, bool), TaskError> {
    let function = name_of::<F>();
    let (place, known) = known::<F>().ok_or_else(|| TaskError::NoWorker {
        task: task.name.clone(),
        source: ProcessError::Unknown { role: short(function) },
    })?;
    let mut request = Vec::new();
    let put = message::put(&mut request, Kind::Task, task.number, |bytes| {
        bytes.extend((place as u32).to_le_bytes());
        wire::encode(bytes, &input)
    });
    put.map_err(|source| TaskError::Unfit { task: task.name.clone(), problem: source.to_string() })?;
    Ok((request, known.repeatable))
}

/// Joins the two ends of an arrow in the trace: the task, among all of the run.
fn arrow_id(pool: u32, task: u64) -> String {
    format!("{pool}.{task}")
}

/// A task that was submitted, and its result when it is there.
///
/// # Examples
///
/// See [`Pool`].
#[must_use = "errors of the task are seen only by join"]
pub struct Pending<R> {
    task: Arc<Task>,
    result: PhantomData<fn() -> R>,
}

impl<R: DeserializeOwned> Pending<R> {
    /// The name that the task was submitted under.
    ///
    /// # Examples
    ///
    /// See [`kill_worker`](Self::kill_worker).
    pub fn name(&self) -> &str {
        &self.task.name
    }

    /// Blocks until the task is done, and returns what it returned.
    ///
    /// # Errors
    ///
    /// [`TaskError`] says what became of it instead.
    ///
    /// # Examples
    ///
    /// See [`Pool`].
    pub fn join(self) -> Result<R, TaskError> {
        let task = &self.task;
        let outcome = stage::wait(&task.name, || {
            task.wait_while(
                |progress| !matches!(progress, Progress::Ended(_)),
                |progress| match progress {
                    Progress::Ended(outcome) => outcome.take().expect("join consumes the only one who asks"),
                    _ => unreachable!("it was waited for"),
                },
            )
        });
        let result = outcome?
            .decode()
            .map_err(|problem| TaskError::Unfit { task: task.name.clone(), problem: problem.to_string() })?;
        if stage::recorded() {
            stage::arrow(Arrow::Head, "result", &arrow_id(std::process::id(), task.number), "");
        }
        Ok(result)
    }
}

impl<R> Pending<R> {
    /// Blocks until a worker has begun the task, kills that worker, and returns its process id; or `None` if
    /// the task has ended already. For trying out what a crash does.
    ///
    /// Meant for tasks that take a while. A very short one may end in this moment, and the worker have gone on
    /// to the next: then that one is reported.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use shared::process::{Pool, TaskError, task};
    ///
    /// fn main() -> std::process::ExitCode {
    ///     shared::run("//! A worker is killed.", lesson, &[task(sleep)])
    /// }
    ///
    /// fn lesson() -> anyhow::Result<()> {
    ///     let pool = Pool::new(1)?;
    ///     let endless = pool.submit("endless", sleep, ());
    ///     assert_eq!(endless.name(), "endless");
    ///     let killed = endless.kill_worker();
    ///     let Err(TaskError::WorkerDied { pid, .. }) = endless.join() else { panic!() };
    ///     assert_eq!(Some(pid), killed);
    ///     Ok(())
    /// }
    ///
    /// fn sleep(_: ()) {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// ```
    pub fn kill_worker(&self) -> Option<u32> {
        let running = |progress: &mut Progress| match progress {
            Progress::Running(process) => Some(Arc::clone(process)),
            _ => None,
        };
        let process = self.task.wait_while(|progress| matches!(progress, Progress::Waiting), running)?;
        let mut process = guard(&process);
        // Fails only if it has just ended by itself: then it is as dead as was wanted.
        let _ = process.kill();
        Some(process.pid())
    }
}

/// What became of a task that has no result.
///
/// # Examples
///
/// See [`Pool`] and [`Pending::kill_worker`].
#[derive(Debug)]
#[non_exhaustive]
pub enum TaskError {
    /// The task panicked; its worker goes on.
    Panicked {
        /// Name of the task.
        task: String,
        /// Message of the panic.
        message: String,
        /// Where in the source it was: file and line.
        place: String,
    },
    /// The worker died while it had the task. How much of it was done, nobody knows.
    WorkerDied {
        /// Name of the task.
        task: String,
        /// Process id of the worker.
        pid: u32,
        /// How the worker ended.
        status: ExitStatus,
    },
    /// The task took longer than [`time_limit`](Pool::time_limit) allows, and its worker was killed.
    TimedOut {
        /// Name of the task.
        task: String,
        /// Process id of the worker.
        pid: u32,
        /// What it was allowed.
        limit: Duration,
    },
    /// What came from the worker makes no sense, and the worker was killed. Some code of the task has
    /// written on the wire.
    Garbled {
        /// Name of the task.
        task: String,
        /// Process id of the worker.
        pid: u32,
        /// What is wrong with it.
        problem: WireError,
    },
    /// There was no worker to do it: none could be started in place of one that died, or none would know it.
    NoWorker {
        /// Name of the task.
        task: String,
        /// Why not.
        source: ProcessError,
    },
    /// Its input or its result can't be passed between processes.
    Unfit {
        /// Name of the task.
        task: String,
        /// Why not.
        problem: String,
    },
    /// The pool was dropped before the task was done.
    Stopped {
        /// Name of the task.
        task: String,
    },
}

impl Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked { task, message, place } => write!(f, "{task} panicked at {place}: {message}"),
            Self::WorkerDied { task, pid, status } => write!(f, "{task}: worker {pid} died: {status}"),
            Self::TimedOut { task, pid, limit } => {
                write!(f, "{task}: took longer than {limit:?}; worker {pid} was killed")
            }
            Self::Garbled { task, pid, problem } => {
                write!(f, "{task}: worker {pid} was killed, since it sent what is no reply: {problem}")
            }
            Self::NoWorker { task, source } => write!(f, "{task}: no worker to do it: {source}"),
            Self::Unfit { task, problem } => write!(f, "{task}: {problem}"),
            Self::Stopped { task } => write!(f, "{task}: the pool was stopped"),
        }
    }
}

impl std::error::Error for TaskError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoWorker { source, .. } => source.source(),
            Self::Garbled { problem, .. } => problem.source(),
            _ => None,
        }
    }
}

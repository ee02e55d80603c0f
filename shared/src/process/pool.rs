//! Worker processes that do named tasks.
//!
//! Each worker has two pipes to the pool, on its standard input and output. In the pool's process, one thread
//! looks after each worker: its keeper. The keeper sends the worker a task, waits for the reply or for the worker's end,
//! and starts another worker when this one has died. What a worker says comes over the same pipe, and the keeper prints it.
//!
//! # Layout
//!
//! - `jobs`: tasks on their way, and the queue that they wait in
//! - `keeper`: the pool's half of a worker
//! - `link`: the pipes to a worker and back
//! - `undertaker`: takes note of workers that die while they have nothing to do
//! - `worker`: the worker's half
//! - `message`: what the two say to each other

use std::fmt::{self, Display};
use std::io;
use std::marker::PhantomData;
use std::mem;
use std::panic;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crossbeam_channel as channel;
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::jobs::{Job, Outcome, Task, guard};
use self::keeper::{Crew, Initializer};
use self::message::Order;
use super::wire::{self, WireError};
use super::{Known, Plays, ProcessError, Role, known, name_of, short};
use crate::stage::{self, Arrow};

mod jobs;
mod keeper;
mod link;
mod message;
#[cfg(target_os = "linux")]
mod undertaker;
mod worker;

pub(super) use self::worker::serve;

/// More than any system starts.
const MOST_WORKERS: usize = 1 << 16;

/// The role of every worker.
pub(super) const WORKER: &str = "worker";

/// A task as a worker sees it: the bytes of its input in, those of its result out.
pub(super) type TaskFn = dyn Fn(&[u8], &mut Vec<u8>) -> Result<(), WireError>;

/// Makes a function known as a task for the workers of a [`Pool`], for [`run`](crate::run).
///
/// It takes one value and returns one, and [serde](https://serde.rs) must be able to pass both between processes. What
/// arrives is what `Serialize` wrote, or [`TaskError::Unfit`]: what is read is written once more and compared. So a value that
/// `Deserialize` would read as another one (an `untagged` enum of which an earlier variant fits as well) is refused. What
/// `Serialize` leaves out on purpose (`#[serde(skip)]`) is missing. And two things can't be seen: which of two variants it was
/// if both are written alike, and the order of a list that is read as a set.
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
    A: Serialize + DeserializeOwned,
    R: Serialize,
{
    let perform =
        move |input: &[u8], result: &mut Vec<u8>| wire::encode(result, &function(wire::decode(input)?));
    Role::of::<F>(Plays::Task { function: Box::new(perform), repeatable: false })
}

/// Worker processes that do tasks: functions that were made known with [`task`].
///
/// These promises hold whatever happens to a worker, at any moment:
///
/// - A worker that dies costs at most the one task that it had begun: [`Pending::join`] reports it with
///   the worker's process id and exit status, or it is done again if [`retries`](Pool::retries) allow it.
///   (With [`map`](Pool::map), a worker begins very short tasks together, and then they are reported together.)
///   A worker that dies before it has begun costs nothing. But if this happens to four in a row that have started well
///   and had the same task, the task is reported. Another worker takes the place as soon as there is a task
///   for it, and all other tasks go on.
/// - If no other worker can be started, the tasks wait for the workers that are there. They are reported only if there
///   is none, and none could be started for two seconds.
/// - The pool knows of a worker's death when its process has ended, on Unix even if a process that it has forked lives
///   on. A worker that dies while it has nothing to do leaves no zombie (on Linux; elsewhere only until the next task).
/// - A worker that doesn't begin a task within 10 seconds, or doesn't leave within 10 seconds, perhaps because it is
///   stopped, is killed, and another worker does the task. A new worker has a minute to start and to begin. (On Unix; elsewhere
///   only with a [`time_limit`](Pool::time_limit).) If a worker is stopped *in* its task, the pool waits for it, without a
///   time limit for ever.
/// - No task is begun twice, unless it is marked as [`repeatable`](Role::repeatable).
/// - A task that panics is reported with its message. Its worker goes on. If the panic ends the worker (a
///   second panic while the stack unwinds, or `panic = "abort"`), the task is reported like any other whose worker died,
///   and the messages appear on standard error.
/// - When this process ends, however it ends, its workers end too: on Unix at once, elsewhere when they have
///   finished their current task.
/// - Ctrl-C ends this process, and the workers end with it, but not by Ctrl-C itself (on Unix). So a program that handles
///   Ctrl-C still has its workers.
///
/// Tasks can be submitted from many threads at once. A worker that has nothing to do sleeps until there is a task. A
/// worker's standard output is its pipe to the pool. So on Unix, what a task prints without [`say!`](crate::say) appears on
/// standard error, and so do the lines of a process that it starts. Elsewhere it is [`TaskError::Garbled`]. If a task leaves
/// a thread behind, what that thread says appears with the worker's next task.
///
/// If the tasks are very short, thousands a second, the pool sends a worker some of them ahead. If one takes longer, the
/// worker gives back what it hasn't begun, within 20 ms. On systems other than Unix, with a time limit, or with a number
/// of tasks for each worker, the pool sends one task at a time, which is slower for such tasks.
///
/// A pool that is dropped stops: running tasks are killed, and those still queued are not begun.
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
    undertaker: Option<JoinHandle<()>>,
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
    /// How many inputs of a `map` a worker may be given at once.
    chunk: usize,
}

impl Limits {
    /// Whether a job may be sent to a worker that is at another one. Not with a time limit: the pool learns a
    /// little late that a worker has gone on to its next task, and would kill that one for the one before.
    fn may_go_ahead(&self) -> bool {
        self.time.is_none() && self.tasks_per_worker == u32::MAX
    }

    /// How many inputs a worker may be given at once.
    fn together(&self) -> usize {
        if self.may_go_ahead() { self.chunk } else { 1 }
    }
}

/// The thread that kills a worker whose task takes too long. Ends as the sender is dropped.
struct Clock {
    _pool_is_there: channel::Sender<()>,
}

impl Pool {
    /// Starts this many workers. Doesn't wait until they are ready.
    ///
    /// # Errors
    ///
    /// [`ProcessError::Start`] if the system refuses to start one, or if `workers` is more than 65 536.
    ///
    /// # Panics
    ///
    /// If `workers` is 0.
    ///
    /// # Examples
    ///
    /// See [`Pool`].
    pub fn new(workers: usize) -> Result<Pool, ProcessError> {
        Pool::start(workers, None)
    }

    /// Starts this many workers, each of which calls `initializer` with this input before its first task. It is for what all tasks
    /// of a worker need and what takes long to make: a file that is read, a connection, a table. The initializer leaves it in a
    /// `static`, such as a [`OnceLock`](std::sync::OnceLock), where the tasks find it. Like every task, it has to be in the list for
    /// [`run`](crate::run), made known with [`task`]. A worker that takes the place of another one calls it, too.
    ///
    /// Doesn't wait until they are ready: a task waits for its worker's initializer, which may take any time, even with a
    /// [`time_limit`](Pool::time_limit).
    ///
    /// If the initializer panics, or its worker dies in it, that worker does no task, and another one is started and
    /// initialized as soon as there is a task for it. The tasks wait for it, or for the workers that are there. If there is none,
    /// and none could be initialized for two seconds, they are reported as [`TaskError::NoWorker`] with the reason.
    ///
    /// # Errors
    ///
    /// [`ProcessError::Start`] if the system refuses to start a worker, or if `workers` is more than 65 536,
    /// [`ProcessError::Unknown`] if the initializer isn't in the
    /// list for [`run`](crate::run), [`ProcessError::Initializer`] if the input can't be passed.
    ///
    /// # Panics
    ///
    /// If `workers` is 0.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use std::sync::OnceLock;
    ///
    /// use shared::process::{Pool, task};
    ///
    /// static WORDS: OnceLock<Vec<String>> = OnceLock::new();
    ///
    /// fn main() -> std::process::ExitCode {
    ///     shared::run("//! Each worker learns its words once.", lesson, &[task(learn), task(knows)])
    /// }
    ///
    /// fn lesson() -> anyhow::Result<()> {
    ///     let pool = Pool::with_initializer(2, learn, "tea coffee".to_owned())?;
    ///     assert!(pool.submit("tea", knows, "tea".to_owned()).join()?);
    ///     assert!(!pool.submit("milk", knows, "milk".to_owned()).join()?);
    ///     Ok(())
    /// }
    ///
    /// fn learn(words: String) {
    ///     WORDS.get_or_init(|| words.split(' ').map(str::to_owned).collect());
    /// }
    ///
    /// fn knows(word: String) -> bool {
    ///     WORDS.get().expect("learned before").contains(&word)
    /// }
    /// ```
    pub fn with_initializer<F, A>(workers: usize, _initializer: F, input: A) -> Result<Pool, ProcessError>
    where
        F: Fn(A) + Copy + 'static,
        A: Serialize,
    {
        let role = short(name_of::<F>());
        let known = known::<F>().ok_or(ProcessError::Unknown { role })?;
        let order = Order::one(message::INITIALIZER, known.identity, input)
            .map_err(|problem| ProcessError::Initializer { role, problem: problem.to_string() })?;
        Pool::start(workers, Some(Initializer { role, order }))
    }

    fn start(workers: usize, initializer: Option<Initializer>) -> Result<Pool, ProcessError> {
        assert!(workers > 0, "a pool has at least one worker");
        if workers > MOST_WORKERS {
            let why = format!("{workers} workers are too many: a pool has at most {MOST_WORKERS}");
            let source = io::Error::new(io::ErrorKind::InvalidInput, why);
            return Err(ProcessError::Start { role: WORKER, source });
        }
        let crew = Arc::new(Crew::new(workers, initializer));
        let limits = Limits {
            retries: 0,
            queue: usize::MAX,
            time: None,
            tasks_per_worker: u32::MAX,
            chunk: usize::MAX,
        };
        let undertaker = crew.start_undertaker();
        let mut pool = Pool { crew, keepers: Vec::new(), undertaker, limits, clock: None, joined: false };
        let (to_pool, started) = channel::unbounded();
        for place in 0..workers {
            let keeper = keeper::start(&pool.crew, place, to_pool.clone())?;
            pool.keepers.push(keeper);
        }
        drop(to_pool);
        started.into_iter().collect::<Result<(), _>>()?;
        Ok(pool)
    }

    /// If a worker dies, its task is done again, up to this many times, if it is marked as
    /// [`repeatable`](Role::repeatable). The dead worker may have done a part of the task, or everything but the reply.
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

    /// Sets a time limit: a task that runs longer is reported as [`TaskError::TimedOut`]. Its
    /// worker is killed, and another takes its place. Such a task isn't done again.
    ///
    /// With a limit, the pool sends a worker one task at a time.
    ///
    /// # Panics
    ///
    /// If the system can't start a thread for it, or if it is set a second time.
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

    /// Lets at most this many tasks wait for a worker: [`submit`](Pool::submit) blocks until there
    /// is room. Without this, only memory limits how many can wait.
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

    /// Ends a worker after this many tasks, and another one takes its place. This is for tasks that leak memory.
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

    /// Submits a named task and returns a handle to its future result. The first
    /// worker that is free does the task. If the function isn't in the list for [`run`](crate::run), or if the
    /// input can't be passed, [`Pending::join`] returns an error.
    ///
    /// Returns at once, and blocks only while a [`queue_limit`](Pool::queue_limit) is reached.
    ///
    /// # Examples
    ///
    /// See [`Pool`].
    pub fn submit<F, A, R>(&self, name: impl Into<String>, _task: F, input: A) -> Pending<R>
    where
        F: Fn(A) -> R + Copy + 'static,
        A: Serialize,
        R: Serialize + DeserializeOwned,
    {
        let task = Task::new(numbers(1), name.into());
        let name = || task.only_name().to_owned();
        let order = known_task::<F>(name).and_then(|known| {
            let order = Order::one(task.number, known.identity, input);
            Ok((order.map_err(|problem| unfit(name(), &problem))?, known.repeatable))
        });
        match order {
            Ok((order, repeatable)) => self.put(&task, 1, order, repeatable),
            Err(error) => task.end(0, [Err(error)].into_iter()),
        }
        Pending { task, crew: Arc::downgrade(&self.crew), result: PhantomData }
    }

    /// Queues all inputs of a task.
    fn put(&self, task: &Arc<Task>, inputs: usize, order: Order, repeatable: bool) {
        if stage::recorded() {
            for input in 0..inputs {
                let id = arrow_id(std::process::id(), task.number + input as u64);
                stage::arrow(Arrow::Tail, "task", &id, &task.name(input));
            }
        }
        let retries = if repeatable { self.limits.retries } else { 0 };
        let limits = Limits { retries, ..self.limits };
        self.crew.jobs.put(Job::new(Arc::clone(task), 0..inputs, order, limits));
    }

    /// Does a task for each input, and returns the results in the order of the inputs. The tasks' names are `name`
    /// with a number that begins at 1: `page 1`, `page 2`.
    ///
    /// It takes longer to hand out a very short task than to do it. So a worker is given several of them at a time, as
    /// many as take it about a millisecond, and never more than its share of those that wait. The pool begins with one, and
    /// finds out how many. [`chunk_size`](Pool::chunk_size) sets a limit. With a
    /// [`queue_limit`](Pool::queue_limit), a worker is given one at a time.
    ///
    /// Blocks until all are done.
    ///
    /// # Errors
    ///
    /// Each task has its own result: if one panics, or if its result can't be passed, the others aren't affected.
    /// If a worker dies, all tasks that it had begun together are lost. If they are
    /// [`repeatable`](Role::repeatable), they are done again one by one, so that only the one that kills its workers is
    /// reported.
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
        _task: F,
        inputs: impl IntoIterator<Item = A>,
    ) -> Vec<Result<R, TaskError>>
    where
        F: Fn(A) -> R + Copy + 'static,
        A: Serialize,
        R: Serialize + DeserializeOwned,
    {
        let mut bundles = Bundles::<F>::new(self, name);
        for input in inputs {
            bundles.add(input);
        }
        let tasks = bundles.end();
        let results = tasks.iter().flat_map(|task| {
            let outcomes = stage::wait(&task.name(0), || task.outcomes());
            outcomes.enumerate().map(move |(input, outcome)| result(task, input, outcome))
        });
        results.collect()
    }

    /// Gives a worker at most this many inputs of a [`map`](Pool::map) at once. With 1, a worker that dies
    /// costs one task, even if the tasks are very short. [`time_limit`](Pool::time_limit) and
    /// [`tasks_per_worker`](Pool::tasks_per_worker) have the same effect as 1.
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
    ///     shared::run("//! One that kills its worker costs no other.", lesson, &[task(leave_at_7)])
    /// }
    ///
    /// fn lesson() -> anyhow::Result<()> {
    ///     let pool = Pool::new(2)?.chunk_size(1);
    ///     let results = pool.map("number", leave_at_7, 0..100);
    ///     assert_eq!(results.iter().filter(|result| result.is_err()).count(), 1);
    ///     Ok(())
    /// }
    ///
    /// fn leave_at_7(n: u32) {
    ///     if n == 7 {
    ///         std::process::exit(1)
    ///     }
    /// }
    /// ```
    pub fn chunk_size(mut self, inputs: usize) -> Self {
        assert!(inputs > 0, "a worker is given at least one input");
        self.limits.chunk = inputs;
        self
    }

    /// Blocks until all tasks are done, and ends the workers. You can ask for results before or after.
    ///
    /// If a task never ends, perhaps because its worker is stopped, this blocks for ever, unless there is a
    /// [`time_limit`](Pool::time_limit).
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
        self.crew.dismiss_undertaker();
        if let Some(undertaker) = self.undertaker.take() {
            let _ = undertaker.join();
        }
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

/// Makes tasks of the inputs of a [`Pool::map`], many of one: the workers begin with the first ones while the others
/// are still made.
struct Bundles<'p, F> {
    pool: &'p Pool,
    name: &'p str,
    function: PhantomData<F>,
    known: Option<&'static Known>,
    /// All that were made so far.
    tasks: Vec<Arc<Task>>,
    /// What the first input of the next one is among all, from 1 on.
    place: usize,
    order: Order,
    /// How many inputs it has, and how many it should have.
    inputs: usize,
    most: usize,
}

/// The most inputs, and the most bytes of inputs, that one of these tasks has.
const BUNDLE: (usize, usize) = (1024, 256 << 10);

impl<'p, F: 'static> Bundles<'p, F> {
    fn new(pool: &'p Pool, name: &'p str) -> Self {
        let known = known::<F>();
        let order = Self::order(known);
        let function = PhantomData;
        Bundles { pool, name, function, known, tasks: Vec::new(), place: 1, order, inputs: 0, most: 1 }
    }

    fn order(known: Option<&Known>) -> Order {
        Order::of_none(known.map_or(0, |known| known.identity))
    }

    fn add(&mut self, input: impl Serialize) {
        let name = || format!("{} {}", self.name, self.place + self.inputs);
        let added = match self.known {
            Some(_) => self.order.add(input).map_err(|problem| unfit(name(), &problem)),
            None => known_task::<F>(name).map(drop),
        };
        match added {
            Ok(()) => self.inputs += 1,
            Err(error) => {
                self.put();
                self.task(1).end(0, [Err(error)].into_iter());
            }
        }
        if self.inputs >= self.most || self.order.inputs().len() > BUNDLE.1 {
            self.put();
            // One by one where the queue has a limit: there might never be room for several at once.
            let most = if self.pool.limits.queue == usize::MAX { BUNDLE.0 } else { 1 };
            self.most = (2 * self.most).min(most);
        }
    }

    /// Queues what there is.
    fn put(&mut self) {
        let order = mem::replace(&mut self.order, Self::order(self.known));
        let inputs = mem::take(&mut self.inputs);
        if inputs > 0 {
            let task = self.task(inputs);
            self.pool.put(&task, inputs, order, self.known.is_some_and(|known| known.repeatable));
        }
    }

    fn task(&mut self, inputs: usize) -> Arc<Task> {
        let task = Task::of(numbers(inputs as u64), self.name.to_owned(), Some(self.place), inputs);
        self.place += inputs;
        self.tasks.push(Arc::clone(&task));
        task
    }

    fn end(mut self) -> Vec<Arc<Task>> {
        self.put();
        self.tasks
    }
}

/// Reserves a number for each of these inputs, and returns the first.
fn numbers(inputs: u64) -> u64 {
    static SUBMITTED: AtomicU64 = AtomicU64::new(1);
    SUBMITTED.fetch_add(inputs, Ordering::Relaxed)
}

/// What is known of a function, or that there will be no worker for this task of it.
fn known_task<F: 'static>(task: impl Fn() -> String) -> Result<&'static Known, TaskError> {
    known::<F>().ok_or_else(|| TaskError::NoWorker {
        task: task(),
        source: ProcessError::Unknown { role: short(name_of::<F>()) },
    })
}

fn unfit(task: String, problem: &WireError) -> TaskError {
    TaskError::Unfit { task, problem: problem.to_string() }
}

/// What an input of a task has come to.
fn result<R: Serialize + DeserializeOwned>(
    task: &Task,
    input: usize,
    outcome: Outcome,
) -> Result<R, TaskError> {
    let result = outcome?.decode().map_err(|problem| unfit(task.name(input).into_owned(), &problem))?;
    if stage::recorded() {
        let id = arrow_id(std::process::id(), task.number + input as u64);
        stage::arrow(Arrow::Head, "result", &id, "");
    }
    Ok(result)
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
    /// Of the pool, as long as it is there.
    crew: Weak<Crew>,
    result: PhantomData<fn() -> R>,
}

impl<R: Serialize + DeserializeOwned> Pending<R> {
    /// Blocks until the task is done, and returns what it returned.
    ///
    /// # Errors
    ///
    /// [`TaskError`] says what happened instead.
    ///
    /// # Examples
    ///
    /// See [`Pool`].
    pub fn join(self) -> Result<R, TaskError> {
        let task = &self.task;
        let outcome =
            stage::wait(&task.name(0), || task.outcomes()).next().expect("one input has one outcome");
        result(task, 0, outcome)
    }
}

impl<R> Pending<R> {
    /// The name that the task was submitted under.
    ///
    /// # Examples
    ///
    /// See [`kill_worker`](Self::kill_worker).
    pub fn name(&self) -> &str {
        self.task.only_name()
    }

    /// Takes the task back if no worker has begun it, and returns whether that was in time. Then [`join`](Self::join)
    /// returns [`TaskError::Cancelled`], and no worker ever begins the task. Otherwise the task goes on as if nothing
    /// had been asked: it has begun or ended, or a worker has died with it and it waits to be done again.
    ///
    /// Never waits for the task. If the tasks are very short, the pool sends a worker some of them ahead, and for such a
    /// task it is too late. A worker that is busy for 20 ms has given all of them back.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use shared::process::{Pool, TaskError, task};
    ///
    /// fn main() -> std::process::ExitCode {
    ///     shared::run("//! One worker, and a task too many.", lesson, &[task(sleep)])
    /// }
    ///
    /// fn lesson() -> anyhow::Result<()> {
    ///     let pool = Pool::new(1)?;
    ///     let first = pool.submit("first", sleep, ());
    ///     let second = pool.submit("second", sleep, ());
    ///     assert!(second.cancel());
    ///     assert!(matches!(second.join(), Err(TaskError::Cancelled { .. })));
    ///     first.kill_worker(); // or it sleeps for ever
    ///     Ok(())
    /// }
    ///
    /// fn sleep(_: ()) {
    ///     loop {
    ///         std::thread::park();
    ///     }
    /// }
    /// ```
    pub fn cancel(&self) -> bool {
        self.crew.upgrade().is_some_and(|crew| crew.jobs.cancel(&self.task))
    }

    /// Blocks until a worker has begun the task, kills that worker, and returns its process id; or returns `None` if
    /// the task has ended already. Use it to see what a crash does.
    ///
    /// It is meant for tasks that take a while. A very short task may end at that moment, and the worker may have begun
    /// the next one: then that one is reported.
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
        let process = self.task.begun()?;
        let mut process = guard(&process);
        // Fails only if it has just ended by itself: then it is as dead as was wanted.
        let _ = process.kill();
        Some(process.pid())
    }
}

/// Hands tasks over in the order in which they end, whatever order they were submitted in. Those of several pools may be
/// among them.
///
/// The iterator blocks until the next one has ended, and [`Pending::join`] then returns at once. Each task comes once, with
/// a result or with an error, and after the last one the iterator ends. If the iterator is dropped early, the tasks go on.
///
/// # Examples
///
/// ```standalone_crate
/// use shared::process::{Pool, as_completed, task};
///
/// fn main() -> std::process::ExitCode {
///     shared::run("//! Two workers.", lesson, &[task(square)])
/// }
///
/// fn lesson() -> anyhow::Result<()> {
///     let pool = Pool::new(2)?;
///     let tasks = (1..=4).map(|n| pool.submit(format!("square of {n}"), square, n));
///     let mut sum = 0;
///     for task in as_completed(tasks) {
///         println!("{} is done", task.name());
///         sum += task.join()?;
///     }
///     assert_eq!(sum, 30);
///     Ok(())
/// }
///
/// fn square(n: u64) -> u64 {
///     n * n
/// }
/// ```
pub fn as_completed<R>(tasks: impl IntoIterator<Item = Pending<R>>) -> AsCompleted<R> {
    let (tell, told) = channel::unbounded();
    let tasks: Vec<_> = tasks.into_iter().map(Some).collect();
    for (place, pending) in tasks.iter().flatten().enumerate() {
        pending.task.tell(tell.clone(), place);
    }
    AsCompleted { tasks, told }
}

/// The tasks that [`as_completed`] was given.
///
/// # Examples
///
/// See [`as_completed`].
#[must_use = "an iterator does nothing until it is asked"]
pub struct AsCompleted<R> {
    /// By their places; `None` once it has been handed over.
    tasks: Vec<Option<Pending<R>>>,
    /// The places of those that have ended. Ends when each has been told of.
    told: channel::Receiver<usize>,
}

impl<R> Iterator for AsCompleted<R> {
    type Item = Pending<R>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = stage::wait("next result", || self.told.recv()).ok()?;
        self.tasks[place].take()
    }
}

/// Why a task has no result.
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
    /// The worker died while it had the task. How much of the task was done is unknown. If the task had panicked, the
    /// message is on standard error.
    WorkerDied {
        /// Name of the task.
        task: String,
        /// Process id of the worker.
        pid: u32,
        /// How the worker ended.
        status: ExitStatus,
    },
    /// The worker died while it had the task, and the system can't say how: this program ignores `SIGCHLD`, for instance. How much
    /// of the task was done is unknown.
    WorkerLost {
        /// Name of the task.
        task: String,
        /// Process id of the worker.
        pid: u32,
        /// Why the system can't say it.
        source: ProcessError,
    },
    /// The task took longer than [`time_limit`](Pool::time_limit) allows, and its worker was killed.
    TimedOut {
        /// Name of the task.
        task: String,
        /// Process id of the worker.
        pid: u32,
        /// How long the task was allowed to take.
        limit: Duration,
    },
    /// The worker sent something that is no reply, and was killed. Some code of the task has
    /// written to the worker's pipe.
    Garbled {
        /// Name of the task.
        task: String,
        /// Process id of the worker.
        pid: u32,
        /// What is wrong with it.
        problem: WireError,
    },
    /// There was no worker to do it: none was there and none could be started for a while, or no worker would know the task.
    /// It was never begun.
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
    /// It was taken back by [`Pending::cancel`] before any worker had begun it.
    Cancelled {
        /// Name of the task.
        task: String,
    },
}

impl Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panicked { task, message, place } => write!(f, "{task} panicked at {place}: {message}"),
            Self::WorkerDied { task, pid, status } => write!(f, "{task}: worker {pid} died: {status}"),
            Self::WorkerLost { task, pid, .. } => {
                write!(f, "{task}: worker {pid} died, and the system can't say how")
            }
            Self::TimedOut { task, pid, limit } => {
                write!(f, "{task}: took longer than {limit:?}; worker {pid} was killed")
            }
            Self::Garbled { task, pid, problem } => {
                write!(
                    f,
                    "{task}: worker {pid} was killed, because it sent something that is no reply: {problem}"
                )
            }
            Self::NoWorker { task, source } => write!(f, "{task}: no worker to do it: {source}"),
            Self::Unfit { task, problem } => write!(f, "{task}: {problem}"),
            Self::Stopped { task } => write!(f, "{task}: the pool was stopped"),
            Self::Cancelled { task } => write!(f, "{task}: it was cancelled"),
        }
    }
}

impl std::error::Error for TaskError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoWorker { source, .. } | Self::WorkerLost { source, .. } => source.source(),
            Self::Garbled { problem, .. } => problem.source(),
            _ => None,
        }
    }
}

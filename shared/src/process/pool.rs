//! Worker processes that do named tasks.
//!
//! Each worker has two pipes to the pool, on its standard input and output, and one thread in the pool's
//! process, its keeper: it sends the worker a task, waits for the reply, and starts another
//! worker when this one has died. What a worker says travels over the same pipe, and the keeper prints it.

use std::any::Any;
use std::cell::RefCell;
use std::fmt::{self, Display};
use std::io::{BufReader, PipeReader, PipeWriter};
use std::marker::PhantomData;
use std::panic::{self, AssertUnwindSafe};
use std::process::{ChildStdin, ChildStdout, ExitCode, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use crossbeam_channel as channel;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::wire::{Frame, WireError};
use super::{Plays, Process, ProcessError, REGISTERED, Role, descriptor, name_of, short};
use crate::stage::{self, Arrow, Cast};

/// The role of every worker.
pub(super) const WORKER: &str = "worker";

/// A task as a worker sees it: its input in a frame, its result in a frame.
pub(super) type TaskFn = dyn Fn(&Frame) -> Result<Frame, WireError>;

/// The first frame of a request: what tells the task from every other of the run, and its function. The
/// second is the input.
type Request = (String, String);

// The first frame of a reply says what the second one is.
const SAYS: &str = "says"; // a line to print
const BEGINS: &str = "begins"; // nothing: from here on the task may have had effects
const DONE: &str = "done"; // the result
const PANICKED: &str = "panicked"; // the panic's message and its place in the source
const UNFIT: &str = "unfit"; // why input or result can't be passed

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
    let perform = move |input: &Frame| Frame::encode(&function(input.decode()?));
    Role { name: name_of::<F>(), plays: Plays::Task(Box::new(perform)) }
}

/// Worker processes that do tasks: functions that were made known with [`task`].
///
/// What holds, whatever happens to a worker:
///
/// - A worker that dies costs at most the one task it had begun: [`Pending::join`] reports it with the
///   worker's process id and exit status, or it is done again if [`retries`](Pool::retries) allow it.
///   One that dies before it has begun costs nothing. Another worker takes the place, and all other
///   tasks go on.
/// - A task that panics is reported with its message. Its worker goes on.
/// - When this process ends, however it ends, its workers end too.
///
/// A task's standard output is the wire, so on Unix what it prints, and doesn't [`say!`](crate::say),
/// comes out on standard error, and so do the lines of a process that it starts. Elsewhere it breaks the wire, and the task is reported as if its
/// worker had died.
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
    jobs: Option<channel::Sender<Job>>,
    keepers: Vec<JoinHandle<()>>,
    crew: Arc<Crew>,
    retries: u32,
}

/// The workers of a pool, as the pool and its keepers share them.
struct Crew {
    /// Where in the trace their starts and ends are marked: the lane of the thread that made the pool.
    lane: u32,
    /// A place for each worker; `None` once the pool stops.
    places: Mutex<Option<Vec<Place>>>,
}

/// A worker's place in the pool; empty only until its first worker has been started.
type Place = Option<Arc<Mutex<Process>>>;

/// A task on its way.
struct Job {
    /// Tells it from every other of the run.
    id: String,
    name: String,
    function: &'static str,
    input: Frame,
    retries: u32,
    state: Arc<State>,
}

struct State {
    progress: Mutex<Progress>,
    changed: Condvar,
}

enum Progress {
    Queued,
    Running(Arc<Mutex<Process>>),
    Ended(Option<Result<Frame, TaskError>>),
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
        let (to_keepers, jobs) = channel::unbounded();
        let crew = Arc::new(Crew { lane: stage::lane(), places: Mutex::new(Some(vec![None; workers])) });
        let mut pool = Pool { jobs: Some(to_keepers), keepers: Vec::new(), crew, retries: 0 };
        for place in 0..workers {
            let worker = Worker::start(&pool.crew, place)?;
            let (jobs, crew) = (jobs.clone(), Arc::clone(&pool.crew));
            let keeper = thread::Builder::new()
                .name("keeper".into())
                .spawn(move || keep(worker, &jobs, &crew, place))
                .map_err(|source| ProcessError::Start { role: "keeper", source })?;
            pool.keepers.push(keeper);
        }
        Ok(pool)
    }

    /// From now on, a task whose worker dies is done again, up to so many times. Only for tasks that can
    /// safely be done twice: the dead worker may have done a part, or all but the reply. Without this,
    /// none is.
    ///
    /// # Examples
    ///
    /// ```standalone_crate
    /// use shared::process::{Pool, task};
    ///
    /// fn main() -> std::process::ExitCode {
    ///     shared::run("//! One worker.", lesson, &[task(twice)])
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
        self.retries = times;
        self
    }

    /// Queues a task under a name, and returns at once with what its result will come to. The first
    /// worker that is free does it. A function that is not in the list for [`run`](crate::run), or an
    /// input that can't be passed, is an error of [`Pending::join`].
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
        static SUBMITTED: AtomicU32 = AtomicU32::new(1);
        let id = format!("{}.{}", std::process::id(), SUBMITTED.fetch_add(1, Ordering::Relaxed));
        let (name, function) = (name.into(), name_of::<F>());
        let state = Arc::new(State { progress: Mutex::new(Progress::Queued), changed: Condvar::new() });
        let pending =
            Pending { id: id.clone(), name: name.clone(), state: Arc::clone(&state), result: PhantomData };
        if !REGISTERED.get().is_some_and(|names| names.contains(&function)) {
            let source = ProcessError::Unknown { role: short(function) };
            state.end(Err(TaskError::NoWorker { task: name, source }));
            return pending;
        }
        match Frame::encode(&input) {
            Ok(input) => {
                stage::arrow(Arrow::Tail, "task", &id, &name);
                let job = Job { id, name, function, input, retries: self.retries, state };
                let jobs = self.jobs.as_ref().expect("it is taken only as the pool ends");
                jobs.send(job).expect("keepers take jobs as long as there is a sender");
            }
            Err(source) => state.end(Err(TaskError::Unfit { task: name, problem: source.to_string() })),
        }
        pending
    }

    /// Blocks until all tasks are done, and ends the workers. Results can be asked for before or after.
    ///
    /// # Examples
    ///
    /// See [`Pool`].
    pub fn join(mut self) {
        stage::wait("join pool", || self.end());
    }

    fn end(&mut self) {
        drop(self.jobs.take());
        for keeper in self.keepers.drain(..) {
            if let Err(panicked) = keeper.join() {
                panic::resume_unwind(panicked);
            }
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        if self.jobs.is_some() {
            self.crew.stop();
        }
        self.end();
    }
}

/// A task that was submitted, and its result when it is there.
///
/// # Examples
///
/// See [`Pool`].
#[must_use = "errors of the task are seen only by join"]
pub struct Pending<R> {
    id: String,
    name: String,
    state: Arc<State>,
    result: PhantomData<fn() -> R>,
}

impl<R: DeserializeOwned> Pending<R> {
    /// The name that the task was submitted under.
    ///
    /// # Examples
    ///
    /// See [`kill_worker`](Self::kill_worker).
    pub fn name(&self) -> &str {
        &self.name
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
        let outcome = stage::wait(&self.name, || {
            let mut progress = self.state.wait_while(|progress| !matches!(progress, Progress::Ended(_)));
            let Progress::Ended(outcome) = &mut *progress else { unreachable!("it was waited for") };
            outcome.take().expect("join consumes the only one who asks")
        });
        let result = outcome?
            .decode()
            .map_err(|problem| TaskError::Unfit { task: self.name, problem: problem.to_string() })?;
        stage::arrow(Arrow::Head, "result", &self.id, "");
        Ok(result)
    }
}

impl<R> Pending<R> {
    /// Blocks until a worker has begun the task, kills that worker, and returns its process id; or `None` if
    /// the task has ended already. For trying out what a crash does.
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
        let progress = self.state.wait_while(|progress| matches!(progress, Progress::Queued));
        match &*progress {
            Progress::Running(process) => {
                let mut process = guard(process);
                // Fails only if it has just ended by itself: then it is as dead as was wanted.
                let _ = process.kill();
                Some(process.pid())
            }
            Progress::Queued | Progress::Ended(_) => None,
        }
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
            _ => None,
        }
    }
}

/// How many workers may die before a task has even begun, until that is reported: else a worker that
/// can't live would be started for ever.
const FALSE_STARTS: u32 = 3;

// ANCHOR: keep
/// The life of a keeper: one task after another, to the end of the pool.
fn keep(worker: Worker, jobs: &channel::Receiver<Job>, crew: &Arc<Crew>, place: usize) {
    let mut worker = Some(worker);
    for job in jobs {
        let mut retries = job.retries;
        let mut false_starts = FALSE_STARTS;
        let outcome = loop {
            let ready = match worker.take() {
                Some(worker) => Ok(worker),
                None => Worker::start(crew, place),
            };
            let died = match ready.map(|worker| worker.perform(&job)) {
                Ok(Performed::Ended(outcome, good)) => {
                    worker = Some(good);
                    break outcome;
                }
                Ok(Performed::Died { .. }) | Err(_) if crew.has_stopped() => {
                    break Err(TaskError::Stopped { task: job.name.clone() });
                }
                Err(source) => break Err(TaskError::NoWorker { task: job.name.clone(), source }),
                Ok(Performed::Died { begun, error }) => (begun, error),
            };
            job.state.set(Progress::Queued);
            match died {
                // Nothing of the task was done, so it can't be done twice: no retry is used up.
                (false, _) if false_starts > 0 => false_starts -= 1,
                (true, _) if retries > 0 => retries -= 1,
                (_, error) => break Err(error),
            }
        };
        job.state.end(outcome);
    }
    if let Some(worker) = worker {
        worker.leave();
    }
}
// ANCHOR_END: keep

/// What came of a task given to a worker.
enum Performed {
    /// A result or an error, and the worker is good for more.
    Ended(Result<Frame, TaskError>, Worker),
    /// The worker is gone; whether it had begun the task.
    Died { begun: bool, error: TaskError },
}

/// A worker process, as its keeper has it.
struct Worker {
    process: Arc<Mutex<Process>>,
    requests: ChildStdin,
    replies: BufReader<ChildStdout>,
}

impl Worker {
    fn start(crew: &Crew, place: usize) -> Result<Self, ProcessError> {
        let mut places = guard(&crew.places);
        let Some(places) = places.as_mut() else {
            return Err(ProcessError::Start {
                role: WORKER,
                source: std::io::Error::other("the pool has stopped"),
            });
        };
        let mut process = Process::start(WORKER, crew.lane, |command| {
            command.stdin(Stdio::piped()).stdout(Stdio::piped())
        })?;
        let requests = process.child.stdin.take().expect("it is piped");
        let replies = BufReader::new(process.child.stdout.take().expect("it is piped"));
        let process = Arc::new(Mutex::new(process));
        places[place] = Some(Arc::clone(&process));
        Ok(Worker { process, requests, replies })
    }

    /// Has one task done.
    fn perform(mut self, job: &Job) -> Performed {
        let task = job.name.clone();
        let mut begun = false;
        let (kind, body) = match self.converse(job, &mut begun) {
            Ok(reply) => reply,
            Err(_) => {
                let mut process = guard(&self.process);
                // It has died, or what it sends makes no sense and it has to.
                let _ = process.kill();
                let pid = process.pid();
                let error = match process.reap() {
                    Ok(status) => TaskError::WorkerDied { task, pid, status },
                    Err(source) => TaskError::NoWorker { task, source },
                };
                return Performed::Died { begun, error };
            }
        };
        let outcome = match kind.as_str() {
            DONE => Ok(body),
            PANICKED => {
                let (message, place) = body.decode().unwrap_or_default();
                Err(TaskError::Panicked { task, message, place })
            }
            _ => Err(TaskError::Unfit { task, problem: body.decode().unwrap_or_default() }),
        };
        Performed::Ended(outcome, self)
    }

    /// Sends the task and waits for its outcome; prints what the worker says meanwhile.
    fn converse(&mut self, job: &Job, begun: &mut bool) -> Result<(String, Frame), WireError> {
        let request: Request = (job.id.clone(), job.function.to_owned());
        Frame::encode(&request)?.and(&job.input).send(&mut self.requests)?;
        loop {
            let kind: String = Frame::receive(&mut self.replies)?.decode()?;
            let body = Frame::receive(&mut self.replies)?;
            match kind.as_str() {
                SAYS => stage::print(&body.decode::<String>()?),
                BEGINS => {
                    *begun = true;
                    job.state.set(Progress::Running(Arc::clone(&self.process)));
                }
                _ => return Ok((kind, body)),
            }
        }
    }

    /// Ends a worker that has no more to do: it sees the end of its input.
    fn leave(self) {
        drop(self.requests);
        let mut replies = self.replies;
        while let Ok(kind) = Frame::receive(&mut replies)
            && let Ok(body) = Frame::receive(&mut replies)
        {
            if let (Ok(SAYS), Ok(line)) = (kind.decode::<String>().as_deref(), body.decode::<String>()) {
                stage::print(&line);
            }
        }
        // What became of its tasks is known; how it left is in the trace.
        let _ = guard(&self.process).reap();
    }
}

impl Crew {
    fn stop(&self) {
        for process in guard(&self.places).take().into_iter().flatten().flatten() {
            let _ = guard(&process).kill();
        }
    }

    fn has_stopped(&self) -> bool {
        guard(&self.places).is_none()
    }
}

/// A task whose keeper is gone has ended too, so that nobody waits for it in vain.
impl Drop for Job {
    fn drop(&mut self) {
        if !matches!(*guard(&self.state.progress), Progress::Ended(_)) {
            self.state.end(Err(TaskError::Stopped { task: self.name.clone() }));
        }
    }
}

impl State {
    fn set(&self, progress: Progress) {
        *guard(&self.progress) = progress;
        self.changed.notify_all();
    }

    fn end(&self, outcome: Result<Frame, TaskError>) {
        self.set(Progress::Ended(Some(outcome)));
    }

    fn wait_while(&self, condition: impl Fn(&Progress) -> bool) -> MutexGuard<'_, Progress> {
        let progress = guard(&self.progress);
        self.changed
            .wait_while(progress, |progress| condition(progress))
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// None of the pool's locks is ever held across something that panics.
fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The whole life of a worker process.
pub(super) fn serve(cast: Cast, id: &str, roles: &[Role]) -> ExitCode {
    let wires = (descriptor::take_stdin(), descriptor::take_stdout());
    let (requests, replies) = match wires {
        (Ok(requests), Ok(replies)) => (PipeReader::from(requests), PipeWriter::from(replies)),
        (Err(error), _) | (_, Err(error)) => {
            return crate::refuse(&format!("a worker can't take over its wire: {error}"));
        }
    };
    let replies = Arc::new(Mutex::new(replies));
    let relay = Arc::clone(&replies);
    let relay = move |line: String| {
        // When the pool is gone there is nobody to tell, and this process is about to end.
        let _ = reply(&relay, SAYS, Frame::encode(&line));
    };
    if let Err(problem) = stage::set(cast, Some(Box::new(relay))) {
        return crate::refuse(&problem);
    }
    super::register(roles);
    stage::arrow(Arrow::Head, "start", id, "");
    keep_panics_for_the_pool();

    let (to_tasks, tasks) = channel::unbounded();
    thread::spawn(move || {
        let mut requests = BufReader::new(requests);
        let mut next =
            || Ok::<_, WireError>((Frame::receive(&mut requests)?, Frame::receive(&mut requests)?));
        while let Ok(request) = next() {
            if to_tasks.send(request).is_err() {
                return;
            }
        }
        // The pool has closed the wire or is gone: end at once, in the middle of a task too.
        std::process::exit(0)
    });
    for (head, input) in tasks {
        let outcome = match head.decode::<Request>() {
            Ok((id, function)) => perform(&id, &function, &input, roles, &replies),
            Err(problem) => reply(&replies, UNFIT, Frame::encode(&problem.to_string())),
        };
        if outcome.is_err() {
            break;
        }
    }
    ExitCode::SUCCESS
}

fn perform(
    id: &str,
    function: &str,
    input: &Frame,
    roles: &[Role],
    replies: &Mutex<PipeWriter>,
) -> Result<(), WireError> {
    let known = roles.iter().find(|role| role.name == function);
    let Some(Role { plays: Plays::Task(task), .. }) = known else {
        let problem = format!("{0} is a role; add task({0}) to the list for shared::run", short(function));
        return reply(replies, UNFIT, Frame::encode(&problem));
    };
    reply(replies, BEGINS, Frame::encode(&()))?;
    stage::arrow(Arrow::Head, "task", id, "");
    PLACE.take();
    match panic::catch_unwind(AssertUnwindSafe(|| task(input))) {
        Ok(Ok(result)) => {
            stage::arrow(Arrow::Tail, "result", id, "result");
            reply(replies, DONE, Ok(result))
        }
        Ok(Err(problem)) => reply(replies, UNFIT, Frame::encode(&problem.to_string())),
        Err(payload) => {
            // The place is that of the last panic; one that was made without a place has none.
            reply(replies, PANICKED, Frame::encode(&(text(&*payload), PLACE.take())))
        }
    }
}

fn reply(replies: &Mutex<PipeWriter>, kind: &str, body: Result<Frame, WireError>) -> Result<(), WireError> {
    let frames = Frame::encode(&kind)?.and(&body?);
    frames.send(&*guard(replies))
}

/// The text that a panic carries, plain or formatted.
fn text(payload: &(dyn Any + Send)) -> &str {
    let plain = payload.downcast_ref::<&str>().copied();
    plain.or(payload.downcast_ref().map(String::as_str)).unwrap_or("no text")
}

thread_local! {
    /// Where in the source this thread's last panic was, which only a hook is told.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// A panic of a task is an answer to the pool, and not printed here as well.
fn keep_panics_for_the_pool() {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().name() != Some("main") {
            return print(info); // a thread of the task's own: nobody reports that one
        }
        let place = info.location().map(|place| format!("{}:{}", place.file(), place.line()));
        PLACE.set(place.unwrap_or_default());
    }));
}

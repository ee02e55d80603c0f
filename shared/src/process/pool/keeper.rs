//! The pool's half of a worker: the process, and the thread that keeps it busy.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, BufReader, Write};
use std::mem;
use std::process::{ChildStdin, ChildStdout, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;

use super::jobs::{Job, Jobs, Outcome, Progress, guard};
use super::message::{Kind, Message};
use super::{TaskError, WORKER};
use crate::process::wire::WireError;
use crate::process::{Process, ProcessError, Starter};
use crate::stage;

/// The most tasks that a worker has at once, the one it is at among them. To give back what it has not
/// begun it must be able to look whether there is more on a pipe, and std can't.
const MOST_SENT: usize = if cfg!(unix) { 16 } else { 1 };

/// A task that takes less than this is short: then the next one is sent before it is done.
const SHORT: Duration = Duration::from_micros(200);

/// What a worker is given to begin a task, beside the time limit for doing it: enough for a start on a machine
/// that is very busy. One that is stopped, or that hangs before it begins, is found by this.
const SLOW_START: Duration = Duration::from_secs(10);

/// The most bytes that are sent ahead. Every pipe takes so many at once (POSIX, `_POSIX_PIPE_BUF` is less), so
/// that a keeper never blocks on a worker that is blocked on its keeper.
const BYTES_AHEAD: usize = 4096;

/// What a pool and its keepers share.
pub(super) struct Crew {
    pub(super) jobs: Jobs,
    /// Where in the trace the workers' starts and ends are marked: the lane of the thread that made the pool.
    lane: u32,
    /// A place for each worker; `None` once the pool stops.
    places: Mutex<Option<Vec<Place>>>,
    /// Whether a clock looks at the places' deadlines.
    clock: AtomicBool,
}

/// A worker's place in the pool.
#[derive(Clone, Default)]
struct Place {
    /// `None` only until the first worker has been started.
    process: Option<Arc<Mutex<Process>>>,
    /// When the task that it is at has taken too long, if there is a limit; and the task's number.
    deadline: Option<(Instant, u64)>,
    /// The number of the task that it was killed for.
    overdue: Option<u64>,
}

impl Crew {
    pub(super) fn new(workers: usize) -> Self {
        let places = vec![Place::default(); workers];
        Crew {
            jobs: Jobs::new(),
            lane: stage::lane(),
            places: Mutex::new(Some(places)),
            clock: AtomicBool::new(false),
        }
    }

    /// Kills the workers, and ends the jobs that wait.
    pub(super) fn stop(&self) {
        let places = guard(&self.places).take();
        self.jobs.clear();
        for place in places.into_iter().flatten() {
            place.kill();
        }
    }

    /// Says that deadlines are kept from now on.
    pub(super) fn has_clock(&self) {
        self.clock.store(true, Ordering::Relaxed);
    }

    fn has_stopped(&self) -> bool {
        guard(&self.places).is_none()
    }

    /// Kills the workers whose task has taken too long. Returns for how long there will be none, if tasks may
    /// take `limit`.
    pub(super) fn kill_overdue(&self, limit: Duration) -> Duration {
        let now = Instant::now();
        // A worker that has to leave has a deadline too, and that is nearer than a long limit.
        let mut nothing_for = limit.min(SLOW_START);
        for place in guard(&self.places).iter_mut().flatten() {
            match place.deadline {
                Some((deadline, task)) if deadline <= now => {
                    place.overdue = Some(task);
                    place.deadline = None;
                    place.kill();
                }
                Some((deadline, _)) => nothing_for = nothing_for.min(deadline - now),
                None => {}
            }
        }
        // A limit of 0 doesn't keep a core busy.
        nothing_for.max(Duration::from_millis(1))
    }

    /// Changes a worker's place, unless the pool has stopped.
    fn at<R>(&self, place: usize, change: impl FnOnce(&mut Place) -> R) -> Option<R> {
        guard(&self.places).as_mut().map(|places| change(&mut places[place]))
    }
}

impl Place {
    fn kill(&self) {
        if let Some(process) = &self.process {
            // Fails only if it is gone already.
            let _ = guard(process).kill();
        }
    }
}

/// Stops the pool when a keeper panics: else the others would wait for the jobs that it had.
struct StopsOnPanic<'a>(&'a Crew);

impl Drop for StopsOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
            self.0.jobs.abandon();
        }
    }
}

/// Starts a keeper, which starts its worker, and says whether that could be done: a worker is always started
/// by the thread that outlasts it, so that Linux can end it with that.
pub(super) fn start(
    crew: &Arc<Crew>,
    place: usize,
    started: Sender<Result<(), ProcessError>>,
) -> Result<JoinHandle<()>, ProcessError> {
    let crew = Arc::clone(crew);
    let keeper = move || {
        let _stops_on_panic = StopsOnPanic(&crew);
        let worker = Worker::start(&crew, place);
        let (worker, outcome) =
            worker.map_or_else(|error| (None, Err(error)), |worker| (Some(worker), Ok(())));
        // Fails if the pool has heard of another one that could not be started, and has given up.
        let _ = started.send(outcome);
        drop(started);
        if let Some(worker) = worker {
            keep(worker, &crew, place);
        }
    };
    thread::Builder::new()
        .name("keeper".into())
        .spawn(keeper)
        .map_err(|source| ProcessError::Start { role: "keeper", source })
}

// ANCHOR: keep
/// The life of a keeper: one job after another, to the end of the pool.
fn keep(worker: Worker, crew: &Crew, place: usize) {
    let mut worker = Some(worker);
    while let Some(job) = crew.jobs.take() {
        let ready = match worker.take() {
            Some(worker) => Ok(Worker { was_idle: true, ..worker }),
            None => Worker::start(crew, place),
        };
        match ready {
            Ok(ready) => worker = ready.perform(job, crew),
            Err(_) if crew.has_stopped() => crew.jobs.stop(job),
            Err(source) => {
                let error = TaskError::NoWorker { task: job.task.name.clone(), source };
                crew.jobs.end(job, Err(error));
            }
        }
    }
    if let Some(worker) = worker {
        worker.leave(crew);
    }
}
// ANCHOR_END: keep

/// A worker process, as its keeper has it.
struct Worker {
    place: usize,
    process: Arc<Mutex<Process>>,
    requests: ChildStdin,
    replies: BufReader<ChildStdout>,
    /// What it was sent, in this order, and has not ended.
    sent: VecDeque<Job>,
    /// When it began the first of these, if it has.
    begun: Option<Instant>,
    /// How many it may have at once.
    window: usize,
    /// How many it has ended.
    ended: u32,
    /// Whether it was there already when the first of these was sent.
    was_idle: bool,
}

impl Worker {
    fn start(crew: &Crew, place: usize) -> Result<Self, ProcessError> {
        let stopped =
            || ProcessError::Start { role: WORKER, source: io::Error::other("the pool has stopped") };
        if crew.has_stopped() {
            return Err(stopped());
        }
        let mut process = Process::start(WORKER, crew.lane, Starter::Lasts, |command| {
            command.stdin(Stdio::piped()).stdout(Stdio::piped())
        })?;
        let requests = process.child.stdin.take().expect("it is piped");
        let replies = BufReader::new(process.child.stdout.take().expect("it is piped"));
        let process = Arc::new(Mutex::new(process));
        let here = Place { process: Some(Arc::clone(&process)), ..Place::default() };
        // A pool that has stopped meanwhile has no place for it: then it is dropped, and so killed.
        crew.at(place, |at| *at = here).ok_or_else(stopped)?;
        Ok(Worker {
            place,
            process,
            requests,
            replies,
            sent: VecDeque::new(),
            begun: None,
            window: 1,
            ended: 0,
            was_idle: false,
        })
    }

    // ANCHOR: perform
    /// Has a job done, and others as long as there are any. `None` if the worker is gone.
    fn perform(mut self, job: Job, crew: &Crew) -> Option<Self> {
        let most = job.limits.tasks_per_worker;
        self.send(vec![job], crew);
        while !self.sent.is_empty() {
            match Message::receive(&mut self.replies).and_then(|reply| self.hear(reply, crew)) {
                Ok(()) => self.send_ahead(crew),
                Err(problem) => {
                    self.bury(problem, crew);
                    return None;
                }
            }
        }
        if self.ended < most {
            return Some(self);
        }
        self.leave(crew);
        None
    }
    // ANCHOR_END: perform

    // ANCHOR: bury
    /// Settles what becomes of the jobs of a worker that is dead, or that sent what is no reply and has to be.
    fn bury(mut self, problem: WireError, crew: &Crew) {
        let ended = self.kill();
        let pid = guard(&self.process).pid();
        let mut jobs = mem::take(&mut self.sent);
        let Some(overdue) = crew.at(self.place, |at| at.overdue) else {
            return jobs.into_iter().for_each(|job| crew.jobs.stop(job));
        };
        // A worker does one after the other: it can't have begun any but the first.
        let mut first = jobs.pop_front().expect("it is only listened to for the sake of a job");
        let overdue = self.begun.is_some() && overdue == Some(first.task.number);
        let chances = match self.begun {
            Some(_) => &mut first.limits.retries,
            None if self.was_idle => &mut 1, // it has died for another reason than this job
            None => &mut first.false_starts,
        };
        if *chances > 0 && !overdue {
            *chances -= 1;
            first.task.set(Progress::Waiting);
            jobs.push_front(first);
        } else {
            let task = first.task.name.clone();
            let error = match (problem, ended) {
                _ if overdue => {
                    TaskError::TimedOut { task, pid, limit: first.limits.time.unwrap_or_default() }
                }
                (problem @ (WireError::Decode(_) | WireError::TooLarge(_)), _) => {
                    TaskError::Garbled { task, pid, problem }
                }
                (_, Ok(status)) => TaskError::WorkerDied { task, pid, status },
                (_, Err(source)) => TaskError::NoWorker { task, source },
            };
            crew.jobs.end(first, Err(error));
        }
        crew.jobs.put_back(jobs.into_iter());
    }
    // ANCHOR_END: bury

    fn send(&mut self, jobs: Vec<Job>, crew: &Crew) {
        let requests: Cow<[u8]> = match &jobs[..] {
            [job] => Cow::from(&job.request),
            jobs => jobs.iter().flat_map(|job| &job.request).copied().collect(),
        };
        if self.sent.is_empty() {
            // Before it is written: a large request blocks for as long as the worker doesn't read it.
            self.set_deadline(jobs.first(), SLOW_START, crew);
        }
        if self.requests.write_all(&requests).is_err() {
            // It does not read any more: if it is not dead, it has to be. That it is, the replies will tell.
            let _ = guard(&self.process).kill();
        }
        self.sent.extend(jobs);
    }

    /// Sets when a job has taken too long, if there is one, and a limit that comes to an end.
    fn set_deadline(&self, job: Option<&Job>, allowance: Duration, crew: &Crew) {
        if !crew.clock.load(Ordering::Relaxed) {
            return;
        }
        let deadline = job.and_then(|job| {
            let time = job.limits.time?.checked_add(allowance)?;
            Some((Instant::now().checked_add(time)?, job.task.number))
        });
        crew.at(self.place, |at| at.deadline = deadline);
    }

    /// Sends as many more as it may have, if half of them are done: each time costs a call to the system, and may
    /// wake the worker.
    fn send_ahead(&mut self, crew: &Crew) {
        let has = self.sent.len();
        if has > self.window / 2 {
            return;
        }
        let not_begun = self.sent.iter().skip(usize::from(self.begun.is_some()));
        let unread: usize = not_begun.map(|job| job.request.len()).sum();
        let bytes = BYTES_AHEAD.saturating_sub(unread);
        let jobs = crew.jobs.take_ahead(self.window.saturating_sub(has), bytes);
        if !jobs.is_empty() {
            self.send(jobs, crew);
        }
    }

    /// Takes in what the worker says of the first job that it has.
    fn hear(&mut self, reply: Message, crew: &Crew) -> Result<(), WireError> {
        let first = self.sent.front().expect("it is only listened to for the sake of a job");
        let about_first = reply.task == first.task.number;
        match (reply.kind, self.begun) {
            (Kind::Says, _) => stage::print(&reply.decode::<String>()?),
            (Kind::Begins, None) if about_first => {
                self.begun = Some(Instant::now());
                first.task.set(Progress::Running(Arc::clone(&self.process)));
                self.set_deadline(Some(first), Duration::ZERO, crew);
            }
            (Kind::Done | Kind::Panicked | Kind::Unfit, Some(begun)) if about_first => {
                let short = begun.elapsed() < SHORT;
                self.window = if short { MOST_SENT.min(2 * self.window) } else { 1 };
                self.begun = None;
                self.ended += 1;
                let job = self.sent.pop_front().expect("it is there");
                self.set_deadline(None, SLOW_START, crew);
                let outcome = outcome(reply, &job.task.name);
                crew.jobs.end(job, outcome);
            }
            (Kind::Returns, _) => {
                self.window = 1;
                let returned: Vec<u64> = reply.decode()?;
                let (returned, kept) = self
                    .sent
                    .drain(..)
                    .partition::<VecDeque<_>, _>(|job| returned.contains(&job.task.number));
                self.sent = kept;
                crew.jobs.put_back(returned.into_iter());
            }
            _ => return Err(WireError::Decode("it is no reply to what was sent".into())),
        }
        Ok(())
    }

    /// Ends a worker that has no more to do: it sees the end of its input.
    fn leave(self, crew: &Crew) {
        if crew.clock.load(Ordering::Relaxed) {
            // One that is stopped doesn't see it.
            crew.at(self.place, |at| at.deadline = Some((Instant::now() + SLOW_START, 0)));
        }
        drop(self.requests);
        let mut replies = self.replies;
        while let Ok(reply) = Message::receive(&mut replies) {
            if let (Kind::Says, Ok(line)) = (reply.kind, reply.decode::<String>()) {
                stage::print(&line);
            }
        }
        // What became of its tasks is known; how it left is in the trace.
        let _ = guard(&self.process).reap();
    }

    fn kill(&self) -> Result<ExitStatus, ProcessError> {
        let mut process = guard(&self.process);
        // Fails only if it is gone already.
        let _ = process.kill();
        process.reap()
    }
}

/// What a worker's last word on a task means for whoever waits for it.
fn outcome(reply: Message, task: &str) -> Outcome {
    let task = || task.to_owned();
    match reply.kind {
        Kind::Done => Ok(reply),
        Kind::Panicked => {
            let (message, place) = reply.decode().unwrap_or_default();
            Err(TaskError::Panicked { task: task(), message, place })
        }
        _ => Err(TaskError::Unfit { task: task(), problem: reply.decode().unwrap_or_default() }),
    }
}

//! The pool's half of a worker: the process, and the thread that keeps it busy.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io;
use std::mem;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;

use super::jobs::{Chunk, Job, Jobs, Outcome, Progress, guard};
use super::link::{self, Link};
use super::message::{INITIALIZER, Kind, Message, Order};
use super::{TaskError, WORKER};
use crate::process::wire::WireError;
use crate::process::{Process, ProcessError};
use crate::stage;

/// The most orders that a worker has at once, the one it is at among them. To give back what it has not
/// begun it must be able to look whether there is more on a pipe, and std can't.
const MOST_SENT: usize = if cfg!(unix) { 16 } else { 1 };

/// An order that takes less than this is short: then the next one is sent before it is done.
const SHORT: Duration = Duration::from_micros(200);

/// How long the inputs of a [`map`](super::Pool::map) that a worker gets together should take it: next to that,
/// it costs little to hand them out.
const TOGETHER: Duration = Duration::from_millis(1);

/// What a worker is given to begin a task: enough for a start on a machine that is very busy. One that is
/// stopped, or that hangs before it begins or when it has to leave, is found by this.
const SLOW_START: Duration = Duration::from_secs(10);

/// What a new worker is given to start and to begin.
const BIRTH: Duration = Duration::from_secs(60);

/// For how long it is tried to start a worker, when none is there to do the tasks.
const SHORTAGE: Duration = Duration::from_secs(2);

/// The most bytes that are sent ahead, so that a keeper never blocks on a worker that is blocked on its keeper. On
/// Linux every pipe has room for this many: 64 KiB as a rule, a page at the least (pipe(7)). POSIX promises 512.
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
    /// What each worker does first.
    initializer: Option<Initializer>,
    health: Mutex<Health>,
    #[cfg(target_os = "linux")]
    undertaker: Option<super::undertaker::Undertaker>,
}

/// A function that each worker calls before its first task, with its input.
pub(super) struct Initializer {
    /// The function's name.
    pub(super) role: &'static str,
    pub(super) order: Order,
}

/// Whether workers can be had.
#[derive(Default)]
struct Health {
    /// How many have started well, and were not found dead.
    living: usize,
    /// Since when each start has failed, and how often.
    failing: Option<(Instant, u32)>,
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
    pub(super) fn new(workers: usize, initializer: Option<Initializer>) -> Self {
        let places = vec![Place::default(); workers];
        Crew {
            jobs: Jobs::new(workers),
            lane: stage::lane(),
            places: Mutex::new(Some(places)),
            clock: AtomicBool::new(false),
            initializer,
            health: Mutex::default(),
            #[cfg(target_os = "linux")]
            undertaker: super::undertaker::Undertaker::new().ok(),
        }
    }

    /// Starts the thread that takes notice of workers that die while they have nothing to do, where there is one.
    pub(super) fn start_undertaker(self: &Arc<Self>) -> Option<JoinHandle<()>> {
        #[cfg(target_os = "linux")]
        if self.undertaker.is_some() {
            let crew = Arc::clone(self);
            let bury = move || {
                let undertaker = crew.undertaker.as_ref().expect("it was there");
                undertaker.serve(|place| {
                    let process = crew.at(place, |at| at.process.clone()).flatten();
                    // What the system can't say now, the keeper asks again.
                    let _ = process.map(|process| guard(&process).try_wait());
                });
            };
            return thread::Builder::new().name("undertaker".into()).spawn(bury).ok();
        }
        None
    }

    /// Ends that thread.
    pub(super) fn dismiss_undertaker(&self) {
        #[cfg(target_os = "linux")]
        if let Some(undertaker) = &self.undertaker {
            undertaker.dismiss();
        }
    }

    /// A worker has started well.
    fn lives(&self) {
        let mut health = guard(&self.health);
        health.living += 1;
        health.failing = None;
    }

    /// One that had started well is gone.
    fn is_gone(&self) {
        guard(&self.health).living -= 1;
    }

    // ANCHOR: without_worker
    /// Settles a job for which no worker could be started: another worker does it, or this keeper tries again later.
    /// The job ends as an error only if there is no other worker, and none could be started for a while.
    fn without_worker(&self, job: Job, error: impl Fn(String) -> TaskError) {
        let (pause, hopeless) = {
            let mut health = guard(&self.health);
            let (since, times) = health.failing.unwrap_or((Instant::now(), 0));
            health.failing = Some((since, times + 1));
            let pause = Duration::from_millis(5 << times.min(5));
            (pause, health.living == 0 && since.elapsed() > SHORTAGE)
        };
        if hopeless {
            return self.jobs.refuse(job, error);
        }
        self.jobs.put_back([job].into_iter());
        thread::sleep(pause);
    }
    // ANCHOR_END: without_worker

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
            // If it can't be initialized, the first task says so, or finds one that can.
            keep(worker.initialize(&crew).ok(), &crew, place);
        }
    };
    thread::Builder::new()
        .name("keeper".into())
        .spawn(keeper)
        .map_err(|source| ProcessError::Start { role: "keeper", source })
}

// ANCHOR: keep
/// The life of a keeper: one job after another, until the pool ends.
fn keep(mut worker: Option<Worker>, crew: &Crew, place: usize) {
    while let Some(job) = crew.jobs.take(Chunk::default()) {
        let ready = match worker.take() {
            Some(worker) => Ok(Worker { was_idle: true, ..worker }),
            None => Worker::start(crew, place).and_then(|worker| worker.initialize(crew)),
        };
        match ready {
            Ok(ready) => worker = ready.perform(job, crew),
            Err(_) if crew.has_stopped() => crew.jobs.stop(job),
            Err(source) => {
                crew.without_worker(job, |task| TaskError::NoWorker { task, source: source.again() });
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
    link: Link,
    /// Whether it has said that its start went well.
    lives: bool,
    /// What it was sent, in this order, and has not ended.
    sent: VecDeque<Job>,
    /// When it began the first of these, if it has.
    begun: Option<Instant>,
    /// What became of the first ones of its inputs.
    heard: Vec<Outcome>,
    /// What it has said of panics since.
    panics: Vec<String>,
    /// How many orders it may have at once.
    window: usize,
    /// How many inputs an order may have.
    chunk: Chunk,
    /// How many inputs it has ended.
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
        let (process, link) = link::start(WORKER, crew.lane)?;
        let here = Place { process: Some(Arc::clone(&process)), ..Place::default() };
        // A pool that has stopped meanwhile has no place for it: then it is dropped, and so killed.
        crew.at(place, |at| *at = here).ok_or_else(stopped)?;
        #[cfg(target_os = "linux")]
        if let (Some(undertaker), Some(end)) = (&crew.undertaker, link.end()) {
            undertaker.look_after(end, place);
        }
        Ok(Worker {
            place,
            process,
            link,
            lives: false,
            sent: VecDeque::new(),
            begun: None,
            heard: Vec::new(),
            panics: Vec::new(),
            window: 1,
            chunk: Chunk::default(),
            ended: 0,
            was_idle: false,
        })
    }

    /// Lets it call the initializer, if there is one. If that fails, the worker is killed.
    fn initialize(mut self, crew: &Crew) -> Result<Self, ProcessError> {
        let Some(Initializer { role, order }) = &crew.initializer else { return Ok(self) };
        self.link.set_patience(Some(BIRTH));
        // If it doesn't read any more, the replies will tell why.
        let _ = self.link.send(&order.request(INITIALIZER, 1, order.inputs()));
        let problem = loop {
            let reply = match Message::receive(&mut self.link.replies) {
                Ok(reply) => reply,
                Err(_) => break None,
            };
            match reply.kind {
                Kind::Says => stage::print(&reply.decode::<String>().unwrap_or_default()),
                Kind::Lives => {}
                Kind::Begins => self.link.set_patience(None),
                Kind::Panics => self.panics.push(panic_of(&reply)),
                Kind::Done => {
                    self.panics.clear();
                    self.lives = true;
                    crew.lives();
                    return Ok(self);
                }
                Kind::Panicked => break Some(panic_of(&reply)),
                _ => break reply.decode().ok(),
            }
        };
        let pid = guard(&self.process).pid();
        let ended = self.kill();
        let problem = problem.unwrap_or_else(|| {
            for panic in &self.panics {
                stage::complain(format_args!("worker {pid} {panic}"));
            }
            match ended {
                Ok(status) => format!("worker {pid} died in it: {status}"),
                Err(error) => error.to_string(),
            }
        });
        Err(ProcessError::Initializer { role, problem })
    }

    // ANCHOR: perform
    /// Has this job done, and others as long as there are any. `None` if the worker is gone.
    fn perform(mut self, job: Job, crew: &Crew) -> Option<Self> {
        let most = job.limits.tasks_per_worker;
        self.chunk = Chunk::default();
        self.send(vec![job], crew);
        while !self.sent.is_empty() {
            match Message::receive(&mut self.link.replies).and_then(|reply| self.hear(reply, crew)) {
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
    /// Settles the jobs of a worker that is dead, or that has to be killed because it sent something that is no reply.
    fn bury(mut self, problem: WireError, crew: &Crew) {
        let ended = self.kill();
        let pid = guard(&self.process).pid();
        if self.lives {
            crew.is_gone();
        }
        for panic in &self.panics {
            stage::complain(format_args!("worker {pid} {panic}"));
        }
        let mut jobs = mem::take(&mut self.sent);
        let Some(overdue) = crew.at(self.place, |at| at.overdue) else {
            return jobs.into_iter().for_each(|job| crew.jobs.stop(job));
        };
        // A worker does one job after the other, so it can't have begun any but the first.
        let mut first = jobs.pop_front().expect("the keeper listens only while the worker has a job");
        first.settle(&mut self.heard);
        crew.jobs.put_back(jobs.into_iter());
        let overdue = self.begun.is_some() && overdue == Some(first.number());
        let limit = first.limits.time.unwrap_or_default();
        let was_begun = self.begun.is_some() || first.was_begun;
        let error = |task| match (&problem, &ended) {
            _ if overdue => TaskError::TimedOut { task, pid, limit },
            (WireError::Decode(_) | WireError::TooLarge(_), _) => {
                TaskError::Garbled { task, pid, problem: problem.again() }
            }
            (_, Ok(status)) => TaskError::WorkerDied { task, pid, status: *status },
            (_, Err(source)) if was_begun => TaskError::WorkerLost { task, pid, source: source.again() },
            (_, Err(source)) => TaskError::NoWorker { task, source: source.again() },
        };
        if !self.lives && !overdue {
            return crew.without_worker(first, error);
        }
        let chances = match self.begun {
            Some(_) => &mut first.limits.retries,
            None if self.was_idle => &mut 1, // it died for another reason than this job
            None => &mut first.false_starts,
        };
        if *chances == 0 || overdue {
            return crew.jobs.refuse(first, error);
        }
        *chances -= 1;
        if self.begun.is_some() {
            first.was_begun = true;
            first.limits.chunk = 1; // or the one that kills its worker would take the others with it again
        }
        first.task.set(Progress::Waiting);
        crew.jobs.put_back([first].into_iter());
    }
    // ANCHOR_END: bury

    fn send(&mut self, jobs: Vec<Job>, crew: &Crew) {
        let requests: Cow<[u8]> = match &jobs[..] {
            [job] => job.request(),
            jobs => jobs.iter().flat_map(|job| job.request().into_owned()).collect(),
        };
        if self.sent.is_empty() {
            // Before it is written: a large request blocks for as long as the worker doesn't read it.
            self.set_deadline(jobs.first(), SLOW_START, crew);
            self.link.set_patience(Some(if self.lives { SLOW_START } else { BIRTH }));
        }
        if self.link.send(&requests).is_err() {
            // It does not read any more: if it is not dead, it has to be. That it is, the replies will tell.
            let _ = guard(&self.process).kill();
        }
        drop(requests);
        self.sent.extend(jobs);
    }

    /// Sets when a job has taken too long, if there is one, and a limit that comes to an end.
    fn set_deadline(&self, job: Option<&Job>, allowance: Duration, crew: &Crew) {
        if !crew.clock.load(Ordering::Relaxed) {
            return;
        }
        let deadline = job.and_then(|job| {
            let time = job.limits.time?.checked_add(allowance)?;
            Some((Instant::now().checked_add(time)?, job.number()))
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
        let unread: usize = not_begun.map(Job::size).sum();
        let bytes = BYTES_AHEAD.saturating_sub(unread);
        let jobs = crew.jobs.take_ahead(self.window.saturating_sub(has), self.chunk, bytes);
        if !jobs.is_empty() {
            self.send(jobs, crew);
        }
    }

    /// Takes in what the worker says of the first job that it has.
    fn hear(&mut self, reply: Message, crew: &Crew) -> Result<(), WireError> {
        let first = self.sent.front().expect("it is only listened to for the sake of a job");
        let next = first.number() + self.heard.len() as u64;
        let about_next = reply.task == next;
        match (reply.kind, self.begun) {
            (Kind::Says, _) => stage::print(&reply.decode::<String>()?),
            (Kind::Lives, None) if !self.lives => {
                self.lives = true;
                crew.lives();
            }
            (Kind::Begins, None) if about_next => {
                self.begun = Some(Instant::now());
                first.task.set(Progress::Running(Arc::clone(&self.process)));
                self.set_deadline(Some(first), Duration::ZERO, crew);
                self.link.set_patience(None);
            }
            (Kind::Panics, _) => {
                // Those that began it, and the last one.
                self.panics.truncate(2);
                self.panics.push(panic_of(&reply));
            }
            (Kind::Done | Kind::Panicked | Kind::Unfit, Some(begun)) if about_next => {
                self.panics.clear();
                let input = first.inputs.start + self.heard.len();
                self.heard.push(outcome(reply, || first.task.name(input).into_owned()));
                self.ended = self.ended.saturating_add(1);
                if self.heard.len() == first.inputs.len() {
                    let job = self.sent.pop_front().expect("it is there");
                    self.adapt(begun.elapsed(), &job);
                    self.begun = None;
                    self.set_deadline(None, SLOW_START, crew);
                    self.link.set_patience(Some(SLOW_START));
                    crew.jobs.end(job, &mut self.heard);
                }
            }
            (Kind::Returns, _) => {
                self.window = 1;
                let returned: Vec<u64> = reply.decode()?;
                let (returned, kept) =
                    self.sent.drain(..).partition::<VecDeque<_>, _>(|job| returned.contains(&job.number()));
                self.sent = kept;
                crew.jobs.put_back(returned.into_iter());
            }
            _ => return Err(WireError::Decode("it is no reply to what was sent".into())),
        }
        Ok(())
    }

    /// Takes in how long the worker took for a job.
    fn adapt(&mut self, took: Duration, job: &Job) {
        self.window = if took < SHORT { MOST_SENT.min(2 * self.window) } else { 1 };
        let (had, might) = (job.inputs.len(), self.chunk.of(job.function()));
        let most = match took {
            _ if took > TOGETHER => had * TOGETHER.as_micros() as usize / took.as_micros() as usize,
            _ if took < TOGETHER / 2 && had == might => 2 * had,
            _ => might,
        };
        self.chunk = Chunk { function: job.function(), most };
    }

    /// Ends a worker that has no more to do: it sees the end of its input.
    fn leave(mut self, crew: &Crew) {
        if crew.clock.load(Ordering::Relaxed) {
            // One that is stopped doesn't see it.
            crew.at(self.place, |at| at.deadline = Some((Instant::now() + SLOW_START, 0)));
        }
        self.link.set_patience(Some(SLOW_START));
        self.link.close();
        while let Ok(reply) = Message::receive(&mut self.link.replies) {
            if let (Kind::Says, Ok(line)) = (reply.kind, reply.decode::<String>()) {
                stage::print(&line);
            }
        }
        if self.lives {
            crew.is_gone();
            self.lives = false;
        }
        // What became of its tasks is known; how it left is in the trace.
        let _ = guard(&self.process).reap();
    }

    fn kill(&mut self) -> Result<ExitStatus, ProcessError> {
        let mut process = guard(&self.process);
        // Fails only if it is gone already.
        let _ = process.kill();
        process.reap()
    }
}

/// A panic that a worker tells of: where it was, and its message.
fn panic_of(reply: &Message) -> String {
    let (message, place): (String, String) = reply.decode().unwrap_or_default();
    format!("panicked at {place}: {message}")
}

/// What a worker's last word on a task means for the thread that waits for it.
fn outcome(reply: Message, task: impl Fn() -> String) -> Outcome {
    match reply.kind {
        Kind::Done => Ok(reply),
        Kind::Panicked => {
            let (message, place) = reply.decode().unwrap_or_default();
            Err(TaskError::Panicked { task: task(), message, place })
        }
        _ => Err(TaskError::Unfit { task: task(), problem: reply.decode().unwrap_or_default() }),
    }
}

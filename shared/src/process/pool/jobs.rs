//! Tasks on their way: submitted, with a worker, ended.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::mem;
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crossbeam_channel::Sender;

use super::message::{Message, Order};
use super::{Limits, TaskError};
use crate::process::Process;

/// The most bytes of inputs that are put together for one worker.
const TOGETHER: usize = 64 << 10;

/// A task, shared by the thread that waits for it and the keeper that has it done: one function, for one input or for several.
pub(super) struct Task {
    /// Tells it from every other of this process; each further input has the next number.
    pub(super) number: u64,
    name: String,
    /// For a task of several: what the first input is among all of a [`map`](super::Pool::map).
    place: Option<usize>,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    progress: Progress,
    /// One for each input, in their order: the first apart, since most tasks have no other.
    first: Option<Outcome>,
    others: Vec<Option<Outcome>>,
    /// How many are not there.
    left: usize,
    /// Whether somebody waits for its beginning, or for its end: to wake nobody costs a system call too, and to wake
    /// somebody in vain several.
    beginning_is_awaited: bool,
    end_is_awaited: bool,
    /// Who is told of the end, and by which number: the task's place among several of which any may end next.
    listener: Option<(Sender<usize>, usize)>,
}

pub(super) enum Progress {
    Waiting,
    Running(Arc<Mutex<Process>>),
    Ended,
}

/// The message that holds the result, or what became of the task instead.
pub(super) type Outcome = Result<Message, TaskError>;

impl Task {
    /// For one input.
    pub(super) fn new(number: u64, name: String) -> Arc<Self> {
        Self::of(number, name, None, 1)
    }

    /// For this many inputs.
    pub(super) fn of(number: u64, name: String, place: Option<usize>, inputs: usize) -> Arc<Self> {
        let others = (1..inputs).map(|_| None).collect();
        let state = State {
            progress: Progress::Waiting,
            first: None,
            others,
            left: inputs,
            beginning_is_awaited: false,
            end_is_awaited: false,
            listener: None,
        };
        Arc::new(Task { number, name, place, state: Mutex::new(state), changed: Condvar::new() })
    }

    /// The name that an error of one of its inputs has.
    pub(super) fn name(&self, input: usize) -> Cow<'_, str> {
        match self.place {
            None => Cow::from(&self.name),
            Some(place) => Cow::from(format!("{} {}", self.name, place + input)),
        }
    }

    /// The name of a task of one input.
    pub(super) fn only_name(&self) -> &str {
        &self.name
    }

    // A thread that is woken wants the lock, so each of these frees it before it notifies.

    pub(super) fn set(&self, progress: Progress) {
        let mut state = guard(&self.state);
        state.progress = progress;
        let awaited = state.beginning_is_awaited;
        drop(state);
        if awaited {
            self.changed.notify_all();
        }
    }

    /// Says what became of the inputs from this one on.
    pub(super) fn end(&self, first: usize, outcomes: impl Iterator<Item = Outcome>) {
        let mut state = guard(&self.state);
        for (place, outcome) in (first..).zip(outcomes) {
            let before = match place.checked_sub(1) {
                None => state.first.replace(outcome),
                Some(place) => state.others[place].replace(outcome),
            };
            state.left -= usize::from(before.is_none());
        }
        let has_ended = state.left == 0;
        if has_ended {
            state.progress = Progress::Ended;
        }
        let awaited = state.end_is_awaited || state.beginning_is_awaited;
        let listener = if has_ended { state.listener.take() } else { None };
        drop(state);
        if has_ended && awaited {
            self.changed.notify_all();
        }
        if let Some((listener, place)) = listener {
            // Fails if nobody listens any more.
            let _ = listener.send(place);
        }
    }

    /// Sends this number when all has ended, or now if it has.
    pub(super) fn tell(&self, listener: Sender<usize>, place: usize) {
        let mut state = guard(&self.state);
        if matches!(state.progress, Progress::Ended) {
            drop(state);
            let _ = listener.send(place);
        } else {
            state.listener = Some((listener, place));
        }
    }

    /// Blocks until it has begun: the process that does it, or `None` if it has ended already.
    pub(super) fn begun(&self) -> Option<Arc<Mutex<Process>>> {
        let mut state = guard(&self.state);
        state.beginning_is_awaited = true;
        let state = self.changed.wait_while(state, |state| matches!(state.progress, Progress::Waiting));
        match &state.unwrap_or_else(PoisonError::into_inner).progress {
            Progress::Running(process) => Some(Arc::clone(process)),
            Progress::Waiting | Progress::Ended => None,
        }
    }

    /// Blocks until all has ended, and hands the outcomes over.
    pub(super) fn outcomes(&self) -> impl Iterator<Item = Outcome> + use<> {
        let mut state = guard(&self.state);
        state.end_is_awaited = true;
        let state = self.changed.wait_while(state, |state| !matches!(state.progress, Progress::Ended));
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        let (first, others) = (state.first.take(), mem::take(&mut state.others));
        [first]
            .into_iter()
            .chain(others)
            .map(|outcome| outcome.expect("it has ended, and nobody has asked before"))
    }
}

/// Inputs of a task for which it has to be done, one worker after another being given some of them.
pub(super) struct Job {
    pub(super) task: Arc<Task>,
    /// Which of the task's inputs.
    pub(super) inputs: Range<usize>,
    pub(super) limits: Limits,
    /// How many more workers may die with it before they have begun it.
    pub(super) false_starts: u32,
    /// Whether a worker has begun it and died, so that it is done again.
    pub(super) was_begun: bool,
    /// What a worker is sent for all inputs that there were once.
    order: Arc<Order>,
    /// Where the inputs that there are now lie in it.
    bytes: Range<usize>,
}

impl Job {
    /// All inputs of an order.
    pub(super) fn new(task: Arc<Task>, inputs: Range<usize>, order: Order, limits: Limits) -> Self {
        let bytes = order.inputs();
        Job { task, inputs, limits, false_starts: 3, was_begun: false, order: Arc::new(order), bytes }
    }

    /// The identity of the function.
    pub(super) fn function(&self) -> u64 {
        self.order.function()
    }

    /// What is sent to a worker.
    pub(super) fn request(&self) -> Cow<'_, [u8]> {
        self.order.request(self.number(), self.inputs.len(), self.bytes.clone())
    }

    /// How long the request is.
    pub(super) fn size(&self) -> usize {
        Order::HEAD + self.bytes.len()
    }

    /// Of the first input.
    pub(super) fn number(&self) -> u64 {
        self.task.number + self.inputs.start as u64
    }

    /// The first inputs as a job of their own, as many as may be given together; none if the first one
    /// alone makes a longer request than may be.
    fn split(&mut self, most: usize, longest: usize) -> Option<Job> {
        let most = most.min(self.inputs.len());
        let mut end = self.bytes.start;
        let mut count = 0;
        while count < most {
            let next = self.order.behind(end);
            let length = Order::HEAD + next - self.bytes.start;
            if length > longest || (count > 0 && length > TOGETHER) {
                break;
            }
            (count, end) = (count + 1, next);
        }
        if count == 0 {
            return None;
        }
        let first = Job {
            task: Arc::clone(&self.task),
            inputs: self.inputs.start..self.inputs.start + count,
            limits: self.limits,
            false_starts: self.false_starts,
            was_begun: self.was_begun,
            order: Arc::clone(&self.order),
            bytes: self.bytes.start..end,
        };
        self.inputs.start += count;
        self.bytes.start = end;
        Some(first)
    }

    /// Says what became of the first inputs.
    pub(super) fn settle(&mut self, outcomes: &mut Vec<Outcome>) {
        let first = self.inputs.start;
        for _ in 0..outcomes.len() {
            self.bytes.start = self.order.behind(self.bytes.start);
        }
        self.inputs.start += outcomes.len();
        self.task.end(first, outcomes.drain(..));
    }

    /// Says that this became of all inputs.
    fn settle_all(&mut self, error: impl Fn(String) -> TaskError) {
        let inputs = mem::replace(&mut self.inputs, 0..0);
        let errors = inputs.clone().map(|input| Err(error(self.task.name(input).into_owned())));
        self.task.end(inputs.start, errors);
    }
}

/// A job that is not done has ended too: nobody waits for it in vain.
impl Drop for Job {
    fn drop(&mut self) {
        if !self.inputs.is_empty() {
            self.settle_all(|task| TaskError::Stopped { task });
        }
    }
}

/// How many inputs of a function a worker is given at once; of any other function it is one.
#[derive(Clone, Copy, Default)]
pub(super) struct Chunk {
    pub(super) function: u64,
    pub(super) most: usize,
}

impl Chunk {
    pub(super) fn of(self, function: u64) -> usize {
        if self.function == function { self.most.max(1) } else { 1 }
    }
}

/// The jobs that wait for a worker, in their order.
pub(super) struct Jobs {
    queue: Mutex<Queue>,
    more: Condvar,
    room: Condvar,
    workers: usize,
}

struct Queue {
    waiting: VecDeque<Job>,
    /// Their inputs.
    inputs: usize,
    /// Jobs that were taken, and may come back.
    taken: usize,
    /// Keepers that wait for a job.
    idle: usize,
    /// Threads that wait for room to put one in.
    blocked: usize,
    /// Nothing more will be submitted.
    closed: bool,
}

impl Jobs {
    pub(super) fn new(workers: usize) -> Self {
        let queue =
            Queue { waiting: VecDeque::new(), inputs: 0, taken: 0, idle: 0, blocked: 0, closed: false };
        Jobs { queue: Mutex::new(queue), more: Condvar::new(), room: Condvar::new(), workers }
    }

    /// Puts a job behind all others. Blocks while there is no room for its inputs within its limits. Ends it if
    /// the pool has.
    pub(super) fn put(&self, job: Job) {
        let (limit, inputs) = (job.limits.queue, job.inputs.len());
        let mut queue = guard(&self.queue);
        queue.blocked += 1;
        let mut queue = self
            .room
            .wait_while(queue, |queue| limit.saturating_sub(queue.inputs) < inputs && !queue.closed)
            .unwrap_or_else(PoisonError::into_inner);
        queue.blocked -= 1;
        if queue.closed {
            return;
        }
        queue.inputs += inputs;
        queue.waiting.push_back(job);
        let somebody_is_idle = queue.idle > 0;
        drop(queue);
        if somebody_is_idle {
            if inputs > 1 { self.more.notify_all() } else { self.more.notify_one() }
        }
    }

    /// Takes the first job, or a chunk of its inputs. Blocks until there is one; `None` when nothing is left and nothing
    /// will come back.
    pub(super) fn take(&self, chunk: Chunk) -> Option<Job> {
        let mut queue = guard(&self.queue);
        queue.idle += 1;
        let mut queue = self
            .more
            .wait_while(queue, |queue| queue.waiting.is_empty() && !(queue.closed && queue.taken == 0))
            .unwrap_or_else(PoisonError::into_inner);
        queue.idle -= 1;
        self.first(&mut queue, chunk, usize::MAX)
    }

    /// Takes up to `jobs` jobs that may be sent ahead, each of a chunk of inputs. Together their requests take at most
    /// `bytes` bytes. Never blocks.
    pub(super) fn take_ahead(&self, jobs: usize, chunk: Chunk, mut bytes: usize) -> Vec<Job> {
        let mut queue = guard(&self.queue);
        let mut ahead = Vec::new();
        while ahead.len() < jobs
            && queue.waiting.front().is_some_and(|job| job.limits.may_go_ahead())
            && let Some(job) = self.first(&mut queue, chunk, bytes)
        {
            bytes -= job.size();
            ahead.push(job);
        }
        ahead
    }

    fn first(&self, queue: &mut Queue, chunk: Chunk, longest: usize) -> Option<Job> {
        // So that in the end all workers have something to do.
        let share = queue.inputs.div_ceil(2 * self.workers);
        let waiting = queue.waiting.front_mut()?;
        let most = chunk.of(waiting.function()).min(waiting.limits.together());
        let most = most.min(share).max(1);
        let is_one = waiting.inputs.len() == 1 && waiting.size() <= longest;
        let job = if is_one { queue.waiting.pop_front()? } else { waiting.split(most, longest)? };
        queue.waiting.pop_front_if(|waiting| waiting.inputs.is_empty());
        queue.inputs -= job.inputs.len();
        queue.taken += 1;
        if queue.blocked > 0 {
            self.room.notify_all();
        }
        Some(job)
    }

    /// Puts jobs that were taken back in front of all others, in their order. Never blocks.
    pub(super) fn put_back(&self, jobs: impl DoubleEndedIterator<Item = Job>) {
        let mut queue = guard(&self.queue);
        for job in jobs.rev() {
            queue.taken = queue.taken.saturating_sub(1);
            queue.inputs += job.inputs.len();
            queue.waiting.push_front(job);
        }
        drop(queue);
        self.more.notify_all();
    }

    /// Ends a job that was taken: each of its inputs has one of these outcomes.
    pub(super) fn end(&self, mut job: Job, outcomes: &mut Vec<Outcome>) {
        job.settle(outcomes);
        self.ended();
    }

    /// Ends a job that was taken, since nobody can do it.
    pub(super) fn refuse(&self, mut job: Job, error: impl Fn(String) -> TaskError) {
        job.settle_all(error);
        self.ended();
    }

    fn ended(&self) {
        let mut queue = guard(&self.queue);
        queue.taken = queue.taken.saturating_sub(1);
        let all_is_done = queue.closed && queue.taken == 0;
        drop(queue);
        if all_is_done {
            self.more.notify_all();
        }
    }

    /// Ends a job that was taken, since the pool has stopped.
    pub(super) fn stop(&self, job: Job) {
        self.refuse(job, |task| TaskError::Stopped { task });
    }

    /// Takes a task back that waits and was never begun, and ends it. Returns whether it was there.
    pub(super) fn cancel(&self, task: &Arc<Task>) -> bool {
        let mut queue = guard(&self.queue);
        let is_it = |job: &Job| Arc::ptr_eq(&job.task, task) && !job.was_begun;
        let Some(mut job) = queue.waiting.iter().position(is_it).and_then(|at| queue.waiting.remove(at))
        else {
            return false;
        };
        queue.inputs -= job.inputs.len();
        drop(queue);
        job.settle_all(|task| TaskError::Cancelled { task });
        self.room.notify_all();
        self.more.notify_all(); // if it was the last one
        true
    }

    /// Says that nothing more will be submitted.
    pub(super) fn close(&self) {
        guard(&self.queue).closed = true;
        self.more.notify_all();
    }

    /// Gives up after a keeper has panicked: its jobs have ended and are not counted any more.
    pub(super) fn abandon(&self) {
        guard(&self.queue).taken = 0;
        self.close();
        self.room.notify_all();
    }

    /// Ends the jobs that wait.
    pub(super) fn clear(&self) {
        // Each job ends as it is dropped.
        let waiting = {
            let mut queue = guard(&self.queue);
            queue.inputs = 0;
            mem::take(&mut queue.waiting)
        };
        drop(waiting);
    }
}

/// None of the pool's locks is ever held across something that panics.
pub(super) fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! Tasks on their way: submitted, with a worker, ended.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::message::Message;
use super::{Limits, TaskError};
use crate::process::Process;

/// A task, as whoever waits for it and whoever does it share it.
pub(super) struct Task {
    /// Tells it from every other of this process.
    pub(super) number: u64,
    pub(super) name: String,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    progress: Progress,
    /// Whether somebody waits for a change: to wake nobody costs a system call too.
    watched: bool,
}

pub(super) enum Progress {
    Waiting,
    Running(Arc<Mutex<Process>>),
    Ended(Option<Outcome>),
}

/// The message that holds the result, or what became of the task instead.
pub(super) type Outcome = Result<Message, TaskError>;

impl Task {
    pub(super) fn new(number: u64, name: String) -> Arc<Self> {
        let state = State { progress: Progress::Waiting, watched: false };
        Arc::new(Task { number, name, state: Mutex::new(state), changed: Condvar::new() })
    }

    pub(super) fn set(&self, progress: Progress) {
        let mut state = guard(&self.state);
        state.progress = progress;
        if state.watched {
            self.changed.notify_all();
        }
    }

    pub(super) fn end(&self, outcome: Outcome) {
        self.set(Progress::Ended(Some(outcome)));
    }

    /// Blocks while `condition` holds, and then looks at how far it is.
    pub(super) fn wait_while<R>(
        &self,
        condition: impl Fn(&Progress) -> bool,
        look: impl FnOnce(&mut Progress) -> R,
    ) -> R {
        let mut state = guard(&self.state);
        state.watched = true;
        let state = self.changed.wait_while(state, |state| condition(&state.progress));
        look(&mut state.unwrap_or_else(PoisonError::into_inner).progress)
    }
}

/// A task that has to be done.
pub(super) struct Job {
    pub(super) task: Arc<Task>,
    /// What is sent to a worker.
    pub(super) request: Vec<u8>,
    pub(super) limits: Limits,
    /// How many more workers may die with it before they have begun it.
    pub(super) false_starts: u32,
}

/// A job that is not done has ended too: nobody waits for it in vain.
impl Drop for Job {
    fn drop(&mut self) {
        let mut state = guard(&self.task.state);
        if !matches!(state.progress, Progress::Ended(_)) {
            state.progress = Progress::Ended(Some(Err(TaskError::Stopped { task: self.task.name.clone() })));
            self.task.changed.notify_all();
        }
    }
}

/// The jobs that wait for a worker, in their order.
pub(super) struct Jobs {
    queue: Mutex<Queue>,
    more: Condvar,
    room: Condvar,
}

struct Queue {
    waiting: VecDeque<Job>,
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
    pub(super) fn new() -> Self {
        let queue = Queue { waiting: VecDeque::new(), taken: 0, idle: 0, blocked: 0, closed: false };
        Jobs { queue: Mutex::new(queue), more: Condvar::new(), room: Condvar::new() }
    }

    /// Puts a job behind all others. Blocks while as many wait as its limits allow. Ends it if the pool has.
    pub(super) fn put(&self, job: Job) {
        let limit = job.limits.queue;
        let mut queue = guard(&self.queue);
        queue.blocked += 1;
        let mut queue = self
            .room
            .wait_while(queue, |queue| queue.waiting.len() >= limit && !queue.closed)
            .unwrap_or_else(PoisonError::into_inner);
        queue.blocked -= 1;
        if queue.closed {
            return;
        }
        queue.waiting.push_back(job);
        if queue.idle > 0 {
            self.more.notify_one();
        }
    }

    /// Takes the first job. Blocks until there is one; `None` when nothing is left, nor will come back.
    pub(super) fn take(&self) -> Option<Job> {
        let mut queue = guard(&self.queue);
        queue.idle += 1;
        let mut queue = self
            .more
            .wait_while(queue, |queue| queue.waiting.is_empty() && !(queue.closed && queue.taken == 0))
            .unwrap_or_else(PoisonError::into_inner);
        queue.idle -= 1;
        self.taken(&mut queue, 1).next()
    }

    /// Takes up to so many jobs that may be sent ahead, whose requests make no more than so many bytes. Never blocks.
    pub(super) fn take_ahead(&self, most: usize, mut bytes: usize) -> Vec<Job> {
        let mut queue = guard(&self.queue);
        let fits = |job: &&Job| {
            if !job.limits.may_go_ahead() {
                return false;
            }
            let left = bytes.checked_sub(job.request.len());
            bytes = left.unwrap_or(bytes);
            left.is_some()
        };
        let count = queue.waiting.iter().take(most).take_while(fits).count();
        self.taken(&mut queue, count).collect()
    }

    fn taken<'a>(&self, queue: &'a mut Queue, count: usize) -> impl Iterator<Item = Job> + use<'a> {
        let count = count.min(queue.waiting.len());
        queue.taken += count;
        if queue.blocked > 0 {
            self.room.notify_all();
        }
        queue.waiting.drain(..count)
    }

    /// Puts jobs that were taken back in front of all others, in their order. Never blocks.
    pub(super) fn put_back(&self, jobs: impl DoubleEndedIterator<Item = Job>) {
        let mut queue = guard(&self.queue);
        for job in jobs.rev() {
            queue.taken = queue.taken.saturating_sub(1);
            queue.waiting.push_front(job);
        }
        self.more.notify_all();
    }

    /// Ends a job that was taken.
    pub(super) fn end(&self, job: Job, outcome: Outcome) {
        job.task.end(outcome);
        let mut queue = guard(&self.queue);
        queue.taken = queue.taken.saturating_sub(1);
        if queue.closed && queue.taken == 0 {
            self.more.notify_all();
        }
    }

    /// Ends a job that was taken, since the pool has stopped.
    pub(super) fn stop(&self, job: Job) {
        let error = TaskError::Stopped { task: job.task.name.clone() };
        self.end(job, Err(error));
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
        let waiting = mem::take(&mut guard(&self.queue).waiting);
        drop(waiting);
    }
}

/// None of the pool's locks is ever held across something that panics.
pub(super) fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

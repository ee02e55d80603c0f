//! The worker's half: takes a task off the wire, does it, puts the result on the wire.

use std::any::Any;
use std::cell::RefCell;
use std::io::{BufReader, PipeReader, PipeWriter, Write};
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use super::arrow_id;
use super::jobs::guard;
use super::message::{self, INITIALIZER, Kind, Message};
#[cfg(unix)]
use crate::process::signals;
use crate::process::wire::{self, WireError};
use crate::process::{Plays, Role, descriptor, ends_with, register, short};
use crate::stage::{self, Arrow, Cast};

/// A worker, as its threads share it.
struct Worker {
    /// Held while it waits for a task, and free while it does one.
    requests: Mutex<BufReader<PipeReader>>,
    replies: Mutex<PipeWriter>,
    /// The number of the order that it is at; 0 while it is at none.
    at: AtomicU64,
    /// The thread that does the tasks.
    thread: ThreadId,
    #[cfg(unix)]
    watch: unix::Watch,
}

/// The longest line that a worker passes on whole, in bytes: half of what a message holds.
const LONGEST_LINE: usize = wire::MAX / 2;

/// The longest text of a panic or a problem, in bytes.
const LONGEST_TEXT: usize = 1 << 20;

/// A longer bundle of results is sent before the order is done; in bytes.
const BUNDLE: usize = 64 << 10;

/// The whole life of a worker process, from its start on.
pub(in crate::process) fn serve(cast: Cast, id: &str, starter: &str, roles: &[Role]) -> ExitCode {
    ends_with(starter);
    let (requests, replies) = match (descriptor::take_stdin(), descriptor::take_stdout()) {
        (Ok(requests), Ok(replies)) => (PipeReader::from(requests), PipeWriter::from(replies)),
        (Err(error), _) | (_, Err(error)) => {
            return crate::refuse(&format!("a worker can't take over its wire: {error}"));
        }
    };
    #[cfg(unix)]
    let Ok((watch, bell)) = unix::Watch::new() else {
        return crate::refuse("a worker has no descriptors left");
    };
    let worker = Arc::new(Worker {
        requests: Mutex::new(BufReader::new(requests)),
        replies: Mutex::new(replies),
        at: AtomicU64::new(0),
        thread: thread::current().id(),
        #[cfg(unix)]
        watch,
    });
    let relay = Arc::clone(&worker);
    let relay = move |line: String| {
        let mut says = Vec::new();
        message::put_plain(&mut says, Kind::Says, 0, cut_line(line));
        // When the pool is gone there is nobody to tell, and this process is about to end.
        let _ = relay.reply(&mut says);
    };
    if let Err(problem) = stage::set(cast, Some(Box::new(relay))) {
        return crate::refuse(&problem);
    }
    register(roles);
    stage::arrow(Arrow::Head, "start", id, "");
    keep_panics_for_the_pool(&worker);
    leave_ctrl_c_to_the_pool();
    let pool = id.split_once('.').and_then(|(pool, _)| pool.parse().ok()).unwrap_or(0);
    #[cfg(unix)]
    unix::watch(&worker, bell, pool);
    // Ends with the wire: the pool has closed it, or is gone.
    let _ = worker.work(pool, roles);
    stage::main_is_cut_off();
    ExitCode::SUCCESS
}

impl Worker {
    // ANCHOR: work
    /// Does one order after the other, to the end of the wire.
    fn work(&self, pool: u32, roles: &[Role]) -> Result<(), WireError> {
        let mut replies = Vec::new();
        message::put_plain(&mut replies, Kind::Lives, 0, ());
        loop {
            let request = self.next(&mut replies)?;
            let (function, inputs) = request.order().ok_or(WireError::Torn)?;
            // Before it is begun, the pool knows that it is: if this process dies now, the task is not done again.
            message::put_plain(&mut replies, Kind::Begins, request.task, ());
            self.reply(&mut replies)?;
            self.is_at(request.task);
            for (number, input) in (request.task..).zip(inputs) {
                perform(number, function, input, pool, roles, &mut replies);
                if replies.len() > BUNDLE {
                    self.reply(&mut replies)?;
                }
            }
            self.is_at(0);
        }
    }

    /// Takes the next request. Sends the replies first if it is not here yet; otherwise they can wait for
    /// the next reply, which comes at once.
    fn next(&self, replies: &mut Vec<u8>) -> Result<Message, WireError> {
        let mut requests = guard(&self.requests);
        if requests.buffer().is_empty() && !replies.is_empty() {
            self.reply(replies)?;
        }
        Message::receive(&mut *requests)
    }
    // ANCHOR_END: work

    fn reply(&self, messages: &mut Vec<u8>) -> Result<(), WireError> {
        guard(&self.replies).write_all(messages)?;
        messages.clear();
        Ok(())
    }

    fn is_at(&self, order: u64) {
        self.at.store(order, Ordering::SeqCst); // before it is seen whether the watch sleeps
        #[cfg(unix)]
        self.watch.wake();
    }
}

fn perform(number: u64, function: u64, input: &[u8], pool: u32, roles: &[Role], replies: &mut Vec<u8>) {
    let perform = match roles.iter().find(|role| role.identity == function) {
        Some(Role { plays: Plays::Task { function, .. }, .. }) => function,
        Some(role) => {
            let problem =
                format!("{0} is a role; add task({0}) to the list for shared::run", short(role.name));
            return message::put_plain(replies, Kind::Unfit, number, problem);
        }
        None => {
            let problem = "a worker has no such task: in every process, give shared::run the same list";
            return message::put_plain(replies, Kind::Unfit, number, problem);
        }
    };
    let recorded = stage::recorded() && number != INITIALIZER; // which is no task of the timeline
    if recorded {
        stage::arrow(Arrow::Head, "task", &arrow_id(pool, number), "");
    }
    PLACE.take();
    let start = replies.len();
    let done = panic::catch_unwind(AssertUnwindSafe(|| {
        message::put(replies, Kind::Done, number, |result| perform(input, result))
    }));
    match done {
        Ok(Ok(())) if recorded => {
            stage::arrow(Arrow::Tail, "result", &arrow_id(pool, number), "result");
        }
        Ok(Ok(())) => {}
        Ok(Err(problem)) => {
            message::put_plain(replies, Kind::Unfit, number, cut(&problem.to_string(), LONGEST_TEXT));
        }
        Err(payload) => {
            replies.truncate(start);
            // The place is that of the last panic; one that was made without a place has none.
            let panic = (cut(text(&*payload), LONGEST_TEXT), PLACE.take());
            message::put_plain(replies, Kind::Panicked, number, panic);
            // It may panic itself, and what that carries in its turn is not dropped at all.
            if let Err(another) = panic::catch_unwind(AssertUnwindSafe(|| drop(payload))) {
                mem::forget(another);
            }
        }
    }
}

/// What can be passed of a text, however long it is.
fn cut(text: &str, longest: usize) -> &str {
    &text[..text.floor_char_boundary(longest)]
}

/// What can be passed of a line, with its end.
fn cut_line(mut line: String) -> String {
    if line.len() > LONGEST_LINE {
        line.truncate(line.floor_char_boundary(LONGEST_LINE));
        line.push_str(" …\n");
    }
    line
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

/// A panic of a task is an answer to the pool, and not printed here as well. What will become of it nobody knows yet:
/// if it ends this process, the pool prints it.
fn keep_panics_for_the_pool(worker: &Arc<Worker>) {
    let (worker, print) = (Arc::clone(worker), panic::take_hook());
    panic::set_hook(Box::new(move |info| {
        let at = worker.at.load(Ordering::Relaxed);
        if at == 0 || thread::current().id() != worker.thread {
            return print(info); // a thread of the task's own: nobody reports that one
        }
        let place = info.location().map(|place| format!("{}:{}", place.file(), place.line()));
        let place = place.unwrap_or_default();
        let mut panics = Vec::new();
        let message = cut(text(info.payload()), LONGEST_TEXT);
        message::put_plain(&mut panics, Kind::Panics, at, (message, &place));
        PLACE.set(place);
        // If the pool is gone, nobody asks.
        let _ = worker.reply(&mut panics);
    }));
}

/// Ctrl-C reaches every process of a terminal's group. What it means is the pool's to say: a worker ends with it.
/// Elsewhere than on Unix workers see Ctrl-C too, and die of it.
fn leave_ctrl_c_to_the_pool() {
    #[cfg(unix)]
    signals::take_no_notice_of(&[libc::SIGINT]);
}

/// std can't look at a pipe elsewhere: there a worker is sent one order at a time, and ends after it.
#[cfg(unix)]
mod unix {
    use std::io::{self, PipeReader, PipeWriter, Read, Write};
    use std::os::fd::AsFd;
    use std::os::unix::process::parent_id;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, MutexGuard};
    use std::thread;
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;

    use super::{BufReader, Kind, Message, WireError, Worker, message};
    use crate::process::WATCH;

    /// For how many looks it goes on when there is no task, since the next one may come.
    const LOOKS: u32 = 10;

    /// For how long it sleeps then. Where no death of the parent ends this process by itself, it looks now and then.
    const SLEEP: Option<Duration> =
        if cfg!(target_os = "linux") { None } else { Some(Duration::from_secs(1)) };

    /// How the thread that watches is woken.
    pub(super) struct Watch {
        sleeps: AtomicBool,
        bell: PipeWriter,
    }

    impl Watch {
        pub(super) fn new() -> io::Result<(Self, PipeReader)> {
            let (bell, rings) = super::descriptor::pipe()?;
            Ok((Watch { sleeps: AtomicBool::new(false), bell: rings }, bell))
        }

        /// A task has begun or ended. Costs a call to the system only after a while without a task.
        pub(super) fn wake(&self) {
            if self.sleeps.load(Ordering::SeqCst) && self.sleeps.swap(false, Ordering::SeqCst) {
                let _ = (&self.bell).write(b"!");
            }
        }
    }

    // ANCHOR: watch
    /// Starts the thread that ends this process as soon as the pool is gone, in the middle of a task too,
    /// and that gives back what was sent ahead while a task takes long.
    pub(super) fn watch(worker: &Arc<Worker>, bell: PipeReader, pool: u32) {
        let worker = Arc::clone(worker);
        let Ok(wire) = super::guard(&worker.requests).get_ref().try_clone() else {
            std::process::exit(1) // no descriptor is left: to the pool, a start that failed
        };
        thread::spawn(move || {
            let (mut was_at, mut idle) = (0, 0);
            let mut patience = Some(WATCH);
            while let Some(woken) = is_open(&wire, &bell, patience)
                && parent_id() == pool
            {
                let at = worker.at.load(Ordering::SeqCst);
                if at != 0 && at == was_at && worker.give_back().is_err() {
                    break;
                }
                idle = if at == 0 && !woken { idle + 1 } else { 0 };
                patience = worker.patience(idle);
                was_at = at;
            }
            std::process::exit(0)
        });
    }
    // ANCHOR_END: watch

    /// Waits until the other end of the wire is closed, the bell rings or the time is over, and returns whether it was
    /// the bell; `None` if the wire is closed.
    fn is_open(wire: impl AsFd, mut bell: &PipeReader, at_most: Option<Duration>) -> Option<bool> {
        let [wire, rings] =
            ready([PollFd::new(&wire, PollFlags::empty()), PollFd::new(&bell, PollFlags::IN)], at_most);
        let woken = rings.contains(PollFlags::IN);
        if woken {
            let _ = bell.read(&mut [0; 8]);
        }
        (!wire.intersects(PollFlags::HUP | PollFlags::ERR)).then_some(woken)
    }

    fn ready<const N: usize>(mut wires: [PollFd; N], at_most: Option<Duration>) -> [PollFlags; N] {
        let at_most =
            at_most.map(|time| Timespec { tv_sec: time.as_secs() as _, tv_nsec: time.subsec_nanos() as _ });
        match poll(&mut wires, at_most.as_ref()) {
            Ok(_) => wires.map(|wire| wire.revents()),
            Err(Errno::INTR) => [PollFlags::empty(); N], // asked again
            Err(_) => {
                // A task has left this process fewer descriptors than are asked about.
                thread::sleep(WATCH);
                [PollFlags::empty(); N]
            }
        }
    }

    impl Worker {
        /// How long the thread that watches may sleep, after `idle` looks without a task.
        fn patience(&self, idle: u32) -> Option<Duration> {
            if idle < LOOKS {
                return Some(WATCH);
            }
            // In this order: a task that begins now either sees that it sleeps, or is seen.
            self.watch.sleeps.store(true, Ordering::SeqCst);
            if self.at.load(Ordering::SeqCst) == 0 {
                return SLEEP;
            }
            self.watch.sleeps.store(false, Ordering::SeqCst);
            Some(WATCH)
        }

        /// Gives the orders back that were sent and are not begun.
        fn give_back(&self) -> Result<(), WireError> {
            // Held by a worker that has just come to its next task: then there is nothing to give back.
            let Ok(mut requests) = self.requests.try_lock() else { return Ok(()) };
            let mut numbers = Vec::new();
            while is_something_there(&requests) {
                numbers.push(Message::receive(&mut *requests)?.task);
            }
            if numbers.is_empty() {
                return Ok(());
            }
            let mut returns = Vec::new();
            message::put_plain(&mut returns, Kind::Returns, 0, &numbers);
            self.reply(&mut returns)
        }
    }

    fn is_something_there(requests: &MutexGuard<BufReader<PipeReader>>) -> bool {
        let wire = [PollFd::new(requests.get_ref(), PollFlags::IN)];
        !requests.buffer().is_empty() || ready(wire, Some(Duration::ZERO))[0].contains(PollFlags::IN)
    }
}

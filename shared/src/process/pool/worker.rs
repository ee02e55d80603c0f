//! The worker's half: takes a task off the wire, does it, puts the result on the wire.

use std::any::Any;
use std::cell::RefCell;
use std::io::{BufReader, PipeReader, PipeWriter, Write};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use super::arrow_id;
use super::jobs::guard;
use super::message::{self, Kind, Message};
use crate::process::wire::WireError;
use crate::process::{Plays, Role, descriptor, ends_with, register, short};
use crate::stage::{self, Arrow, Cast};

/// A worker, as its threads share it.
struct Worker {
    /// Held while it waits for a task, and free while it does one.
    requests: Mutex<BufReader<PipeReader>>,
    replies: Mutex<PipeWriter>,
    /// The number of the task that it is at; 0 while it is at none.
    at: AtomicU64,
}

/// The whole life of a worker process, from its start on.
pub(in crate::process) fn serve(cast: Cast, id: &str, starter: &str, roles: &[Role]) -> ExitCode {
    ends_with(starter);
    let (requests, replies) = match (descriptor::take_stdin(), descriptor::take_stdout()) {
        (Ok(requests), Ok(replies)) => (PipeReader::from(requests), PipeWriter::from(replies)),
        (Err(error), _) | (_, Err(error)) => {
            return crate::refuse(&format!("a worker can't take over its wire: {error}"));
        }
    };
    let worker = Arc::new(Worker {
        requests: Mutex::new(BufReader::new(requests)),
        replies: Mutex::new(replies),
        at: AtomicU64::new(0),
    });
    let relay = Arc::clone(&worker);
    let relay = move |line: String| {
        let mut says = Vec::new();
        message::put_plain(&mut says, Kind::Says, 0, cut(&line));
        // When the pool is gone there is nobody to tell, and this process is about to end.
        let _ = relay.reply(&says);
    };
    if let Err(problem) = stage::set(cast, Some(Box::new(relay))) {
        return crate::refuse(&problem);
    }
    register(roles);
    stage::arrow(Arrow::Head, "start", id, "");
    keep_panics_for_the_pool();
    leave_ctrl_c_to_the_pool();
    let pool = id.split_once('.').and_then(|(pool, _)| pool.parse().ok()).unwrap_or(0);
    watch(&worker, pool);
    // Ends with the wire: the pool has closed it, or is gone.
    let _ = worker.work(pool, roles);
    stage::main_is_cut_off();
    ExitCode::SUCCESS
}

impl Worker {
    // ANCHOR: work
    /// Does one task after the other, to the end of the wire.
    fn work(&self, pool: u32, roles: &[Role]) -> Result<(), WireError> {
        let mut replies = Vec::new();
        loop {
            let request = self.next(&mut replies)?;
            // Before it is begun, the pool knows that it is: if this process dies now, the task is not done again.
            message::put_plain(&mut replies, Kind::Begins, request.task, ());
            self.at.store(request.task, Ordering::Release);
            self.reply(&replies)?;
            replies.clear();
            perform(&request, pool, roles, &mut replies);
            self.at.store(0, Ordering::Release);
        }
    }

    /// Takes the next request. Sends the replies first if it is not here yet; otherwise they can wait for
    /// the next reply, which comes at once.
    fn next(&self, replies: &mut Vec<u8>) -> Result<Message, WireError> {
        let mut requests = guard(&self.requests);
        if requests.buffer().is_empty() && !replies.is_empty() {
            self.reply(replies)?;
            replies.clear();
        }
        Message::receive(&mut *requests)
    }
    // ANCHOR_END: work

    fn reply(&self, messages: &[u8]) -> Result<(), WireError> {
        Ok(guard(&self.replies).write_all(messages)?)
    }
}

fn perform(request: &Message, pool: u32, roles: &[Role], replies: &mut Vec<u8>) {
    let number = request.task;
    let task = request.body().split_first_chunk().and_then(|(place, input)| {
        let role = roles.get(u32::from_le_bytes(*place) as usize)?;
        Some((role, input))
    });
    let (function, input) = match task {
        Some((Role { plays: Plays::Task { function, .. }, .. }, input)) => (function, input),
        Some((role, _)) => {
            let problem =
                format!("{0} is a role; add task({0}) to the list for shared::run", short(role.name));
            return message::put_plain(replies, Kind::Unfit, number, problem);
        }
        None => return message::put_plain(replies, Kind::Unfit, number, "the worker has no such task"),
    };
    if stage::recorded() {
        stage::arrow(Arrow::Head, "task", &arrow_id(pool, number), "");
    }
    PLACE.take();
    let start = replies.len();
    let done = panic::catch_unwind(AssertUnwindSafe(|| {
        message::put(replies, Kind::Done, number, |result| function(input, result))
    }));
    match done {
        Ok(Ok(())) if stage::recorded() => {
            stage::arrow(Arrow::Tail, "result", &arrow_id(pool, number), "result");
        }
        Ok(Ok(())) => {}
        Ok(Err(problem)) => message::put_plain(replies, Kind::Unfit, number, problem.to_string()),
        Err(payload) => {
            replies.truncate(start);
            // The place is that of the last panic; one that was made without a place has none.
            message::put_plain(replies, Kind::Panicked, number, (cut(text(&*payload)), PLACE.take()));
        }
    }
}

/// What can be passed of a text, however long it is.
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(1 << 20)]
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

/// Ctrl-C reaches every process of a terminal's group. What it means is the pool's to say: a worker ends with it.
#[cfg(unix)]
fn leave_ctrl_c_to_the_pool() {
    extern "C" fn nothing(_: libc::c_int) {}
    let handler = nothing as extern "C" fn(libc::c_int) as libc::sighandler_t;
    // A handler, since a signal that is ignored would stay so in the processes that a task starts.
    // SAFETY: the handler does nothing, so it does nothing that a handler must not; `signal` restarts the
    // calls that it interrupts, and no other thread of this process sets a handler now.
    unsafe { libc::signal(libc::SIGINT, handler) };
}

/// Elsewhere workers see Ctrl-C too, and die of it.
#[cfg(not(unix))]
fn leave_ctrl_c_to_the_pool() {}

#[cfg(unix)]
use unix::watch;

/// std can't look at a pipe on this system: the worker is sent one task at a time, and ends after it.
#[cfg(not(unix))]
fn watch(_: &Arc<Worker>, _pool: u32) {}

#[cfg(unix)]
mod unix {
    use std::os::fd::AsFd;
    use std::os::unix::process::parent_id;
    use std::sync::atomic::Ordering;
    use std::sync::{Arc, MutexGuard};
    use std::thread;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    use super::{BufReader, Kind, Message, PipeReader, WireError, Worker, message};
    use crate::process::WATCH;

    // ANCHOR: watch
    /// Starts the thread that ends this process as soon as the pool is gone, in the middle of a task too,
    /// and that gives back what was sent ahead while a task takes long.
    pub(super) fn watch(worker: &Arc<Worker>, pool: u32) {
        let worker = Arc::clone(worker);
        let Ok(wire) = super::guard(&worker.requests).get_ref().try_clone() else {
            std::process::exit(1) // no descriptor is left: to the pool, a start that failed
        };
        thread::spawn(move || {
            let mut was_at = 0;
            while is_open(&wire) && parent_id() == pool {
                let at = worker.at.load(Ordering::Acquire);
                if at != 0 && at == was_at && worker.give_back().is_err() {
                    break;
                }
                was_at = at;
            }
            std::process::exit(0)
        });
    }
    // ANCHOR_END: watch

    /// Waits a little for the other end of the wire to be closed, and says whether it is open.
    fn is_open(wire: &PipeReader) -> bool {
        let wait = Timespec { tv_sec: 0, tv_nsec: WATCH.subsec_nanos().into() };
        !ready(wire, PollFlags::empty(), &wait).intersects(PollFlags::HUP | PollFlags::ERR)
    }

    fn ready(wire: impl AsFd, for_what: PollFlags, wait: &Timespec) -> PollFlags {
        let mut wires = [PollFd::new(&wire, for_what)];
        match poll(&mut wires, Some(wait)) {
            Ok(_) => wires[0].revents(),
            Err(_) => PollFlags::empty(), // interrupted by a signal, and asked again
        }
    }

    impl Worker {
        /// Gives the tasks back that were sent and are not begun.
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
            self.reply(&returns)
        }
    }

    fn is_something_there(requests: &MutexGuard<BufReader<PipeReader>>) -> bool {
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        !requests.buffer().is_empty()
            || ready(requests.get_ref(), PollFlags::IN, &now).contains(PollFlags::IN)
    }
}

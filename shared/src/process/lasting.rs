//! A thread that lasts as long as its process, and starts children for threads that may end before them: Linux ends a child
//! with the *thread* that has started it.

use std::io;
use std::process::{Child, Command};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

/// How to ask it.
#[derive(Clone)]
pub(super) struct Thread(Sender<Request>);

/// What to start, and whom to tell.
type Request = (Command, Sender<io::Result<Child>>);

/// The thread of this process; `None` if it can't be started.
pub(super) fn thread() -> Option<Thread> {
    /// Of the process with this id: a copy that `fork` has made has no other thread than the one that called it.
    static THREAD: Mutex<Option<(u32, Thread)>> = Mutex::new(None);
    let mut thread = THREAD.lock().unwrap_or_else(PoisonError::into_inner);
    let here = std::process::id();
    match &*thread {
        Some((of, thread)) if *of == here => Some(thread.clone()),
        _ => {
            let (ask, asked) = unbounded();
            thread::Builder::new().name("starts processes".into()).spawn(|| serve(asked)).ok()?;
            Some(thread.insert((here, Thread(ask))).1.clone())
        }
    }
}

fn serve(asked: Receiver<Request>) {
    for (mut command, tell) in asked {
        let child = command.spawn();
        // Its copy of the wire is closed before anybody goes on.
        drop(command);
        let _ = tell.send(child);
    }
}

impl Thread {
    pub(super) fn spawn(&self, command: Command) -> io::Result<Child> {
        let (tell, told) = bounded(1);
        let gone = || io::Error::other("the thread that starts processes is gone");
        self.0.send((command, tell)).map_err(|_| gone())?;
        told.recv().map_err(|_| gone())?
    }
}

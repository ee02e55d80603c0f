//! Takes notice of workers that die while they have nothing to do, so that none stays a zombie. Linux only.
//!
//! One thread waits for all of them, by their descriptors, and wakes for nothing else.

use std::io::{self, PipeReader, PipeWriter};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Mutex;

use rustix::event::epoll;

use super::jobs::guard;

pub(super) struct Undertaker {
    ends: OwnedFd,
    _dismissal: PipeReader,
    /// Closed, it ends the thread.
    dismisses: Mutex<Option<PipeWriter>>,
}

/// What stands for the pipe among the places of workers.
const DISMISSAL: u64 = u64::MAX;

impl Undertaker {
    pub(super) fn new() -> io::Result<Self> {
        let ends = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let (dismissal, dismisses) = io::pipe()?;
        let closed = epoll::EventFlags::empty(); // which always says that it was closed
        epoll::add(&ends, &dismissal, epoll::EventData::new_u64(DISMISSAL), closed)?;
        Ok(Undertaker { ends, _dismissal: dismissal, dismisses: Mutex::new(Some(dismisses)) })
    }

    /// Waits for the end of this worker too. It is told once.
    pub(super) fn look_after(&self, end: impl AsFd, place: usize) {
        let flags = epoll::EventFlags::IN | epoll::EventFlags::ONESHOT;
        // Fails if the system has no memory for it: the worker is a zombie until its keeper sees that.
        let _ = epoll::add(&self.ends, end, epoll::EventData::new_u64(place as u64), flags);
    }

    /// Blocks until it is dismissed, and calls `has_ended` with the place of each worker that ends.
    pub(super) fn serve(&self, has_ended: impl Fn(usize)) {
        loop {
            let mut events = [MaybeUninit::uninit(); 16];
            match epoll::wait(&self.ends, &mut events, None) {
                Ok((ended, _)) => {
                    for event in ended {
                        match event.data.u64() {
                            DISMISSAL => return,
                            place => has_ended(place as usize),
                        }
                    }
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return,
            }
        }
    }

    pub(super) fn dismiss(&self) {
        guard(&self.dismisses).take();
    }
}

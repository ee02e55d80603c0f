//! One flag for all threads: a call for one of them is taken by another.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

static RUNG: AtomicBool = AtomicBool::new(false);

struct Alarm {
    thread: Thread,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        RUNG.swap(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// Polls a future until it is ready, and returns its result. Sleeps between the polls.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let alarm = Alarm { thread: thread::current() };
    let waker = Waker::from(Arc::new(alarm));
    let mut future = pin!(future);
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
            return result;
        }
        while !RUNG.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

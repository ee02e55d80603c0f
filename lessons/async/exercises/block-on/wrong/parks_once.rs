//! The `unpark` alone has to say it: but the future may use it up, and `park` may return for no
//! reason.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

struct Alarm {
    thread: Thread,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.thread.unpark();
    }
}

/// Polls a future until it is ready, and returns its result. Sleeps between the polls.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let alarm = Alarm { thread: thread::current() };
    let alarm = Arc::new(alarm);
    let waker = Waker::from(alarm.clone());
    let mut future = pin!(future);
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
            return result;
        }
        thread::park();
    }
}

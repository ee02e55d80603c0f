//! It parks a thousand times at most, and then polls again.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

struct Alarm {
    rung: AtomicBool,
    thread: Thread,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.rung.swap(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// Polls a future until it is ready, and returns its result. Sleeps between the polls.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let alarm = Alarm { rung: AtomicBool::new(false), thread: thread::current() };
    let alarm = Arc::new(alarm);
    let waker = Waker::from(alarm.clone());
    let mut future = pin!(future);
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
            return result;
        }
        for _ in 0..1000 {
            if alarm.rung.swap(false, Ordering::Acquire) {
                break;
            }
            thread::park();
        }
    }
}

//! From the tenth poll on, it parks once, and polls again for whatever reason it woke up.

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
    let mut polls = 0;
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
            return result;
        }
        polls += 1;
        if polls > 9 {
            if !alarm.rung.swap(false, Ordering::Acquire) {
                thread::park();
                alarm.rung.store(false, Ordering::Relaxed);
            }
        } else {
            while !alarm.rung.swap(false, Ordering::Acquire) {
                thread::park();
            }
        }
    }
}

//! A condition variable, but the flag is set without the lock: the call may come between the look and
//! the sleep.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};

struct Alarm {
    rung: AtomicBool,
    lock: Mutex<()>,
    called: Condvar,
}

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.rung.swap(true, Ordering::Release);
        self.called.notify_one();
    }
}

/// Polls a future until it is ready, and returns its result. Sleeps between the polls.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let alarm = Alarm {
        rung: AtomicBool::new(false),
        lock: Mutex::new(()),
        called: Condvar::new(),
    };
    let alarm = Arc::new(alarm);
    let waker = Waker::from(alarm.clone());
    let mut future = pin!(future);
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
            return result;
        }
        let mut guard = alarm.lock.lock().unwrap();
        while !alarm.rung.swap(false, Ordering::Acquire) {
            guard = alarm.called.wait(guard).unwrap();
        }
    }
}

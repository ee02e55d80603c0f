//! The flag is taken back before the poll.
//!
//! Source: bertptrs/beul#1; tokio-rs/tokio#525; cfsamson/books-futures-explained#2 (woken while it is polled).

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

#[derive(Default)]
struct Bell(Mutex<bool>, Condvar);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        *self.0.lock().unwrap() = true;
        self.1.notify_one();
    }
}

fn block_on(future: impl Future) {
    let bell = Arc::new(Bell::default());
    let waker = Waker::from(bell.clone());
    let mut future = pin!(future);
    while future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
        let rung = bell.0.lock().unwrap();
        *bell.1.wait_while(rung, |rung| !*rung).unwrap() = false;
    }
}

pub fn body() {
    let (ready, waker) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(None::<Waker>)));
    let theirs = (ready.clone(), waker.clone());
    block_on(poll_fn(|context| {
        if ready.load(SeqCst) {
            return Poll::Ready(());
        }
        if waker.lock().unwrap().replace(context.waker().clone()).is_none() {
            let theirs = theirs.clone();
            thread::spawn(move || {
                theirs.0.store(true, SeqCst);
                theirs.1.lock().unwrap().as_ref().unwrap().wake_by_ref();
            });
        }
        Poll::Pending
    }));
}

//! A runtime for one future. But it polls again and again, whether the waker was called
//! or not, and keeps a core busy all the time.
//!
//! Check it: cargo exercise check async/block-on

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;

/// Polls a future until it is ready, and returns its result. Sleeps between the polls.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(result) = future.as_mut().poll(&mut context) {
            return result;
        }
        thread::yield_now();
    }
}

//! It keeps the wakers of eight polls, and no later one.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// Sends the value.
pub struct Sender<T>(Arc<Mutex<State<T>>>);

/// A future: its result is what was sent.
pub struct Reply<T>(Arc<Mutex<State<T>>>);

struct State<T> {
    value: Option<T>,
    waker: Option<Waker>,
    polls: u32,
}

/// The two ends.
pub fn reply<T>() -> (Sender<T>, Reply<T>) {
    let state = Arc::new(Mutex::new(State { value: None, waker: None, polls: 0 }));
    (Sender(state.clone()), Reply(state))
}

impl<T> Sender<T> {
    /// Makes the future ready.
    pub fn send(self, value: T) {
        let mut state = self.0.lock().unwrap();
        state.value = Some(value);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Reply<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let mut state = self.0.lock().unwrap();
        if let Some(value) = state.value.take() {
            return Poll::Ready(value);
        }
        state.polls += 1;
        if state.polls < 9 {
            state.waker = Some(context.waker().clone());
        }
        Poll::Pending
    }
}

//! The value and the waker are under two locks. `send` takes the waker out before it puts the value in.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// Sends the value.
pub struct Sender<T>(Arc<State<T>>);

/// A future: its result is what was sent.
pub struct Reply<T>(Arc<State<T>>);

struct State<T> {
    value: Mutex<Option<T>>,
    waker: Mutex<Option<Waker>>,
}

/// The two ends.
pub fn reply<T>() -> (Sender<T>, Reply<T>) {
    let state = Arc::new(State { value: Mutex::new(None), waker: Mutex::new(None) });
    (Sender(state.clone()), Reply(state))
}

impl<T> Sender<T> {
    /// Makes the future ready.
    pub fn send(self, value: T) {
        let waker = self.0.waker.lock().unwrap().take();
        *self.0.value.lock().unwrap() = Some(value);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Future for Reply<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        *self.0.waker.lock().unwrap() = Some(context.waker().clone());
        match self.0.value.lock().unwrap().take() {
            Some(value) => Poll::Ready(value),
            None => Poll::Pending,
        }
    }
}

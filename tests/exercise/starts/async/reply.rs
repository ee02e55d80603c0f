//! A future that another thread makes ready. But when the value isn't there, it calls
//! the waker itself, and is polled again and again.
//!
//! Check it: cargo exercise check async/reply

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

/// Sends the value.
pub struct Sender<T>(Arc<Mutex<State<T>>>);

/// A future: its result is what was sent.
pub struct Reply<T>(Arc<Mutex<State<T>>>);

struct State<T> {
    value: Option<T>,
}

/// The two ends.
pub fn reply<T>() -> (Sender<T>, Reply<T>) {
    let state = Arc::new(Mutex::new(State { value: None }));
    (Sender(state.clone()), Reply(state))
}

impl<T> Sender<T> {
    /// Makes the future ready.
    pub fn send(self, value: T) {
        self.0.lock().unwrap().value = Some(value);
    }
}

impl<T> Future for Reply<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match self.0.lock().unwrap().value.take() {
            Some(value) => Poll::Ready(value),
            None => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

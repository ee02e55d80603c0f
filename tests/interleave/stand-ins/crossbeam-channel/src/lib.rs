//! Stands in for `crossbeam_channel` in a program that is explored.
//!
//! What is missing here: a `Select::ready` that returns although nothing is ready.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use interleave::channel::{Channel, NotReceived, NotSent, Patience};
use interleave::execution;
use interleave_std::time::Instant;

mod error;
mod select;

pub use error::{
    ReadyTimeoutError, RecvError, RecvTimeoutError, SelectTimeoutError, SendError, SendTimeoutError,
    TryReadyError, TryRecvError, TrySelectError, TrySendError,
};
#[doc(hidden)]
pub use select::{End, choose};
pub use select::{Select, SelectedOperation};

/// See `crossbeam_channel::Sender`.
pub struct Sender<T>(Arc<Channel<T>>);

/// See `crossbeam_channel::Receiver`.
pub struct Receiver<T>(Arc<Channel<T>>);

/// A channel without an end.
#[track_caller]
pub fn unbounded<T>() -> (Sender<T>, Receiver<T>) {
    let channel = Channel::new(None, Location::caller());
    (Sender(channel.clone()), Receiver(channel))
}

/// A channel with room for this many messages; 0 hands over.
#[track_caller]
pub fn bounded<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let channel = Channel::new(Some(capacity), Location::caller());
    (Sender(channel.clone()), Receiver(channel))
}

/// A channel in which nothing ever comes.
#[track_caller]
pub fn never<T>() -> Receiver<T> {
    let (sender, receiver) = unbounded();
    // Dropped, it would close the channel.
    std::mem::forget(sender);
    receiver
}

/// A channel in which a message comes when the explorer decides that the time is over.
#[track_caller]
pub fn after(time: Duration) -> Receiver<Instant> {
    timer(execution::starts().saturating_add(time), None)
}

/// As [`after`].
#[track_caller]
pub fn at(time: Instant) -> Receiver<Instant> {
    execution::starts();
    timer(time.since_start(), None)
}

/// A channel in which a message comes again and again, each when the explorer decides that the time is over.
#[track_caller]
pub fn tick(period: Duration) -> Receiver<Instant> {
    timer(execution::starts().saturating_add(period), Some(period))
}

#[track_caller]
fn timer(due: Duration, period: Option<Duration>) -> Receiver<Instant> {
    Receiver(Channel::timer(due, period, Instant::at, Location::caller()))
}

impl<T> Sender<T> {
    /// Sends; blocks while there is no room.
    ///
    /// # Errors
    ///
    /// If no receiver is left; the message comes back.
    #[track_caller]
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        self.0.send(message, Patience::Endless, Location::caller()).map_err(|not| SendError(back(not)))
    }

    /// Sends if there is room.
    ///
    /// # Errors
    ///
    /// If there is none, or no receiver is left; the message comes back.
    #[track_caller]
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        self.0.send(message, Patience::None, Location::caller()).map_err(|not| match not {
            NotSent::Disconnected(back) => TrySendError::Disconnected(back),
            NotSent::Full(back) | NotSent::TimeOver(back) => TrySendError::Full(back),
        })
    }

    /// Sends; the explorer decides whether the time is over first.
    ///
    /// # Errors
    ///
    /// If the time is over, or no receiver is left; the message comes back.
    #[track_caller]
    pub fn send_timeout(&self, message: T, time: Duration) -> Result<(), SendTimeoutError<T>> {
        self.0.send(message, Patience::Some(time), Location::caller()).map_err(|not| match not {
            NotSent::Disconnected(back) => SendTimeoutError::Disconnected(back),
            NotSent::Full(back) | NotSent::TimeOver(back) => SendTimeoutError::Timeout(back),
        })
    }

    /// As [`Sender::send_timeout`].
    ///
    /// # Errors
    ///
    /// As [`Sender::send_timeout`].
    #[track_caller]
    pub fn send_deadline(&self, message: T, time: Instant) -> Result<(), SendTimeoutError<T>> {
        self.send_timeout(message, time.is_in())
    }
}

fn back<T>(not: NotSent<T>) -> T {
    match not {
        NotSent::Full(back) | NotSent::Disconnected(back) | NotSent::TimeOver(back) => back,
    }
}

impl<T> Receiver<T> {
    /// Receives; blocks while there is nothing.
    ///
    /// # Errors
    ///
    /// If there is nothing, and no sender any more.
    #[track_caller]
    pub fn recv(&self) -> Result<T, RecvError> {
        self.0.receive(Patience::Endless, Location::caller()).map_err(|_| RecvError)
    }

    /// Receives what is there.
    ///
    /// # Errors
    ///
    /// If there is nothing, with or without a sender.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.0.receive(Patience::None, Location::caller()).map_err(|not| match not {
            NotReceived::Disconnected => TryRecvError::Disconnected,
            NotReceived::Empty | NotReceived::TimeOver => TryRecvError::Empty,
        })
    }

    /// Receives; the explorer decides whether the time is over first.
    ///
    /// # Errors
    ///
    /// If the time is over, or there is nothing, and no sender any more.
    #[track_caller]
    pub fn recv_timeout(&self, time: Duration) -> Result<T, RecvTimeoutError> {
        self.0.receive(Patience::Some(time), Location::caller()).map_err(|not| match not {
            NotReceived::Disconnected => RecvTimeoutError::Disconnected,
            NotReceived::Empty | NotReceived::TimeOver => RecvTimeoutError::Timeout,
        })
    }

    /// As [`Receiver::recv_timeout`].
    ///
    /// # Errors
    ///
    /// As [`Receiver::recv_timeout`].
    #[track_caller]
    pub fn recv_deadline(&self, time: Instant) -> Result<T, RecvTimeoutError> {
        self.recv_timeout(time.is_in())
    }

    /// All messages until the last sender is gone.
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self)
    }

    /// The messages that are there.
    pub fn try_iter(&self) -> TryIter<'_, T> {
        TryIter(self)
    }
}

macro_rules! end {
    ($name:ident, $sends:literal) => {
        impl<T> $name<T> {
            /// How many messages are in the channel.
            #[track_caller]
            pub fn len(&self) -> usize {
                self.0.len(Location::caller())
            }

            /// Whether none is in the channel.
            #[track_caller]
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// Whether there is no room.
            #[track_caller]
            pub fn is_full(&self) -> bool {
                self.capacity() == Some(self.len())
            }

            /// How many messages have room, if not any number.
            pub fn capacity(&self) -> Option<usize> {
                self.0.capacity()
            }

            /// Whether two are ends of one channel.
            pub fn same_channel(&self, other: &Self) -> bool {
                Arc::ptr_eq(&self.0, &other.0)
            }
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                self.0.one_more($sends);
                $name(self.0.clone())
            }
        }

        impl<T> Drop for $name<T> {
            fn drop(&mut self) {
                self.0.one_less($sends);
            }
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), " { .. }"))
            }
        }
    };
}
end!(Sender, true);
end!(Receiver, false);

interleave::iterators!();

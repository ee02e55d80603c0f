//! Channels of `std`: many senders, one receiver.

use ::std::fmt;
use ::std::panic::Location;
use ::std::sync::Arc;
use ::std::time::Duration;

use interleave::channel::{Channel, NotReceived, NotSent, Patience};

pub use ::std::sync::mpsc::{RecvError, RecvTimeoutError, SendError, TryRecvError, TrySendError};

/// See [`std::sync::mpsc::Sender`].
pub struct Sender<T>(Arc<Channel<T>>);

/// See [`std::sync::mpsc::SyncSender`].
pub struct SyncSender<T>(Arc<Channel<T>>);

/// See [`std::sync::mpsc::Receiver`].
pub struct Receiver<T> {
    channel: Arc<Channel<T>>,
    /// A receiver belongs to one thread at a time.
    _stays: ::std::marker::PhantomData<::std::cell::Cell<()>>,
}

/// A channel without an end.
#[track_caller]
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let channel = Channel::new(None, Location::caller());
    (Sender(channel.clone()), Receiver { channel, _stays: ::std::marker::PhantomData })
}

/// A channel with room for this many messages; 0 hands over.
#[track_caller]
pub fn sync_channel<T>(bound: usize) -> (SyncSender<T>, Receiver<T>) {
    let channel = Channel::new(Some(bound), Location::caller());
    (SyncSender(channel.clone()), Receiver { channel, _stays: ::std::marker::PhantomData })
}

macro_rules! sender {
    ($name:ident) => {
        impl<T> $name<T> {
            /// Sends; blocks while there is no room.
            ///
            /// # Errors
            ///
            /// If the receiver is gone; the message comes back.
            #[track_caller]
            pub fn send(&self, message: T) -> Result<(), SendError<T>> {
                self.0.send(message, Patience::Endless, Location::caller()).map_err(|not| match not {
                    NotSent::Full(back) | NotSent::Disconnected(back) | NotSent::TimeOver(back) => {
                        SendError(back)
                    }
                })
            }
        }

        impl<T> Clone for $name<T> {
            fn clone(&self) -> Self {
                self.0.one_more(true);
                $name(self.0.clone())
            }
        }

        impl<T> Drop for $name<T> {
            fn drop(&mut self) {
                self.0.one_less(true);
            }
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), " { .. }"))
            }
        }
    };
}
sender!(Sender);
sender!(SyncSender);

impl<T> SyncSender<T> {
    /// Sends if there is room.
    ///
    /// # Errors
    ///
    /// If there is none, or the receiver is gone; the message comes back.
    #[track_caller]
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        self.0.send(message, Patience::None, Location::caller()).map_err(|not| match not {
            NotSent::Full(back) | NotSent::TimeOver(back) => TrySendError::Full(back),
            NotSent::Disconnected(back) => TrySendError::Disconnected(back),
        })
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
        self.channel.receive(Patience::Endless, Location::caller()).map_err(|_| RecvError)
    }

    /// Receives what is there.
    ///
    /// # Errors
    ///
    /// If there is nothing, with or without a sender.
    #[track_caller]
    pub fn try_recv(&self) -> Result<T, TryRecvError> {
        self.channel.receive(Patience::None, Location::caller()).map_err(|not| match not {
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
        self.channel.receive(Patience::Some(time), Location::caller()).map_err(|not| match not {
            NotReceived::Disconnected => RecvTimeoutError::Disconnected,
            NotReceived::Empty | NotReceived::TimeOver => RecvTimeoutError::Timeout,
        })
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

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.channel.one_less(false);
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Receiver { .. }")
    }
}

impl<T> ::std::panic::UnwindSafe for Receiver<T> {}
impl<T> ::std::panic::RefUnwindSafe for Receiver<T> {}

interleave::iterators!();

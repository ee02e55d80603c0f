//! Why a message was not sent or received.

use std::error::Error;
use std::fmt;

macro_rules! gives_back {
    ($name:ident: $($variant:ident $text:literal),*) => {
        #[doc = concat!("See `crossbeam_channel::", stringify!($name), "`.")]
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub enum $name<T> {
            $(#[doc = concat!("The message; ", $text, ".")] $variant(T),)*
        }

        impl<T> $name<T> {
            /// The message.
            pub fn into_inner(self) -> T {
                match self { $($name::$variant(message) => message,)* }
            }

            $(is! { $name $variant $text })*
        }

        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $($name::$variant(_) => concat!(stringify!($variant), "(..)"),)* })
            }
        }

        impl<T> fmt::Display for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $($name::$variant(_) => $text,)* })
            }
        }

        impl<T: Send> Error for $name<T> {}
    };
}

macro_rules! is {
    ($name:ident Full $text:literal) => {
        /// Whether there was no room.
        pub fn is_full(&self) -> bool {
            matches!(self, $name::Full(_))
        }
    };
    ($name:ident Timeout $text:literal) => {
        /// Whether the time was over.
        pub fn is_timeout(&self) -> bool {
            matches!(self, $name::Timeout(_))
        }
    };
    ($name:ident Disconnected $text:literal) => {
        /// Whether no receiver was left.
        pub fn is_disconnected(&self) -> bool {
            matches!(self, $name::Disconnected(_))
        }
    };
}

gives_back!(TrySendError: Full "the channel is full", Disconnected "nobody receives any more");
gives_back!(SendTimeoutError: Timeout "the time is over", Disconnected "nobody receives any more");

/// See `crossbeam_channel::SendError`: the message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendError<T>(pub T);

impl<T> SendError<T> {
    /// The message.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SendError(..)")
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody receives any more")
    }
}

impl<T: Send> Error for SendError<T> {}

/// See `crossbeam_channel::RecvError`: nothing is there, and nobody sends any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecvError;

/// See `crossbeam_channel::TryRecvError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryRecvError {
    /// Nothing is there.
    Empty,
    /// Nothing is there, and nobody sends any more.
    Disconnected,
}

/// See `crossbeam_channel::RecvTimeoutError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecvTimeoutError {
    /// The time is over.
    Timeout,
    /// Nothing is there, and nobody sends any more.
    Disconnected,
}

impl TryRecvError {
    /// Whether nothing was there.
    pub fn is_empty(&self) -> bool {
        *self == TryRecvError::Empty
    }

    /// Whether nobody sends any more.
    pub fn is_disconnected(&self) -> bool {
        *self == TryRecvError::Disconnected
    }
}

impl RecvTimeoutError {
    /// Whether the time was over.
    pub fn is_timeout(&self) -> bool {
        *self == RecvTimeoutError::Timeout
    }

    /// Whether nobody sends any more.
    pub fn is_disconnected(&self) -> bool {
        *self == RecvTimeoutError::Disconnected
    }
}

impl fmt::Display for RecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the channel is empty, and nobody sends any more")
    }
}

impl fmt::Display for TryRecvError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TryRecvError::Empty => "the channel is empty",
            TryRecvError::Disconnected => "the channel is empty, and nobody sends any more",
        })
    }
}

impl fmt::Display for RecvTimeoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RecvTimeoutError::Timeout => "the time is over",
            RecvTimeoutError::Disconnected => "the channel is empty, and nobody sends any more",
        })
    }
}

impl Error for RecvError {}
impl Error for TryRecvError {}
impl Error for RecvTimeoutError {}

macro_rules! from {
    ($($of:ty => $into:ty: $how:expr)*) => { $(
        impl From<$of> for $into {
            fn from(_: $of) -> Self {
                $how
            }
        }
    )* };
}
from! {
    RecvError => TryRecvError: TryRecvError::Disconnected
    RecvError => RecvTimeoutError: RecvTimeoutError::Disconnected
}

impl<T> From<SendError<T>> for TrySendError<T> {
    fn from(error: SendError<T>) -> Self {
        TrySendError::Disconnected(error.0)
    }
}

impl<T> From<SendError<T>> for SendTimeoutError<T> {
    fn from(error: SendError<T>) -> Self {
        SendTimeoutError::Disconnected(error.0)
    }
}

macro_rules! nothing_ready {
    ($($name:ident $text:literal)*) => { $(
        #[doc = concat!("See `crossbeam_channel::", stringify!($name), "`.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name;

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($text)
            }
        }

        impl Error for $name {}
    )* };
}
nothing_ready! {
    TrySelectError "no operation is ready"
    SelectTimeoutError "the time is over, and no operation is ready"
    TryReadyError "no operation is ready"
    ReadyTimeoutError "the time is over, and no operation is ready"
}

//! A queue of messages between processes.
//!
//! In the process that makes it, a queue is an ordinary bounded channel. An end that is handed to a
//! child becomes a pipe, with a thread of the maker's in between: from the pipe into the channel for a
//! sender, from the channel into the pipe for a receiver. So every process has a pipe of its own. One
//! that dies in the middle of a message tears no other's, and the torn message is dropped.

use std::io::{self, BufReader, PipeReader, PipeWriter};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use crossbeam_channel as channel;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Handover;
use super::descriptor::Wire;
use super::wire::{Frame, WireError};
use crate::stage::{self, Arrow};

/// Makes a queue with room for `capacity` messages: its sending and its receiving end.
///
/// Both ends can be cloned, used here and handed to child processes. Each message goes to one
/// receiver; messages of one sender keep their order.
///
/// An end that has become a child's has a pipe between, and that holds messages of its own: 64 KiB on
/// Linux, whatever the `capacity`. So a child's `send` returns before there is room in the queue, and
/// may not yet know that no receiver is left; a child's receiver has messages put aside for it before it
/// asks, and those are lost with it when it dies. Messages that have not come so far are lost to nobody.
///
/// The queue ends when its last sender is gone, in whichever process; then receivers get what is
/// left, and after that the end. Keep no sender here, or no receiver ever sees the end.
///
/// # Examples
///
/// ```standalone_crate
/// use shared::process::{self, Receiver, Sender, role};
///
/// fn main() -> std::process::ExitCode {
///     shared::run("//! Two processes talk.", lesson, &[role(put), role(get)])
/// }
///
/// fn lesson() -> anyhow::Result<()> {
///     let (to, from) = process::queue(10);
///     let writer = process::start(put, to)?;
///     let reader = process::start(get, from)?;
///     writer.join()?;
///     reader.join()?;
///     Ok(())
/// }
///
/// fn put(letters: Sender<char>) -> anyhow::Result<()> {
///     for letter in ['A', 'B', 'C'] {
///         letters.send(&letter)?;
///     }
///     Ok(())
/// }
///
/// fn get(letters: Receiver<char>) -> anyhow::Result<()> {
///     let all: Result<String, _> = letters.collect();
///     assert_eq!(all?, "ABC");
///     Ok(())
/// }
/// ```
pub fn queue<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let (to, from) = channel::bounded(capacity);
    (
        Sender { end: SenderEnd::Channel(to), messages: PhantomData },
        Receiver { end: ReceiverEnd::Channel(from), messages: PhantomData },
    )
}

/// The sending end of a [`queue()`].
///
/// # Examples
///
/// See [`queue()`].
pub struct Sender<T> {
    end: SenderEnd,
    messages: PhantomData<fn(T)>,
}

#[derive(Clone)]
enum SenderEnd {
    Channel(channel::Sender<Frame>),
    Pipe(Arc<Mutex<PipeWriter>>),
}

impl<T: Serialize> Sender<T> {
    /// Sends a message. Blocks while the queue is full.
    ///
    /// # Errors
    ///
    /// [`WireError::Closed`] if no receiver is left; [`WireError::TooLarge`] or [`WireError::Encode`] if
    /// the message can't be sent, and the queue is then as it was.
    ///
    /// # Examples
    ///
    /// ```
    /// let (to, from) = shared::process::queue(1);
    /// to.send(&"hello".to_owned())?;
    /// assert_eq!(from.recv()?, "hello");
    /// # Ok::<(), shared::process::WireError>(())
    /// ```
    pub fn send(&self, message: &T) -> Result<(), WireError> {
        let id = next_id();
        let frame = Frame::encode(&(id, message))?;
        if stage::recorded() {
            let text = serde_json::to_string(message).unwrap_or_default();
            stage::arrow(Arrow::Tail, "message", &arrow_id(id), text.trim_matches('"'));
        }
        match &self.end {
            SenderEnd::Channel(channel) => match channel.try_send(frame) {
                Ok(()) => Ok(()),
                Err(channel::TrySendError::Disconnected(_)) => Err(WireError::Closed),
                Err(channel::TrySendError::Full(frame)) => {
                    stage::wait("queue", || channel.send(frame)).map_err(|_| WireError::Closed)
                }
            },
            SenderEnd::Pipe(pipe) => {
                stage::wait("queue", || frame.send(&*pipe.lock().unwrap_or_else(PoisonError::into_inner)))
            }
        }
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Sender { end: self.end.clone(), messages: PhantomData }
    }
}

/// The receiving end of a [`queue()`], and an iterator over the messages to its end.
///
/// # Examples
///
/// ```
/// let (to, from) = shared::process::queue(3);
/// for number in [1, 2, 3] {
///     to.send(&number)?;
/// }
/// drop(to); // or the iterator waits for more
/// let numbers: Result<Vec<i32>, _> = from.collect();
/// assert_eq!(numbers?, [1, 2, 3]);
/// # Ok::<(), shared::process::WireError>(())
/// ```
pub struct Receiver<T> {
    end: ReceiverEnd,
    messages: PhantomData<fn() -> T>,
}

#[derive(Clone)]
enum ReceiverEnd {
    Channel(channel::Receiver<Frame>),
    Pipe(Arc<Mutex<BufReader<PipeReader>>>),
}

impl<T: DeserializeOwned> Receiver<T> {
    /// Receives a message. Blocks until there is one, and is drawn as waiting.
    ///
    /// # Errors
    ///
    /// [`WireError::Closed`] is the end: all senders are gone and all messages received.
    /// [`WireError::Decode`] if a sender sent something else than a `T`.
    ///
    /// # Examples
    ///
    /// See [`Sender::send`].
    pub fn recv(&self) -> Result<T, WireError> {
        let frame = stage::wait("queue", || match &self.end {
            ReceiverEnd::Channel(channel) => channel.recv().map_err(|_| WireError::Closed),
            ReceiverEnd::Pipe(pipe) => {
                Frame::receive(&mut *pipe.lock().unwrap_or_else(PoisonError::into_inner))
            }
        })?;
        let (id, message): (Id, T) = frame.decode()?;
        if stage::recorded() {
            stage::arrow(Arrow::Head, "message", &arrow_id(id), "");
        }
        Ok(message)
    }
}

/// Ends where [`Receiver::recv`] returns [`WireError::Closed`].
impl<T: DeserializeOwned> Iterator for Receiver<T> {
    type Item = Result<T, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.recv() {
            Err(WireError::Closed) => None,
            outcome => Some(outcome),
        }
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Receiver { end: self.end.clone(), messages: PhantomData }
    }
}

// ANCHOR: sender
impl<T> Handover for Sender<T> {
    fn give(self) -> io::Result<Wire> {
        let SenderEnd::Channel(channel) = self.end else { return Err(not_from_here()) };
        let (reader, writer) = io::pipe()?;
        thread::Builder::new().name("queue".into()).spawn(move || {
            let mut pipe = BufReader::new(reader);
            // Ends with the child, and drops what it left torn.
            while let Ok(frame) = Frame::receive(&mut pipe)
                && channel.send(frame).is_ok()
            {}
        })?;
        Ok(writer.into())
    }

    fn take(wire: Wire) -> io::Result<Self> {
        let pipe = PipeWriter::from(wire);
        Ok(Sender { end: SenderEnd::Pipe(Arc::new(Mutex::new(pipe))), messages: PhantomData })
    }
}
// ANCHOR_END: sender

// ANCHOR: receiver
impl<T> Handover for Receiver<T> {
    fn give(self) -> io::Result<Wire> {
        let ReceiverEnd::Channel(channel) = self.end else { return Err(not_from_here()) };
        let (reader, writer) = io::pipe()?;
        thread::Builder::new().name("queue".into()).spawn(move || {
            // Ends with the queue or with the child.
            while let Ok(frame) = channel.recv()
                && frame.send(&writer).is_ok()
            {}
        })?;
        Ok(reader.into())
    }

    fn take(wire: Wire) -> io::Result<Self> {
        let pipe = BufReader::new(PipeReader::from(wire));
        Ok(Receiver { end: ReceiverEnd::Pipe(Arc::new(Mutex::new(pipe))), messages: PhantomData })
    }
}
// ANCHOR_END: receiver

fn not_from_here() -> io::Error {
    io::Error::other("a queue's end is handed over by the process that made the queue")
}

/// Tells a message from every other of the run: its sender's process id, and the how manieth it is.
type Id = (u32, u32);

fn next_id() -> Id {
    static SENT: AtomicU32 = AtomicU32::new(1);
    (std::process::id(), SENT.fetch_add(1, Ordering::Relaxed))
}

fn arrow_id((pid, number): Id) -> String {
    format!("{pid}.{number}")
}

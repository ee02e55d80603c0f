//! A queue as a channel in its maker's process and a pipe to each other process, with a thread of the
//! maker's in between: from the pipe into the channel for a sender, from the channel into the pipe for a
//! receiver. It works on every system.
//!
//! Every process has a pipe of its own, so one that dies in the middle of a message tears no other's, and
//! the torn message is dropped.

use std::io::{self, BufReader, PipeReader, PipeWriter};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use crossbeam_channel as channel;

use super::super::descriptor::{self, Wire};
use super::super::wire::{Frame, WireError};
use crate::stage;

/// A queue with more room than this is never full.
const MOST_ROOM: usize = 1 << 20;

pub(super) fn ends(capacity: usize) -> (Sender, Receiver) {
    // A channel sets its room aside at once: for so many messages, that is some 30 MB.
    let (to, from) = if capacity > MOST_ROOM { channel::unbounded() } else { channel::bounded(capacity) };
    (Sender::Channel(to), Receiver { channel: from, is_makers: true })
}

/// The sending end.
#[derive(Clone)]
pub(super) enum Sender {
    Channel(channel::Sender<Frame>),
    Pipe(Arc<Mutex<PipeWriter>>),
}

/// The receiving end. In a child, a thread reads the pipe: std can't stop reading at a deadline.
#[derive(Clone)]
pub(super) struct Receiver {
    channel: channel::Receiver<Frame>,
    is_makers: bool,
}

impl Sender {
    /// Blocks while there is no room, and is then drawn as waiting.
    pub(super) fn send(&self, frame: Frame) -> Result<(), WireError> {
        match self {
            Sender::Channel(channel) => match channel.try_send(frame) {
                Ok(()) => Ok(()),
                Err(channel::TrySendError::Disconnected(_)) => Err(WireError::Closed),
                Err(channel::TrySendError::Full(frame)) => {
                    stage::wait("queue", || channel.send(frame)).map_err(|_| WireError::Closed)
                }
            },
            Sender::Pipe(pipe) => {
                stage::wait("queue", || frame.send(&*pipe.lock().unwrap_or_else(PoisonError::into_inner)))
            }
        }
    }

    // ANCHOR: sender
    pub(super) fn give(self) -> io::Result<Wire> {
        let Sender::Channel(channel) = self else { return Err(not_from_here()) };
        let (reader, writer) = descriptor::pipe()?;
        thread::Builder::new().name("queue".into()).spawn(move || {
            let mut pipe = BufReader::new(reader);
            // Ends with the child, and drops what it left torn.
            while let Ok(frame) = Frame::receive(&mut pipe)
                && channel.send(frame).is_ok()
            {}
        })?;
        Ok(writer.into())
    }
    // ANCHOR_END: sender

    pub(super) fn take(wire: Wire) -> Self {
        Sender::Pipe(Arc::new(Mutex::new(wire.into())))
    }
}

impl Receiver {
    /// Blocks until there is a message, or until the deadline.
    pub(super) fn recv(&self, deadline: Option<Instant>) -> Result<Frame, WireError> {
        match deadline {
            None => self.channel.recv().map_err(|_| WireError::Closed),
            Some(deadline) => self.channel.recv_deadline(deadline).map_err(|error| match error {
                channel::RecvTimeoutError::Timeout => WireError::TimedOut,
                channel::RecvTimeoutError::Disconnected => WireError::Closed,
            }),
        }
    }

    // ANCHOR: receiver
    pub(super) fn give(self) -> io::Result<Wire> {
        if !self.is_makers {
            return Err(not_from_here());
        }
        let (reader, writer) = descriptor::pipe()?;
        thread::Builder::new().name("queue".into()).spawn(move || {
            // Ends with the queue or with the child.
            while let Ok(frame) = self.channel.recv()
                && frame.send(&writer).is_ok()
            {}
        })?;
        Ok(reader.into())
    }
    // ANCHOR_END: receiver

    pub(super) fn take(wire: Wire) -> io::Result<Self> {
        let (to, from) = channel::bounded(0);
        thread::Builder::new().name("queue".into()).spawn(move || {
            let mut pipe = BufReader::new(PipeReader::from(wire));
            while let Ok(frame) = Frame::receive(&mut pipe)
                && to.send(frame).is_ok()
            {}
        })?;
        Ok(Receiver { channel: from, is_makers: false })
    }
}

fn not_from_here() -> io::Error {
    io::Error::other("over pipes, a queue's end is handed over by the process that made the queue")
}

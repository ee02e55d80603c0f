//! A queue of messages between processes.
//!
//! # Layout
//!
//! - `ring`: in memory that the processes share, on Linux
//! - `pipes`: over a pipe to each process, on other systems

use std::cell::Cell;
use std::io;
use std::marker::PhantomData;
#[cfg(target_os = "linux")]
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::descriptor::Wire;
use super::wire::{Frame, WireError};
use super::{Given, Handover, Ours};
use crate::stage::{self, Arrow};

mod pipes;
#[cfg(target_os = "linux")]
mod ring;

/// A longer buffer is not kept for the next message; in bytes.
const KEPT: usize = 1 << 20;

/// Makes a queue with room for `capacity` messages: its sending and its receiving end.
///
/// Both ends can be cloned, used here and given to child processes, which may pass them on. Each message
/// goes to one receiver, and the messages of one sender keep their order. What arrives is what was sent, or
/// [`WireError::Decode`]. [`task`](super::task) names the two differences between values that can't be seen.
///
/// The queue ends when its last sender in any process is gone, however it ended. Then receivers
/// get what is left, and after that the end. Don't keep a sender here, or no receiver ever sees the end. If a process
/// forks by other means than [`start`](super::start), the ends exist twice: the child's ends count as well.
///
/// # What a killed process costs
///
/// On Linux the queue is memory that its processes share. A sender or a receiver may be killed at any
/// instruction, and the others go on. A message is there as a whole or not at all, and is delivered once. A process
/// that is killed loses at most the message it was handling: one that was not yet sent, or one that was
/// already received. A process that is *stopped*, by SIGSTOP, in the middle of `recv` keeps the other
/// receivers waiting until it is continued or killed; in the middle of `send`, the other senders.
///
/// If all receivers were dropped, senders find out at once. If the last receivers were killed, senders find out only
/// when the queue is full.
///
/// The queue is full with `capacity` messages, or with 1 MiB of them. A message of more than 256 KiB doesn't count
/// towards the 1 MiB: it has a place of its own, for one at a time, whose memory is given back at the next shorter message.
///
/// # On other systems than Linux
///
/// There is a pipe between a child's end and the queue. The pipe holds messages of its own, some KiB of
/// them, whatever the `capacity`. So a child's `send` returns before there is room in the queue, and may not
/// yet know that no receiver is left. A child's receiver has messages set aside for it before it asks. If the child dies
/// or drops the receiver, those are lost, and one more: the message by which the loss is noticed. No other message is
/// lost. On Windows, a child's end stays open until the child ends.
/// Only the process that made the queue can give its ends to children.
///
/// On systems other than Linux, a queue with a `capacity` of more than 1 048 576 is never full.
///
/// # Errors
///
/// If `capacity` is 0 ([`InvalidInput`](io::ErrorKind::InvalidInput)), or if the system refuses the memory or
/// the descriptors: three in a process that has one of the ends, five in one that made both.
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
///     let (to, from) = process::queue(10)?;
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
pub fn queue<T>(capacity: usize) -> io::Result<(Sender<T>, Receiver<T>)> {
    #[cfg(target_os = "linux")]
    {
        has_room(capacity)?;
        let (to, from) = ring::ends(capacity)?;
        Ok((Sender::of(SendingEnd::Ring(to)), Receiver::of(ReceivingEnd::Ring(from))))
    }
    #[cfg(not(target_os = "linux"))]
    queue_over_pipes(capacity)
}

/// The queue of other systems, to be tested here too.
#[doc(hidden)]
pub fn queue_over_pipes<T>(capacity: usize) -> io::Result<(Sender<T>, Receiver<T>)> {
    has_room(capacity)?;
    let (to, from) = pipes::ends(capacity);
    Ok((Sender::of(SendingEnd::Pipes(to)), Receiver::of(ReceivingEnd::Pipes(from))))
}

fn has_room(capacity: usize) -> io::Result<()> {
    let problem = "a queue has room for at least one message";
    if capacity > 0 { Ok(()) } else { Err(io::Error::new(io::ErrorKind::InvalidInput, problem)) }
}

/// The sending end of a [`queue()`].
///
/// # Examples
///
/// See [`queue()`].
pub struct Sender<T> {
    end: SendingEnd,
    messages: PhantomData<fn(T)>,
}

#[derive(Clone)]
enum SendingEnd {
    #[cfg(target_os = "linux")]
    Ring(Arc<ring::Sender>),
    Pipes(pipes::Sender),
}

impl<T: Serialize> Sender<T> {
    /// Sends a message. Blocks while the queue is full.
    ///
    /// # Errors
    ///
    /// [`WireError::Closed`] if no receiver is left; [`WireError::TooLarge`] or [`WireError::Encode`] if
    /// the message can't be sent. The queue is then unchanged.
    ///
    /// # Examples
    ///
    /// ```
    /// let (to, from) = shared::process::queue(1)?;
    /// to.send(&"hello".to_owned())?;
    /// assert_eq!(from.recv()?, "hello");
    /// # Ok::<(), shared::process::WireError>(())
    /// ```
    pub fn send(&self, message: &T) -> Result<(), WireError> {
        let id = stage::recorded().then(next_id);
        let frame = Frame::encode(BUFFER.try_with(Cell::take).unwrap_or_default(), &(id, message))?;
        if let Some(id) = id {
            let text = serde_json::to_string(message).unwrap_or_default();
            stage::arrow(Arrow::Tail, "message", &arrow_id(id), text.trim_matches('"'));
        }
        match &self.end {
            #[cfg(target_os = "linux")]
            SendingEnd::Ring(ring) => {
                ring.send(frame.content())?;
                keep(frame.into_buffer());
                Ok(())
            }
            SendingEnd::Pipes(pipes) => pipes.send(frame),
        }
    }
}

impl<T> Sender<T> {
    fn of(end: SendingEnd) -> Self {
        Sender { end, messages: PhantomData }
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Sender::of(self.end.clone())
    }
}

/// The receiving end of a [`queue()`]. It is an iterator over the messages, until the queue ends.
///
/// # Examples
///
/// ```
/// let (to, from) = shared::process::queue(3)?;
/// for number in [1, 2, 3] {
///     to.send(&number)?;
/// }
/// drop(to); // or the iterator waits for more
/// let numbers: Result<Vec<i32>, _> = from.collect();
/// assert_eq!(numbers?, [1, 2, 3]);
/// # Ok::<(), shared::process::WireError>(())
/// ```
pub struct Receiver<T> {
    end: ReceivingEnd,
    messages: PhantomData<fn() -> T>,
}

#[derive(Clone)]
enum ReceivingEnd {
    #[cfg(target_os = "linux")]
    Ring(Arc<ring::Receiver>),
    Pipes(pipes::Receiver),
}

impl<T: Serialize + DeserializeOwned> Receiver<T> {
    /// Receives a message. Blocks until there is one, and the timeline draws this as waiting.
    ///
    /// # Errors
    ///
    /// [`WireError::Closed`] is the end: all senders are gone, and all messages have been received.
    /// [`WireError::Decode`] if a sender sent something that isn't a `T`.
    ///
    /// # Examples
    ///
    /// See [`Sender::send`].
    pub fn recv(&self) -> Result<T, WireError> {
        self.recv_until(None)
    }

    /// Receives a message. Blocks until there is one, but not for longer than `time`, and the timeline draws
    /// this as waiting. With a time of 0 it doesn't block.
    ///
    /// # Errors
    ///
    /// [`WireError::TimedOut`] if there was no message in that time, or if another receiver that waits
    /// was always first. The other errors are those of [`recv`](Self::recv). If the system's clock is set back
    /// in the meantime, waiting behind another receiver takes longer by the same amount.
    ///
    /// # Examples
    ///
    /// ```
    /// use shared::process::{self, WireError};
    /// use std::time::Duration;
    ///
    /// let (to, from) = process::queue(1)?;
    /// let none = from.recv_timeout(Duration::from_millis(10));
    /// assert!(matches!(none, Err(WireError::TimedOut)));
    /// to.send(&'A')?;
    /// assert_eq!(from.recv_timeout(Duration::ZERO)?, 'A');
    /// # Ok::<(), WireError>(())
    /// ```
    pub fn recv_timeout(&self, time: Duration) -> Result<T, WireError> {
        self.recv_until(Instant::now().checked_add(time))
    }

    fn recv_until(&self, deadline: Option<Instant>) -> Result<T, WireError> {
        let (id, message) = match &self.end {
            #[cfg(target_os = "linux")]
            ReceivingEnd::Ring(ring) => {
                let mut buffer = BUFFER.try_with(Cell::take).unwrap_or_default();
                let bytes = stage::wait("queue", || ring.recv(&mut buffer, deadline))?;
                let message = super::wire::decode(bytes);
                keep(buffer);
                message
            }
            ReceivingEnd::Pipes(pipes) => {
                let frame = stage::wait("queue", || pipes.recv(deadline))?;
                let message = frame.decode();
                keep(frame.into_buffer());
                message
            }
        }?;
        if let Some(id) = id {
            stage::arrow(Arrow::Head, "message", &arrow_id(id), "");
        }
        Ok(message)
    }
}

impl<T> Receiver<T> {
    fn of(end: ReceivingEnd) -> Self {
        Receiver { end, messages: PhantomData }
    }
}

/// Ends where [`Receiver::recv`] returns [`WireError::Closed`].
impl<T: Serialize + DeserializeOwned> Iterator for Receiver<T> {
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
        Receiver::of(self.end.clone())
    }
}

impl<T> Handover for Sender<T> {
    fn give(self, _: Ours) -> io::Result<Given> {
        match self.end {
            #[cfg(target_os = "linux")]
            SendingEnd::Ring(ring) => Ok(ring.give()?.into()),
            SendingEnd::Pipes(pipes) => Ok(pipes.give()?.into()),
        }
    }

    fn take(wire: Wire, _: Ours) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if is_ring(&wire)? {
            return Ok(Sender::of(SendingEnd::Ring(Arc::new(ring::Sender::take(wire)?))));
        }
        Ok(Sender::of(SendingEnd::Pipes(pipes::Sender::take(wire))))
    }
}

impl<T> Handover for Receiver<T> {
    fn give(self, _: Ours) -> io::Result<Given> {
        match self.end {
            #[cfg(target_os = "linux")]
            ReceivingEnd::Ring(ring) => ring.give(),
            ReceivingEnd::Pipes(pipes) => Ok(pipes.give()?.into()),
        }
    }

    fn take(wire: Wire, _: Ours) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if is_ring(&wire)? {
            return Ok(Receiver::of(ReceivingEnd::Ring(Arc::new(ring::Receiver::take(wire)?))));
        }
        Ok(Receiver::of(ReceivingEnd::Pipes(pipes::Receiver::take(wire)?)))
    }
}

/// A ring comes as several descriptors in a socket, the other kind is a pipe.
#[cfg(target_os = "linux")]
fn is_ring(wire: &Wire) -> io::Result<bool> {
    Ok(rustix::fs::FileType::from_raw_mode(rustix::fs::fstat(wire)?.st_mode).is_socket())
}

thread_local! {
    /// Where messages become bytes and bytes become messages: no memory is asked for each of them. It may be gone when the
    /// destructor of another one sends or receives.
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

fn keep(buffer: Vec<u8>) {
    if (1..=KEPT).contains(&buffer.capacity()) {
        let _ = BUFFER.try_with(|kept| kept.set(buffer));
    }
}

/// Identifies a message among all of the run: its sender's process id, and its number.
type Id = (u32, u32);

fn next_id() -> Id {
    static SENT: AtomicU32 = AtomicU32::new(1);
    (std::process::id(), SENT.fetch_add(1, Ordering::Relaxed))
}

fn arrow_id((pid, number): Id) -> String {
    format!("{pid}.{number}")
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    type Ends = (Sender<String>, Receiver<String>);

    /// The queue of this system and that of the others.
    fn both_kinds(capacity: usize) -> [Ends; 2] {
        [queue(capacity), queue_over_pipes(capacity)].map(|ends| ends.expect("the system has descriptors"))
    }

    /// As a child has them.
    fn handed_over((to, from): Ends) -> Ends {
        let to = Sender::take(to.give(Ours(())).expect("a wire").wire, Ours(())).expect("an end");
        let Given { wire, count } = from.give(Ours(())).expect("a wire");
        let from = Handover::take(wire, Ours(())).expect("an end");
        count.into_iter().for_each(super::super::handover::Counted::leave_to_the_child);
        (to, from)
    }

    #[test]
    fn ends_that_were_handed_over_pass_all_messages_and_the_end() {
        for (to, from) in both_kinds(2).map(handed_over) {
            let texts = || (0..1_000).map(|n| format!("message {n}"));
            let received: Result<Vec<_>, _> = thread::scope(|scope| {
                scope.spawn(move || {
                    for text in texts() {
                        to.send(&text).expect("the receiver is there");
                    }
                });
                from.collect()
            });
            assert!(received.expect("no message was torn").into_iter().eq(texts()));
        }
    }

    #[test]
    fn a_queue_without_room_is_refused() {
        for made in [queue::<()>(0), queue_over_pipes(0)] {
            assert_eq!(made.err().map(|error| error.kind()), Some(io::ErrorKind::InvalidInput));
        }
    }

    #[test]
    fn a_receiver_that_gave_up_in_time_gets_the_message_later() {
        for (to, from) in both_kinds(1).map(handed_over) {
            let soon = Duration::from_millis(10);
            assert!(matches!(from.recv_timeout(soon), Err(WireError::TimedOut)));
            to.send(&"late".to_owned()).expect("the receiver is there");
            assert_eq!(from.recv_timeout(Duration::MAX).expect("it was sent"), "late");
            drop(to);
            assert!(matches!(from.recv_timeout(Duration::MAX), Err(WireError::Closed)));
        }
    }

    #[test]
    fn nothing_is_sent_when_the_last_receiver_was_dropped() {
        for (to, from) in both_kinds(10) {
            let other = from.clone();
            drop(from);
            to.send(&"to the other".to_owned()).expect("it is there");
            drop(other);
            assert!(matches!(to.send(&"to nobody".to_owned()), Err(WireError::Closed)));
        }
    }
}

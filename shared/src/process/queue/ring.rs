//! A queue as a ring in memory that its processes share. Linux only.
//!
//! Producers exclude each other by a mutex, consumers by another, so the ring itself has one producer and
//! one consumer, and both copy at the same time. Its *tail* is where the next message goes, its *head* where
//! the next one is taken from.
//!
//! One store to the tail publishes a message, one store to the head takes it. Before that store nothing has
//! happened, after it everything has. So a process may be killed at any instruction: the mutex goes to the
//! next one, which finds nothing to repair.
//!
//! That needs an ordering. The store is a *release* and the other side's load an *acquire*: a consumer that sees
//! the new tail sees the bytes that were written before it, and a producer that sees the new head writes only after
//! they were read. Both are `SeqCst`, which is that and more, for the sake of the sleepers: one side stores a
//! place and then looks whether the other side sleeps, and the other side says that it sleeps and then looks at the
//! place. They must not both miss what the other has stored.
//!
//! A side that finds nothing to do sleeps at a *bell*, a pipe that the other side writes a byte to. All of the other
//! side hold its writing end, so its end of file says that they are gone, however they went. A sleeper keeps
//! its mutex: one of a side sleeps at the bell, the others wait for the mutex.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::{Errno, ioctl_fionbio};

use super::super::WATCH;
use super::super::descriptor::{Wire, pack, unpack};
use super::super::handover::{Counted, Given};
use super::super::memory::{Header, Memory, RobustMutex};
use super::super::wire::{MAX, WireError};
use crate::stage;

/// Bytes of the ring; a power of two, so that a place in it is the rest of a count that may overflow.
const RING: usize = 1 << 20;

/// A longer message goes to a place of its own, behind the ring, where one has room at a time.
const LONGEST_IN_RING: usize = RING / 4;

const RING_AT: usize = PAGE;
const LARGE_AT: usize = RING_AT + RING;
const SIZE: usize = LARGE_AT + MAX;

/// In front of each message: its length.
const LENGTH: usize = size_of::<u32>();

/// A received message lies half a page from where its buffer begins. A copy to a buffer that lies at nearly
/// the same place of another page took 5 times as long (64 KiB, AMD EPYC, glibc 2.36), and two that were
/// allocated one after the other do.
const SHIFT: usize = PAGE / 2;
const PAGE: usize = 4096;

/// How often to look before going to sleep: some microseconds, about what it takes to sleep and be woken.
const SPINS: u32 = 300;

/// A sleeper looks by itself after this time: who should have rung may have been killed before it could.
const NAP: Duration = if cfg!(test) { NEVER } else { Duration::from_millis(50) };

/// In tests, so that a bell that doesn't ring is not made up for.
const NEVER: Duration = Duration::from_hours(1);

/// A part of its own for each side, so that neither waits for the other's writes.
#[repr(C, align(128))]
struct Line<T>(T);

/// How the memory begins. `tail` and `head` are [`Place`]s.
#[repr(C)]
struct Shared {
    common: Line<Common>,
    producers: Line<Producers>,
    tail: Line<AtomicU64>,
    consumers: Line<RobustMutex>,
    head: Line<AtomicU64>,
}

struct Common {
    capacity: AtomicU32,
    /// Processes that have a receiving end. One that is killed stays counted.
    receivers: AtomicU32,
    producer_sleeps: AtomicBool,
    consumer_sleeps: AtomicBool,
}

/// What only producers use, each in its turn.
struct Producers {
    turn: RobustMutex,
    /// Whether the place for a large message has been written to, and for which message.
    large_used: AtomicBool,
    large: AtomicU32,
}

// SAFETY: zeros are valid for all of it, it is aligned to 128 bytes, and it is made of atomics and mutexes.
unsafe impl Header for Shared {
    fn mutexes(&self) -> Vec<&RobustMutex> {
        vec![&self.producers.0.turn, &self.consumers.0]
    }
}

const _: () = assert!(size_of::<Shared>() <= RING_AT);

/// A place in the stream of all messages: how many are before it, and how many bytes of the ring they took.
/// Both count on from their largest number to 0. Stored as one number, so that both change at once.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    messages: u32,
    bytes: u32,
}

impl Place {
    fn load(from: &AtomicU64) -> Self {
        let both = from.load(Ordering::SeqCst);
        Place { messages: (both >> 32) as u32, bytes: both as u32 }
    }

    fn store(self, to: &AtomicU64) {
        to.store(u64::from(self.messages) << 32 | u64::from(self.bytes), Ordering::SeqCst);
    }

    /// The place behind a message of this length.
    fn behind(self, length: usize) -> Self {
        let bytes = self.bytes.wrapping_add(room_for(length) as u32);
        Place { messages: self.messages.wrapping_add(1), bytes }
    }

    /// Messages and bytes from `earlier` to here.
    fn since(self, earlier: Place) -> (u32, usize) {
        let bytes = self.bytes.wrapping_sub(earlier.bytes);
        (self.messages.wrapping_sub(earlier.messages), bytes as usize)
    }
}

/// What a message of this length takes of the ring.
fn room_for(length: usize) -> usize {
    LENGTH + if length > LONGEST_IN_RING { 0 } else { length }
}

/// Makes a ring: its sending and its receiving end.
pub(super) fn ends(capacity: usize) -> io::Result<(Arc<Sender>, Arc<Receiver>)> {
    let memory = Arc::new(Memory::<Shared>::create(SIZE)?);
    let Line(common) = &memory.header().common;
    common.capacity.store(u32::try_from(capacity).unwrap_or(u32::MAX), Ordering::Relaxed);
    common.receivers.store(1, Ordering::Relaxed);
    let (message_bell, wake_consumer) = bell()?;
    let (room_bell, wake_producer) = bell()?;
    let sender = End { memory: Arc::clone(&memory), wakes: wake_consumer, bell: room_bell };
    let receiver = End { memory, wakes: wake_producer, bell: message_bell };
    Ok((Arc::new(Sender(sender)), Arc::new(Receiver(receiver))))
}

/// A pipe on which nobody ever blocks.
fn bell() -> io::Result<(OwnedFd, OwnedFd)> {
    let (reader, writer) = io::pipe()?;
    ioctl_fionbio(&reader, true)?;
    ioctl_fionbio(&writer, true)?;
    Ok((reader.into(), writer.into()))
}

/// What both ends consist of.
struct End {
    memory: Arc<Memory<Shared>>,
    /// The writing end of the other side's bell.
    wakes: OwnedFd,
    /// The reading end of this side's.
    bell: OwnedFd,
}

impl End {
    fn common(&self) -> &Common {
        &self.memory.header().common.0
    }

    fn head_and_tail(&self) -> (Place, Place) {
        let shared = self.memory.header();
        (Place::load(&shared.head.0), Place::load(&shared.tail.0))
    }

    /// Waits until there is something to do, in this process's turn. [`WireError::Closed`] if there is nothing
    /// and nobody is left on the other side.
    fn sleep_until(
        &self,
        there_is: impl Fn() -> bool,
        sleeps: &AtomicBool,
        deadline: Option<Instant>,
    ) -> Result<(), WireError> {
        for _ in 0..SPINS {
            if there_is() {
                return Ok(());
            }
            std::hint::spin_loop();
        }
        loop {
            // In this order: a process that has something for this side either sees the flag, or is seen.
            sleeps.store(true, Ordering::SeqCst);
            if there_is() {
                sleeps.store(false, Ordering::Relaxed);
                return Ok(());
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let all_gone = self.listen(left.unwrap_or(NAP).min(NAP))?;
            if there_is() {
                return Ok(());
            } else if all_gone {
                return Err(WireError::Closed);
            } else if left.is_some_and(|left| left.is_zero()) {
                return Err(WireError::TimedOut);
            }
        }
    }

    /// Sleeps until the bell rings or the time is over. Whether the other side is gone.
    fn listen(&self, at_most: Duration) -> io::Result<bool> {
        let mut bell = [PollFd::new(&self.bell, PollFlags::IN)];
        let time = Timespec { tv_sec: at_most.as_secs() as _, tv_nsec: at_most.subsec_nanos() as _ };
        match poll(&mut bell, Some(&time)) {
            Ok(_) | Err(Errno::INTR) => {}
            // This process may have no descriptors (`ulimit -n 0`). To read the bell never blocks, and tells as well.
            Err(Errno::INVAL) => {
                thread::sleep(WATCH.min(at_most));
                return Ok(rustix::io::read(&self.bell, &mut [0_u8; 64]) == Ok(0));
            }
            Err(error) => return Err(error.into()),
        }
        let heard = bell[0].revents();
        if heard.contains(PollFlags::IN) {
            // All that has gathered: who rang after a sleeper had woken by itself has left a byte as well.
            let _ = rustix::io::read(&self.bell, &mut [0_u8; 64]);
            return Ok(false);
        }
        Ok(heard.intersects(PollFlags::HUP | PollFlags::ERR))
    }

    /// Wakes the one of the other side that sleeps, if there is one.
    fn wake(&self, sleeps: &AtomicBool) {
        if sleeps.load(Ordering::SeqCst) && sleeps.swap(false, Ordering::SeqCst) {
            // Fails if the bell is full, and so rings already, or if nobody is left to hear it.
            let _ = rustix::io::write(&self.wakes, b"!");
        }
    }

    /// Copies bytes into the ring, or on from its end to its start.
    fn write(&self, place: u32, bytes: &[u8]) {
        let at = place as usize % RING;
        let (first, rest) = bytes.split_at(bytes.len().min(RING - at));
        // SAFETY: only `Sender::put` comes here, in its turn, so there is one producer at a time. It writes
        // what is not between head and tail, which no consumer reads.
        unsafe {
            self.memory.write(RING_AT + at, first);
            self.memory.write(RING_AT, rest);
        }
    }

    /// Copies bytes out of the ring.
    fn read(&self, place: u32, bytes: &mut [u8]) {
        let at = place as usize % RING;
        let (first, rest) = bytes.split_at_mut(bytes.len().min(RING - at));
        // SAFETY: only `Receiver::take` comes here, and reads what is between head and tail. No producer writes
        // there until the head has passed it, and the head moves in this consumer's turn only.
        unsafe {
            self.memory.read(RING_AT + at, first);
            self.memory.read(RING_AT, rest);
        }
    }

    fn give(&self) -> io::Result<Wire> {
        pack([self.memory.descriptor()?, self.wakes.try_clone()?, self.bell.try_clone()?])
    }

    fn take(wire: Wire) -> io::Result<Self> {
        let [memory, wakes, bell] = unpack(wire)?;
        Ok(End { memory: Arc::new(Memory::open(memory)?), wakes, bell })
    }
}

/// The sending end.
pub(super) struct Sender(End);

impl Sender {
    /// Blocks while there is no room, and is then drawn as waiting.
    pub(super) fn send(&self, message: &[u8]) -> Result<(), WireError> {
        let common = self.0.common();
        if common.receivers.load(Ordering::Relaxed) == 0 {
            return Err(WireError::Closed);
        }
        let turn = &self.0.memory.header().producers.0.turn;
        let at_once = turn.try_lock()?.is_some_and(|_turn| self.put(message));
        if !at_once {
            stage::wait("queue", || {
                let _turn = turn.lock()?;
                while !self.put(message) {
                    let there_is = || self.has_room(message.len());
                    self.0.sleep_until(there_is, &common.producer_sleeps, None)?;
                }
                Ok::<(), WireError>(())
            })?;
        }
        self.0.wake(&common.consumer_sleeps);
        Ok(())
    }

    // ANCHOR: send
    /// Puts a message after the last one, if there is room. Only in this producer's turn.
    fn put(&self, message: &[u8]) -> bool {
        if !self.has_room(message.len()) {
            return false;
        }
        let tail = Place::load(&self.0.memory.header().tail.0);
        let length = (message.len() as u32).to_le_bytes();
        self.0.write(tail.bytes, &length);
        if message.len() > LONGEST_IN_RING {
            self.put_large(message, tail.messages);
        } else {
            self.0.write(tail.bytes.wrapping_add(LENGTH as u32), message);
            self.clear_large();
        }
        // One store: before it there is no message, after it there is a whole one.
        tail.behind(message.len()).store(&self.0.memory.header().tail.0);
        true
    }
    // ANCHOR_END: send

    fn has_room(&self, length: usize) -> bool {
        let (head, tail) = self.0.head_and_tail();
        let (messages, bytes) = tail.since(head);
        messages < self.0.common().capacity.load(Ordering::Relaxed)
            && bytes + room_for(length) <= RING
            && (length <= LONGEST_IN_RING || self.large_is_free())
    }

    /// The place for a large message is free when the head has passed the last one.
    fn large_is_free(&self) -> bool {
        let (head, tail) = self.0.head_and_tail();
        let Line(producers) = &self.0.memory.header().producers;
        let ahead = producers.large.load(Ordering::Relaxed).wrapping_sub(head.messages);
        !producers.large_used.load(Ordering::Relaxed) || ahead >= tail.since(head).0
    }

    fn put_large(&self, message: &[u8], number: u32) {
        let Line(producers) = &self.0.memory.header().producers;
        producers.large.store(number, Ordering::Relaxed);
        producers.large_used.store(true, Ordering::Relaxed);
        // SAFETY: `put` is in its turn, and has seen that no consumer reads here any more.
        unsafe { self.0.memory.write(LARGE_AT, message) }
    }

    /// Gives the memory of a large message that was taken back to the system.
    fn clear_large(&self) {
        let Line(producers) = &self.0.memory.header().producers;
        if producers.large_used.load(Ordering::Relaxed) && self.large_is_free() {
            let hole = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
            // If the system can't, the memory is kept for the next large message.
            let _ = fallocate(self.0.memory.as_fd(), hole, LARGE_AT as u64, MAX as u64);
            producers.large_used.store(false, Ordering::Relaxed);
        }
    }

    pub(super) fn give(&self) -> io::Result<Wire> {
        self.0.give()
    }

    pub(super) fn take(wire: Wire) -> io::Result<Self> {
        End::take(wire).map(Sender)
    }
}

/// The receiving end.
pub(super) struct Receiver(End);

impl Receiver {
    /// Copies the next message into `buffer`, which grows as needed, and returns where it is there. Blocks until
    /// there is one, or until the deadline.
    pub(super) fn recv<'a>(
        &self,
        buffer: &'a mut Vec<u8>,
        deadline: Option<Instant>,
    ) -> Result<&'a [u8], WireError> {
        let Line(consumers) = &self.0.memory.header().consumers;
        let common = self.0.common();
        let turn = match deadline {
            None => consumers.lock()?,
            Some(deadline) => consumers.lock_until(deadline)?.ok_or(WireError::TimedOut)?,
        };
        let length = loop {
            if let Some(length) = self.take_next(buffer)? {
                break length;
            }
            let there_is = || {
                let (head, tail) = self.0.head_and_tail();
                head != tail
            };
            self.0.sleep_until(there_is, &common.consumer_sleeps, deadline)?;
        };
        drop(turn);
        if common.producer_sleeps.load(Ordering::SeqCst) && self.is_worth_waking() {
            self.0.wake(&common.producer_sleeps);
        }
        Ok(&buffer[SHIFT..SHIFT + length])
    }

    // ANCHOR: recv
    /// Takes the first message, if there is one. Only in this consumer's turn.
    fn take_next(&self, buffer: &mut Vec<u8>) -> Result<Option<usize>, WireError> {
        let (head, tail) = self.0.head_and_tail();
        if head == tail {
            return Ok(None);
        }
        let mut length = [0; LENGTH];
        self.0.read(head.bytes, &mut length);
        let length = u32::from_le_bytes(length) as usize;
        if length > MAX {
            return Err(WireError::TooLarge(length)); // no sender of ours wrote that
        }
        let message = room_in(buffer, length);
        if length > LONGEST_IN_RING {
            self.read_large(message);
        } else {
            self.0.read(head.bytes.wrapping_add(LENGTH as u32), message);
        }
        // One store: before it the message is there for the next consumer, after it the message is ours.
        head.behind(length).store(&self.0.memory.header().head.0);
        Ok(Some(length))
    }
    // ANCHOR_END: recv

    fn read_large(&self, bytes: &mut [u8]) {
        // SAFETY: the message is between head and tail, so no producer writes another one here.
        unsafe { self.0.memory.read(LARGE_AT, bytes) }
    }

    /// Whether a producer that sleeps can send an eighth of the queue before it has to sleep again: waking it
    /// takes as long as some ten messages. It looks by itself as well, so it never sleeps on for long.
    fn is_worth_waking(&self) -> bool {
        let (head, tail) = self.0.head_and_tail();
        let (messages, bytes) = tail.since(head);
        let capacity = self.0.common().capacity.load(Ordering::Relaxed);
        capacity.saturating_sub(messages) >= (capacity / 8).max(1) && bytes <= RING - RING / 8
    }

    /// Counted from now on: the child may come late, and this process may have none left by then.
    pub(super) fn give(&self) -> io::Result<Given> {
        self.0.common().receivers.fetch_add(1, Ordering::Relaxed);
        let memory = Arc::clone(&self.0.memory);
        let one_less = move || {
            memory.header().common.0.receivers.fetch_sub(1, Ordering::Relaxed);
        };
        let count = vec![Counted::until(one_less)];
        Ok(Given { wire: self.0.give()?, count })
    }

    pub(super) fn take(wire: Wire) -> io::Result<Self> {
        End::take(wire).map(Receiver)
    }
}

/// Its bytes are as somebody left them: zeros only where it had to grow.
fn room_in(buffer: &mut Vec<u8>, length: usize) -> &mut [u8] {
    let whole = (SHIFT + length).next_multiple_of(PAGE);
    if buffer.len() < whole {
        buffer.clear(); // or it would copy what nobody needs
        buffer.resize(whole, 0);
    }
    &mut buffer[SHIFT..SHIFT + length]
}

impl Drop for Receiver {
    /// Before the bell is closed, so that a sender who is woken by that finds nobody counted.
    fn drop(&mut self) {
        self.0.common().receivers.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::{mem, thread};

    use super::*;

    fn two_ends(capacity: usize) -> (Arc<Sender>, Arc<Receiver>) {
        ends(capacity).expect("the system has memory and descriptors")
    }

    /// As another process has them: with a mapping and descriptors of its own.
    fn handed_over((to, from): (Arc<Sender>, Arc<Receiver>)) -> (Sender, Receiver) {
        let to = Sender::take(to.give().expect("a wire")).expect("an end");
        let Given { wire, count } = from.give().expect("a wire");
        let from = Receiver::take(wire).expect("an end");
        count.into_iter().for_each(Counted::leave_to_the_child);
        (to, from)
    }

    /// When something counts as hung. Nothing is measured by it.
    const DEADLINE: Duration = Duration::from_secs(60);

    fn receive(from: &Receiver) -> Result<Vec<u8>, WireError> {
        from.recv(&mut Vec::new(), Some(Instant::now() + DEADLINE)).map(<[u8]>::to_vec)
    }

    #[test]
    fn messages_of_all_lengths_come_in_order() {
        let (to, from) = handed_over(two_ends(100));
        let mut lengths: Vec<_> = (0..2_000).map(|n| n * n % 70_001).collect();
        lengths.extend([LONGEST_IN_RING, LONGEST_IN_RING + 1, 3, RING, RING + 1, MAX, 0, MAX]);
        let message = |n: usize, length: usize| vec![n as u8; length];
        thread::scope(|scope| {
            let (to, lengths) = (&to, &lengths);
            scope.spawn(move || {
                for (n, &length) in lengths.iter().enumerate() {
                    to.send(&message(n, length)).expect("the receiver is there");
                }
            });
            let from = from; // dropped by a panic here, or the sender would wait for ever
            for (n, &length) in lengths.iter().enumerate() {
                let received = receive(&from).expect("one was sent");
                assert!(received == message(n, length), "message {n} of {length} bytes");
            }
        });
    }

    #[test]
    fn nobody_sleeps_on_when_there_is_something_to_do() {
        const EACH: u32 = 5_000;
        for capacity in [1, 2, 100] {
            let (to, from) = two_ends(capacity);
            let mut received: Vec<u32> = thread::scope(|scope| {
                for first in [0, EACH] {
                    let to = Arc::clone(&to);
                    scope.spawn(move || {
                        for n in first..first + EACH {
                            to.send(&n.to_le_bytes()).expect("receivers are there");
                        }
                    });
                }
                drop(to);
                let receive_all = || {
                    let bytes = std::iter::from_fn(|| receive(&from).ok());
                    bytes.map(|b| u32::from_le_bytes(b.try_into().expect("4 bytes"))).collect::<Vec<_>>()
                };
                let receivers = [scope.spawn(receive_all), scope.spawn(receive_all)];
                receivers.into_iter().flat_map(|thread| thread.join().expect("it didn't panic")).collect()
            });
            received.sort_unstable();
            assert!(received.into_iter().eq(0..2 * EACH), "each once, with a capacity of {capacity}");
        }
    }

    #[test]
    fn a_sleeper_looks_again_when_it_has_said_that_it_sleeps() {
        let (to, from) = two_ends(1);
        rustix::io::write(&to.0.wakes, b"!").expect("the bell is empty");
        let sleeps = &from.0.common().consumer_sleeps;
        // Something to do, from the moment on when nobody rings any more.
        let there_is = || sleeps.load(Ordering::SeqCst);
        from.0.sleep_until(there_is, sleeps, None).expect("there is something to do");
        let left = rustix::io::read(&from.0.bell, &mut [0; 2]).expect("it is not empty");
        assert_eq!(left, 1, "it did not go to the bell");
    }

    /// What the kernel does for the mutexes of a thread that ends is what it does for a killed process.
    #[test]
    fn who_ends_in_the_middle_of_a_message_has_changed_nothing() {
        let (to, from) = two_ends(10);
        to.send(b"first").expect("there is room");
        thread::scope(|scope| {
            scope.spawn(|| {
                let shared = to.0.memory.header();
                mem::forget(shared.producers.0.turn.lock());
                to.0.write(Place::load(&shared.tail.0).bytes, &[255; 100]);
            });
            scope.spawn(|| {
                let shared = from.0.memory.header();
                mem::forget(shared.consumers.0.lock());
                from.0.read(Place::load(&shared.head.0).bytes, &mut [0; 3]);
            });
        });
        to.send(b"second").expect("there is room");
        drop(to);
        assert_eq!(receive(&from).expect("it was sent before"), b"first");
        assert_eq!(receive(&from).expect("it was sent after"), b"second");
        assert!(matches!(receive(&from), Err(WireError::Closed)));
    }

    #[test]
    fn a_sender_that_waits_for_room_learns_that_nobody_will_make_any() {
        let (to, from) = handed_over(two_ends(1));
        to.send(b"fills it").expect("there is room");
        let (ended, waiter) = mpsc::channel();
        thread::spawn(move || {
            let waits = to.send(b"waits");
            ended.send((waits, to)).expect("the test is there");
        });
        drop(from);
        let (waits, to) = waiter.recv_timeout(DEADLINE).expect("it ends");
        assert!(matches!(waits, Err(WireError::Closed)));
        assert!(matches!(to.send(b"late"), Err(WireError::Closed)));
    }

    #[test]
    fn a_receiver_that_was_killed_is_missed_when_the_queue_is_full() {
        let (to, from) = handed_over(two_ends(2));
        from.0.common().receivers.fetch_add(1, Ordering::Relaxed); // one that will never count itself out
        drop(from);
        to.send(b"one").expect("there is room");
        to.send(b"two").expect("there is room");
        assert!(matches!(to.send(b"three"), Err(WireError::Closed)));
    }

    #[test]
    fn a_receiver_behind_another_one_gives_up_in_time() {
        let (to, from) = two_ends(1);
        thread::scope(|scope| {
            scope.spawn(|| receive(&from));
            while !from.0.common().consumer_sleeps.load(Ordering::SeqCst) {
                thread::yield_now();
            }
            let deadline = Some(Instant::now() + Duration::from_millis(20));
            assert!(matches!(from.recv(&mut Vec::new(), deadline), Err(WireError::TimedOut)));
            to.send(b"for the first").expect("there is room");
        });
    }

    #[test]
    fn the_memory_of_a_large_message_is_given_back() {
        let (to, from) = two_ends(10);
        let in_use = || {
            let file = rustix::fs::fstat(to.0.memory.as_fd()).expect("it is a file");
            file.st_blocks as usize * 512
        };
        thread::scope(|scope| {
            scope.spawn(|| to.send(&vec![1; MAX]));
            receive(&from).expect("one was sent");
        });
        assert!(in_use() >= MAX);
        to.send(b"small").expect("there is room");
        assert!(in_use() <= RING + RING_AT, "{} bytes", in_use());
    }

    #[test]
    fn a_length_that_nobody_sent_is_refused() {
        let (to, from) = two_ends(10);
        to.send(b"first").expect("there is room");
        to.0.write(0, &u32::MAX.to_le_bytes());
        assert!(matches!(receive(&from), Err(WireError::TooLarge(_))));
    }

    #[test]
    fn counts_go_on_from_their_largest_number() {
        let (to, from) = two_ends(3);
        let shared = to.0.memory.header();
        let last = Place { messages: u32::MAX, bytes: u32::MAX - 5 };
        last.store(&shared.head.0);
        last.store(&shared.tail.0);
        for round in 0..5_u8 {
            to.send(&[round; 10]).expect("there is room");
            assert_eq!(receive(&from).expect("one was sent"), [round; 10]);
        }
    }
}

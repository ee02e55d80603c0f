//! `select!`, `select_biased!` and `Select`.

use std::panic::Location;
use std::time::Duration;

use interleave::channel::{Arm, NotSent, Patience, Then, select};
use interleave::execution::Place;
use interleave_std::time::Instant;

use crate::{
    ReadyTimeoutError, Receiver, RecvError, SelectTimeoutError, SendError, Sender, TryReadyError,
    TrySelectError,
};

/// An end of a channel.
pub trait End {
    /// It as an arm.
    fn arm(&self) -> Arm;
}

impl<T> End for Receiver<T> {
    fn arm(&self) -> Arm {
        self.0.arm(false)
    }
}

impl<T> End for Sender<T> {
    fn arm(&self) -> Arm {
        self.0.arm(true)
    }
}

impl<T> Receiver<T> {
    #[doc(hidden)]
    #[track_caller]
    pub fn chosen_recv(&self) -> Result<T, RecvError> {
        self.0.selected_receive(Location::caller()).map_err(|_| RecvError)
    }
}

impl<T> Sender<T> {
    #[doc(hidden)]
    #[track_caller]
    pub fn chosen_send(&self, message: T) -> Result<(), SendError<T>> {
        self.0.selected_send(message, Location::caller()).map_err(|not| match not {
            NotSent::Full(back) | NotSent::Disconnected(back) | NotSent::TimeOver(back) => SendError(back),
        })
    }
}

/// Waits for one of these, and tells which.
#[doc(hidden)]
#[track_caller]
pub fn choose(ends: &[&dyn End], default: Option<Option<Duration>>, biased: bool) -> Option<usize> {
    let patience = match default {
        None => Patience::Endless,
        Some(None) => Patience::None,
        Some(Some(time)) => Patience::Some(time),
    };
    select(ends.iter().map(|end| end.arm()).collect(), patience, biased, Then::Does, Location::caller())
}

/// See `crossbeam_channel::Select`.
pub struct Select<'a> {
    /// By their index; none where one was removed.
    ends: Vec<Option<&'a dyn End>>,
    biased: bool,
}

/// See `crossbeam_channel::SelectedOperation`: it has to be done.
#[must_use]
pub struct SelectedOperation<'a> {
    index: usize,
    end: &'a dyn End,
}

impl<'a> Select<'a> {
    /// One without operations.
    pub fn new() -> Self {
        Select { ends: Vec::new(), biased: false }
    }

    /// One that chooses the first that is ready.
    pub fn new_biased() -> Self {
        Select { ends: Vec::new(), biased: true }
    }

    /// Adds a send, and returns its index.
    pub fn send<T>(&mut self, sender: &'a Sender<T>) -> usize {
        self.add(sender)
    }

    /// Adds a receive, and returns its index.
    pub fn recv<T>(&mut self, receiver: &'a Receiver<T>) -> usize {
        self.add(receiver)
    }

    fn add(&mut self, end: &'a dyn End) -> usize {
        self.ends.push(Some(end));
        self.ends.len() - 1
    }

    /// Takes an operation out; the others keep their index.
    ///
    /// # Panics
    ///
    /// If there is none of this index.
    pub fn remove(&mut self, index: usize) {
        assert!(self.ends.get(index).is_some_and(Option::is_some), "no operation has the index {index}");
        self.ends[index] = None;
    }

    fn chosen(&self, patience: Patience, then: Then, place: Place) -> Option<usize> {
        let there: Vec<usize> = (0..self.ends.len()).filter(|index| self.ends[*index].is_some()).collect();
        assert!(!there.is_empty() || patience != Patience::Endless, "no operations, so there is no end");
        let arms = self.ends.iter().flatten().map(|end| end.arm()).collect();
        select(arms, patience, self.biased, then, place).map(|at| there[at])
    }

    fn operation(&self, index: usize) -> SelectedOperation<'a> {
        SelectedOperation { index, end: self.ends[index].expect("it was chosen") }
    }

    /// Blocks until one is ready.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[track_caller]
    pub fn select(&mut self) -> SelectedOperation<'a> {
        let index =
            self.chosen(Patience::Endless, Then::Does, Location::caller()).expect("it waits without an end");
        self.operation(index)
    }

    /// One that is ready now.
    ///
    /// # Errors
    ///
    /// If none is.
    #[track_caller]
    pub fn try_select(&mut self) -> Result<SelectedOperation<'a>, TrySelectError> {
        let index = self.chosen(Patience::None, Then::Does, Location::caller()).ok_or(TrySelectError)?;
        Ok(self.operation(index))
    }

    /// Blocks until one is ready, or the explorer decides that the time is over.
    ///
    /// # Errors
    ///
    /// If it is.
    #[track_caller]
    pub fn select_timeout(&mut self, time: Duration) -> Result<SelectedOperation<'a>, SelectTimeoutError> {
        let index =
            self.chosen(Patience::Some(time), Then::Does, Location::caller()).ok_or(SelectTimeoutError)?;
        Ok(self.operation(index))
    }

    /// As [`Select::select_timeout`].
    ///
    /// # Errors
    ///
    /// As [`Select::select_timeout`].
    #[track_caller]
    pub fn select_deadline(&mut self, time: Instant) -> Result<SelectedOperation<'a>, SelectTimeoutError> {
        self.select_timeout(time.is_in())
    }

    /// Blocks until one is ready, and tells its index. It may no longer be so when it is done.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[track_caller]
    pub fn ready(&mut self) -> usize {
        self.chosen(Patience::Endless, Then::Tells, Location::caller()).expect("it waits without an end")
    }

    /// The index of one that is ready now.
    ///
    /// # Errors
    ///
    /// If none is.
    #[track_caller]
    pub fn try_ready(&mut self) -> Result<usize, TryReadyError> {
        self.chosen(Patience::None, Then::Tells, Location::caller()).ok_or(TryReadyError)
    }

    /// As [`Select::ready`], until the explorer decides that the time is over.
    ///
    /// # Errors
    ///
    /// If it is.
    #[track_caller]
    pub fn ready_timeout(&mut self, time: Duration) -> Result<usize, ReadyTimeoutError> {
        self.chosen(Patience::Some(time), Then::Tells, Location::caller()).ok_or(ReadyTimeoutError)
    }

    /// As [`Select::ready_timeout`].
    ///
    /// # Errors
    ///
    /// As [`Select::ready_timeout`].
    #[track_caller]
    pub fn ready_deadline(&mut self, time: Instant) -> Result<usize, ReadyTimeoutError> {
        self.ready_timeout(time.is_in())
    }
}

impl Default for Select<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl Clone for Select<'_> {
    fn clone(&self) -> Self {
        Select { ends: self.ends.clone(), biased: self.biased }
    }
}

impl std::fmt::Debug for Select<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Select { .. }")
    }
}

impl SelectedOperation<'_> {
    /// Its index.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Does it, a send.
    ///
    /// # Errors
    ///
    /// If nobody receives any more; the message comes back.
    ///
    /// # Panics
    ///
    /// If another operation was selected, or the same one on a clone of this end.
    #[track_caller]
    pub fn send<T>(self, sender: &Sender<T>, message: T) -> Result<(), SendError<T>> {
        assert!(self.is(sender), "passed a sender that wasn't selected");
        std::mem::forget(self);
        sender.chosen_send(message)
    }

    /// Does it, a receive.
    ///
    /// # Errors
    ///
    /// If nothing is there, and nobody sends any more.
    ///
    /// # Panics
    ///
    /// If another operation was selected, or the same one on a clone of this end.
    #[track_caller]
    pub fn recv<T>(self, receiver: &Receiver<T>) -> Result<T, RecvError> {
        assert!(self.is(receiver), "passed a receiver that wasn't selected");
        std::mem::forget(self);
        receiver.chosen_recv()
    }

    /// Whether it is this end: not a clone of it, as in crossbeam.
    fn is(&self, end: &dyn End) -> bool {
        std::ptr::addr_eq(self.end, end)
    }
}

impl Drop for SelectedOperation<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("dropped `SelectedOperation` without completing the operation");
        }
    }
}

impl std::fmt::Debug for SelectedOperation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SelectedOperation { .. }")
    }
}

/// See `crossbeam_channel::select!`.
#[macro_export]
macro_rules! select {
    ($($arms:tt)*) => { $crate::__select!(@read false [] [] $($arms)*) };
}

/// See `crossbeam_channel::select_biased!`.
#[macro_export]
macro_rules! select_biased {
    ($($arms:tt)*) => { $crate::__select!(@read true [] [] $($arms)*) };
}

/// Reads the arms one by one: each is kept as `(recv (end) () (pattern) {body})` or `(send (end) (message) (pattern) {body})`,
/// and `default` as `[(time) {body}]`. Then each end is evaluated, once, and only then one is chosen.
///
/// A body is a block, with or without a comma after it, or any expression, with one unless it is the last.
#[doc(hidden)]
#[macro_export]
macro_rules! __select {
    // The head of an arm.
    (@read $biased:tt $arms:tt $default:tt recv($end:expr $(,)?) -> $result:pat => $($rest:tt)*) => {
        $crate::__select!(@body $biased $arms $default (recv ($end) () ($result)) $($rest)*)
    };
    (@read $biased:tt $arms:tt $default:tt send($end:expr, $message:expr $(,)?) -> $result:pat => $($rest:tt)*) => {
        $crate::__select!(@body $biased $arms $default (send ($end) ($message) ($result)) $($rest)*)
    };
    (@read $biased:tt $arms:tt [] default $(($($time:expr)? $(,)?))? => $($rest:tt)*) => {
        $crate::__select!(@body $biased $arms [] (default ($($($time)?)?)) $($rest)*)
    };
    (@read $biased:tt $arms:tt $default:tt) => {
        $crate::__select!(@bind $biased [] $arms $default)
    };
    // Its body.
    (@body $biased:tt $arms:tt $default:tt $head:tt { $($body:tt)* }, $($rest:tt)*) => {
        $crate::__select!(@keep $biased $arms $default $head { $($body)* } $($rest)*)
    };
    (@body $biased:tt $arms:tt $default:tt $head:tt $body:expr, $($rest:tt)*) => {
        $crate::__select!(@keep $biased $arms $default $head { $body } $($rest)*)
    };
    (@body $biased:tt $arms:tt $default:tt $head:tt { $($body:tt)* } $($rest:tt)*) => {
        $crate::__select!(@keep $biased $arms $default $head { $($body)* } $($rest)*)
    };
    (@body $biased:tt $arms:tt $default:tt $head:tt $body:expr) => {
        $crate::__select!(@keep $biased $arms $default $head { $body })
    };
    (@keep $biased:tt $arms:tt [] (default $time:tt) $body:tt $($rest:tt)*) => {
        $crate::__select!(@read $biased $arms [$time $body] $($rest)*)
    };
    (@keep $biased:tt [$($arms:tt)*] $default:tt ($($head:tt)*) $body:tt $($rest:tt)*) => {
        $crate::__select!(@read $biased [$($arms)* ($($head)* $body)] $default $($rest)*)
    };
    // Each round has an `end` of its own, by hygiene.
    (@bind $biased:tt [$($bound:tt)*] [(recv ($end:expr) $message:tt $result:tt $body:tt) $($rest:tt)*] $default:tt) => {
        match &$end {
            end => {
                let end: &$crate::Receiver<_> = end;
                $crate::__select!(@bind $biased [$($bound)* (recv (end) $message $result $body)] [$($rest)*] $default)
            }
        }
    };
    (@bind $biased:tt [$($bound:tt)*] [(send ($end:expr) $message:tt $result:tt $body:tt) $($rest:tt)*] $default:tt) => {
        match &$end {
            end => {
                let end: &$crate::Sender<_> = end;
                $crate::__select!(@bind $biased [$($bound)* (send (end) $message $result $body)] [$($rest)*] $default)
            }
        }
    };
    (@bind $biased:tt [$(($kind:ident ($end:ident) $message:tt $result:tt $body:tt))*] [] [$(($($time:expr)?) $default:tt)?]) => {{
        #[allow(unused_mut, unused_assignments)]
        let mut time = ::core::option::Option::None;
        $(
            time = ::core::option::Option::Some(::core::option::Option::None);
            $(time = ::core::option::Option::Some(::core::option::Option::Some($time));)?
        )?
        let chosen = $crate::choose(&[$($end as &dyn $crate::End),*], time, $biased);
        $crate::__select!(@run chosen (0usize) [$(($kind ($end) $message $result $body))*] [$($default)?])
    }};
    (@run $chosen:ident ($at:expr) [(recv ($end:ident) () ($result:pat) $body:block) $($rest:tt)*] $default:tt) => {
        if $chosen == ::core::option::Option::Some($at) {
            let $result = $end.chosen_recv();
            $body
        } else {
            $crate::__select!(@run $chosen ($at + 1usize) [$($rest)*] $default)
        }
    };
    (@run $chosen:ident ($at:expr) [(send ($end:ident) ($message:expr) ($result:pat) $body:block) $($rest:tt)*] $default:tt) => {
        if $chosen == ::core::option::Option::Some($at) {
            let $result = $end.chosen_send($message);
            $body
        } else {
            $crate::__select!(@run $chosen ($at + 1usize) [$($rest)*] $default)
        }
    };
    (@run $chosen:ident ($at:expr) [] [$default:block]) => { $default };
    (@run $chosen:ident ($at:expr) [] []) => { ::core::unreachable!("one of the arms was chosen") };
}

//! `select!` and `select_biased!`.

use std::panic::Location;
use std::time::Duration;

use interleave::channel::{Arm, NotSent, Patience, select};

use crate::{Receiver, RecvError, SendError, Sender};

/// An end of a channel, as `select!` gets it: by value or by reference.
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

impl<E: End> End for &E {
    fn arm(&self) -> Arm {
        (**self).arm()
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
#[track_caller]
pub fn choose(ends: &[&dyn End], default: Option<Option<Duration>>, biased: bool) -> Option<usize> {
    let patience = match default {
        None => Patience::Endless,
        Some(None) => Patience::None,
        Some(Some(_)) => Patience::Some,
    };
    select(ends.iter().map(|end| end.arm()).collect(), patience, biased, Location::caller())
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

/// Reads the arms one by one: each is kept as `(recv (end) () (pattern) (body))` or `(send (end) (message) (pattern) (body))`,
/// and `default` as `[(time) (body)]`. Then each end is evaluated, once, and only then one is chosen.
#[doc(hidden)]
#[macro_export]
macro_rules! __select {
    (@read $biased:tt [$($arms:tt)*] $default:tt recv($end:expr $(,)?) -> $result:pat => $body:block $(,)? $($rest:tt)*) => {
        $crate::__select!(@read $biased [$($arms)* (recv ($end) () ($result) ($body))] $default $($rest)*)
    };
    (@read $biased:tt [$($arms:tt)*] $default:tt recv($end:expr $(,)?) -> $result:pat => $body:expr, $($rest:tt)*) => {
        $crate::__select!(@read $biased [$($arms)* (recv ($end) () ($result) ($body))] $default $($rest)*)
    };
    (@read $biased:tt [$($arms:tt)*] $default:tt recv($end:expr $(,)?) -> $result:pat => $body:expr) => {
        $crate::__select!(@read $biased [$($arms)* (recv ($end) () ($result) ($body))] $default)
    };
    (@read $biased:tt [$($arms:tt)*] $default:tt send($end:expr, $message:expr $(,)?) -> $result:pat => $body:block $(,)? $($rest:tt)*) => {
        $crate::__select!(@read $biased [$($arms)* (send ($end) ($message) ($result) ($body))] $default $($rest)*)
    };
    (@read $biased:tt [$($arms:tt)*] $default:tt send($end:expr, $message:expr $(,)?) -> $result:pat => $body:expr, $($rest:tt)*) => {
        $crate::__select!(@read $biased [$($arms)* (send ($end) ($message) ($result) ($body))] $default $($rest)*)
    };
    (@read $biased:tt [$($arms:tt)*] $default:tt send($end:expr, $message:expr $(,)?) -> $result:pat => $body:expr) => {
        $crate::__select!(@read $biased [$($arms)* (send ($end) ($message) ($result) ($body))] $default)
    };
    (@read $biased:tt $arms:tt [] default $(($($time:expr)?))? => $body:block $(,)? $($rest:tt)*) => {
        $crate::__select!(@read $biased $arms [($($($time)?)?) ($body)] $($rest)*)
    };
    (@read $biased:tt $arms:tt [] default $(($($time:expr)?))? => $body:expr, $($rest:tt)*) => {
        $crate::__select!(@read $biased $arms [($($($time)?)?) ($body)] $($rest)*)
    };
    (@read $biased:tt $arms:tt [] default $(($($time:expr)?))? => $body:expr) => {
        $crate::__select!(@read $biased $arms [($($($time)?)?) ($body)])
    };
    (@read $biased:tt $arms:tt $default:tt) => {
        $crate::__select!(@bind $biased [] $arms $default)
    };
    // Each round has an `end` of its own, by hygiene.
    (@bind $biased:tt [$($bound:tt)*] [($kind:ident ($end:expr) $message:tt $result:tt $body:tt) $($rest:tt)*] $default:tt) => {
        match &$end {
            end => $crate::__select!(@bind $biased [$($bound)* ($kind (end) $message $result $body)] [$($rest)*] $default),
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
    (@run $chosen:ident ($at:expr) [(recv ($end:ident) () ($result:pat) ($body:expr)) $($rest:tt)*] $default:tt) => {
        if $chosen == ::core::option::Option::Some($at) {
            let $result = $end.chosen_recv();
            $body
        } else {
            $crate::__select!(@run $chosen ($at + 1usize) [$($rest)*] $default)
        }
    };
    (@run $chosen:ident ($at:expr) [(send ($end:ident) ($message:expr) ($result:pat) ($body:expr)) $($rest:tt)*] $default:tt) => {
        if $chosen == ::core::option::Option::Some($at) {
            let $result = $end.chosen_send($message);
            $body
        } else {
            $crate::__select!(@run $chosen ($at + 1usize) [$($rest)*] $default)
        }
    };
    (@run $chosen:ident ($at:expr) [] [($default:expr)]) => { $default };
    (@run $chosen:ident ($at:expr) [] []) => { ::core::unreachable!("one of the arms was chosen") };
}

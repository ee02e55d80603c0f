//! What time it is: see [`interleave::execution::now`].

use ::std::fmt;
use ::std::ops::{Add, AddAssign, Sub, SubAssign};
use ::std::panic::Location;

use interleave::execution;

pub use ::std::time::*;

macro_rules! clock {
    ($name:ident) => {
        impl Add<Duration> for $name {
            type Output = $name;

            fn add(self, time: Duration) -> $name {
                self.checked_add(time).expect("overflow when adding a duration")
            }
        }

        impl Sub<Duration> for $name {
            type Output = $name;

            fn sub(self, time: Duration) -> $name {
                self.checked_sub(time).expect("overflow when subtracting a duration")
            }
        }

        impl AddAssign<Duration> for $name {
            fn add_assign(&mut self, time: Duration) {
                *self = *self + time;
            }
        }

        impl SubAssign<Duration> for $name {
            fn sub_assign(&mut self, time: Duration) {
                *self = *self - time;
            }
        }

        impl $name {
            /// The time so much later, if there is such a time.
            pub fn checked_add(&self, time: Duration) -> Option<$name> {
                self.0.checked_add(time).map($name)
            }

            /// The time so much earlier, if there is such a time.
            pub fn checked_sub(&self, time: Duration) -> Option<$name> {
                self.0.checked_sub(time).map($name)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

/// Where the clock of an explored program begins: a time before it can be told, too.
const START: Duration = Duration::from_secs(86_400 * 365);

/// See [`std::time::Instant`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Duration);
clock!(Instant);

impl Instant {
    /// The time now.
    #[track_caller]
    pub fn now() -> Instant {
        Instant(START + execution::now(Location::caller()))
    }

    /// How much later this is; nothing if it isn't.
    pub fn duration_since(&self, earlier: Instant) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// How much later this is, if it is.
    pub fn checked_duration_since(&self, earlier: Instant) -> Option<Duration> {
        self.0.checked_sub(earlier.0)
    }

    /// As [`Instant::duration_since`].
    pub fn saturating_duration_since(&self, earlier: Instant) -> Duration {
        self.duration_since(earlier)
    }

    /// How long ago that was.
    #[track_caller]
    pub fn elapsed(&self) -> Duration {
        Instant::now().duration_since(*self)
    }

    /// The time so long after the beginning of the program.
    #[doc(hidden)]
    pub fn at(time: Duration) -> Instant {
        Instant(START + time)
    }

    /// How long after the beginning of the program that is.
    #[doc(hidden)]
    pub fn since_start(self) -> Duration {
        self.0.saturating_sub(START)
    }

    /// How long it is until then, without a look at the clock.
    #[doc(hidden)]
    pub fn is_in(self) -> Duration {
        self.0.saturating_sub(START + execution::virtual_time())
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Instant) -> Duration {
        self.duration_since(earlier)
    }
}

/// See [`std::time::SystemTime`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SystemTime(::std::time::SystemTime);
clock!(SystemTime);

/// See [`std::time::UNIX_EPOCH`].
pub const UNIX_EPOCH: SystemTime = SystemTime::UNIX_EPOCH;

impl SystemTime {
    /// The beginning of 1970.
    pub const UNIX_EPOCH: SystemTime = SystemTime(::std::time::UNIX_EPOCH);

    /// The time now, on the same day in each execution.
    #[track_caller]
    pub fn now() -> SystemTime {
        SystemTime(::std::time::UNIX_EPOCH + START * 56 + execution::now(Location::caller()))
    }

    /// How much later this is.
    ///
    /// # Errors
    ///
    /// If it is earlier: how much.
    pub fn duration_since(&self, earlier: SystemTime) -> Result<Duration, SystemTimeError> {
        self.0.duration_since(earlier.0)
    }

    /// How long ago that was.
    ///
    /// # Errors
    ///
    /// If it is not yet: how long until then.
    #[track_caller]
    pub fn elapsed(&self) -> Result<Duration, SystemTimeError> {
        SystemTime::now().duration_since(*self)
    }
}

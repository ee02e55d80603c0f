//! The standard output and error: nothing is written, but kept as what an order prints, and only one at a time may do so.

use ::std::fmt::Arguments;
use ::std::panic::Location;

use interleave::execution::{self, Place, Stream};
use interleave::lock::{Entered, Reentrant};

pub use ::std::io::*;

/// The lock of the standard output.
static OUTPUT: Reentrant = Reentrant::new("stdout");
/// The lock of the standard error.
static ERROR: Reentrant = Reentrant::new("stderr");

/// Printing takes the lock, and holds it while the text is made. That is a step only where somebody could tell: where one
/// keeps the lock to itself, or takes a step while it makes its text.
#[doc(hidden)]
pub fn print(to: Stream, text: Arguments<'_>, place: Place) {
    if !execution::is_explored() {
        return;
    }
    let lock = match to {
        Stream::Output => &OUTPUT,
        Stream::Error => &ERROR,
    };
    let held = execution::prints_are_seen().then(|| lock.enter(place));
    let before = execution::steps();
    let text = ::std::fmt::format(text);
    if held.is_none() && execution::steps() != before {
        execution::sees_prints();
    }
    execution::prints(to, &text);
    execution::tell(Some(place), |_| ::std::format!("prints {:?}", text.trim_end()));
}

macro_rules! stream {
    ($name:ident $lock:ident $make:ident $of:ident $stream:ident) => {
        #[doc = concat!("See `std::io::", stringify!($name), "`.")]
        #[derive(Debug)]
        pub struct $name(());

        #[doc = concat!("See `std::io::", stringify!($lock), "`.")]
        #[derive(Debug)]
        pub struct $lock<'a> {
            _held: Option<Entered<'a>>,
            /// It stays with its thread.
            _stays: ::std::marker::PhantomData<*const ()>,
        }

        #[doc = concat!("See `std::io::", stringify!($make), "`.")]
        pub fn $make() -> $name {
            $name(())
        }

        impl $name {
            /// Blocks until nobody else writes, and keeps others from it.
            #[track_caller]
            pub fn lock(&self) -> $lock<'static> {
                let explored = execution::is_explored();
                if explored {
                    execution::sees_prints();
                }
                let place = Location::caller();
                $lock { _held: explored.then(|| $of.enter(place)), _stays: ::std::marker::PhantomData }
            }
        }

        impl Write for $name {
            #[track_caller]
            fn write(&mut self, bytes: &[u8]) -> Result<usize> {
                (&*self).write(bytes)
            }

            #[track_caller]
            fn write_fmt(&mut self, text: Arguments<'_>) -> Result<()> {
                (&*self).write_fmt(text)
            }

            fn flush(&mut self) -> Result<()> {
                Ok(())
            }
        }

        impl Write for &$name {
            #[track_caller]
            fn write(&mut self, bytes: &[u8]) -> Result<usize> {
                let text = String::from_utf8_lossy(bytes);
                print(Stream::$stream, format_args!("{text}"), Location::caller());
                Ok(bytes.len())
            }

            #[track_caller]
            fn write_fmt(&mut self, text: Arguments<'_>) -> Result<()> {
                print(Stream::$stream, text, Location::caller());
                Ok(())
            }

            fn flush(&mut self) -> Result<()> {
                Ok(())
            }
        }

        impl Write for $lock<'_> {
            #[track_caller]
            fn write(&mut self, bytes: &[u8]) -> Result<usize> {
                let text = String::from_utf8_lossy(bytes);
                print(Stream::$stream, format_args!("{text}"), Location::caller());
                Ok(bytes.len())
            }

            #[track_caller]
            fn write_fmt(&mut self, text: Arguments<'_>) -> Result<()> {
                print(Stream::$stream, text, Location::caller());
                Ok(())
            }

            fn flush(&mut self) -> Result<()> {
                Ok(())
            }
        }
    };
}
stream!(Stdout StdoutLock stdout OUTPUT Output);
stream!(Stderr StderrLock stderr ERROR Error);

/// Refused: another order would find nothing more to read.
pub fn stdin() -> Stdin {
    execution::refuse(
        "the standard input can't be explored: it is read only once; put what it says into the program",
    )
}

/// Refused: a thread that waits at a pipe would hold up the explorer, and all other threads with it.
///
/// # Errors
///
/// None: it does not return.
pub fn pipe() -> Result<(PipeReader, PipeWriter)> {
    execution::refuse(
        "a pipe of the system can't be explored; take a channel for what two threads say to each other",
    )
}

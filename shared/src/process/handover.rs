//! What a child gets from its parent, and how it is handed over.

use std::io::{self, PipeReader, PipeWriter};

use super::descriptor::{self, Wire};

/// What a parent can hand to a child that it starts: `()`, an end of a [`std::io::pipe`], an end of a
/// [`queue()`](super::queue()), a handle of a [`lock()`](super::lock()) or of an [`array()`](super::array());
/// on Unix also a pair of two of these.
///
/// The parent's copy is closed when the child starts. This matters for pipes: a reader sees the end of
/// file only when *all* copies of the other end are closed.
///
/// # Examples
///
/// ```standalone_crate
/// use shared::process::{self, role};
/// use std::io::{PipeReader, Write, read_to_string};
///
/// fn main() -> std::process::ExitCode {
///     shared::run("//! A child reads what its parent writes.", lesson, &[role(read)])
/// }
///
/// fn lesson() -> anyhow::Result<()> {
///     let (reader, mut writer) = std::io::pipe()?;
///     let child = process::start(read, reader)?;
///     writer.write_all(b"hello")?;
///     drop(writer); // or the child never sees the end of file
///     child.join()?;
///     Ok(())
/// }
///
/// fn read(pipe: PipeReader) -> anyhow::Result<()> {
///     assert_eq!(read_to_string(pipe)?, "hello");
///     Ok(())
/// }
/// ```
pub trait Handover: Sized {
    #[doc(hidden)]
    fn give(self, _: Ours) -> io::Result<Given>;

    #[doc(hidden)]
    fn take(wire: Wire, _: Ours) -> io::Result<Self>;
}

/// What a child is given, on its way. Dropped, it comes back: nobody is counted who has never got it.
#[doc(hidden)]
pub struct Given {
    pub(super) wire: Wire,
    pub(super) count: Vec<Counted>,
}

impl From<Wire> for Given {
    fn from(wire: Wire) -> Self {
        Given { wire, count: Vec::new() }
    }
}

/// Counted among those who have one end of something. Dropped, it is not any more.
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only the queue in memory counts"))]
pub(crate) struct Counted {
    leave: Option<Box<dyn FnOnce()>>,
}

impl Counted {
    #[cfg(target_os = "linux")]
    pub(super) fn until(leave: impl FnOnce() + 'static) -> Self {
        Counted { leave: Some(Box::new(leave)) }
    }

    /// From now on the child leaves by itself.
    pub(super) fn leave_to_the_child(mut self) {
        self.leave = None;
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some(leave) = self.leave.take() {
            leave();
        }
    }
}

/// Only this crate can make one: others can't take the memory that processes share, and write into it.
#[doc(hidden)]
pub struct Ours(pub(super) ());

impl Handover for () {
    fn give(self, _: Ours) -> io::Result<Given> {
        Ok(descriptor::nowhere()?.into())
    }

    fn take(_wire: Wire, _: Ours) -> io::Result<Self> {
        Ok(())
    }
}

impl Handover for PipeReader {
    fn give(self, _: Ours) -> io::Result<Given> {
        Ok(Wire::from(self).into())
    }

    fn take(wire: Wire, _: Ours) -> io::Result<Self> {
        Ok(wire.into())
    }
}

impl Handover for PipeWriter {
    fn give(self, _: Ours) -> io::Result<Given> {
        Ok(Wire::from(self).into())
    }

    fn take(wire: Wire, _: Ours) -> io::Result<Self> {
        Ok(wire.into())
    }
}

/// Two at once, on Unix only.
///
/// # Examples
///
/// A worker takes from one queue and sends to another:
///
/// ```standalone_crate
/// use shared::process::{self, Receiver, Sender, role};
///
/// fn main() -> std::process::ExitCode {
///     shared::run("//! Numbers there, squares back.", lesson, &[role(square)])
/// }
///
/// fn lesson() -> anyhow::Result<()> {
///     let (numbers, to_worker) = process::queue(10)?;
///     let (from_worker, squares) = process::queue(10)?;
///     let worker = process::start(square, (to_worker, from_worker))?;
///     numbers.send(&7)?;
///     drop(numbers); // or the worker waits for more
///     assert_eq!(squares.collect::<Result<Vec<_>, _>>()?, [49]);
///     worker.join()?;
///     Ok(())
/// }
///
/// fn square((numbers, squares): (Receiver<u32>, Sender<u32>)) -> anyhow::Result<()> {
///     for number in numbers {
///         let number = number?;
///         squares.send(&(number * number))?;
///     }
///     Ok(())
/// }
/// ```
#[cfg(unix)]
impl<A: Handover, B: Handover> Handover for (A, B) {
    fn give(self, _: Ours) -> io::Result<Given> {
        let (first, second) = (self.0.give(Ours(()))?, self.1.give(Ours(()))?);
        let wire = descriptor::pack([first.wire, second.wire])?;
        Ok(Given { wire, count: first.count.into_iter().chain(second.count).collect() })
    }

    fn take(wire: Wire, _: Ours) -> io::Result<Self> {
        let [first, second] = descriptor::unpack(wire)?;
        Ok((A::take(first, Ours(()))?, B::take(second, Ours(()))?))
    }
}

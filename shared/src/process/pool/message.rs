//! What a pool and its workers say to each other: frames, each of a kind, about one task, with a body.

use std::io::Read;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::process::wire::{self, Frame, WireError};

/// The first byte of a message: what it says, and what its body is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
pub(super) enum Kind {
    /// To a worker: do this. The place of the function in the list for `shared::run`, and its input.
    Task,
    /// From a worker: from here on the task may have had effects. Nothing.
    Begins,
    /// A line to print.
    Says,
    /// The result.
    Done,
    /// The panic's message, and its place in the source.
    Panicked,
    /// Why the input or the result can't be passed.
    Unfit,
    /// So many of the tasks that were sent last are not begun, and should be given to somebody else.
    Returns,
}

const KINDS: [Kind; 7] =
    [Kind::Task, Kind::Begins, Kind::Says, Kind::Done, Kind::Panicked, Kind::Unfit, Kind::Returns];

/// Kind and number of the task, in front of the body.
const HEAD: usize = size_of::<u8>() + size_of::<u64>();

pub(super) struct Message {
    pub(super) kind: Kind,
    /// Of the task that it is about; 0 if it is about none.
    pub(super) task: u64,
    frame: Frame,
}

impl Message {
    /// Blocks until a whole message has come; errors are those of [`Frame::receive`].
    pub(super) fn receive(wire: impl Read) -> Result<Self, WireError> {
        let frame = Frame::receive(wire)?;
        let head = frame.content().first_chunk::<HEAD>();
        let parsed = head.and_then(|&[kind, ref task @ ..]| {
            Some((*KINDS.get(usize::from(kind))?, u64::from_le_bytes(*task)))
        });
        let (kind, task) = parsed.ok_or_else(|| WireError::Decode("it has no head".into()))?;
        Ok(Message { kind, task, frame })
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.frame.content()[HEAD..]
    }

    pub(super) fn decode<T: DeserializeOwned>(&self) -> Result<T, WireError> {
        wire::decode(self.body())
    }
}

/// Puts a message behind what is in `bytes`; `fill` puts in its body. If that fails, `bytes` is as it was.
pub(super) fn put(
    bytes: &mut Vec<u8>,
    kind: Kind,
    task: u64,
    fill: impl FnOnce(&mut Vec<u8>) -> Result<(), WireError>,
) -> Result<(), WireError> {
    wire::append(bytes, |bytes| {
        bytes.push(kind as u8);
        bytes.extend(task.to_le_bytes());
        fill(bytes)
    })
}

/// The same for a body that any program can pass: a text, a number, nothing.
pub(super) fn put_plain(bytes: &mut Vec<u8>, kind: Kind, task: u64, body: impl Serialize) {
    put(bytes, kind, task, |bytes| wire::encode(bytes, &body)).expect("texts and numbers can be passed");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_its_place_among_the_kinds() {
        for (place, kind) in KINDS.into_iter().enumerate() {
            assert_eq!(kind as usize, place);
        }
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for content in [&[][..], &[9; HEAD], &[0; HEAD - 1]] {
            let mut bytes = Vec::new();
            wire::append(&mut bytes, |bytes| {
                bytes.extend(content);
                Ok(())
            })
            .expect("it is short");
            assert!(matches!(Message::receive(&bytes[..]), Err(WireError::Decode(_))), "{content:?}");
        }
    }
}

//! What a pool and its workers say to each other: frames, each of a kind, about one task, with a body.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::process::wire::{self, Frame, WireError};

/// The first byte of a message: what it says, and what its body is.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(u8)]
pub(super) enum Kind {
    /// To a worker: do this. An [`Order`].
    Task,
    /// From a worker, at first: its start went well. Nothing.
    Lives,
    /// From here on all of an order may have had effects. Nothing.
    Begins,
    /// A line to print.
    Says,
    /// The result.
    Done,
    /// The task panics: the message, and the place in the source. What becomes of it is still open.
    Panics,
    /// The panic's message, and its place in the source.
    Panicked,
    /// Why the input or the result can't be passed.
    Unfit,
    /// Numbers of orders that were sent last, are not begun, and should be given to somebody else.
    Returns,
}

const KINDS: [Kind; 9] = [
    Kind::Task,
    Kind::Lives,
    Kind::Begins,
    Kind::Says,
    Kind::Done,
    Kind::Panics,
    Kind::Panicked,
    Kind::Unfit,
    Kind::Returns,
];

/// The number of an order that is the worker's initializer, and no task.
pub(super) const INITIALIZER: u64 = 1 << 63;

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

    fn body(&self) -> &[u8] {
        &self.frame.content()[HEAD..]
    }

    pub(super) fn decode<T: Serialize + DeserializeOwned>(&self) -> Result<T, WireError> {
        wire::decode(self.body())
    }

    /// The function of an order, and its inputs; `None` if it is no order.
    pub(super) fn order(&self) -> Option<(u64, impl Iterator<Item = &[u8]>)> {
        let (function, mut rest) = self.body().split_first_chunk()?;
        let inputs = std::iter::from_fn(move || {
            let (length, behind) = rest.split_first_chunk()?;
            let (input, behind) = behind.split_at_checked(u32::from_le_bytes(*length) as usize)?;
            rest = behind;
            Some(input)
        });
        Some((u64::from_le_bytes(*function), inputs))
    }
}

/// What a worker is to do: a message of a function's identity, and inputs for it, each with its length in front.
pub(super) struct Order(Vec<u8>);

impl Order {
    /// What is in front of the inputs.
    pub(super) const HEAD: usize = wire::HEAD + HEAD + size_of::<u64>();

    /// For one input.
    ///
    /// # Errors
    ///
    /// If the input can't be passed.
    pub(super) fn one(number: u64, function: u64, input: impl Serialize) -> Result<Self, WireError> {
        let mut bytes = Vec::new();
        put(&mut bytes, Kind::Task, number, |bytes| {
            bytes.extend(function.to_le_bytes());
            add(bytes, &input)
        })?;
        Ok(Order(bytes))
    }

    /// For inputs that are added one by one.
    pub(super) fn of_none(function: u64) -> Self {
        let mut bytes = vec![0; wire::HEAD + HEAD];
        bytes.extend(function.to_le_bytes());
        Order(bytes)
    }

    /// Adds an input. If it can't be passed, the order is as it was.
    pub(super) fn add(&mut self, input: impl Serialize) -> Result<(), WireError> {
        let before = self.0.len();
        let added = add(&mut self.0, &input).and_then(|()| {
            let length = Self::HEAD + self.0.len() - before;
            if length <= wire::MAX { Ok(()) } else { Err(WireError::TooLarge(length)) }
        });
        if added.is_err() {
            self.0.truncate(before);
        }
        added
    }

    pub(super) fn function(&self) -> u64 {
        let bytes = self.0[wire::HEAD + HEAD..].first_chunk().expect("every order has its function");
        u64::from_le_bytes(*bytes)
    }

    /// Where its inputs lie.
    pub(super) fn inputs(&self) -> Range<usize> {
        Self::HEAD..self.0.len()
    }

    /// Where the input ends that begins here.
    pub(super) fn behind(&self, input: usize) -> usize {
        let length = self.0[input..].first_chunk().expect("each input has its length in front");
        input + size_of::<u32>() + u32::from_le_bytes(*length) as usize
    }

    /// The message for these inputs, of which the first has this number.
    pub(super) fn request(&self, number: u64, inputs: usize, bytes: Range<usize>) -> Cow<'_, [u8]> {
        if inputs == 1 && bytes == self.inputs() && self.0[..wire::HEAD] != [0; wire::HEAD] {
            return Cow::from(&self.0); // as `one` has made it
        }
        let mut request = Vec::with_capacity(Self::HEAD + bytes.len());
        put(&mut request, Kind::Task, number, |request| {
            request.extend(&self.0[wire::HEAD + HEAD..Self::HEAD]);
            request.extend(&self.0[bytes]);
            Ok(())
        })
        .expect("`add` has seen that it can be passed");
        Cow::from(request)
    }
}

fn add(bytes: &mut Vec<u8>, input: &impl Serialize) -> Result<(), WireError> {
    let at = bytes.len();
    bytes.extend([0; size_of::<u32>()]);
    wire::encode(bytes, input)?;
    let length = bytes.len() - at - size_of::<u32>();
    let length = u32::try_from(length).map_err(|_| WireError::TooLarge(length))?;
    bytes[at..at + size_of::<u32>()].copy_from_slice(&length.to_le_bytes());
    Ok(())
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

/// The same for a body that any program can pass: a text that is cut, a number, nothing.
pub(super) fn put_plain(bytes: &mut Vec<u8>, kind: Kind, task: u64, body: impl Serialize) {
    put(bytes, kind, task, |bytes| wire::encode(bytes, &body))
        .expect("short texts and numbers can be passed");
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

    #[test]
    fn a_part_of_an_order_is_an_order() {
        let mut order = Order::of_none(7);
        for input in ["a", "", "ccc"] {
            order.add(input).expect("it is short");
        }
        let first = order.behind(order.inputs().start);
        let third = order.behind(first);
        let request = order.request(11, 2, first..order.inputs().end);
        let message = Message::receive(&request[..]).expect("a message");
        assert_eq!((message.kind, message.task), (Kind::Task, 11));
        let (function, inputs) = message.order().expect("an order");
        let inputs: Vec<String> = inputs.map(|input| wire::decode(input).expect("a text")).collect();
        assert_eq!((function, inputs), (7, vec![String::new(), "ccc".into()]));
        assert_eq!(order.behind(third), order.inputs().end);
    }

    #[test]
    fn an_input_that_cannot_be_passed_leaves_the_order_as_it_was() {
        let mut order = Order::of_none(7);
        order.add("a").expect("it is short");
        let before = order.inputs();
        assert!(matches!(order.add("x".repeat(wire::MAX)), Err(WireError::TooLarge(_))));
        assert_eq!(order.inputs(), before);
    }
}

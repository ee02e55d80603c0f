//! Messages on a pipe. Each is a frame: its length (4 bytes, little-endian), a check of the length (4 bytes), and
//! its bytes.
//!
//! # Layout
//!
//! - `value`: a message as bytes
//!
//! Bytes that get onto the wire by mistake are hardly ever such a pair, so their first eight bytes give them away.

use std::fmt::{self, Display};
use std::io::{self, ErrorKind, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

mod value;

/// The largest message, in bytes. More than this is a mistake.
///
/// # Examples
///
/// ```
/// use shared::process::wire;
///
/// assert_eq!(wire::MAX, 64 * 1024 * 1024);
/// ```
pub const MAX: usize = 64 << 20;

pub(super) const HEAD: usize = size_of::<[u32; 2]>();

/// The length, and a number that differs from it in ways that no shift by some bytes undoes.
fn head(length: u32) -> [u8; HEAD] {
    let check = !length.wrapping_mul(0x9E37_79B1);
    let ([a, b, c, d], [e, f, g, h]) = (length.to_le_bytes(), check.to_le_bytes());
    [a, b, c, d, e, f, g, h]
}

/// A message as it stands on the wire, with its length in front.
pub(super) struct Frame(Bytes);

/// Most results of tasks are short, and there may be a million of them: they need no memory of their own.
enum Bytes {
    Short([u8; SHORT], u8),
    Long(Vec<u8>),
}

const SHORT: usize = 38;

impl Bytes {
    /// This many, all 0.
    fn new(length: usize) -> Self {
        match u8::try_from(length) {
            Ok(short) if length <= SHORT => Bytes::Short([0; SHORT], short),
            _ => Bytes::Long(vec![0; length]),
        }
    }

    fn all(&self) -> &[u8] {
        match self {
            Bytes::Short(bytes, length) => &bytes[..usize::from(*length)],
            Bytes::Long(bytes) => bytes,
        }
    }

    fn all_mut(&mut self) -> &mut [u8] {
        match self {
            Bytes::Short(bytes, length) => &mut bytes[..usize::from(*length)],
            Bytes::Long(bytes) => bytes,
        }
    }
}

/// Puts a frame behind what is in `bytes`; `fill` puts in its content. If that fails, `bytes` is as it was.
pub(super) fn append(
    bytes: &mut Vec<u8>,
    fill: impl FnOnce(&mut Vec<u8>) -> Result<(), WireError>,
) -> Result<(), WireError> {
    let start = bytes.len();
    bytes.extend([0; HEAD]);
    let filled = fill(bytes).and_then(|()| match bytes.len() - start - HEAD {
        length @ ..=MAX => Ok(length as u32),
        length => Err(WireError::TooLarge(length)),
    });
    match filled {
        Ok(length) => bytes[start..start + HEAD].copy_from_slice(&head(length)),
        Err(_) => bytes.truncate(start),
    }
    filled.map(drop)
}

/// Puts a message behind what is in `bytes`.
pub(super) fn encode<T: Serialize>(bytes: &mut Vec<u8>, message: &T) -> Result<(), WireError> {
    value::write(bytes, message).map_err(|error| WireError::Encode(error.to_string()))
}

/// Makes a message of its bytes.
pub(super) fn decode<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    value::read(bytes).map_err(|error| WireError::Decode(error.to_string()))
}

impl Frame {
    /// Uses the memory of a buffer that is not needed any more.
    pub(super) fn encode<T: Serialize>(mut bytes: Vec<u8>, message: &T) -> Result<Self, WireError> {
        bytes.clear();
        append(&mut bytes, |bytes| encode(bytes, message))?;
        Ok(Frame(Bytes::Long(bytes)))
    }

    pub(super) fn decode<T: Serialize + DeserializeOwned>(&self) -> Result<T, WireError> {
        decode(self.content())
    }

    /// What stands behind the head.
    pub(super) fn content(&self) -> &[u8] {
        &self.0.all()[HEAD..]
    }

    /// Its memory, for the next message.
    pub(super) fn into_buffer(self) -> Vec<u8> {
        match self.0 {
            Bytes::Short(..) => Vec::new(),
            Bytes::Long(bytes) => bytes,
        }
    }

    /// One write for the whole of it. Blocks while the pipe is full.
    pub(super) fn send(&self, mut wire: impl Write) -> Result<(), WireError> {
        wire.write_all(self.0.all()).map_err(WireError::from)
    }

    /// Blocks until a whole frame has come. The end of file between two frames is
    /// [`WireError::Closed`], within one [`WireError::Torn`].
    pub(super) fn receive(wire: impl Read) -> Result<Self, WireError> {
        Self::receive_up_to(MAX, wire)
    }

    /// The same, for frames whose content has at most so many bytes. Nothing is set aside for a longer one.
    fn receive_up_to(most: usize, mut wire: impl Read) -> Result<Self, WireError> {
        let mut start = [0; HEAD];
        loop {
            match wire.read(&mut start[..1]) {
                Ok(0) => return Err(WireError::Closed),
                Ok(_) => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        wire.read_exact(&mut start[1..])?;
        let [a, b, c, d, ..] = start;
        let length = u32::from_le_bytes([a, b, c, d]);
        if start != head(length) {
            return Err(WireError::Decode("something else is on the wire".into()));
        }
        let length = length as usize;
        if length > most {
            return Err(WireError::TooLarge(length));
        }
        let mut bytes = Bytes::new(HEAD + length);
        let (its_head, content) = bytes.all_mut().split_at_mut(HEAD);
        its_head.copy_from_slice(&start);
        wire.read_exact(content)?;
        Ok(Frame(bytes))
    }
}

/// Sends one message over a stream of bytes: a pipe or a socket. One call of [`write_all`](Write::write_all) for the whole of it.
///
/// Blocks while the other side doesn't read and what lies between is full.
///
/// # Errors
///
/// [`WireError::Closed`] if the other side is gone; [`WireError::TooLarge`] or [`WireError::Encode`] if the message can't be
/// sent; [`WireError::TimedOut`] or [`WireError::Io`] if the stream says so. After an error, half of the message may be on the
/// way: close the stream.
///
/// # Examples
///
/// ```
/// # #[cfg(unix)] {
/// use std::os::unix::net::UnixStream;
///
/// use shared::process::wire;
///
/// let (here, there) = UnixStream::pair()?;
/// wire::send(&here, &("bread", 3))?;
/// let (word, count): (String, i32) = wire::receive(&there, 1024)?;
/// assert_eq!((word.as_str(), count), ("bread", 3));
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn send<T: Serialize>(stream: impl Write, message: &T) -> Result<(), WireError> {
    Frame::encode(Vec::new(), message)?.send(stream)
}

/// Receives one message of at most `most` bytes from a stream of bytes: exactly the bytes that [`send`] has sent.
///
/// Blocks until all of it has come. How long that may take is up to the stream.
///
/// # Errors
///
/// [`WireError::Closed`] if the stream ends between two messages, [`WireError::Torn`] if it ends within one;
/// [`WireError::TooLarge`] if the message has more than `most` bytes, and no memory is set aside for it then;
/// [`WireError::Decode`] if it is no message of this type; [`WireError::TimedOut`] or [`WireError::Io`] if the stream says so. After
/// an error, nobody knows where the next message begins: close the stream.
///
/// # Examples
///
/// ```
/// use shared::process::{WireError, wire};
///
/// let mut bytes = Vec::new();
/// wire::send(&mut bytes, &"a long word")?;
/// let half = &bytes[..bytes.len() / 2];
/// assert!(matches!(wire::receive::<String>(half, 1024), Err(WireError::Torn)));
/// assert!(matches!(wire::receive::<String>(&bytes[..], 4), Err(WireError::TooLarge(_))));
/// # Ok::<(), WireError>(())
/// ```
pub fn receive<T: Serialize + DeserializeOwned>(stream: impl Read, most: usize) -> Result<T, WireError> {
    Frame::receive_up_to(most, stream)?.decode()
}

/// Why a message could not be sent or received.
///
/// # Examples
///
/// ```
/// use shared::process::{self, WireError};
///
/// let (to, from) = process::queue::<char>(1)?;
/// drop(to);
/// assert!(matches!(from.recv(), Err(WireError::Closed)));
/// # Ok::<(), WireError>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum WireError {
    /// The other side is gone. For a receiver this is the end of the queue.
    Closed,
    /// The other side died in the middle of a message, which is dropped.
    Torn,
    /// The message is larger than [`MAX`], or than its receiver allows. The number is its size in bytes.
    TooLarge(usize),
    /// The message could not be turned into bytes.
    Encode(String),
    /// The bytes aren't a message of the type that was asked for.
    Decode(String),
    /// No message came within the given time.
    TimedOut,
    /// The system refused.
    Io(io::Error),
}

impl WireError {
    /// The same for another who is concerned.
    pub(super) fn again(&self) -> Self {
        match self {
            Self::Closed => Self::Closed,
            Self::Torn => Self::Torn,
            Self::TooLarge(bytes) => Self::TooLarge(*bytes),
            Self::Encode(problem) => Self::Encode(problem.clone()),
            Self::Decode(problem) => Self::Decode(problem.clone()),
            Self::TimedOut => Self::TimedOut,
            Self::Io(error) => Self::Io(super::again(error)),
        }
    }
}

impl From<io::Error> for WireError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // A socket is reset if the other side was closed before it had read everything.
            ErrorKind::BrokenPipe | ErrorKind::ConnectionReset => Self::Closed,
            ErrorKind::TimedOut => Self::TimedOut,
            ErrorKind::UnexpectedEof => Self::Torn,
            _ => Self::Io(error),
        }
    }
}

impl Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the other side is gone"),
            Self::Torn => f.write_str("the other side died in the middle of a message"),
            Self::TooLarge(bytes) => write!(f, "a message of {bytes} bytes is too large"),
            Self::Encode(problem) => write!(f, "cannot turn the message into bytes: {problem}"),
            Self::Decode(problem) => write!(f, "what came is no such message: {problem}"),
            Self::TimedOut => f.write_str("no message came in time"),
            Self::Io(_) => f.write_str("the wire between two processes failed"),
        }
    }
}

impl std::error::Error for WireError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(source) => Some(source),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_comes_back_whole_and_the_end_is_clean() {
        let mut wire = Vec::new();
        Frame::encode(Vec::new(), &("bone", 7_u32))
            .expect("it can be encoded")
            .send(&mut wire)
            .expect("a Vec takes all");
        let mut wire = &wire[..];
        let (what, number): (String, u32) =
            Frame::receive(&mut wire).expect("one frame").decode().expect("a pair");
        assert_eq!((what.as_str(), number), ("bone", 7));
        assert!(matches!(Frame::receive(&mut wire), Err(WireError::Closed)));
    }

    #[test]
    fn frames_of_every_short_length_come_back_whole() {
        for length in 0..=2 * SHORT {
            let mut wire = Vec::new();
            let text = "x".repeat(length);
            send(&mut wire, &text).expect("a Vec takes all");
            let frame = Frame::receive(&wire[..]).expect("one frame");
            assert_eq!(frame.decode::<String>().expect("a text"), text);
            let mut again = Vec::new();
            frame.send(&mut again).expect("a Vec takes all");
            assert_eq!(again, wire);
        }
    }

    #[test]
    fn a_frame_cut_anywhere_is_torn() {
        let mut wire = Vec::new();
        Frame::encode(Vec::new(), &"bone")
            .expect("it can be encoded")
            .send(&mut wire)
            .expect("a Vec takes all");
        for cut in 1..wire.len() {
            assert!(matches!(Frame::receive(&wire[..cut]), Err(WireError::Torn)), "cut at {cut}");
        }
    }

    #[test]
    fn a_frame_is_as_long_as_its_receiver_allows() {
        let mut wire = Vec::new();
        send(&mut wire, &"bone").expect("a Vec takes all");
        let length = wire.len() - HEAD;
        assert_eq!(receive::<String>(&wire[..], length).expect("just short enough"), "bone");
        let refused = receive::<String>(&wire[..], length - 1);
        assert!(matches!(refused, Err(WireError::TooLarge(bytes)) if bytes == length));
        // It is refused for its head alone: its bytes never come.
        let head = head(u32::MAX);
        assert!(matches!(receive::<String>(&head[..], 1024), Err(WireError::TooLarge(_))));
    }

    #[test]
    fn a_frame_comes_through_any_number_of_signals() {
        struct Interrupted(u32);
        impl Read for Interrupted {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                self.0 -= 1;
                if self.0 == 0 { Ok(0) } else { Err(ErrorKind::Interrupted.into()) }
            }
        }
        assert!(matches!(Frame::receive(Interrupted(1_000_000)), Err(WireError::Closed)));
    }

    #[test]
    fn text_on_the_wire_is_refused() {
        assert!(matches!(Frame::receive(&b"Hello, world\n"[..]), Err(WireError::Decode(_))));
        assert!(matches!(Frame::receive(&[0; 16][..]), Err(WireError::Decode(_))));
        for length in 0..1000 {
            let bytes = [&head(length)[..], &[0; 8]].concat();
            for stray in 0..=255 {
                let shifted = [&[stray], &bytes[..]].concat();
                assert!(
                    matches!(Frame::receive(&shifted[..]), Err(WireError::Decode(_))),
                    "{stray} before {length}"
                );
            }
        }
    }
}

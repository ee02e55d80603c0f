//! Answers of the local server: texts, files, and streams of events.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Frame};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::{Instant, Sleep, sleep};

/// How often a quiet stream gives a sign of life, and so finds out that its reader is gone.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// What is sent back.
pub type Answer = Response<UnsyncBoxBody<Bytes, io::Error>>;

/// An answer of text, unless [`is`] says what else it is.
pub fn answer(status: StatusCode, text: impl Into<Bytes>) -> Answer {
    let mut response = Response::new(Full::new(text.into()).map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = status;
    is(&mut response, "text/plain; charset=utf-8");
    response
}

/// Says what kind of text it is.
pub fn is(answer: &mut Answer, kind: &'static str) {
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
}

/// An answer of JSON.
pub fn json(value: &Value) -> Answer {
    let mut response = answer(StatusCode::OK, value.to_string());
    is(&mut response, "application/json");
    response
}

/// A stream of what [`news`] made, until its sender is dropped.
pub fn events(from: mpsc::Receiver<Bytes>) -> Answer {
    let mut response = Response::new(Events { from, sign: Box::pin(sleep(SIGN_OF_LIFE)) }.boxed_unsync());
    is(&mut response, "text/event-stream");
    response
}

/// One event of a stream, as `text/event-stream` writes it.
pub fn news(event: &str, data: &str) -> Bytes {
    // A bare \r would be a line break as well.
    let data = data.replace('\r', " ");
    let lines = data.split('\n').map(|line| format!("data: {line}\n"));
    format!("event: {event}\n{}\n", lines.collect::<String>()).into()
}

/// The receiving end of a channel as the body of an answer.
struct Events {
    from: mpsc::Receiver<Bytes>,
    sign: Pin<Box<Sleep>>,
}

impl Body for Events {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let next = match self.from.poll_recv(context) {
            Poll::Ready(next) => next,
            Poll::Pending => match self.sign.as_mut().poll(context) {
                Poll::Ready(()) => Some(Bytes::from_static(b":\n\n")),
                Poll::Pending => return Poll::Pending,
            },
        };
        self.sign.as_mut().reset(Instant::now() + SIGN_OF_LIFE);
        Poll::Ready(next.map(|bytes| Ok(Frame::data(bytes))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_can_not_hold_another() {
        assert_eq!(news("out", "one"), "event: out\ndata: one\n\n");
        assert_eq!(news("out", ""), "event: out\ndata: \n\n");
        assert_eq!(
            news("broken", "a\n\nevent: end\rdata: x"),
            "event: broken\ndata: a\ndata: \ndata: event: end data: x\n\n"
        );
    }
}

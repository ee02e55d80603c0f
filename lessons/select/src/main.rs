//! Eva waits for a call, a letter and closing time at once: the first one wins.
//!
//!     cargo run -p lesson-select
//!
//!     --seconds N    close after N seconds [default: 4; try: 2, 10]
//!
//! Chapter: book/chapters/en/select.md
//! Try: move the line with `recv(closing)` below `recv(letters)`. What is left?

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use crossbeam_channel::{self as channel, Receiver, Sender, select_biased};
use shared::{choice, run, say, stage, wait, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let open = stage::seconds(choice::value("--seconds")?)?;
    let (phone, calls) = channel::unbounded();
    let (post, letters) = channel::unbounded();

    let answered = thread::scope(|threads| -> Result<_> {
        let named = |name: &str| thread::Builder::new().name(name.into());
        let eva =
            named("Eva").spawn_scoped(threads, || serve(open, &calls, &letters))?;
        named("phone").spawn_scoped(threads, || send(&phone, "call", [2.0, 1.8]))?;
        named("post").spawn_scoped(threads, || send(&post, "letter", [1.5, 0.2]))?;
        Ok(wait("join Eva", || eva.join()).expect("no panic"))
    })?;

    let left = calls.len() + letters.len();
    say!("{answered} answered, {left} left");
    ensure!(answered + left == 4, "a message is lost or there twice");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: serve
type Messages = Receiver<String>;

enum Next {
    Closing,
    Message(String),
    Nothing,
}

fn serve(open: Duration, calls: &Messages, letters: &Messages) -> usize {
    let second = stage::seconds(1.0).expect("a second is a time");
    let closing = channel::after(open); // one message comes, when this time is over
    let mut answered = 0;
    loop {
        let next = wait("the first", || {
            select_biased! {
                recv(closing) -> _ => Next::Closing,
                recv(calls) -> call => Next::Message(call.expect("phone is there")),
                recv(letters) -> letter => Next::Message(letter.expect("post is there")),
                default(second) => Next::Nothing,
            }
        });
        match next {
            Next::Closing => return answered,
            Next::Nothing => say!("waters the flowers: nothing came for a second"),
            Next::Message(message) => {
                stage::receives(&message);
                say!("answers {message}");
                work(1.0);
                answered += 1;
            }
        }
    }
}
// ANCHOR_END: serve

// ANCHOR: send
fn send(to_eva: &Sender<String>, kind: &str, pauses: [f64; 2]) {
    for (n, pause) in (1..).zip(pauses) {
        work(pause);
        let message = format!("{kind} {n}");
        say!("{message} is there");
        stage::sends(&message);
        to_eva.send(message).expect("Eva's end is there");
    }
}
// ANCHOR_END: send

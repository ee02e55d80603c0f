//! Checks at every save, and listens to keys meanwhile.
//!
//! The file's contents are looked at four times a second. What the system tells of changes does not come
//! from every network drive, nor to WSL from Windows; a small file is read quickly.

use std::io::{self, IsTerminal, Read};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;
use std::{fs, thread};

use anyhow::{Context, Result};
use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal;
use exercise::course::Exercise;

use crate::session::{Session, say};
use crate::show;

const LOOK: Duration = Duration::from_millis(250);

/// Checks an exercise at every save, until the learner quits.
pub fn watch(session: &Session, name: Option<&str>) -> Result<()> {
    let mut exercise = session.named(name)?;
    let mut keys = Keys::of_stdin();
    say(&show::task(exercise, session.paint));
    loop {
        keys.pause();
        let text = fs::read(exercise.file()).ok();
        check(session, exercise);
        say(&session.paint.dim("h hint · n next · l list · r run again · q quit"));
        say("\n");
        loop {
            match keys.next(LOOK)? {
                Some('q') => return Ok(()),
                Some('h') => say(&format!("\n{}", session.hinted(exercise))),
                Some('l') => say(&format!("\n{}", session.listed())),
                Some('n') => match session.unsolved(Some(exercise)) {
                    Some(next) => {
                        exercise = next;
                        say(&format!("\n{}", show::task(exercise, session.paint)));
                        break;
                    }
                    None => say("Every exercise has passed.\n"),
                },
                Some('r') => break,
                Some(_) => {}
                None => {
                    // An editor may write a new file and move it into place: not there is no change.
                    let now = fs::read(exercise.file()).ok();
                    if now.is_some() && now != text {
                        break;
                    }
                }
            }
        }
    }
}

fn check(session: &Session, exercise: &Exercise) {
    say(&format!("\n{}\n", session.paint.dim(&format!("checking {} …", exercise.shown()))));
    match session.judge(exercise, &exercise.file()) {
        Ok(verdict) => {
            say(&show::verdict(exercise, &verdict, session.paint));
            if verdict.passed() {
                say("n goes to the next one.\n");
            }
        }
        // To be mended, and then saved again.
        Err(error) => say(&show::wrapped(&format!("error: {error:#}"), "")),
    }
}

/// Single keys of a terminal; of anything else the characters, as if each were a key.
enum Keys {
    /// In raw mode while it is listened to.
    Terminal(Option<Raw>),
    Characters(Receiver<u8>),
    /// Nothing more comes.
    None,
}

impl Keys {
    fn of_stdin() -> Self {
        if io::stdin().is_terminal() {
            return Keys::Terminal(None);
        }
        let (to, keys) = mpsc::channel();
        thread::spawn(move || {
            for byte in io::stdin().lock().bytes().map_while(Result::ok) {
                if to.send(byte).is_err() {
                    return;
                }
            }
        });
        Keys::Characters(keys)
    }

    /// Leaves the terminal as it is for others: while an answer is compiled and checked, Ctrl-C is the
    /// signal that it always is.
    fn pause(&mut self) {
        if let Keys::Terminal(raw) = self {
            *raw = None;
        }
    }

    /// The next key, if one comes in time. Before the next call, `pause` before anything is printed; after a
    /// key that has been done.
    fn next(&mut self, patience: Duration) -> Result<Option<char>> {
        match self {
            Keys::Terminal(raw) => {
                let key = terminal_key(raw, patience).context("cannot read keys from the terminal")?;
                if key.is_some() {
                    self.pause();
                }
                Ok(key)
            }
            Keys::Characters(keys) => match keys.recv_timeout(patience) {
                Ok(byte) => Ok(Some(char::from(byte))),
                Err(RecvTimeoutError::Timeout) => Ok(None),
                Err(RecvTimeoutError::Disconnected) => {
                    *self = Keys::None;
                    Ok(None)
                }
            },
            Keys::None => {
                thread::sleep(patience);
                Ok(None)
            }
        }
    }
}

/// Single keys come only in raw mode.
fn terminal_key(raw: &mut Option<Raw>, patience: Duration) -> io::Result<Option<char>> {
    if raw.is_none() {
        *raw = Some(Raw::new()?);
    }
    if !event::poll(patience)? {
        return Ok(None);
    }
    let Event::Key(key) = event::read()? else { return Ok(None) };
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    Ok(match key.code {
        _ if key.kind == KeyEventKind::Release => None,
        KeyCode::Char('c' | 'd') if control => Some('q'),
        KeyCode::Char(c) => Some(c.to_ascii_lowercase()),
        KeyCode::Esc => Some('q'),
        _ => None,
    })
}

/// Raw mode, for as long as it lives.
struct Raw;

impl Raw {
    fn new() -> io::Result<Self> {
        terminal::enable_raw_mode()?;
        Ok(Raw)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        let _ = terminal::disable_raw_mode();
    }
}

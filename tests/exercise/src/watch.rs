//! Checks at every save, and listens to keys meanwhile.
//!
//! The file's contents are looked at four times a second. What the system tells of changes does not come
//! from every network drive, nor to WSL from Windows; a small file is read quickly.

use std::io::{self, IsTerminal, Read};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, TryRecvError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal;
use exercise::course::{Exercise, contents};
use exercise::text::{is_heard, say, wrapped};

use crate::session::Session;
use crate::show;

const LOOK: Duration = Duration::from_millis(250);

/// After this many looks that find no file in its place, it is gone.
const GONE: usize = 8;

/// Checks an exercise at every save, until the learner quits.
pub fn watch(session: &Session, name: Option<&str>) -> Result<()> {
    let mut exercise = session.named(name)?;
    let mut keys = Keys::of_stdin();
    say(&show::task(exercise, session.paint));
    loop {
        let text = contents(&exercise.file()).ok();
        check(session, exercise);
        if !is_heard() {
            return Ok(());
        }
        keys.offer(session)?;
        let mut gone = 0;
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
                Some(_) => {
                    keys.listen()?;
                    continue;
                }
                None => {
                    // An editor may write a new file and move it into place: for a moment, none is there.
                    let now = contents(&exercise.file()).ok();
                    gone = if now.is_some() { 0 } else { gone + 1 };
                    if now != text && (now.is_some() || gone == GONE) {
                        keys.pause();
                        break;
                    }
                    continue;
                }
            }
            keys.offer(session)?;
        }
    }
}

fn check(session: &Session, exercise: &Exercise) {
    say(&format!("\n{}\n", session.paint.dim(&format!("checking {} …", exercise.id))));
    match session.judge(exercise, &exercise.file()) {
        Ok(verdict) => {
            say(&show::verdict(exercise, &verdict, session.paint));
            if verdict.passed() {
                say("n goes to the next one.\n");
            }
        }
        // To be mended, and then saved again.
        Err(error) => say(&wrapped(&format!("error: {error:#}"), "")),
    }
}

/// Single keys of a terminal; of anything else the characters, as if each were a key.
enum Keys {
    /// In raw mode while it is listened to.
    Terminal(Option<Raw>),
    /// And one that has come already.
    Characters(Receiver<u8>, Option<u8>),
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
        Keys::Characters(keys, None)
    }

    /// Begins to listen, and then says to which keys: they can be pressed as soon as that can be read. If nothing can come, none is
    /// offered.
    fn offer(&mut self, session: &Session) -> Result<()> {
        self.listen()?;
        let line = match self {
            Keys::None => "checks at every save · Ctrl-C ends it",
            _ => "h hint · n next · l list · r run again · q quit",
        };
        let mut lines = wrapped(line, "");
        if matches!(self, Keys::Terminal(_)) {
            lines = lines.replace('\n', "\r\n"); // raw mode adds no return
        }
        let text = lines.trim_end();
        say(&format!("{}{}", session.paint.dim(text), &lines[text.len()..]));
        Ok(())
    }

    fn listen(&mut self) -> Result<()> {
        match self {
            Keys::Terminal(raw @ None) => {
                *raw = Some(Raw::new().context("cannot read keys from the terminal")?)
            }
            Keys::Characters(keys, first @ None) => match keys.try_recv() {
                Ok(key) => *first = Some(key),
                Err(TryRecvError::Empty) => {}
                Err(TryRecvError::Disconnected) => *self = Keys::None,
            },
            _ => {}
        }
        Ok(())
    }

    /// Leaves the terminal as it is for others: while an answer is compiled and checked, Ctrl-C is the
    /// signal that it always is.
    fn pause(&mut self) {
        if let Keys::Terminal(raw) = self {
            *raw = None;
        }
    }

    /// The next key, if one comes in time. After a key nothing is listened to until the next are offered.
    fn next(&mut self, patience: Duration) -> Result<Option<char>> {
        match self {
            Keys::Terminal(_) => {
                let key = terminal_key(patience).context("cannot read keys from the terminal")?;
                if key.is_some() {
                    self.pause();
                }
                Ok(key)
            }
            Keys::Characters(keys, first) => {
                match first.take().map_or_else(|| keys.recv_timeout(patience), Ok) {
                    Ok(byte) => Ok(Some(char::from(byte))),
                    Err(RecvTimeoutError::Timeout) => Ok(None),
                    Err(RecvTimeoutError::Disconnected) => {
                        *self = Keys::None;
                        Ok(None)
                    }
                }
            }
            Keys::None => {
                thread::sleep(patience);
                Ok(None)
            }
        }
    }
}

fn terminal_key(patience: Duration) -> io::Result<Option<char>> {
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

/// Raw mode, for as long as it lives. Single keys come only in it.
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

//! A line like the last one is taken for the same write, sent again.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{env, fs, thread};

use anyhow::Result;
use shared::{choice, say};

fn main() -> ExitCode {
    let source = "//! --clients N    how many connections come [default: 2]";
    shared::run(source, lesson, &[])
}

fn lesson() -> Result<()> {
    let clients: usize = choice::value("--clients")?;
    let (lock, ledger) = (&Mutex::new(Lock::default()), &Mutex::new(Ledger::default()));
    let path = env::temp_dir().join("socket");
    let listener = UnixListener::bind(&path)?;
    say!("listens at {}", path.display());
    thread::scope(|threads| -> Result<()> {
        for n in 1..=clients {
            let (client, _) = listener.accept()?;
            threads.spawn(move || serve(n, &client, lock, ledger));
        }
        Ok(fs::remove_file(path)?)
    })
}

/// Serves one client until its connection ends. Each request is a line. `lose` stands for a
/// lease that is over: the holder loses the lock, and isn't told.
fn serve(
    client: usize,
    stream: &UnixStream,
    lock: &Mutex<Lock>,
    ledger: &Mutex<Ledger>,
) -> io::Result<()> {
    for line in BufReader::new(stream).lines() {
        let line = line?;
        let words: Vec<_> = line.split(' ').collect();
        let reply = match words[..] {
            ["take"] => match locked(lock).take(client) {
                Some(number) => format!("yours {number}"),
                None => "busy".into(),
            },
            ["lose"] => {
                locked(lock).holder = None;
                "lost".into()
            }
            ["write", number, text] => {
                let number = number.parse().unwrap_or(0);
                let written = locked(ledger).write(number, text);
                if written { "written".into() } else { "refused".into() }
            }
            ["read"] => locked(ledger).lines.join(","),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        (&*stream).write_all(format!("{reply}\n").as_bytes())?;
    }
    Ok(())
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One client at a time has it.
#[derive(Default)]
struct Lock {
    holder: Option<usize>,
    number: u64,
}

impl Lock {
    /// The number for this client's writes, or `None` if another client has the lock.
    fn take(&mut self, client: usize) -> Option<u64> {
        if self.holder.is_some_and(|holder| holder != client) {
            return None;
        }
        self.holder = Some(client);
        self.number += 1;
        Some(self.number)
    }
}

/// What the holders have written. It knows nothing of the lock.
#[derive(Default)]
struct Ledger {
    lines: Vec<String>,
    highest: u64,
}

impl Ledger {
    /// Writes a line, if the number isn't too old. Returns whether it did.
    fn write(&mut self, number: u64, text: &str) -> bool {
        if number < self.highest {
            return false;
        }
        self.highest = number;
        if self.lines.last().is_none_or(|last| last != text) {
            self.lines.push(text.to_owned());
        }
        true
    }
}

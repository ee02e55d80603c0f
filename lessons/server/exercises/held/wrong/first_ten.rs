//! Gives back the first ten things of a client that has gone.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::ExitCode;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::{env, fs, thread};

use anyhow::Result;
use shared::{choice, say};

fn main() -> ExitCode {
    let source = "//! --clients N    how many come [default: 2]";
    shared::run(source, lesson, &[])
}

fn lesson() -> Result<()> {
    let clients: usize = choice::value("--clients")?;
    let things = &Things::default();
    let path = env::temp_dir().join("socket");
    let listener = UnixListener::bind(&path)?;
    say!("listens at {}", path.display());
    thread::scope(|threads| -> Result<()> {
        for n in 1..=clients {
            let (client, _) = listener.accept()?;
            threads.spawn(move || serve(n, &client, things));
        }
        Ok(fs::remove_file(path)?)
    })
}

/// Serves one client until its connection ends. Each request is a line.
fn serve(n: usize, client: &UnixStream, things: &Things) -> io::Result<()> {
    let mut held = Held { client: n, things, names: BTreeSet::new() };
    for line in BufReader::new(client).lines() {
        let line = line?;
        let answer = match line.split_once(' ') {
            Some(("take", name)) => {
                held.take(name);
                "yours\n"
            }
            Some(("give", name)) if held.give(name) => "taken back\n",
            Some(("give", _)) => "not yours\n",
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        (&*client).write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// What a client has. Dropped, it gives everything back.
struct Held<'a> {
    client: usize,
    things: &'a Things,
    names: BTreeSet<String>,
}

impl Held<'_> {
    fn take(&mut self, name: &str) {
        self.things.take(self.client, name);
        self.names.insert(name.to_owned());
    }

    fn give(&mut self, name: &str) -> bool {
        self.names.remove(name);
        self.things.give(self.client, name)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        for name in self.names.iter().take(10) {
            self.things.give(self.client, name);
        }
    }
}

/// Who has what.
#[derive(Default)]
struct Things {
    holders: Mutex<BTreeMap<String, usize>>,
    free: Condvar,
}

impl Things {
    /// Blocks until nobody else has it.
    fn take(&self, client: usize, name: &str) {
        let mut holders = self.holders();
        while holders.get(name).is_some_and(|&holder| holder != client) {
            holders = self.free.wait(holders).unwrap_or_else(PoisonError::into_inner);
        }
        holders.insert(name.to_owned(), client);
    }

    /// Takes a thing back, if it is this client who has it.
    fn give(&self, client: usize, name: &str) -> bool {
        let mut holders = self.holders();
        let has = holders.get(name) == Some(&client);
        if has {
            holders.remove(name);
            self.free.notify_all();
        }
        has
    }

    fn holders(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

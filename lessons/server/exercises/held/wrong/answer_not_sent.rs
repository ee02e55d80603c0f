//! Gives back at each end but one: when an answer can't be sent.

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
    let mut names = BTreeSet::new();
    for line in BufReader::new(client).lines() {
        let Ok(line) = line else { break };
        let answer = match line.split_once(' ') {
            Some(("take", name)) => {
                things.take(n, name);
                names.insert(name.to_owned());
                "yours\n"
            }
            Some(("give", name)) if things.give(n, name) => "taken back\n",
            Some(("give", _)) => "not yours\n",
            _ => break,
        };
        (&*client).write_all(answer.as_bytes())?;
    }
    for name in &names {
        things.give(n, name);
    }
    Ok(())
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

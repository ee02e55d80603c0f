//! The process that owns the dictionary, with a thread for each client.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind, PipeReader, PipeWriter, Read};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use std::{env, thread};

use anyhow::{Result, ensure};
use parking_lot::Mutex;
use shared::process::wire::{receive, send};
use shared::process::{Process, WireError, start_untied};
use shared::stage::{self, receives, sends};
use shared::{say, wait, work};
use subtle::ConstantTimeEq;

pub type Key = [u8; 32];
pub type Address = (PathBuf, Key);
type Counts = Mutex<BTreeMap<String, u32>>;

/// The largest message, in bytes.
pub const MOST: usize = 1024;
/// How long a client may take to say who it is, and for a request that it has begun, in seconds.
const LIMIT: f64 = 2.0;

// ANCHOR: keeper
/// The folder of the socket. Dropped, it waits until the keeper has removed it.
pub struct Folder {
    life: Option<PipeWriter>,
    keeper: Option<Process>,
}

impl Folder {
    /// The folder, and a pipe with its path in it.
    pub fn new() -> Result<(Folder, PipeReader)> {
        let (life, held) = io::pipe()?; // ends when this process does
        let (made, tell) = io::pipe()?;
        let keeper = start_untied(keeper, (life, tell), |it| it.process_group(0))?;
        Ok((Folder { life: Some(held), keeper: Some(keeper) }, made))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(self.life.take());
        let _ = self.keeper.take().map(Process::join);
    }
}

/// Makes the folder of the socket, and removes it when the pipe ends.
pub fn keeper((life, tell): (PipeReader, PipeWriter)) -> Result<()> {
    let name = format!("lesson-server-{:016x}", getrandom::u64()?);
    let folder = env::temp_dir().join(name);
    DirBuilder::new().mode(0o700).create(&folder)?;
    // The server may be gone already: then only the folder is left to remove.
    let _ = send(tell, &folder);
    wait("the end of main", || io::read_to_string(life))?;
    Ok(fs::remove_dir_all(folder)?)
}
// ANCHOR_END: keeper

// ANCHOR: serve
pub fn serve((made, tell): (PipeReader, PipeWriter)) -> Result<()> {
    let folder: PathBuf = receive(made, MOST)?;
    let path = folder.join("socket");
    let listener = UnixListener::bind(&path)?;
    let mut key = Key::default();
    getrandom::fill(&mut key)?;
    say!("owns a dictionary");
    send(tell, &(path, key))?;
    accept(&listener, &key);
    Ok(())
}
// ANCHOR_END: serve

// ANCHOR: accept
fn accept(listener: &UnixListener, key: &Key) {
    let counts = Counts::default();
    thread::scope(|threads| {
        for (n, client) in (1..).zip(listener.incoming()) {
            let counts = &counts;
            let started = client.and_then(|client| {
                let thread = thread::Builder::new().name(format!("client {n}"));
                thread.spawn_scoped(threads, move || {
                    if let Err(error) = answer(&client, key, counts) {
                        say!("ends: {error:#}");
                    }
                })
            });
            if let Err(error) = started {
                say!("can't serve one more client: {error}");
                work(0.1); // before it tries again
            }
        }
    });
}
// ANCHOR_END: accept

// ANCHOR: answer
fn answer(client: &UnixStream, key: &Key, counts: &Counts) -> Result<()> {
    let limit = stage::seconds(LIMIT)?;
    client.set_write_timeout(Some(limit))?;
    let first = InTime { client, limit, until: Some(Instant::now() + limit) };
    let (its_key, name): (Key, String) = receive(first, MOST)?;
    ensure!(bool::from(its_key.ct_eq(key)), "this is not the key");
    for n in 1.. {
        let request =
            wait("request", || receive(InTime { client, limit, until: None }, MOST));
        let (word, more): (String, u32) = match request {
            Err(WireError::Closed) => break,
            request => request?,
        };
        receives(format!("{name}'s request {n}"));
        let count = {
            let mut counts = counts.lock();
            let count = counts.entry(word).or_default();
            *count = count.saturating_add(more);
            *count
        };
        sends(format!("{name}'s answer {n}"));
        send(client, &count)?;
    }
    Ok(())
}
// ANCHOR_END: answer

// ANCHOR: in_time
/// Reads what a client sends, until a certain moment. If there is none yet, the first byte sets it.
struct InTime<'a> {
    client: &'a UnixStream,
    limit: Duration,
    until: Option<Instant>,
}

impl Read for InTime<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let left =
            self.until.map(|until| until.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) {
            return Err(ErrorKind::TimedOut.into());
        }
        self.client.set_read_timeout(left)?;
        let read = self.client.read(bytes).map_err(|error| match error.kind() {
            ErrorKind::WouldBlock => ErrorKind::TimedOut.into(), // what Unix calls it
            _ => error,
        })?;
        self.until.get_or_insert_with(|| Instant::now() + self.limit);
        Ok(read)
    }
}
// ANCHOR_END: in_time

// ANCHOR: hand_over
/// What another process needs to reach the server. It lies in a pipe until that process reads it.
pub fn hand_over(address: &Address) -> Result<PipeReader> {
    let (reader, writer) = io::pipe()?;
    send(writer, address)?;
    Ok(reader)
}
// ANCHOR_END: hand_over

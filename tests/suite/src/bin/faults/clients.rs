//! Clients of the lesson's server are killed: it goes on, counts what they were told once, and keeps nothing of theirs.

use std::fs;
use std::io::{PipeReader, Write, pipe};
use std::os::unix::net::UnixStream;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fastrand::Rng;
use shared::process::wire::{receive, send};
use shared::process::{self, Array, Process};

use crate::client::Client;
use crate::server::{Address, Folder, MOST, hand_over, serve};

/// How many clients there are at once.
const AT_ONCE: usize = 4;
/// What a client has asked for, and what it was answered.
const ASKED: usize = 0;
const ANSWERED: usize = 1;

/// Adds to one word until it is killed.
pub fn adds((address, numbers): (PipeReader, Array)) -> Result<()> {
    let mut server = Client::connect("adds", &receive(address, MOST)?)?;
    loop {
        numbers[ASKED].fetch_add(1, Relaxed);
        server.add("bread", 1)?;
        numbers[ANSWERED].fetch_add(1, Relaxed);
    }
}

/// Sends some bytes of a first message or of a request, and no more, until it is killed.
pub fn stops(address: PipeReader) -> Result<()> {
    let address: Address = receive(address, MOST)?;
    let (path, key) = &address;
    let mut bytes = Vec::new();
    send(&mut bytes, &(key, "stops"))?;
    send(&mut bytes, &("rice", 1))?;
    let cut = fastrand::usize(..bytes.len());
    UnixStream::connect(path)?.write_all(&bytes[..cut])?;
    let mut stream = UnixStream::connect(path)?;
    stream.write_all(&bytes[..cut])?;
    loop {
        thread::park();
    }
}

pub fn killed(rng: &mut Rng, times: usize) -> Result<String> {
    let (folder, made) = Folder::new()?;
    let (told, tell) = pipe()?;
    let mut server = process::start(serve, (made, tell))?;
    let address: Address = receive(told, MOST)?;
    let pid = server.pid();
    let before = (threads(pid)?, descriptors(pid)?);

    let over = AtomicBool::new(false);
    let (asked, answered, slowest, steady) = thread::scope(|threads| {
        let steady = threads.spawn(|| steady(&address, &over));
        let storm = storm(rng, times, &address);
        over.store(true, Relaxed);
        let (slowest, steady) = steady.join().expect("it doesn't panic")?;
        let (asked, answered) = storm?;
        anyhow::Ok((asked, answered, slowest, steady))
    })?;
    let mut last = Client::connect("last", &address)?;
    let bread = u64::from(last.add("bread", 0)?);
    ensure!((answered..=asked).contains(&bread), "{bread} counted, {asked} asked, {answered} answered");
    let rice = last.add("rice", 0)?;
    ensure!(rice == 0, "a request that never came was done {rice} times");
    drop(last);
    let until = Instant::now() + Duration::from_secs(20);
    let is_left = |now: (usize, usize)| now.0 > before.0 || now.1 > before.1;
    while is_left((threads(pid)?, descriptors(pid)?)) {
        let now = (threads(pid)?, descriptors(pid)?);
        ensure!(Instant::now() < until, "(threads, descriptors) were {before:?}, and are {now:?}");
        thread::sleep(Duration::from_millis(10));
    }
    ensure!(server.try_wait()?.is_none(), "the server has ended");
    server.kill()?;
    drop(folder);
    ensure!(!address.0.exists(), "the socket is left");
    Ok(format!(
        "{times} clients killed: {answered} answers, {} requests done and not answered, 0 threads and 0 descriptors \
         left; another client had {steady} answers meanwhile, the slowest after {} ms",
        bread - answered,
        slowest.as_millis()
    ))
}

/// Starts clients and kills them, and returns what those that add have asked for and were answered.
fn storm(rng: &mut Rng, times: usize, address: &Address) -> Result<(u64, u64)> {
    let mut clients: Vec<(Process, Option<Array>)> = Vec::new();
    let (mut asked, mut answered) = (0, 0);
    for started in 0..times + AT_ONCE {
        if started >= AT_ONCE {
            thread::sleep(Duration::from_micros(rng.u64(0..6_000)));
        }
        if started >= AT_ONCE || clients.len() == AT_ONCE {
            let (mut victim, numbers) = clients.swap_remove(rng.usize(..clients.len()));
            victim.kill()?;
            let status = victim.wait()?;
            ensure!(status.code().is_none(), "a client ended by itself: {status}");
            if let Some(numbers) = numbers {
                asked += numbers[ASKED].load(Relaxed);
                answered += numbers[ANSWERED].load(Relaxed);
            }
        }
        if started < times {
            let given = hand_over(address)?;
            clients.push(match rng.u8(..3) {
                0 => (process::start(stops, given)?, None),
                _ => {
                    let [theirs, mine] = process::array(2)?;
                    (process::start(adds, (given, theirs))?, Some(mine))
                }
            });
        }
    }
    ensure!(clients.is_empty(), "{} clients were not killed", clients.len());
    Ok((asked, answered))
}

/// A client that lives: all its requests are answered, each with the next number. The slowest, and how many.
fn steady(address: &Address, over: &AtomicBool) -> Result<(Duration, u32)> {
    let mut server = Client::connect("steady", address)?;
    let (mut slowest, mut count) = (Duration::ZERO, 0);
    while !over.load(Relaxed) {
        let asked = Instant::now();
        count += 1;
        let answer = server.add("tea", 1).context("a client that lives has no answer")?;
        ensure!(answer == count, "the answer is {answer} instead of {count}");
        slowest = slowest.max(asked.elapsed());
        thread::sleep(Duration::from_millis(1));
    }
    Ok((slowest, count))
}

fn threads(pid: u32) -> Result<usize> {
    Ok(fs::read_dir(format!("/proc/{pid}/task"))?.count())
}

fn descriptors(pid: u32) -> Result<usize> {
    Ok(fs::read_dir(format!("/proc/{pid}/fd"))?.count())
}

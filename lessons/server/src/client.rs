//! The processes that ask the server.

use std::io::{PipeReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::process::abort;

use anyhow::{Result, ensure};
use shared::process::WireError;
use shared::process::wire::{receive, send};
use shared::stage::{receives, sends};
use shared::{say, wait, work};

use crate::server::{Address, MOST};

const ROUNDS: u32 = 3;

// ANCHOR: client
pub struct Client {
    name: &'static str,
    stream: UnixStream,
    asked: u32,
}

impl Client {
    pub fn connect(name: &'static str, (socket, key): &Address) -> Result<Client> {
        let stream = UnixStream::connect(socket)?;
        send(&stream, &(key, name))?;
        Ok(Client { name, stream, asked: 0 })
    }

    /// Adds to the count of a word, and returns the new count.
    pub fn add(&mut self, word: &str, more: u32) -> Result<u32, WireError> {
        self.asked += 1;
        let (name, n) = (self.name, self.asked);
        sends(format!("{name}'s request {n}"));
        send(&self.stream, &(word, more))?;
        let count = wait("answer", || receive(&self.stream, MOST))?;
        receives(format!("{name}'s answer {n}"));
        Ok(count)
    }
}
// ANCHOR_END: client

// ANCHOR: good
pub fn first(address: PipeReader) -> Result<()> {
    add_bread("first", &receive(address, MOST)?)
}

pub fn second(address: PipeReader) -> Result<()> {
    add_bread("second", &receive(address, MOST)?)
}

fn add_bread(name: &'static str, address: &Address) -> Result<()> {
    let mut server = Client::connect(name, address)?;
    for _ in 0..ROUNDS {
        let bread = server.add("bread", 1)?;
        say!("adds 1: bread is {bread}");
        work(1.0);
    }
    Ok(())
}
// ANCHOR_END: good

// ANCHOR: bad
pub fn dies(address: PipeReader) -> Result<()> {
    let _server = sends_half(&receive(address, MOST)?)?;
    abort()
}

pub fn stays(address: PipeReader) -> Result<()> {
    let mut server = sends_half(&receive(address, MOST)?)?;
    let read = wait("answer", || server.stream.read(&mut [0]))?;
    ensure!(read == 0, "half a request was answered");
    say!("the server has hung up");
    Ok(())
}

fn sends_half(address: &Address) -> Result<Client> {
    work(0.5);
    let mut server = Client::connect("third", address)?;
    let mut request = Vec::new();
    send(&mut request, &("bread", 1))?;
    server.stream.write_all(&request[..request.len() / 2])?;
    say!("has sent half a request");
    work(0.5);
    Ok(server)
}

pub fn guesses(address: PipeReader) -> Result<()> {
    work(0.5);
    let (socket, _): Address = receive(address, MOST)?;
    let refused = Client::connect("third", &(socket, [0; 32]))?.add("bread", 1);
    ensure!(matches!(refused, Err(WireError::Closed)), "answered without the key");
    say!("the server has hung up");
    Ok(())
}
// ANCHOR_END: bad

//! Messages between threads and between processes.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, PipeWriter, Read, Write, pipe};
use std::path::PathBuf;
use std::sync::mpsc::sync_channel;
use std::{env, thread};

use anyhow::{Context, Result, ensure};
use ipc_channel::ipc::{IpcOneShotServer, IpcSender};
use serde_bytes::{ByteBuf, Bytes};
use shared::process::{self, Process, Receiver, Role, Sender, role};

use crate::{count, expect, rate, seconds, size, until_all_wait};

pub fn roles() -> Vec<Role> {
    vec![
        role(put),
        role(put_at_gate),
        role(get),
        role(put_ipc_channel),
        role(write_each),
        role(write_batches),
    ]
}

// Between threads.

const CAPACITY: usize = 10;

pub fn crossbeam() -> Result<f64> {
    let (to, from) = crossbeam_channel::bounded(CAPACITY);
    between_threads(move |n| Ok(to.send(n)?), move || Ok(from.recv()?))
}

pub fn std_channel() -> Result<f64> {
    let (to, from) = sync_channel(CAPACITY);
    between_threads(move |n| Ok(to.send(n)?), move || Ok(from.recv()?))
}

pub fn flume() -> Result<f64> {
    let (to, from) = flume::bounded(CAPACITY);
    between_threads(move |n| Ok(to.send(n)?), move || Ok(from.recv()?))
}

pub fn kanal() -> Result<f64> {
    let (to, from) = kanal::bounded(CAPACITY);
    between_threads(move |n| Ok(to.send(n)?), move || Ok(from.recv()?))
}

fn between_threads(
    send: impl Fn(u64) -> Result<()> + Send,
    mut receive: impl FnMut() -> Result<u64>,
) -> Result<f64> {
    thread::scope(|scope| {
        let producer = scope.spawn(move || (0..count()).try_for_each(send));
        let rate = from_first_to_last(&mut receive)?;
        producer.join().expect("it returns its errors")?;
        Ok(rate)
    })
}

/// Receives all messages, each of which comes as its number, and in order.
fn from_first_to_last(mut receive: impl FnMut() -> Result<u64>) -> Result<f64> {
    expect("message", receive()?, 0)?;
    let seconds = seconds(|| (1..count()).try_for_each(|n| expect("message", receive()?, n)))?;
    Ok(rate(count() - 1, seconds))
}

// Between processes: a message is its number and as many bytes as make up its size.

type Message = (u64, ByteBuf);

fn data() -> Vec<u8> {
    vec![7; size() - size_of::<u64>()]
}

fn number((number, data): Message) -> Result<u64> {
    ensure!(data.len() == size() - size_of::<u64>(), "a message of {} bytes", data.len());
    Ok(number)
}

/// Room for as many messages as fit into 4 MiB, but no more than 1 000.
fn queue() -> Result<(Sender<Message>, Receiver<Message>)> {
    Ok(process::queue(((4 << 20) / size()).min(1_000))?)
}

pub fn queue_1x1() -> Result<f64> {
    let (to, from) = queue()?;
    let producer = process::start(put, to)?;
    let rate = from_first_to_last(|| number(from.recv()?))?;
    producer.join()?;
    Ok(rate)
}

fn put(to: Sender<Message>) -> Result<()> {
    let mut message = (0, ByteBuf::from(data()));
    for n in 0..count() {
        message.0 = n;
        to.send(&message)?;
    }
    Ok(())
}

/// From the moment when two producers are let go to the end of two consumers.
pub fn queue_2x2() -> Result<f64> {
    let gate = Gate::closed()?;
    let (to, from) = queue()?;
    let consumers = [process::start(get, from.clone())?, process::start(get, from)?];
    let producers = [process::start(put_at_gate, to.clone())?, process::start(put_at_gate, to)?];
    until_all_wait();
    let seconds = seconds(|| {
        gate.open()?;
        Ok(producers.into_iter().chain(consumers).try_for_each(Process::join)?)
    })?;
    drop(gate);
    let (messages, sum) = got()?;
    expect("messages", messages, 2 * count())?;
    expect("their sum", sum, count() * (count() - 1))?;
    Ok(rate(messages, seconds))
}

fn put_at_gate(to: Sender<Message>) -> Result<()> {
    Gate::pass()?;
    put(to)
}

fn get(from: Receiver<Message>) -> Result<()> {
    let (mut messages, mut sum) = (0, 0);
    for message in from {
        messages += 1;
        sum += number(message?)?;
    }
    let path = folder().join(format!("got-{}", std::process::id()));
    Ok(fs::write(path, format!("{messages} {sum}"))?)
}

/// How many messages the consumers have received, and the sum of their numbers.
fn got() -> Result<(u64, u64)> {
    let mut total = (0, 0);
    for entry in fs::read_dir(folder())? {
        let path = entry?.path();
        let text = fs::read_to_string(&path)?;
        let (messages, sum) = text.split_once(' ').context("two numbers of a consumer")?;
        total = (total.0 + messages.parse::<u64>()?, total.1 + sum.parse::<u64>()?);
        fs::remove_file(path)?;
    }
    Ok(total)
}

/// Holds processes back until all of them are there: a file that is locked as long as it is closed.
struct Gate(File);

impl Gate {
    fn closed() -> Result<Self> {
        let file = File::create(Self::path())?;
        file.lock()?;
        Ok(Gate(file))
    }

    fn open(&self) -> Result<()> {
        Ok(self.0.unlock()?)
    }

    fn pass() -> Result<()> {
        Ok(File::open(Self::path())?.lock_shared()?)
    }

    fn path() -> PathBuf {
        folder().join("gate")
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        // If it stays, the driver says so.
        let _ = fs::remove_file(Self::path());
    }
}

/// The driver gives each contender a folder of its own, where nothing may be left.
fn folder() -> PathBuf {
    env::temp_dir()
}

pub fn ipc_channel() -> Result<f64> {
    let (server, name) = IpcOneShotServer::<Message>::new()?;
    let path = folder().join("name");
    fs::write(&path, name)?;
    let producer = process::start(put_ipc_channel, ())?;
    let (from, first) = server.accept()?;
    fs::remove_file(path)?;
    let mut first = Some(first);
    let rate = from_first_to_last(|| number(first.take().map_or_else(|| from.recv(), Ok)?))?;
    producer.join()?;
    Ok(rate)
}

fn put_ipc_channel() -> Result<()> {
    let data = data();
    let to = IpcSender::<(u64, &Bytes)>::connect(fs::read_to_string(folder().join("name"))?)?;
    Ok((0..count()).try_for_each(|n| to.send((n, Bytes::new(&data))))?)
}

pub fn pipe_each() -> Result<f64> {
    let (reader, writer) = pipe()?;
    through_pipe(process::start(write_each, writer)?, reader)
}

pub fn pipe_read_batches() -> Result<f64> {
    let (reader, writer) = pipe()?;
    through_pipe(process::start(write_each, writer)?, BufReader::with_capacity(BATCH, reader))
}

pub fn pipe_batches() -> Result<f64> {
    let (reader, writer) = pipe()?;
    through_pipe(process::start(write_batches, writer)?, BufReader::with_capacity(BATCH, reader))
}

/// As much as a pipe holds on Linux.
const BATCH: usize = 65_536;

fn through_pipe(producer: Process, mut reader: impl Read) -> Result<f64> {
    let mut message = vec![0; size()];
    let rate = from_first_to_last(|| {
        reader.read_exact(&mut message)?;
        let (number, _) = message.split_first_chunk().context("a message of 8 bytes and more")?;
        Ok(u64::from_le_bytes(*number))
    })?;
    producer.join()?;
    Ok(rate)
}

fn write_each(mut writer: PipeWriter) -> Result<()> {
    write_all(&mut writer)
}

fn write_batches(writer: PipeWriter) -> Result<()> {
    let mut writer = BufWriter::with_capacity(BATCH, writer);
    write_all(&mut writer)?;
    Ok(writer.flush()?)
}

fn write_all(writer: &mut impl Write) -> Result<()> {
    let mut message = vec![7; size()];
    for n in 0..count() {
        message[..size_of::<u64>()].copy_from_slice(&n.to_le_bytes());
        writer.write_all(&message)?;
    }
    Ok(())
}

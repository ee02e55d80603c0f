//! Producers and consumers of a queue are killed at any moment: no message is lost but those in the hands of
//! the dead, and none comes twice or torn.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use fastrand::Rng;
use rustix::process::{Pid, Signal, kill_process};
use shared::process::{self, Process, ProcessError, Receiver, Sender, WireError};

use crate::{ledger, text};

/// Who sends it, the how manieth it is, a check of its text, and the text.
pub type Message = (u64, u64, u64, String);

// The ledgers: `BY NUMBER` before a send and after it, and `CONSUMER BY NUMBER` or a fault after a receive.
const BEGUN: &str = "begun";
const SENT: &str = "sent";
const RECEIVED: &str = "received";

/// A file: while it is there, producers send.
const OPEN: &str = "open";

fn sum_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

fn message(by: u64, number: u64, size: usize) -> Message {
    let text = text(by, size);
    (by, number, sum_of(&text), text)
}

/// Most are small; some are many times what a pipe holds.
fn any_size(rng: &mut Rng) -> usize {
    let sizes = [0, 64, 64, 64, 64, 64, 64, 64, 4_096, 4_096, 4_096, 65_536, 65_536, 300 << 10, 300 << 10];
    let most = if rng.u32(0..100) == 0 { 3 << 20 } else { *rng.choice(&sizes).expect("some") };
    rng.usize(0..=most)
}

/// A name that no other process of this run has: process ids come again.
fn name(rng: &mut Rng) -> u64 {
    rng.u64(..) << 16 | u64::from(std::process::id())
}

pub fn produce(to: Sender<Message>) -> Result<()> {
    let rng = &mut Rng::new();
    let by = name(rng);
    for number in 0.. {
        if !Path::new(OPEN).exists() {
            break;
        }
        let message = message(by, number, any_size(rng));
        ledger::append(BEGUN, &format!("{by} {number}"));
        to.send(&message)?;
        ledger::append(SENT, &format!("{by} {number}"));
    }
    Ok(())
}

pub fn consume(from: Receiver<Message>) -> Result<()> {
    let rng = &mut Rng::new();
    let consumer = name(rng);
    loop {
        let message = match rng.u64(0..10_000) {
            short @ 0..5_000 => from.recv_timeout(Duration::from_micros(short)),
            _ => from.recv(),
        };
        match message {
            Err(WireError::Closed) => return Ok(()),
            Err(WireError::TimedOut) => {}
            Ok((by, number, sum, text)) if sum == sum_of(&text) => {
                ledger::append(RECEIVED, &format!("{consumer} {by} {number}"));
            }
            Ok((by, number, ..)) => ledger::append(RECEIVED, &format!("torn: {by} {number}")),
            Err(error) => ledger::append(RECEIVED, &format!("not received: {error}")),
        }
    }
}

/// One that may be killed.
struct Hand {
    process: Process,
    sends: bool,
}

impl Hand {
    fn pid(&self) -> Pid {
        Pid::from_raw(self.process.pid() as i32).expect("a process id")
    }
}

/// Kills so many producers and so many consumers, each time with another queue after some of them.
///
/// What a dead consumer can cost is one message, or if the queue is `!exact` also those put aside for it.
pub fn killed(rng: &mut Rng, times: usize, make: Make, exact: bool) -> Result<String> {
    let mut all = Counts::default();
    while all.producers < times || all.consumers < times {
        let kills = rng.usize(1..=20.min(times));
        all.add(one_queue(rng, kills, make, exact)?);
    }
    let Counts { producers, consumers, sent, received, lost } = all;
    Ok(format!(
        "{producers} producers and {consumers} consumers killed: of {sent} messages begun {received} received, \
         {lost} sent and lost in dead hands, none twice, none torn"
    ))
}

#[derive(Default)]
struct Counts {
    producers: usize,
    consumers: usize,
    sent: usize,
    received: usize,
    lost: usize,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.producers += other.producers;
        self.consumers += other.consumers;
        self.sent += other.sent;
        self.received += other.received;
        self.lost += other.lost;
    }
}

/// Makes a queue.
type Make = fn(usize) -> std::io::Result<(Sender<Message>, Receiver<Message>)>;

fn one_queue(rng: &mut Rng, kills: usize, make: Make, exact: bool) -> Result<Counts> {
    for ledger in [BEGUN, SENT, RECEIVED] {
        ledger::clear(ledger)?;
    }
    ledger::append(OPEN, "");
    let (to, from) = make(*rng.choice(&[1, 2, 10, 100]).expect("four"))?;
    let start = |sends: bool| -> Result<Hand, ProcessError> {
        let process = match sends {
            true => process::start(produce, to.clone())?,
            false => process::start(consume, from.clone())?,
        };
        Ok(Hand { process, sends })
    };
    let mut hands = Vec::new();
    for _ in 0..rng.usize(1..=3) {
        hands.push(start(true)?);
    }
    for _ in 0..rng.usize(1..=3) {
        hands.push(start(false)?);
    }
    let mut counts = Counts::default();
    for _ in 0..kills {
        thread::sleep(Duration::from_micros(rng.u64(0..20_000)));
        // One that is stopped for a while costs nothing, and one that is killed while it is stopped no more.
        let stopped = if rng.u32(0..4) == 0 { rng.choice(&hands).map(Hand::pid) } else { None };
        if let Some(pid) = stopped {
            kill_process(pid, Signal::STOP)?;
            thread::sleep(Duration::from_micros(rng.u64(0..3_000)));
        }
        let victim = hands.swap_remove(rng.usize(0..hands.len()));
        let killed = victim.pid();
        let Hand { mut process, sends } = victim;
        process.kill()?;
        if let Some(pid) = stopped.filter(|&pid| pid != killed) {
            kill_process(pid, Signal::CONT)?;
        }
        let status = process.wait()?;
        ensure!(!status.success() && status.code().is_none(), "a hand ended by itself: {status}");
        if sends {
            counts.producers += 1
        } else {
            counts.consumers += 1
        }
        hands.push(start(sends)?);
    }
    ledger::clear(OPEN)?;
    // Producers end, this process's own ends are dropped, and so consumers come to the end of the queue.
    let (producers, consumers): (Vec<_>, Vec<_>) = hands.into_iter().partition(|hand| hand.sends);
    for Hand { process, .. } in producers {
        process.join()?;
    }
    drop((to, from));
    for Hand { process, .. } in consumers {
        process.join()?;
    }
    check(&mut counts, exact)?;
    Ok(counts)
}

fn check(counts: &mut Counts, exact: bool) -> Result<()> {
    let begun: BTreeSet<_> = ledger::lines(BEGUN)?.into_iter().collect();
    let sent: BTreeSet<_> = ledger::lines(SENT)?.into_iter().collect();
    let mut received = BTreeSet::new();
    let mut last = std::collections::BTreeMap::new();
    for line in ledger::lines(RECEIVED)? {
        let Some((consumer, message)) = line.split_once(' ').filter(|(who, _)| !who.ends_with(':')) else {
            bail!("{line}");
        };
        let (by, number) = message.split_once(' ').with_context(|| line.clone())?;
        let number: u64 = number.parse().with_context(|| line.clone())?;
        ensure!(begun.contains(message), "{message} was never sent");
        ensure!(received.insert(message.to_owned()), "{message} came twice");
        let before = last.insert((consumer.to_owned(), by.to_owned()), number);
        ensure!(before.is_none_or(|before| before < number), "{message} came after {before:?}");
    }
    let lost: Vec<_> = sent.difference(&received).collect();
    ensure!(
        lost.len() <= counts.consumers || (!exact && counts.consumers > 0),
        "{} messages lost, and only {} consumers killed: {lost:?}",
        lost.len(),
        counts.consumers
    );
    counts.sent = begun.len();
    counts.received = received.len();
    counts.lost = lost.len();
    Ok(())
}

/// Sends more than the queue holds while nobody receives: the sender waits, and all of it comes in the end.
pub fn full(rng: &mut Rng, times: usize) -> Result<String> {
    let mut most = 0;
    for _ in 0..times.div_ceil(10) {
        for ledger in [BEGUN, SENT, RECEIVED] {
            ledger::clear(ledger)?;
        }
        let capacity = rng.usize(1..=8);
        let (to, from) = process::queue(capacity)?;
        let producer = process::start(flood, to)?;
        wait_until_stuck(producer.pid())?;
        let waiting = ledger::lines(SENT)?.len();
        ensure!(waiting <= capacity, "{waiting} messages fit in a queue of {capacity}");
        most = most.max(waiting);
        let consumer = process::start(consume, from)?;
        producer.join()?;
        consumer.join()?;
        check(&mut Counts::default(), true)?;
        let received = ledger::lines(RECEIVED)?.len();
        ensure!(received == FLOOD as usize, "{received} of {FLOOD} came");
    }
    Ok(format!("a queue that nobody emptied took up to {most} messages of 32 KiB, then its sender waited"))
}

const FLOOD: u64 = 200;

pub fn flood(to: Sender<Message>) -> Result<()> {
    for number in 0..FLOOD {
        ledger::append(BEGUN, &format!("1 {number}"));
        to.send(&message(1, number, 32 << 10))?;
        ledger::append(SENT, &format!("1 {number}"));
    }
    Ok(())
}

/// Until it has sent nothing for a while. One that never waits ends, and is found by what it sent.
fn wait_until_stuck(pid: u32) -> Result<()> {
    let mut before = usize::MAX;
    while suite::Living::find(pid).is_some() {
        let now = ledger::lines(SENT)?.len();
        if now > 0 && now == before {
            break;
        }
        before = now;
        thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// A flood while both sides are interrupted all the time.
pub fn interrupted() -> Result<()> {
    for ledger in [BEGUN, SENT, RECEIVED] {
        ledger::clear(ledger)?;
    }
    let (to, from) = process::queue(4)?;
    let producer = process::start(crate::signals::interrupted_producer, to)?;
    let consumer = process::start(crate::signals::interrupted_consumer, from)?;
    producer.join()?;
    consumer.join()?;
    check(&mut Counts::default(), true)?;
    let received = ledger::lines(RECEIVED)?.len();
    ensure!(received == FLOOD as usize, "{received} of {FLOOD} came");
    Ok(())
}

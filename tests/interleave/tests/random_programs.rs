//! Programs made at random: what the reduction leaves out leads nowhere else in these either.
//!
//! A program that fails is printed with its number: `one(NUMBER)` runs it alone.

extern crate interleave_crossbeam_channel as crossbeam_channel;
extern crate interleave_parking_lot as parking_lot;
extern crate interleave_std as std;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Condvar, Mutex, Once, mpsc};
use std::thread;
use std::time::Duration;

use interleave::{Reduction, Search};
use parking_lot::{RecursiveRwLock, RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard};

/// One thing that a thread does. The numbers say to which of two things of a kind.
#[derive(Clone, Copy, Debug)]
enum Does {
    Load(usize),
    Store(usize),
    Add(usize),
    ExchangeWeakly(usize),
    Lock(usize),
    LockBoth(usize),
    TryLock(usize),
    PanicWithLock(usize),
    IsPoisoned(usize),
    Read,
    ReadTwice,
    ReadPast,
    TryRead,
    ReadInTime,
    Write,
    WritePast,
    TryWrite,
    WriteInTime,
    Downgrade,
    Upgrade,
    TryUpgrade,
    Print,
    HoldOutput,
    Send(usize),
    TrySend(usize),
    Receive(usize),
    ReceiveInTime(usize),
    TryReceive(usize),
    Select,
    CloseSender(usize),
    CloseReceiver(usize),
    Ask,
    Answer,
    Wait,
    WaitInTime,
    NotifyOne,
    NotifyAll,
    ParkInTime,
    Unpark,
    Yield,
    Once,
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % end as u64).expect("it is small")
    }
}

/// The threads of a program, and the capacities of its two channels.
#[derive(Clone, Debug)]
struct Program {
    threads: Vec<Vec<Does>>,
    capacities: [usize; 2],
}

fn program(number: u64) -> Program {
    use Does::{
        Add, Answer, Ask, CloseReceiver, CloseSender, Downgrade, ExchangeWeakly, HoldOutput, IsPoisoned,
        Load, Lock, LockBoth, NotifyAll, NotifyOne, PanicWithLock, ParkInTime, Print, Read, ReadInTime,
        ReadPast, ReadTwice, Receive, ReceiveInTime, Select, Send, Store, TryLock, TryRead, TryReceive,
        TrySend, TryUpgrade, TryWrite, Unpark, Upgrade, Wait, WaitInTime, Write, WriteInTime, WritePast,
        Yield,
    };
    let mut random = Random(number);
    // Few kinds in one program, so that its threads meet.
    let families: [&[Does]; 11] = [
        &[Load(0), Store(0), Add(1), ExchangeWeakly(0), Load(1), Yield],
        &[Lock(0), Lock(1), LockBoth(0), LockBoth(1), TryLock(0), Load(0), Store(0)],
        &[Lock(0), PanicWithLock(0), IsPoisoned(0), TryLock(0), Store(0), Load(0), Does::Once],
        &[Read, ReadTwice, Write, Load(0), Store(0), Lock(0)],
        &[Read, TryRead, ReadInTime, Write, TryWrite, WriteInTime, ReadPast, WritePast, Store(0)],
        &[Upgrade, TryUpgrade, Downgrade, Read, Write, ReadTwice, Load(0)],
        &[Print, HoldOutput, Lock(0), Store(0), Load(0)],
        &[
            Send(0),
            TrySend(0),
            Receive(0),
            ReceiveInTime(0),
            TryReceive(0),
            CloseSender(0),
            CloseReceiver(0),
            Load(0),
            Store(0),
        ],
        &[
            Send(0),
            Send(1),
            TrySend(1),
            TryReceive(0),
            Select,
            CloseSender(1),
            CloseReceiver(0),
            Add(0),
            Ask,
            Answer,
        ],
        &[Wait, WaitInTime, NotifyOne, NotifyAll, Lock(0), Store(0), Load(0)],
        &[ParkInTime, Unpark, Load(0), Store(0), Lock(0), Yield],
    ];
    let family = families[random.below(families.len())];
    let other = families[random.below(families.len())];
    let many = random.below(3) == 0;
    let (threads, steps) = if many { (3, 1) } else { (2, 3) };
    let one = |random: &mut Random| {
        let from = if random.below(4) == 0 { other } else { family };
        from[random.below(from.len())]
    };
    let each = |random: &mut Random| (0..=random.below(steps)).map(|_| one(random)).collect();
    Program {
        threads: (0..threads).map(|_| each(&mut random)).collect(),
        capacities: [random.below(3), 1 + random.below(2)],
    }
}

#[derive(Default)]
struct Shared {
    numbers: [AtomicU32; 2],
    locks: [Mutex<u32>; 2],
    both: RwLock<u32>,
    past: RecursiveRwLock<u32>,
    state: Mutex<u32>,
    condvar: Condvar,
    once: Once0,
}

struct Once0(Once);

impl Default for Once0 {
    fn default() -> Self {
        Once0(Once::new())
    }
}

/// Takes a lock while it is printed.
struct Shows<'a>(&'a Mutex<u32>);

impl std::fmt::Display for Shows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        write!(f, "{value}")
    }
}

type Asks = mpsc::Sender<u32>;

struct Own {
    senders: Vec<Option<crossbeam_channel::Sender<u32>>>,
    receivers: Vec<Option<crossbeam_channel::Receiver<u32>>>,
    asks: Option<crossbeam_channel::Sender<Asks>>,
    answers: Option<crossbeam_channel::Receiver<Asks>>,
    main: thread::Thread,
}

/// Does one thing, and says what it saw.
fn does(what: Does, me: u32, shared: &Shared, own: &mut Own) -> String {
    let time = Duration::from_millis(1);
    match what {
        Does::Load(n) => format!("{}", shared.numbers[n].load(SeqCst)),
        Does::Store(n) => {
            shared.numbers[n].store(me, SeqCst);
            String::new()
        }
        Does::Add(n) => format!("{}", shared.numbers[n].fetch_add(1, SeqCst)),
        Does::ExchangeWeakly(n) => {
            format!("{:?}", shared.numbers[n].compare_exchange_weak(0, me, SeqCst, SeqCst))
        }
        Does::Lock(n) => {
            let mut value = shared.locks[n].lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            *value = *value * 3 + me;
            format!("{value}")
        }
        Does::LockBoth(n) => {
            let first = shared.locks[n].lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            let second = shared.locks[1 - n].lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            format!("{first} {second}")
        }
        Does::TryLock(n) => format!("{:?}", shared.locks[n].try_lock().map(|value| *value).ok()),
        Does::PanicWithLock(n) => {
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                let _held = shared.locks[n].lock();
                panic!("on purpose");
            }));
            format!("{}", result.is_ok())
        }
        Does::IsPoisoned(n) => format!("{}", shared.locks[n].is_poisoned()),
        Does::Read => format!("{}", *shared.both.read()),
        Does::ReadTwice => {
            let one = shared.both.read();
            let two = shared.both.read();
            format!("{one} {two}")
        }
        Does::ReadPast => {
            let one = shared.past.read();
            let two = shared.past.read();
            format!("{one} {two}")
        }
        Does::TryRead => format!("{:?}", shared.both.try_read().map(|value| *value)),
        Does::ReadInTime => format!("{:?}", shared.both.try_read_for(time).map(|value| *value)),
        Does::Write => {
            *shared.both.write() += me;
            String::new()
        }
        Does::WritePast => {
            *shared.past.write() += me;
            String::new()
        }
        Does::TryWrite => format!("{:?}", shared.both.try_write().map(|mut value| *value += me)),
        Does::WriteInTime => format!("{:?}", shared.both.try_write_for(time).map(|mut value| *value += me)),
        Does::Downgrade => {
            let mut value = shared.both.write();
            *value += me;
            let value = RwLockWriteGuard::downgrade(value);
            format!("{} {value}", shared.numbers[0].load(SeqCst))
        }
        Does::Upgrade => {
            let value = shared.both.upgradable_read();
            let before = *value;
            let mut value = RwLockUpgradableReadGuard::upgrade(value);
            *value += me;
            format!("{before} {value}")
        }
        Does::TryUpgrade => {
            let value = shared.both.upgradable_read();
            format!(
                "{:?}",
                RwLockUpgradableReadGuard::try_upgrade(value).map(|mut value| *value += me).is_ok()
            )
        }
        Does::Print => {
            std::println!("{}", Shows(&shared.locks[0]));
            String::new()
        }
        Does::HoldOutput => {
            let _held = std::io::stdout().lock();
            std::println!("{}", shared.numbers[0].load(SeqCst));
            String::new()
        }
        Does::Send(n) => format!("{:?}", own.senders[n].as_ref().map(|to| to.send(me).is_ok())),
        Does::TrySend(n) => format!("{:?}", own.senders[n].as_ref().map(|to| to.try_send(me).is_ok())),
        Does::Receive(n) => {
            // Nobody could close the channel for one who keeps a sender.
            own.senders[n] = None;
            format!("{:?}", own.receivers[n].as_ref().map(|from| from.recv()))
        }
        Does::ReceiveInTime(n) => {
            format!("{:?}", own.receivers[n].as_ref().map(|from| from.recv_timeout(time)))
        }
        Does::TryReceive(n) => format!("{:?}", own.receivers[n].as_ref().map(|from| from.try_recv())),
        Does::Select => match (&own.receivers[0], &own.receivers[1]) {
            (Some(a), Some(b)) => crossbeam_channel::select! {
                recv(a) -> got => format!("a{got:?}"),
                recv(b) -> got => format!("b{got:?}"),
                default(time) => "-".to_owned(),
            },
            _ => String::new(),
        },
        Does::CloseSender(n) => {
            own.senders[n] = None;
            String::new()
        }
        Does::CloseReceiver(n) => {
            own.receivers[n] = None;
            String::new()
        }
        Does::Ask => {
            let (to, from) = mpsc::channel();
            let asked = own.asks.take().map(|asks| asks.send(to).is_ok());
            format!("{asked:?} {:?}", from.recv_timeout(time))
        }
        Does::Answer => {
            let answers = own.answers.take();
            let asked = answers.and_then(|answers| answers.try_recv().ok());
            format!("{:?}", asked.map(|to| to.send(me).is_ok()))
        }
        Does::Wait => {
            let mut state = shared.state.lock().expect("no panic");
            if *state == 0 {
                state = shared.condvar.wait(state).expect("no panic");
            }
            format!("{state}")
        }
        Does::WaitInTime => {
            let state = shared.state.lock().expect("no panic");
            let (state, over) = shared.condvar.wait_timeout(state, time).expect("no panic");
            format!("{state} {}", over.timed_out())
        }
        Does::NotifyOne => {
            *shared.state.lock().expect("no panic") += me;
            shared.condvar.notify_one();
            String::new()
        }
        Does::NotifyAll => {
            let mut state = shared.state.lock().expect("no panic");
            *state += me;
            shared.condvar.notify_all();
            String::new()
        }
        Does::ParkInTime => {
            thread::park_timeout(time);
            String::new()
        }
        Does::Unpark => {
            own.main.unpark();
            String::new()
        }
        Does::Yield => {
            thread::yield_now();
            String::new()
        }
        Does::Once => {
            shared.once.0.call_once(|| shared.numbers[0].store(me, SeqCst));
            String::new()
        }
    }
}

/// Runs a program, `main` with the things of the first thread.
fn run(program: &Program) -> String {
    let shared = Shared::default();
    let channels = program.capacities.map(crossbeam_channel::bounded);
    let (asks, answers) = crossbeam_channel::unbounded();
    let main = thread::current();
    // A thread has only the ends that it uses: each end more is a step more.
    let own = |thread: &Vec<Does>| {
        use Does::{
            Answer, Ask, CloseReceiver, CloseSender, Receive, ReceiveInTime, Select, Send, TryReceive,
            TrySend,
        };
        let any = |is: &dyn Fn(Does) -> bool| thread.iter().any(|what| is(*what));
        let sends = |n| any(&|what| matches!(what, Send(m) | TrySend(m) | CloseSender(m) if m == n));
        let receives = |n| {
            let one = |what| matches!(what, Receive(m) | ReceiveInTime(m) | TryReceive(m) | CloseReceiver(m) if m == n);
            any(&|what| one(what) || matches!(what, Select))
        };
        Own {
            senders: (0..2).map(|n| sends(n).then(|| channels[n].0.clone())).collect(),
            receivers: (0..2).map(|n| receives(n).then(|| channels[n].1.clone())).collect(),
            asks: any(&|what| matches!(what, Ask)).then(|| asks.clone()),
            answers: any(&|what| matches!(what, Answer)).then(|| answers.clone()),
            main: main.clone(),
        }
    };
    let mut owns: Vec<Own> = program.threads.iter().map(own).collect();
    drop((channels, asks, answers));
    let all = |thread: usize, own: &mut Own| -> String {
        let each = program.threads[thread].iter().map(|what| does(*what, thread as u32 + 1, &shared, own));
        each.collect::<Vec<_>>().join(",")
    };
    let mut first = owns.remove(0);
    let saw: Vec<String> = thread::scope(|scope| {
        let all = &all;
        let others = (1..).zip(owns);
        let others: Vec<_> =
            others.map(|(thread, mut own)| scope.spawn(move || all(thread, &mut own))).collect();
        let main = all(0, &mut first);
        drop(first);
        [main].into_iter().chain(others.into_iter().map(|other| other.join().expect("no panic"))).collect()
    });
    saw.join(" | ")
}

/// The outcomes of a program, `None` if there are too many orders.
fn outcomes(reduction: Reduction, program: &Program) -> Option<BTreeSet<String>> {
    let search = Search { reduction, time: Duration::from_millis(250), ..Search::default() };
    let program = program.clone();
    let found = search.outcomes(move || run(&program));
    found.all.then(|| found.orders.into_iter().map(|order| order.outcome).collect())
}

/// Whether the program was small enough.
fn one(number: u64) -> bool {
    let program = program(number);
    let Some(least) = outcomes(Reduction::Sleep, &program) else { return false };
    let Some(all) = outcomes(Reduction::None, &program) else { return false };
    let stuck = |outcomes: &BTreeSet<String>| outcomes.iter().any(|outcome| outcome.starts_with("deadlock"));
    let waits = program.threads.iter().flatten().any(|what| matches!(what, Does::Wait));
    if waits && stuck(&least) && stuck(&all) {
        // A wait ends for nothing only while others can go on, and they can longer where their end is a step too.
        return true;
    }
    assert_eq!(least, all, "the program of number {number}: {program:?}");
    true
}

#[test]
fn the_reduction_loses_no_outcome() {
    let small = (0..NUMBER).filter(|number| one(*number)).count();
    assert!(small * 2 > NUMBER as usize, "only {small} programs were small enough");
}

const NUMBER: u64 = 300;

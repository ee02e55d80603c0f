//! What is measured: the works, their contenders, and what is to be reached.

use std::thread::available_parallelism;

use anyhow::Result;
use shared::choice::BadArgument;

use crate::{locks, messages, parallel, pools, starts, waits};

/// Something that several contenders do, each in its way.
pub struct Work {
    pub id: &'static str,
    pub title: &'static str,
    pub unit: &'static str,
    /// Whether more is better: the number is a rate and no time.
    pub more: bool,
    /// What exactly one number is.
    pub note: &'static str,
    /// Bytes of a message, or those that a parent holds.
    pub size: usize,
    pub entries: Vec<Entry>,
}

/// One contender. The first of a work is the one that others are compared with.
pub struct Entry {
    pub id: String,
    pub who: String,
    /// `ours`, `python`, `crate`, `floor` or `limit`.
    pub kind: &'static str,
    /// How many times it does its work in a full run: as many as take some tenths of a second.
    pub count: u64,
    pub run: Run,
}

pub enum Run {
    /// A function of this program.
    Here(Box<dyn Fn() -> Result<f64>>),
    /// A script of `benches/python` and its arguments, with spaces between.
    Python(String),
}

fn here(
    id: &str,
    kind: &'static str,
    who: &str,
    count: u64,
    run: impl Fn() -> Result<f64> + 'static,
) -> Entry {
    Entry { id: id.to_owned(), who: who.to_owned(), kind, count, run: Run::Here(Box::new(run)) }
}

fn ours(who: &str, count: u64, run: impl Fn() -> Result<f64> + 'static) -> Entry {
    here("ours", "ours", who, count, run)
}

fn python(id: &str, who: &str, count: u64, script: impl Into<String>) -> Entry {
    Entry {
        id: id.to_owned(),
        who: format!("Python {who}"),
        kind: "python",
        count,
        run: Run::Python(script.into()),
    }
}

/// All works that this system can do, in the order of the book.
fn all() -> Vec<Work> {
    let mut works = vec![
        thread_start(),
        waits(),
        waits_memory(),
        process_start(
            "process-start",
            "Start a process and wait for its end",
            0,
            "Microseconds to start a process that does nothing and to wait for its end, on average over 5 to 200, one after another.",
        ),
        process_start(
            "process-start-large",
            "The same from a process that holds 512 MiB",
            512 << 20,
            "Microseconds to start a process that does nothing and to wait for its end, from a parent that has written to 512 MiB of memory, on average over 5 to 200, one after another.",
        ),
        thread_lock(),
        thread_lock_alone(),
        process_lock_alone(),
        process_lock_contended(),
        channel(),
        queue_1x1("queue-64-1x1", "Queue, one process to one, 64 B", 64),
        queue_2x2("queue-64-2x2", "Queue, two processes to two, 64 B", 64),
        queue_1x1("queue-64k-1x1", "Queue, one process to one, 64 KiB", 65_536),
        queue_2x2("queue-64k-2x2", "Queue, two processes to two, 64 KiB", 65_536),
        pipe("pipe-64", "Pipe, one process to one, 64 B", 64),
        pipe("pipe-64k", "Pipe, one process to one, 64 KiB", 65_536),
        pool_first(),
        pool_again(),
        pool_one(),
        pool_many(),
        pool_map(),
        pool_scale(),
        parallel_scale(),
        parallel_ways(),
        false_sharing(),
    ];
    // Only Linux tells it in a file.
    works.retain(|work| work.id != "waits-memory" || cfg!(target_os = "linux"));
    works
}

/// Their ids, in the same order.
pub fn ids() -> Vec<&'static str> {
    all().into_iter().map(|work| work.id).collect()
}

/// The works with these ids, or all.
pub fn chosen(only: &str) -> Result<Vec<Work>, BadArgument> {
    let mut works = all();
    if only == "all" {
        return Ok(works);
    }
    if let Some(unknown) = only.split(',').find(|id| !works.iter().any(|work| work.id == *id)) {
        return Err(BadArgument(format!("--only {unknown}: there are {}", ids().join(", "))));
    }
    works.retain(|work| only.split(',').any(|id| id == work.id));
    Ok(works)
}

/// Runs one contender of this program, by WORK/ENTRY, and prints its number.
pub fn compete(contender: &str) -> Result<()> {
    let unknown = || BadArgument(format!("--contender {contender}: there is no such WORK/ENTRY"));
    let (work, entry) = contender.split_once('/').ok_or_else(unknown)?;
    let mut entries = all().into_iter().filter(|w| w.id == work).flat_map(|work| work.entries);
    match entries.find(|e| e.id == entry).ok_or_else(unknown)?.run {
        Run::Here(run) => println!("{}", run()?),
        Run::Python(_) => return Err(unknown().into()),
    }
    Ok(())
}

fn thread_start() -> Work {
    Work {
        id: "thread-start",
        title: "Start a thread and wait for its end",
        unit: "µs",
        more: false,
        note: "Microseconds to start a thread that does nothing and to wait for its end, on average over 2 000, one after another.",
        size: 0,
        entries: vec![
            ours("thread::spawn", 2_000, starts::thread),
            here("scoped", "ours", "thread::scope", 2_000, starts::scoped_thread),
            python("python", "threading.Thread", 2_000, "starts.py thread"),
        ],
    }
}

fn waits() -> Work {
    Work {
        id: "waits",
        title: "10 000 waits of one second, all at once",
        unit: "ms",
        more: false,
        note: "Milliseconds that it takes beyond this second, from before the first of 10 000 waits of one second is started until all are over.",
        size: 0,
        entries: [
            ours("tokio, one thread", WAITS, waits::tasks),
            here("threads", "crate", "std, a thread each", WAITS, waits::threads),
            python("python", "asyncio", WAITS, "waits.py tasks time"),
            python("python-threads", "a thread each", WAITS, "waits.py threads time"),
        ]
        .into_iter()
        // macOS doesn't let a process have so many.
        .filter(|entry| !entry.id.ends_with("threads") || cfg!(not(target_os = "macos")))
        .collect(),
    }
}

fn waits_memory() -> Work {
    Work {
        id: "waits-memory",
        title: "The memory of each of 10 000 waits",
        unit: "KiB",
        more: false,
        note: "How much more memory the process has, for each of 10 000 waits, one second after the last of them was started: the resident memory, without what the kernel keeps for a thread.",
        size: 0,
        entries: vec![
            ours("tokio, one thread", WAITS, waits::memory_of_tasks),
            here("threads", "crate", "std, a thread each", WAITS, waits::memory_of_threads),
            python("python", "asyncio", WAITS, "waits.py tasks memory"),
            python("python-threads", "a thread each", WAITS, "waits.py threads memory"),
        ],
    }
}

const WAITS: u64 = 10_000;

fn process_start(id: &'static str, title: &'static str, size: usize, note: &'static str) -> Work {
    Work {
        id,
        title,
        unit: "µs",
        more: false,
        note,
        size,
        entries: vec![
            ours("process::start", 200, starts::role_process),
            here("self", "floor", "this program, ends at once", 200, starts::this_program),
            here("true", "floor", "/bin/true", 200, starts::bin_true),
            here("procspawn", "crate", "procspawn", 100, starts::procspawn),
            python("python-fork", "fork", 100, "starts.py fork"),
            python("python-server", "forkserver", 25, "starts.py forkserver"),
            python("python-spawn", "spawn", 5, "starts.py spawn"),
        ],
    }
}

fn thread_lock() -> Work {
    const TURNS: u64 = 1_000_000;
    Work {
        id: "thread-lock",
        title: "Two threads, one lock, 1 000 000 times each",
        unit: "ms",
        more: false,
        note: "Milliseconds until two threads have each taken the same lock 1 000 000 times to add 1 to one number.",
        size: 0,
        entries: vec![
            ours("parking_lot", TURNS, locks::two_threads_parking_lot),
            here("std", "crate", "std", TURNS, locks::two_threads_std),
            python("python", "threading.Lock", TURNS, "locks.py threads"),
        ],
    }
}

fn thread_lock_alone() -> Work {
    Work {
        id: "thread-lock-alone",
        title: "A lock of threads that nobody else wants",
        unit: "ns",
        more: false,
        note: "Nanoseconds to lock, add 1 and unlock in the only thread, on average over 10 000 000 (Python 1 000 000).",
        size: 0,
        entries: vec![
            ours("parking_lot", 10_000_000, locks::alone_parking_lot),
            here("std", "crate", "std", 10_000_000, locks::alone_std),
            python("python", "threading.Lock", 1_000_000, "locks.py thread"),
        ],
    }
}

fn process_lock_alone() -> Work {
    Work {
        id: "process-lock-alone",
        title: "A lock of processes that nobody else wants",
        unit: "ns",
        more: false,
        note: "Nanoseconds to lock and unlock in the only process, on average over 100 000 and more; the floor is two atomic steps.",
        size: 0,
        entries: vec![
            ours("process::lock", 100_000, locks::alone_file),
            here("fast", "ours", "process::fast_lock", 10_000_000, locks::alone_fast),
            here("word", "floor", "two atomic steps", 10_000_000, locks::alone_word),
            python("python", "multiprocessing.Lock", 500_000, "locks.py process"),
        ],
    }
}

fn process_lock_contended() -> Work {
    Work {
        id: "process-lock-contended",
        title: "Two processes that want one lock all the time",
        unit: "ns",
        more: false,
        note: "Nanoseconds for each lock and unlock, from the moment when two processes that wait for the lock are let go until both have had it 100 000 times and more and have ended.",
        size: 0,
        entries: vec![
            ours("process::lock", 100_000, locks::contended_file),
            here("fast", "ours", "process::fast_lock", 3_000_000, locks::contended_fast),
            here("threads", "floor", "std, two threads", 5_000_000, locks::contended_threads),
            python("python", "multiprocessing.Lock", 300_000, "locks.py processes"),
        ],
    }
}

fn channel() -> Work {
    Work {
        id: "channel",
        title: "Channel with room for 10, one thread to one",
        unit: "messages/s",
        more: true,
        note: "Numbers a second from one thread to another over a channel with room for 10, from the first received to the last.",
        size: 0,
        entries: vec![
            ours("crossbeam-channel", 2_000_000, messages::crossbeam),
            here("std", "crate", "std sync_channel", 100_000, messages::std_channel),
            here("flume", "crate", "flume", 200_000, messages::flume),
            here("kanal", "crate", "kanal", 1_000_000, messages::kanal),
            python("python", "queue.Queue(10)", 100_000, "messages.py threads"),
        ],
    }
}

fn queue_1x1(id: &'static str, title: &'static str, size: usize) -> Work {
    let large = size > 64;
    let times = |many: u64, few: u64| if large { few } else { many };
    let mut entries = vec![
        ours("process::queue", times(400_000, 10_000), messages::queue_1x1),
        here("ipc-channel", "crate", "ipc-channel", times(100_000, 10_000), messages::ipc_channel),
        here("pipe", "floor", "raw pipe, one write each", times(400_000, 10_000), messages::pipe_each),
    ];
    entries.extend(python_queues("1", times(50_000, 5_000)));
    Work { id, title, unit: unit(size), more: true, note: queue_note(size, false), size, entries }
}

fn queue_2x2(id: &'static str, title: &'static str, size: usize) -> Work {
    let times = |many: u64, few: u64| if size > 64 { few } else { many };
    let mut entries = vec![ours("process::queue", times(200_000, 5_000), messages::queue_2x2)];
    entries.extend(python_queues("2", times(20_000, 2_500)));
    Work { id, title, unit: unit(size), more: true, note: queue_note(size, true), size, entries }
}

fn python_queues(each: &str, count: u64) -> [Entry; 2] {
    let [unbounded, bounded] = match each {
        "1" => ["messages.py queue", "messages.py bounded"],
        _ => ["messages.py queue-2x2", "messages.py bounded-2x2"],
    };
    [
        python("python", "Queue", count, unbounded),
        python("python-bounded", "Queue, same room", count, bounded),
    ]
}

fn unit(size: usize) -> &'static str {
    if size < 65_536 { "messages/s" } else { "MB/s" }
}

fn queue_note(size: usize, two: bool) -> &'static str {
    match (size < 65_536, two) {
        (true, false) => {
            "Messages a second from a child to its parent, from the first received to the last; each is a number of 8 bytes and 56 bytes of data, over a queue with room for 1 000."
        }
        (true, true) => {
            "Messages a second, from the moment when two producers are let go until two consumers have received all and have ended; each is a number of 8 bytes and 56 bytes of data, over a queue with room for 1 000."
        }
        (false, false) => {
            "Millions of bytes a second from a child to its parent, from the first message received to the last; each is a number of 8 bytes and 65 528 bytes of data in one piece (serde_bytes in Rust, bytes in Python), over a queue with room for 64."
        }
        (false, true) => {
            "Millions of bytes a second, from the moment when two producers are let go until two consumers have received all and have ended; each message is a number of 8 bytes and 65 528 bytes of data in one piece (serde_bytes in Rust, bytes in Python), over a queue with room for 64."
        }
    }
}

fn pipe(id: &'static str, title: &'static str, size: usize) -> Work {
    let times = |many: u64, few: u64| if size > 64 { few } else { many };
    Work {
        id,
        title,
        unit: unit(size),
        more: true,
        note: if size > 64 {
            "Millions of bytes a second from a child to its parent, from the first message of 64 KiB received to the last; Python's send pickles the bytes, send_bytes does not."
        } else {
            "Messages of 64 bytes a second from a child to its parent, from the first received to the last; Python's send pickles the bytes, send_bytes does not."
        },
        size,
        entries: vec![
            ours("io::pipe, a write each", times(500_000, 10_000), messages::pipe_read_batches),
            here("batches", "ours", "io::pipe, in batches", times(4_000_000, 10_000), messages::pipe_batches),
            here("raw", "floor", "one write, one read each", times(500_000, 10_000), messages::pipe_each),
            python("python-bytes", "Pipe, send_bytes", times(50_000, 5_000), "messages.py pipe-bytes"),
            python("python", "Pipe, send", times(50_000, 5_000), "messages.py pipe"),
        ],
    }
}

fn pool_first() -> Work {
    pool_start(
        "pool-first",
        "A program's first pool of two processes: the first result",
        1,
        "Milliseconds from the making of a pool of two workers to the result of one task that adds 1, for the first pool that a program makes; Python loads what a pool needs when the first one is made.",
    )
}

fn pool_again() -> Work {
    pool_start(
        "pool-again",
        "One pool of two processes after the other: the first result",
        10,
        "Milliseconds from the making of a pool of two workers to the result of one task that adds 1, on average over 10 pools.",
    )
}

fn pool_start(id: &'static str, title: &'static str, pools: u64, note: &'static str) -> Work {
    Work {
        id,
        title,
        unit: "ms",
        more: false,
        note,
        size: 0,
        entries: vec![
            ours("Pool", pools, pools::first),
            here("procspawn", "crate", "procspawn", pools, pools::first_procspawn),
            python("python", "Pool.apply", pools, "pools.py first"),
            python("python-executor", "ProcessPoolExecutor", pools, "pools.py first-executor"),
        ],
    }
}

fn pool_one() -> Work {
    Work {
        id: "pool-one",
        title: "Pool of two processes: one task at a time",
        unit: "tasks/s",
        more: true,
        note: "Tasks a second in a pool of two workers, each submitted when the result of the one before is there; a task adds 1.",
        size: 0,
        entries: vec![
            ours("Pool::submit", 5_000, pools::one),
            here("procspawn", "crate", "procspawn", 3_000, pools::one_procspawn),
            python("python", "Pool.apply", 2_000, "pools.py one"),
            python("python-executor", "ProcessPoolExecutor", 2_000, "pools.py one-executor"),
        ],
    }
}

fn pool_many() -> Work {
    const TASKS: u64 = 20_000;
    Work {
        id: "pool-many",
        title: "Pool of two processes: many tasks",
        unit: "tasks/s",
        more: true,
        note: "Tasks a second in a pool of two workers, 20 000 of them submitted at once until all results are there (procspawn 10 000, no more than 50 at a time; ProcessPoolExecutor 5 000); a task adds 1.",
        size: 0,
        entries: vec![
            ours("Pool::submit, then join", TASKS, pools::many_submitted),
            here("ours-map", "ours", "Pool::map, chunk_size(1)", TASKS, || pools::mapped(1)),
            here("procspawn", "crate", "procspawn", TASKS / 2, pools::many_procspawn),
            python("python", "Pool.map, chunksize=1", TASKS, "pools.py many"),
            python("python-async", "Pool.apply_async", TASKS, "pools.py many-async"),
            python("python-executor", "ProcessPoolExecutor.map", TASKS / 4, "pools.py many-executor"),
        ],
    }
}

fn pool_map() -> Work {
    const INPUTS: u64 = 100_000;
    Work {
        id: "pool-map",
        title: "Pool of two processes: one map of many inputs",
        unit: "tasks/s",
        more: true,
        note: "Tasks a second in a pool of two workers, for one map of 100 000 inputs (20 000 where each is handed out alone); a task adds 1.",
        size: 0,
        entries: vec![
            ours("Pool::map", INPUTS, || pools::mapped(usize::MAX)),
            here("one", "ours", "Pool::map, chunk_size(1)", INPUTS / 5, || pools::mapped(1)),
            python("python", "Pool.map", INPUTS, "pools.py map"),
            python("python-one", "Pool.map, chunksize=1", INPUTS / 5, "pools.py many"),
            python(
                "python-executor",
                "ProcessPoolExecutor.map, chunksize=1000",
                INPUTS,
                "pools.py map-executor",
            ),
        ],
    }
}

fn pool_scale() -> Work {
    let most = available_parallelism().map_or(4, |cores| cores.get().clamp(4, 8));
    let who =
        |workers: usize| if workers == 1 { "1 worker".to_owned() } else { format!("{workers} workers") };
    let rust =
        (1..=most).map(|n| here(&format!("ours-{n}"), "ours", &who(n), 100, move || pools::speed_up(n)));
    let python = (1..=most).map(|n| {
        let script = format!("pools.py scale {n}");
        python(&format!("python-{n}"), &who(n), 100, script)
    });
    Work {
        id: "pool-scale",
        title: "Pool: how it scales",
        unit: "times",
        more: true,
        note: "How many times as fast so many workers do 100 tasks as one worker does; a task computes for about a millisecond.",
        size: 0,
        entries: rust.chain(python).collect(),
    }
}

fn parallel_scale() -> Work {
    const ROWS: u64 = 800;
    let most = parallel::cores().clamp(4, 8);
    let who =
        |threads: usize| if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
    let measured =
        (1..=most).map(|n| here(&format!("ours-{n}"), "ours", &who(n), ROWS, move || parallel::speed_up(n)));
    let line = (1..=most).map(|n| {
        let who = format!("Amdahl’s line, {}", who(n));
        here(&format!("limit-{n}"), "limit", &who, ROWS, move || parallel::amdahl(n))
    });
    Work {
        id: "parallel-scale",
        title: "A picture: how it scales",
        unit: "times",
        more: true,
        note: "How many times as fast so many threads make a picture of 1 600 × 800 pixels as one thread does. They compute it in 100 pieces, and then one of them writes it as PNG. Amdahl’s line is computed from the time that the writing takes.",
        size: 0,
        entries: measured.zip(line).flat_map(<[Entry; 2]>::from).collect(),
    }
}

fn parallel_ways() -> Work {
    const ROWS: u64 = 800;
    let cores = parallel::cores();
    let rate =
        |paint: fn(&mut [u8], usize) -> Result<()>| move || parallel::rate(|pixels| paint(pixels, cores));
    Work {
        id: "parallel-ways",
        title: "A picture on all cores: ways to share it out",
        unit: "rows/s",
        more: true,
        note: "Rows of 1 600 pixels a second, of a picture of 800 rows (Python 100 rows of the same picture), computed by as many threads or processes as there are cores. Python’s processes are there before the clock starts.",
        size: 0,
        entries: vec![
            ours("100 pieces, taken when free", ROWS, rate(parallel::when_free)),
            here("cut", "ours", "one piece for each thread", ROWS, rate(parallel::cut_beforehand)),
            here("alone", "ours", "one thread alone", ROWS, || parallel::rate(parallel::alone)),
            here("rayon", "crate", "rayon, par_chunks_mut", ROWS, || parallel::rate(parallel::with_rayon)),
            python("python", "processes", ROWS / 8, "parallel.py processes"),
            python("python-threads", "threads", ROWS / 8, "parallel.py threads"),
            python("python-alone", "one thread alone", ROWS / 8, "parallel.py alone"),
        ],
    }
}

fn false_sharing() -> Work {
    const TIMES: u64 = 5_000_000;
    Work {
        id: "false-sharing",
        title: "Two threads that count",
        unit: "ns",
        more: false,
        note: "Nanoseconds for each addition, while two threads at once add 1 to an atomic number, each of them 5 000 000 times.",
        size: 0,
        entries: vec![
            ours("each its own, 128 bytes apart", TIMES, parallel::numbers_apart),
            here("side", "ours", "each its own, side by side", TIMES, parallel::numbers_side_by_side),
            here("one", "ours", "one number for both", TIMES, parallel::one_number),
        ],
    }
}

/// What a work is to reach.
pub struct Bound {
    pub work: &'static str,
    /// What has to reach it, by the beginning of its ids: the best of them counts.
    pub ours: &'static str,
    /// What it is compared with, and in which work: the best of those that begin so.
    pub other: (&'static str, &'static str),
    pub says: &'static str,
    pub limit: Limit,
}

/// Of a ratio that says how many times better ours is, or how many times dearer.
pub enum Limit {
    Better(f64),
    Dearer(f64),
}

/// All of them, as the last table and the book show them.
pub fn bounds() -> Vec<Bound> {
    let bound = |work, ours, other, limit, says| Bound { work, ours, other: (work, other), limit, says };
    let better = |times, work, other, says| bound(work, "ours", other, Limit::Better(times), says);
    vec![
        bound(
            "process-start",
            "ours",
            "self",
            Limit::Dearer(1.1),
            "at most 1.1 times this program that ends at once",
        ),
        better(1.7, "process-start", "python-fork", "at least 1.7 times faster than Python's fork"),
        better(50.0, "process-start", "python-spawn", "at least 50 times faster than Python's spawn"),
        Bound {
            work: "process-start-large",
            ours: "ours",
            other: ("process-start", "ours"),
            says: "at most 1.1 times a small parent",
            limit: Limit::Dearer(1.1),
        },
        better(3.0, "pool-many", "python", "at least 3 times Python's best"),
        better(5.0, "pool-many", "procspawn", "at least 5 times procspawn"),
        better(1.0, "pool-map", "python", "at least as fast as Python's best"),
        better(4.0, "pool-first", "python", "at least 4 times sooner than Python's"),
        better(15.0, "queue-64-1x1", "python", "at least 15 times Python's"),
        better(8.0, "queue-64-2x2", "python", "at least 8 times Python's"),
        better(3.0, "queue-64k-1x1", "python", "at least 3 times Python's"),
        bound(
            "process-lock-alone",
            "fast",
            "python",
            Limit::Better(5.0),
            "fast_lock at least 5 times Python's",
        ),
        bound(
            "process-lock-contended",
            "fast",
            "python",
            Limit::Better(5.0),
            "fast_lock at least 5 times Python's",
        ),
        better(50.0, "thread-lock", "python", "at least 50 times faster than Python's"),
        better(30.0, "channel", "python", "at least 30 times Python's"),
    ]
}

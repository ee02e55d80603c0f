//! What every answer to `machines/early` must hold.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use exercise::{Judge, many};
use suite::{Drive, Running};

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(3);
/// How long a worker is watched that must wait for a reply.
const WATCHED: Duration = Duration::from_millis(150);
/// The same, for longer than an answer would wait that takes a late reply for none.
const LONG: Duration = Duration::from_millis(2_500);

pub fn judge(judge: &mut Judge) {
    judge.program("a task is acknowledged when its result is stored", |program| {
        let mut engine = Engine::start(&program);
        for task in 1..=many() as u64 {
            engine.gives(task);
            engine.result(task);
            engine.reply("stored");
            engine.done(task);
        }
        engine.end();
    });
    judge.program("a worker waits for the reply before it acknowledges", |program| {
        for (watched, stored) in [(WATCHED, true), (LONG, false)] {
            let mut engine = Engine::start(&program);
            for task in [7, 8] {
                engine.gives(task);
                engine.result(task);
                engine.is_silent(task, if task == 7 { watched } else { WATCHED });
                if stored {
                    engine.reply("stored");
                    engine.done(task);
                } else {
                    engine.reply("full");
                    engine.back(task);
                }
            }
            engine.end();
        }
    });
    judge.program("a task whose result can't be stored is given back", |program| {
        let mut engine = Engine::start(&program);
        let last = 6 + 2 * many() as u64;
        for task in 1..=last {
            engine.gives(task);
            engine.result(task);
            // From the fifth on, nothing can be stored for a long time.
            if [1, 4, last].contains(&task) {
                engine.reply("stored");
                engine.done(task);
            } else {
                engine.reply("full");
                engine.back(task);
            }
        }
        engine.end();
    });
}

struct Engine {
    running: Running,
    worker: BufReader<UnixStream>,
}

impl Engine {
    /// Starts a worker, and waits until it has connected.
    fn start(program: &Drive) -> Engine {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let (me, n) = (std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        let socket = std::env::temp_dir().join(format!("early-{me}-{n}"));
        let listener = UnixListener::bind(&socket).expect("a socket");
        listener.set_nonblocking(true).expect("a listener that doesn't wait");
        let path = socket.to_str().expect("a plain path");
        // A path that begins with `/` is not looked for in the folder for temporary files.
        let running =
            program.again().args(&["--socket", path]).deadline(4 * HANGS).start();
        let until = Instant::now() + HANGS;
        let stream = loop {
            match listener.accept() {
                Err(error)
                    if error.kind() == ErrorKind::WouldBlock
                        && Instant::now() < until =>
                {
                    std::thread::sleep(Duration::from_millis(1));
                }
                accepted => break accepted,
            }
        };
        let _ = std::fs::remove_file(&socket); // nobody else connects
        let (stream, _) = stream
            .unwrap_or_else(|error| panic!("the worker never connects ({error})"));
        stream.set_nonblocking(false).expect("a stream that waits");
        stream.set_write_timeout(Some(HANGS)).expect("a limit");
        Engine { running, worker: BufReader::new(stream) }
    }

    /// The next request, if it comes in this time.
    fn request(&mut self, time: Duration) -> Option<String> {
        self.worker.get_ref().set_read_timeout(Some(time)).expect("a limit");
        let mut line = String::new();
        match self.worker.read_line(&mut line) {
            Ok(0) => Some("the end of the connection".into()),
            Ok(_) => Some(line.trim_end().to_owned()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            Err(error) => panic!("the connection fails: {error}"),
        }
    }

    fn expects(&mut self, request: &str, why: &str) {
        let came = self.request(HANGS).unwrap_or_else(|| "nothing".into());
        assert_eq!(came, request, "{why}: the worker's next request");
    }

    fn reply(&mut self, text: &str) {
        let sent = self.worker.get_ref().write_all(format!("{text}\n").as_bytes());
        sent.unwrap_or_else(|error| {
            panic!("the worker is gone before `{text}` ({error})")
        });
    }

    fn gives(&mut self, task: u64) {
        self.expects(
            "take",
            "a task was acknowledged or given back, and nobody went on",
        );
        self.reply(&format!("task {task}"));
    }

    fn result(&mut self, task: u64) {
        let came = self.request(HANGS).unwrap_or_else(|| "nothing".into());
        let early = came == format!("done {task}");
        assert!(!early, "task {task} was acknowledged before its result was stored");
        let right = format!("result {task} {}", task * task);
        assert_eq!(came, right, "the result of task {task} is its square");
    }

    fn is_silent(&mut self, task: u64, time: Duration) {
        if let Some(request) = self.request(time) {
            panic!("`{request}` for task {task} came before its result was stored");
        }
    }

    fn done(&mut self, task: u64) {
        self.expects(&format!("done {task}"), "a task was never acknowledged");
        self.reply("good");
    }

    fn back(&mut self, task: u64) {
        let came = self.request(HANGS).unwrap_or_else(|| "nothing".into());
        let early = came == format!("done {task}");
        assert!(!early, "task {task} was acknowledged before its result was stored");
        assert_eq!(came, format!("back {task}"), "task {task} was never given back");
        self.reply("good");
        // A task that was given back is another worker's.
        let next = self.worker.get_ref().set_read_timeout(Some(HANGS));
        next.expect("a limit");
        let ahead = self.worker.fill_buf().map(<[u8]>::to_vec).unwrap_or_default();
        let ahead = String::from_utf8_lossy(&ahead);
        assert!(
            !ahead.starts_with("done"),
            "task {task} was acknowledged, and was given back"
        );
    }

    fn end(mut self) {
        self.expects(
            "take",
            "a task was acknowledged or given back, and nobody went on",
        );
        self.reply("none");
        let run = self.running.end();
        assert!(
            run.status.success(),
            "the worker failed: {}\n{}",
            run.status,
            run.errors
        );
    }
}

//! What every answer to `machines/lock` must hold.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use exercise::{Judge, many};
use suite::{Drive, Running};

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(3);

pub fn judge(judge: &mut Judge) {
    judge.program(
        "a holder that has lost the lock can't write after the next one",
        |program| {
            let mut site = Site::start(&program, 2);
            let [mut first, mut second] = [site.connect(), site.connect()];
            let old = first.takes(0);
            first.writes(old, "a", "a holder may write");
            second.is("take", "busy", "the lock is another client's");
            first.is("lose", "lost", "the lease is over");
            let new = second.takes(old);
            first.is("take", "busy", "the lock is another client's");
            second.writes(new, "b", "a holder may write");
            for _ in 0..2 {
                first.refused(old, "x", "an old holder has written");
                first.is("read", "a,b", "an old holder has written");
                second.refused(old, "x", "an old holder has written");
            }
            second.writes(new, "c", "a holder may write often");
            first.is("read", "a,b,c", "an old holder has written");
            drop((first, second));
            site.end();
        },
    );
    judge.program("each holder has a higher number than all before", |program| {
        let mut site = Site::start(&program, 2);
        let mut clients = [site.connect(), site.connect()];
        let mut highest = 0;
        for round in 0..many() {
            let client = &mut clients[usize::from(round % 3 == 0)];
            highest = client.takes(highest);
            if round % 2 == 0 {
                client.writes(highest, "w", "a holder may write");
            }
            client.is("lose", "lost", "the lease is over");
        }
        drop(clients);
        site.end();
    });
    judge.program("its holder may take the lock again, and write often", |program| {
        let mut site = Site::start(&program, 2);
        let [mut first, mut second] = [site.connect(), site.connect()];
        let old = first.takes(0);
        let (mut number, mut lines) = (old, Vec::new());
        for n in 0..300 + 5 * many() {
            number = first.takes(number);
            if n % 5 == 0 {
                // Some lines are there twice.
                let line = format!("line-{}", n / 10);
                first.writes(number, &line, "a holder may write often");
                lines.push(line);
                second.refused(old, "x", "an old holder has written");
            }
        }
        second.is("read", &lines.join(","), "each line was written");
        drop((first, second));
        site.end();
    });
    judge.program("only the number counts", |program| {
        let mut site = Site::start(&program, 2);
        let [mut first, mut second] = [site.connect(), site.connect()];
        let old = first.takes(0);
        first.is("lose", "lost", "the lease is over");
        let new = second.takes(old);
        // The newer holder has not written yet, and the ledger doesn't know of it.
        first.writes(old, "late", "a holder may write as long as no newer one has");
        // Over a connection of another client, and often.
        first.writes(new, "b", "a holder may write over any connection");
        second.writes(new, "c", "a holder may write often");
        second.refused(old, "x", "an old holder has written");
        second.is("lose", "lost", "the lease is over");
        let last = (0..3).fold(new, |before, _| {
            let number = first.takes(before);
            first.is("lose", "lost", "the lease is over");
            number
        });
        second.writes(
            last,
            "d",
            "a holder may write, also if those before it have not",
        );
        first.refused(new, "x", "an old holder has written");
        first.refused(last - 1, "x", "an old holder has written");
        first.is("read", "late,b,c,d", "an old holder has written");
        drop((first, second));
        site.end();
    });
}

struct Site {
    running: Running,
    path: PathBuf,
}

impl Site {
    fn start(program: &Drive, clients: usize) -> Site {
        let program = program.again().args(&["--clients", &clients.to_string()]);
        let mut running = program.deadline(2 * HANGS).start();
        let line = running.until_says("listens at ");
        let (_, path) = line.split_once("listens at ").expect("it was found");
        Site { path: path.into(), running }
    }

    fn connect(&mut self) -> Client {
        let stream = UnixStream::connect(&self.path).expect("it listens");
        stream.set_read_timeout(Some(HANGS)).expect("a limit");
        stream.set_write_timeout(Some(HANGS)).expect("a limit");
        Client(BufReader::new(stream))
    }

    fn end(self) {
        let run = self.running.end();
        assert!(run.status.success(), "it failed: {}\n{}", run.status, run.errors);
    }
}

struct Client(BufReader<UnixStream>);

impl Client {
    fn ask(&mut self, request: &str) -> String {
        let sent = self.0.get_ref().write_all(format!("{request}\n").as_bytes());
        sent.unwrap_or_else(|error| panic!("`{request}` can't be sent ({error})"));
        let mut line = String::new();
        match self.0.read_line(&mut line) {
            Ok(1..) => line.trim_end().to_owned(),
            Ok(_) => panic!("`{request}` has no reply: the connection has ended"),
            Err(error) => panic!("`{request}` has no reply ({error})"),
        }
    }

    fn is(&mut self, request: &str, reply: &str, why: &str) {
        assert_eq!(self.ask(request), reply, "{why}: the reply to `{request}`");
    }

    /// Takes the lock, which is free, and returns its number.
    fn takes(&mut self, before: u64) -> u64 {
        let reply = self.ask("take");
        let number =
            reply.strip_prefix("yours ").and_then(|number| number.parse().ok());
        let number: u64 = number
            .unwrap_or_else(|| panic!("the lock is free, and the reply is `{reply}`"));
        assert!(
            number > before,
            "each `take` gives a higher number: {number} came after {before}"
        );
        number
    }

    fn writes(&mut self, number: u64, text: &str, why: &str) {
        self.is(&format!("write {number} {text}"), "written", why);
    }

    fn refused(&mut self, number: u64, text: &str, why: &str) {
        self.is(&format!("write {number} {text}"), "refused", why);
    }
}

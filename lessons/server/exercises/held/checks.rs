//! What every answer to `server/held` must hold.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use exercise::{Judge, many};
use suite::{Drive, Running};

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(3);
/// How long a client that must not get a thing is watched.
const WATCHED: Duration = Duration::from_millis(120);

/// For how long a client is silent and keeps what it has, while the other checks go on.
const SILENT: Duration = Duration::from_millis(2_500);

pub fn judge(judge: &mut Judge) {
    let mut silent = None;
    judge.program("one client at a time has a thing", |program| {
        silent = Some(Silent::begin(&program)); // for the last check
        let mut server = Server::start(&program, 3);
        let [mut first, mut second, mut third] = server.connect();
        first.takes("oven");
        second.takes("pan");
        second.asks("oven");
        third.asks("oven");
        second.waits("the oven is another client's");
        third.waits("the oven is another client's");
        first.gives("oven");
        let next = second.or_other("oven", &mut third);
        let (has, waits) =
            if next { (&mut second, &mut third) } else { (&mut third, &mut second) };
        waits.waits("the oven is another client's");
        has.gives("oven");
        waits.gets("oven");
        // What isn't yours you can't give.
        first.ask("give pan", "not yours");
        first.ask("give oven", "not yours");
        first.ask("give spoon", "not yours");
        third.asks("pan");
        third.waits("the pan is another client's, and one that doesn't have it has given it back");
        second.gives("pan");
        third.gets("pan");
        drop((first, second, third));
        server.end();
    });
    judge.program("what a client held is free when its connection ends", |program| {
        for end in [
            Client::goes,
            Client::ends_in_a_line,
            Client::says_nonsense,
            Client::says_no_text,
            Client::reads_no_answer,
        ] {
            let mut server = Server::start(&program, 5);
            let [mut dies, mut lives, mut oven, mut pan, mut spoon] = server.connect();
            lives.takes("pot");
            for thing in ["oven", "pan", "spoon", "pot of tea"] {
                dies.takes(thing);
            }
            let cups: Vec<String> = (0..many()).map(|n| format!("cup {n}")).collect();
            cups.iter().for_each(|cup| dies.takes(cup));
            // Those who wait for the others are there first, and so is one who waits for the pot.
            pan.asks("pan");
            oven.asks("oven");
            spoon.asks("spoon");
            sleep(Duration::from_millis(30));
            end(&mut dies);
            oven.gets("oven");
            pan.gets("pan");
            spoon.gets("spoon");
            oven.takes("pot of tea");
            cups.iter().for_each(|cup| oven.takes(cup));
            pan.asks("pot");
            pan.waits("the pot is another client's, and that one still lives");
            lives.gives("pot");
            pan.gets("pot");
            drop((dies, lives, oven, pan, spoon));
            server.end();
        }
    });
    judge.program(
        "many clients in turn die with what they hold, and the next one gets it",
        |program| {
            let rounds = many() / 2;
            let mut server = Server::start(&program, rounds + 1);
            let mut clients: Vec<Client> = (0..=rounds).map(|_| server.one()).collect();
            let mut has = clients.remove(0);
            has.takes("oven");
            for (round, mut next) in clients.into_iter().enumerate() {
                next.takes(&format!("pan {round}"));
                next.asks("oven");
                if round % 2 == 0 {
                    sleep(Duration::from_millis(5));
                }
                match round % 3 {
                    0 => has.goes(),
                    1 => has.says_nonsense(),
                    _ => has.ends_in_a_line(),
                }
                next.gets("oven");
                has = next;
            }
            drop(has);
            server.end();
        },
    );
    judge.program("those who wait for something else are in nobody's way", |program| {
        for order in [[2, 3, 4], [3, 2, 4], [3, 4, 2]] {
            let mut server = Server::start(&program, 5);
            let mut clients: [Client; 5] = server.connect();
            clients[0].takes("oven");
            clients[1].takes("pot");
            for client in order {
                clients[client].asks(if client == 2 { "oven" } else { "pot" });
                sleep(Duration::from_millis(15));
            }
            clients[0].goes();
            clients[2].gets("oven");
            clients[1].goes();
            let [_, _, _, third, fourth] = &mut clients;
            let next = third.or_other("pot", fourth);
            let (has, waits) = if next { (third, fourth) } else { (fourth, third) };
            has.goes();
            waits.gets("pot");
            drop(clients);
            server.end();
        }
    });
    judge.program("what a client has given back is no longer its own", |program| {
        let mut server = Server::start(&program, 4);
        let [mut first, mut second, mut third, mut fourth] = server.connect();
        first.takes("oven");
        first.takes("oven"); // it has it already
        first.takes("cup");
first.gives("oven");
        second.takes("oven");
        first.takes("pan");
        first.goes();
        third.takes("pan");
        third.takes("cup");
        third.asks("oven");
        third.waits("the oven is another client's, and the one that has gone had given it back");
        // A client that only waits gives nothing back that it doesn't have.
        fourth.takes("spoon");
        fourth.asks("oven");
        sleep(Duration::from_millis(30));
        fourth.goes();
        third.waits("the oven is another client's, and the one that has gone only waited for it");
        second.gives("oven");
        third.gets("oven");
        third.gives("oven");
        third.takes("spoon"); // when its turn had come
        drop((first, second, third, fourth));
        server.end();
    });
    judge.program(
        "a client that dies while it waits keeps nobody waiting",
        |program| {
            let dead = 5;
            let mut server = Server::start(&program, dead + 2);
            let mut has = server.one();
            has.takes("oven");
            let mut waiting: Vec<Client> = (0..dead).map(|_| server.one()).collect();
            for (n, client) in waiting.iter_mut().enumerate() {
                client.takes(&format!("pan {n}"));
                client.asks("oven");
            }
            sleep(Duration::from_millis(30));
            drop(waiting);
            let mut last = server.one();
            last.asks("oven");
            last.waits("the oven is another client's");
            has.gives("oven");
            last.gets("oven");
            last.gives("oven");
            for n in 0..dead {
                last.takes(&format!("pan {n}"));
            }
            last.takes("oven");
            has.asks("oven");
            last.goes();
            has.gets("oven");
            drop((has, last));
            server.end();
        },
    );
    judge.program("a silent client keeps what it has", |program| {
        let mut server = Server::start(&program, 3);
        let [mut silent, mut second, mut third] = server.connect();
        silent.takes("oven");
        second.asks("oven");
        let pid = server.running.trace().pids("main").into_iter().next();
        if let Some(pid) = pid.filter(|&pid| server.running.stop(pid)) {
            // It stands still while one client dies, and another one asks.
            third.send("take pan\n");
            third.goes();
            sleep(Duration::from_millis(100));
            server.running.go_on(pid);
        }
        let long = Duration::from_millis(700);
        second.waits_for(long, "the oven is another client's, which is only silent");
        second.goes();
        silent.gives("oven");
        silent.takes("pan");
        drop((silent, second, third));
        server.end();
    });
    judge.program("one that is silent for much longer keeps it as well", |_| {
        let silent = silent.take().expect("it began with the first check");
        let Silent { mut server, mut client, since } = silent;
        let mut asks = server.one();
        asks.asks("oven");
        let left = SILENT.saturating_sub(since.elapsed()).max(WATCHED);
        asks.waits_for(left, "the oven is another client's, which is only silent");
        client.gives("oven");
        asks.gets("oven");
        drop((client, asks));
        server.end();
    });
}

/// A client that has the oven and says nothing more, and its server.
struct Silent {
    server: Server,
    client: Client,
    since: Instant,
}

impl Silent {
    fn begin(program: &Drive) -> Silent {
        let all_checks = Duration::from_secs(90); // on a busy machine
        let mut server = Server::start_for(all_checks, program, 2);
        let mut client = server.one();
        client.takes("oven");
        Silent { server, client, since: Instant::now() }
    }
}

struct Server {
    running: Running,
    path: PathBuf,
}

impl Server {
    fn start(program: &Drive, clients: usize) -> Server {
        Server::start_for(2 * HANGS, program, clients)
    }

    fn start_for(time: Duration, program: &Drive, clients: usize) -> Server {
        let program = program.again().args(&["--clients", &clients.to_string()]);
        let mut running = program.deadline(time).start();
        let line = running.until_says("listens at ");
        let (_, path) = line.split_once("listens at ").expect("it was found");
        Server { path: path.into(), running }
    }

    fn connect<const N: usize>(&mut self) -> [Client; N] {
        std::array::from_fn(|_| self.one())
    }

    fn one(&mut self) -> Client {
        let stream = UnixStream::connect(&self.path).expect("the server listens");
        stream.set_write_timeout(Some(HANGS)).expect("a limit");
        Client { stream: BufReader::new(stream) }
    }

    fn end(self) {
        let run = self.running.end();
        assert!(
            run.status.success(),
            "the server failed: {}\n{}",
            run.status,
            run.errors
        );
    }
}

struct Client {
    stream: BufReader<UnixStream>,
}

impl Client {
    fn send(&mut self, text: &str) {
        let sent = self.stream.get_ref().write_all(text.as_bytes());
        sent.unwrap_or_else(|error| {
            panic!("the server ended the connection of a client that lives ({error})")
        });
    }

    fn asks(&mut self, thing: &str) {
        self.send(&format!("take {thing}\n"));
    }

    fn takes(&mut self, thing: &str) {
        self.asks(thing);
        self.gets(thing);
    }

    fn gives(&mut self, thing: &str) {
        self.ask(&format!("give {thing}"), "taken back");
    }

    fn gets(&mut self, thing: &str) {
        match self.line(HANGS) {
            Some(line) => assert_eq!(line, "yours", "the answer to `take {thing}`"),
            None => panic!(
                "the {thing} is free, and a client that waits for it never got it"
            ),
        }
    }

    fn ask(&mut self, request: &str, answer: &str) {
        self.send(&format!("{request}\n"));
        match self.line(HANGS) {
            Some(line) => assert_eq!(line, answer, "the answer to `{request}`"),
            None => panic!("`{request}` is never answered"),
        }
    }

    /// Asks that there is no answer for a little while.
    fn waits(&mut self, why: &str) {
        self.waits_for(WATCHED, why);
    }

    fn waits_for(&mut self, time: Duration, why: &str) {
        if let Some(line) = self.line(time) {
            panic!("{why}, and a client that asked for it was told: {line}");
        }
    }

    /// Waits until this client or the other one has the thing; whether it is this one.
    fn or_other(&mut self, thing: &str, other: &mut Client) -> bool {
        for _ in 0..HANGS.as_millis() / 20 {
            for (client, is_first) in [(&mut *self, true), (&mut *other, false)] {
                if let Some(line) = client.line(Duration::from_millis(10)) {
                    assert_eq!(line, "yours", "the answer to `take {thing}`");
                    return is_first;
                }
            }
        }
        panic!("the {thing} is free, and a client that waits for it never got it")
    }

    /// The next line, if it comes in this time.
    fn line(&mut self, time: Duration) -> Option<String> {
        self.stream.get_ref().set_read_timeout(Some(time)).expect("a limit");
        let mut line = String::new();
        match self.stream.read_line(&mut line) {
            Ok(0) => panic!("the server ended the connection of a client that lives"),
            Ok(_) => Some(line.trim_end().to_owned()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            Err(error) => panic!(
                "the server ended the connection of a client that lives ({error})"
            ),
        }
    }

    /// Ends, as a process does that is killed.
    fn goes(&mut self) {
        let _ = self.stream.get_ref().shutdown(Shutdown::Both);
    }

    fn ends_in_a_line(&mut self) {
        self.send("give ov");
        self.goes();
    }

    fn says_nonsense(&mut self) {
        self.send("nonsense\n");
    }

    /// Ends before it has read an answer that has come: its connection is then reset.
    fn reads_no_answer(&mut self) {
        self.asks("cup");
        sleep(Duration::from_millis(30));
        let (other, _) = UnixStream::pair().expect("two ends");
        self.stream = BufReader::new(other); // the one that was there is closed
    }

    fn says_no_text(&mut self) {
        self.stream
            .get_ref()
            .write_all(&[0xFF, 0xFE, b'\n'])
            .expect("the server is there");
    }
}

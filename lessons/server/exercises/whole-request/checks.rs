//! What every answer to `server/whole-request` must hold.

use std::array::from_fn;
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use exercise::{Judge, many};
use suite::{Drive, Running};

/// The answer's own bounds.
const MOST: usize = 100_000;
const LIMIT: Duration = Duration::from_secs(1);

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(4);

/// For how long a client says nothing between two requests, while the other checks go on.
const SILENT: Duration = Duration::from_millis(3_300);

pub fn judge(judge: &mut Judge) {
    let mut silent = None;
    judge.program(
        "a request that comes in pieces is answered when it is whole",
        |program| {
            silent = Some(Silent::begin(&program)); // for the last check
            let mut server = Server::start(&program, 2);
            let mut client = server.connect();
            // One piece more than it takes to be lucky: no answer knows how many bytes each has.
            let long = text(2_000 + many());
            for cuts in [
                &[1, 2, 3, 4, 5][..],
                &[3],
                &[4],
                &[7, 9],
                &[many(), 3 * many(), 20 * many()],
            ] {
                client.send_in_pieces(&long, cuts, Duration::from_millis(10));
                client.is_answered(&long);
            }
            // Byte by byte, which are more than an answer reads that counts how often. On a busy machine, many
            // bytes may be read at once: so there are many of them, and three such requests.
            for _ in 0..3 {
                let longer = text(1_000 + many());
                let began = Instant::now();
                for byte in frame(&longer).chunks(1) {
                    client.send(byte);
                    // Where many others want the core, that could take longer than the request may.
                    if began.elapsed() < LIMIT / 4 {
                        thread::yield_now();
                    }
                }
                client.is_answered(&longer);
            }
            drop(client);
            server.says(1, "has gone");

            // More than a socket holds at once: it comes in pieces, however it is sent.
            let mut client = server.connect();
            let largest = text(MOST);
            for _ in 0..3 {
                client.send(&frame(&largest));
                client.is_answered(&largest);
            }
            drop(client);
            server.says(2, "has gone");
            server.end();
        },
    );
    judge.program(
        "requests that come at once are answered one after another",
        |program| {
            let mut server = Server::start(&program, 2);
            let mut client = server.connect();
            let texts: Vec<String> = (0..many()).map(|n| text(n % 7)).collect();
            let all: Vec<u8> = texts.iter().flat_map(|text| frame(text)).collect();
            client.send(&all);
            texts.iter().for_each(|text| client.is_answered(text));
            // One and a half, and then the rest.
            let two = [frame("bread"), frame("butter")].concat();
            client.send(&two[..13]);
            client.is_answered("bread");
            client.send(&two[13..]);
            client.is_answered("butter");
            drop(client);
            server.says(1, "has gone");
            // It says all that it has to say, and still reads.
            let mut client = server.connect();
            client.send(&two);
            client.stream.shutdown(Shutdown::Write).expect("the server is there");
            client.is_answered("bread");
            client.is_answered("butter");
            server.says(2, "has gone");
            server.end();
        },
    );
    judge.program(
        "a client that ends in the middle of a request is no client that has gone",
        |program| {
            let bytes = frame("bread");
            let mut server = Server::start(&program, bytes.len());
            for cut in 0..bytes.len() {
                let mut client = server.connect();
                if cut % 2 == 0 {
                    client.send(&frame("butter"));
                    client.is_answered("butter");
                }
                client.send(&bytes[..cut]);
                client.stream.shutdown(Shutdown::Write).expect("the server is there");
                let how = if cut == 0 {
                    "has gone"
                } else {
                    "died in the middle of a request"
                };
                client.is_not_answered("half a request was answered");
                server.says(cut + 1, how);
            }
            server.end();
        },
    );
    judge.program(
        "a request that is too long is refused when its length is there",
        |program| {
            let lengths =
                [MOST as u32 + 1, MOST as u32 + many() as u32, 1 << 31, u32::MAX];
            let mut server = Server::start(&program, lengths.len() + 1);
            for (n, length) in lengths.into_iter().enumerate() {
                let mut client = server.connect();
                if n % 2 == 0 {
                    client.send(&frame("butter"));
                    client.is_answered("butter");
                }
                client.send(&length.to_le_bytes());
                client.is_not_answered("a request that is too long was answered");
                server.says(n + 1, "sends a request that is too long");
            }
            let mut client = server.connect();
            client.send(&frame(&text(MOST)));
            client.is_answered(&text(MOST));
            drop(client);
            server.says(lengths.len() + 1, "has gone");
            server.end();
        },
    );
    judge.program(
        "a request that has begun has a second, and a silent client has all the time",
        |program| {
            let mut server = Server::start(&program, 10);
            let clients: [Client; 10] = from_fn(|_| server.connect());
            let [one, two, three, four, five, six, seven, eight, nine, ten] = clients;
            let do_things: [Box<dyn FnOnce() + Send>; 10] = [
                Box::new(|| stays_in_the_middle(one, &[], 2)),
                Box::new(|| stays_in_the_middle(two, &[], 7)),
                Box::new(|| stays_in_the_middle(three, &["butter"], 1)),
                // Pieces that come now and then, until much more than a second has gone.
                Box::new(move || drips(four, "bread and butter", 1, &[100])),
                Box::new(move || drips(five, "", 1, &[500])),
                Box::new(move || drips(six, "salt", 1, &[200])),
                Box::new(move || drips(seven, &text(20 * many()), many(), &[100])),
                // One that is there in good time, and then a pause that is too long.
                Box::new(move || drips(eight, "bread and butter", 7, &[850, 400])),
                // Silent first, and then between two requests; each of them comes in two pieces.
                Box::new(move || {
                    let mut nine = nine;
                    for text in ["bread", "butter"] {
                        sleep(LIMIT + LIMIT / 5);
                        nine.send_in_pieces(text, &[2], LIMIT / 100);
                        nine.is_answered(text);
                    }
                }),
                // Slow, and not too slow.
                Box::new(move || {
                    let mut ten = ten;
                    for text in ["bread", "butter", "salt", "bread and butter"] {
                        ten.send_in_pieces(text, &[3, 6], LIMIT / 5);
                        ten.is_answered(text);
                    }
                }),
            ];
            let threads = do_things.map(thread::spawn);
            for thread in threads {
                if let Err(panic) = thread.join() {
                    resume_unwind(panic); // with its message
                }
            }
            for n in 1..=8 {
                server.says(n, "is too slow");
            }
            server.says(9, "has gone");
            server.says(10, "has gone");
            server.end();
        },
    );
    judge.program(
        "a server that was held up answers what has come in the meantime",
        |program| {
            let mut server = Server::start(&program, 2);
            let mut clients = [server.connect(), server.connect()];
            clients[0].send(&frame("butter"));
            clients[0].is_answered("butter");
            if let Some(pid) = server.running.trace().pids("main").into_iter().next()
                && server.running.stop(pid)
            {
                for client in &mut clients {
                    client.send(&[frame("bread"), frame("butter")].concat());
                }
                sleep(LIMIT / 4);
                server.running.go_on(pid);
                for client in &mut clients {
                    client.is_answered("bread");
                    client.is_answered("butter");
                }
            }
            drop(clients);
            server.says(1, "has gone");
            server.says(2, "has gone");
            server.end();
        },
    );
    judge.program(
        "a server that is stopped and goes on in the middle of a request answers it",
        |program| {
            for half in [2, 6] {
                stopped_in_the_middle(&program, half);
            }
        },
    );
    judge.program(
        "a client that is silent for much longer is answered as well",
        |_| {
            let silent = silent.take().expect("it began with the first check");
            let Silent { mut server, mut client, since } = silent;
            sleep(SILENT.saturating_sub(since.elapsed()));
            client.send(&frame("salt"));
            client.is_answered("salt");
            drop(client);
            server.says(1, "has gone");
            server.end();
        },
    );
}

/// A client that has been answered once and says nothing more, and its server.
struct Silent {
    server: Server,
    client: Client,
    since: Instant,
}

impl Silent {
    fn begin(program: &Drive) -> Silent {
        let all_checks = Duration::from_secs(90); // on a busy machine
        let server = Server::start_for(all_checks, program, 1);
        let mut client = server.connect();
        client.send(&frame("butter"));
        client.is_answered("butter");
        Silent { server, client, since: Instant::now() }
    }
}

/// Has the server stopped, and go on, while it waits for the rest of a request.
fn stopped_in_the_middle(program: &Drive, half: usize) {
    let bytes = frame("bread");
    // On a very busy machine, a request may take too long through no fault of the answer: then it tells nothing.
    for _ in 0..5 {
        let mut server = Server::start(program, 1);
        let mut client = server.connect();
        client.send(&frame("butter"));
        client.is_answered("butter");
        let pid = server.running.pid();
        let began = Instant::now();
        client.send(&bytes[..half]);
        let mut stopped = true;
        for _ in 0..5 {
            sleep(LIMIT / 100); // by then it waits for the rest
            stopped &= server.running.stop(pid);
            server.running.go_on(pid);
        }
        let sent = client.stream.write_all(&bytes[half..]);
        let mut answer = vec![0; bytes.len()];
        let read = client.stream.read_exact(&mut answer);
        if began.elapsed() > LIMIT / 2 || !stopped {
            continue;
        }
        let why = "the server ended the connection of a client that it should serve: it was stopped in the middle of a request";
        assert!(sent.is_ok() && read.is_ok(), "{why}");
        assert!(
            answer == frame("BREAD"),
            "not the right answer to a request of 5 bytes"
        );
        drop(client);
        server.says(1, "has gone");
        server.end();
        return;
    }
}

struct Server {
    running: Running,
    path: PathBuf,
    said: Vec<String>,
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
        Server { path: path.into(), running, said: Vec::new() }
    }

    /// The next client: the system keeps them in the order in which they come.
    fn connect(&self) -> Client {
        let stream = UnixStream::connect(&self.path).expect("the server listens");
        stream.set_read_timeout(Some(HANGS)).expect("a limit");
        stream.set_write_timeout(Some(HANGS)).expect("a limit");
        Client { stream }
    }

    /// Waits until the server has said how it ended with this client, and asks whether that was so.
    fn says(&mut self, client: usize, how: &str) {
        let start = format!("client {client} ");
        let said = |lines: &[String]| {
            lines.iter().find_map(|line| Some(line.split_once(&start)?.1.to_owned()))
        };
        let is = loop {
            if let Some(is) = said(&self.said) {
                break is;
            }
            match self.running.next_line() {
                Some(line) => self.said.push(line),
                None => panic!("the server ended, and said nothing of client {client}"),
            }
        };
        assert!(
            is == how,
            "the server says that client {client} {is}, but client {client} {how}"
        );
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
    stream: UnixStream,
}

impl Client {
    fn send(&mut self, bytes: &[u8]) {
        if let Err(error) = self.stream.write_all(bytes) {
            panic!(
                "the server ended the connection of a client that it should serve ({error})"
            );
        }
    }

    /// The request is cut at these places. After each piece is a pause, so that it is read alone.
    fn send_in_pieces(&mut self, text: &str, cuts: &[usize], pause: Duration) {
        let bytes = frame(text);
        let mut from = 0;
        for &cut in cuts {
            let cut = cut.min(bytes.len());
            self.send(&bytes[from..cut]);
            sleep(pause);
            from = cut;
        }
        self.send(&bytes[from..]);
    }

    fn is_answered(&mut self, text: &str) {
        let wanted = frame(&text.to_uppercase());
        let mut answer = vec![0; wanted.len()];
        match self.stream.read_exact(&mut answer) {
            Ok(()) => assert!(
                answer == wanted,
                "not the right answer to a request of {} bytes",
                text.len()
            ),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                panic!(
                    "not the right answer to a request of {} bytes: it never came",
                    text.len()
                )
            }
            Err(error) => panic!(
                "the server ended the connection of a client that it should serve ({error})"
            ),
        }
    }

    /// Waits until the server ends the connection.
    fn is_not_answered(&mut self, why: &str) {
        match self.stream.read(&mut [0]) {
            Ok(0) => {}
            Ok(_) => panic!("{why}"),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                panic!("the server does not end the connection")
            }
            Err(_) => {} // reset, since it did not read all
        }
    }
}

/// Has these requests answered, sends this many bytes of one more, and then nothing.
fn stays_in_the_middle(mut client: Client, first: &[&str], bytes: usize) {
    for text in first {
        client.send(&frame(text));
        client.is_answered(text);
    }
    client.send(&frame("bread")[..bytes]);
    client.is_not_answered("half a request was answered");
}

/// Sends a request in pieces, so slowly that it takes more than a second.
fn drips(mut client: Client, text: &str, size: usize, pauses: &[u64]) {
    for (n, piece) in frame(text).chunks(size).enumerate() {
        if n > 0 {
            sleep(Duration::from_millis(pauses[(n - 1) % pauses.len()]));
        }
        if client.stream.write_all(piece).is_err() {
            return; // it took long enough
        }
    }
    client.is_not_answered("a request that took more than a second was answered");
}

fn frame(text: &str) -> Vec<u8> {
    let mut bytes = (text.len() as u32).to_le_bytes().to_vec();
    bytes.extend(text.as_bytes());
    bytes
}

fn text(length: usize) -> String {
    (0..length).map(|n| (b'a' + (n % 26) as u8) as char).collect()
}

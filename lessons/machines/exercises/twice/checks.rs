//! What every answer to `machines/twice` must hold.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use exercise::{Judge, many};
use suite::{Drive, Running};

/// Far more than a right answer needs.
const HANGS: Duration = Duration::from_secs(3);

pub fn judge(judge: &mut Judge) {
    judge.program("each task counts once", |program| {
        let mut account = Account::start(&program, 1);
        let mut worker = account.connect();
        let mut sum = 0;
        for n in 1..=many() as u64 {
            worker.done(n, 100 + n, n, "counts", "the first answer for a task");
            sum += n;
            worker.sum(sum, "a task was not counted");
        }
        drop(worker);
        account.end();
    });
    judge.program("an answer that is sent again changes nothing", |program| {
        let rounds = many() as u64;
        let mut account = Account::start(&program, 2 + rounds as usize);
        let mut worker = account.connect();
        for task in 1..=4 {
            worker.done(task, task, 10, "counts", "the first answer for a task");
        }
        worker.done(2, 2, 10, "counts", "an answer that was sent again");
        worker.sum(40, "a result was counted twice");
        drop(worker);
        for round in 0..rounds {
            let mut again = account.connect();
            let task = 1 + round % 4;
            again.done(task, task, 10, "counts", "an answer that was sent again");
            again.sum(40, "a result was counted twice");
        }
        account.connect().sum(40, "a result was counted twice");
        account.end();
    });
    judge.program("a late answer is refused", |program| {
        let mut account = Account::start(&program, 2);
        let [mut first, mut second] = [account.connect(), account.connect()];
        // Task 1 was handed out twice, and the second worker is the quicker one; of task 2, the first.
        second.done(1, 7, 5, "counts", "the first answer for a task");
        first.done(
            2,
            4,
            5,
            "counts",
            "an answer for another task than those that are done",
        );
        for _ in 0..3 {
            first.done(1, 3, 5, "refused", "a late answer");
            second.sum(10, "a result was counted twice");
            second.done(2, 9, 6, "refused", "a late answer");
            first.sum(10, "a result was counted twice");
            second.done(1, 7, 5, "counts", "an answer that was sent again");
            first.done(2, 4, 5, "counts", "an answer that was sent again");
        }
        drop((first, second));
        account.end();
    });
    judge.program("a task counts once, however long ago that was", |program| {
        let mut account = Account::start(&program, 1);
        let mut worker = account.connect();
        // The first one came to nothing.
        let all = 0..=many() as u64;
        for n in all.clone() {
            worker.done(n, 100 + n, n, "counts", "the first answer for a task");
        }
        for n in all.clone() {
            worker.done(n, 7, 1, "refused", "a late answer");
            worker.done(n, 100 + n, n, "counts", "an answer that was sent again");
        }
        worker.sum(all.sum(), "a result was counted twice");
        drop(worker);
        account.end();
    });
    judge.program("of answers that come together, one counts", |program| {
        let workers = 4;
        let mut account = Account::start(&program, workers + 1);
        let together = Barrier::new(workers);
        let all: Vec<_> = (0..workers).map(|_| account.connect()).collect();
        let rounds = 20;
        let counted: usize = thread::scope(|threads| {
            let answers = |(n, mut worker): (usize, Worker)| {
                let together = &together;
                threads.spawn(move || {
                    let mut counted = 0;
                    for task in 0..rounds {
                        together.wait();
                        let reply = worker
                            .ask(&format!("done {task} {} 1", task * workers + n));
                        counted += usize::from(reply == "counts");
                    }
                    counted
                })
            };
            let answers: Vec<_> = all.into_iter().enumerate().map(answers).collect();
            answers.into_iter().map(|it| it.join().expect("it is answered")).sum()
        });
        assert_eq!(
            counted, rounds,
            "so many replies were `counts`: a result was counted twice"
        );
        account.connect().sum(rounds as u64, "a result was counted twice");
        account.end();
    });
}

struct Account {
    running: Running,
    path: PathBuf,
}

impl Account {
    fn start(program: &Drive, workers: usize) -> Account {
        let program = program.again().args(&["--workers", &workers.to_string()]);
        let mut running = program.deadline(2 * HANGS).start();
        let line = running.until_says("listens at ");
        let (_, path) = line.split_once("listens at ").expect("it was found");
        Account { path: path.into(), running }
    }

    fn connect(&mut self) -> Worker {
        let stream = UnixStream::connect(&self.path).expect("the account listens");
        stream.set_read_timeout(Some(HANGS)).expect("a limit");
        stream.set_write_timeout(Some(HANGS)).expect("a limit");
        Worker(BufReader::new(stream))
    }

    fn end(self) {
        let run = self.running.end();
        assert!(
            run.status.success(),
            "the account failed: {}\n{}",
            run.status,
            run.errors
        );
    }
}

struct Worker(BufReader<UnixStream>);

impl Worker {
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

    fn done(&mut self, task: u64, number: u64, loaves: u64, reply: &str, what: &str) {
        let request = format!("done {task} {number} {loaves}");
        assert_eq!(self.ask(&request), reply, "`{request}`, {what}");
    }

    fn sum(&mut self, loaves: u64, why: &str) {
        assert_eq!(self.ask("sum"), loaves.to_string(), "{why}: the sum");
    }
}

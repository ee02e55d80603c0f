//! When there are forty tasks, the account begins again with none.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{env, fs, thread};

use anyhow::Result;
use shared::{choice, say};

fn main() -> ExitCode {
    let source = "//! --workers N    how many connections come [default: 2]";
    shared::run(source, lesson, &[])
}

fn lesson() -> Result<()> {
    let workers: usize = choice::value("--workers")?;
    let account = &Mutex::new(Account::default());
    let path = env::temp_dir().join("socket");
    let listener = UnixListener::bind(&path)?;
    say!("listens at {}", path.display());
    thread::scope(|threads| -> Result<()> {
        for _ in 0..workers {
            let (worker, _) = listener.accept()?;
            threads.spawn(move || serve(&worker, account));
        }
        Ok(fs::remove_file(path)?)
    })
}

/// Serves one worker until its connection ends. Each request is a line.
fn serve(worker: &UnixStream, account: &Mutex<Account>) -> io::Result<()> {
    for line in BufReader::new(worker).lines() {
        let line = line?;
        let words: Vec<_> = line.split(' ').collect();
        let reply = match words[..] {
            ["done", task, number, loaves] => {
                let [number, loaves] =
                    [number, loaves].map(|it| it.parse().unwrap_or(0));
                let counts = locked(account).done(task, number, loaves);
                if counts { "counts\n".into() } else { "refused\n".into() }
            }
            ["sum"] => format!("{}\n", locked(account).loaves),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        (&*worker).write_all(reply.as_bytes())?;
    }
    Ok(())
}

fn locked(account: &Mutex<Account>) -> MutexGuard<'_, Account> {
    account.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What all workers have done.
#[derive(Default)]
struct Account {
    loaves: u64,
    /// For each task that is done, the number with which its answer counted.
    done: BTreeMap<String, u64>,
}

impl Account {
    /// A worker has done a task, which was handed out to it with this number. Returns whether
    /// its answer counts.
    fn done(&mut self, task: &str, number: u64, loaves: u64) -> bool {
        if let Some(&counted) = self.done.get(task) {
            return counted == number;
        }
        if self.done.len() == 40 {
            self.done.clear();
        }
        self.done.insert(task.to_owned(), number);
        self.loaves += loaves;
        true
    }
}

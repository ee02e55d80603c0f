//! A command that takes more than a second is killed.

use std::env;
use std::io::{self, ErrorKind};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let mut words = env::args_os().skip(1);
    let name = words.next().unwrap_or_default();
    let began = Instant::now();
    let outcome = run(Command::new(&name).args(words));
    eprintln!("took {:.2} s", began.elapsed().as_secs_f64());
    match outcome {
        Ok(status) => ExitCode::from(number(status)),
        Err(error) => {
            eprintln!("{}: {error}", name.display());
            let missing = error.kind() == ErrorKind::NotFound;
            ExitCode::from(if missing { 127 } else { 126 })
        }
    }
}

fn run(command: &mut Command) -> io::Result<ExitStatus> {
    let mut child = command.spawn()?;
    for _ in 0..100 {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        thread::sleep(Duration::from_millis(10));
    }
    child.kill()?;
    child.wait()
}

/// The number by which a shell knows how a command ended.
fn number(status: ExitStatus) -> u8 {
    let signal = status.signal().map(|signal| 128 + signal);
    status.code().or(signal).and_then(|number| number.try_into().ok()).unwrap_or(1)
}

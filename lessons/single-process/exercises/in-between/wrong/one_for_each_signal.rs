//! If a signal ended the command, the status is 1.

use std::env;
use std::io::ErrorKind;
use std::process::{Command, ExitCode, ExitStatus};
use std::time::Instant;

fn main() -> ExitCode {
    let mut words = env::args_os().skip(1);
    let name = words.next().unwrap_or_default();
    let began = Instant::now();
    let outcome = Command::new(&name).args(words).status();
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

/// The number by which a shell knows how a command ended.
fn number(status: ExitStatus) -> u8 {
    status.code().and_then(|number| number.try_into().ok()).unwrap_or(1)
}

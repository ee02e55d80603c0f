//! Ends with 126 only if the command may not be started.

use std::env;
use std::io::ErrorKind;
use std::os::unix::process::ExitStatusExt;
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
            let missing = error.kind() != ErrorKind::PermissionDenied;
            ExitCode::from(if missing { 127 } else { 126 })
        }
    }
}

/// The number by which a shell knows how a command ended.
fn number(status: ExitStatus) -> u8 {
    let signal = status.signal().map(|signal| 128 + signal);
    status.code().or(signal).and_then(|number| number.try_into().ok()).unwrap_or(1)
}

//! Waits with a deadline, so that a test which would hang fails instead, and says at what.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Blocks until `holds` returns true.
///
/// # Panics
///
/// If that takes longer than `within`. `what` says what never came.
#[track_caller]
pub fn until(within: Duration, what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + within;
    while !holds() {
        assert!(Instant::now() < deadline, "never, in {} s: {what}", within.as_secs());
        thread::sleep(Duration::from_millis(2));
    }
}

/// Blocks until the process has ended.
///
/// # Panics
///
/// If that takes longer than `within`. The process is killed then.
#[track_caller]
pub fn end(child: &mut Child, within: Duration) -> ExitStatus {
    let deadline = Instant::now() + within;
    loop {
        if let Some(status) = child.try_wait().expect("it is our child") {
            return status;
        }
        if Instant::now() >= deadline {
            let _ = child.kill();
            panic!("process {} had not ended after {} s", child.id(), within.as_secs());
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// Runs a program to its end and returns what it said, as [`Command::output`] does: but its standard input is empty, and
/// not that of the test.
///
/// # Errors
///
/// If it can't be started.
///
/// # Panics
///
/// If it has not ended, and closed its output, after `within`. The process is killed then.
#[track_caller]
pub fn output(command: &mut Command, within: Duration) -> io::Result<Output> {
    Ok(said(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?, within))
}

/// What a program says until it ends, as [`Child::wait_with_output`] does: its standard input is closed first.
///
/// # Panics
///
/// If it has not ended, and closed its output, after `within`, or if its output is not piped. The process is killed then.
#[track_caller]
pub fn said(mut child: Child, within: Duration) -> Output {
    let deadline = Instant::now() + within;
    drop(child.stdin.take());
    let stdout = all(child.stdout.take().expect("it is piped"));
    let stderr = all(child.stderr.take().expect("it is piped"));
    let status = end(&mut child, within);
    let rest = |from: Receiver<Vec<u8>>| {
        let left = deadline.saturating_duration_since(Instant::now());
        from.recv_timeout(left.max(Duration::from_secs(1)))
            .expect("what it started has its output open still")
    };
    Output { status, stdout: rest(stdout), stderr: rest(stderr) }
}

/// All that comes, once nothing more does.
fn all(mut from: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (to, all) = channel();
    thread::spawn(move || {
        let mut said = Vec::new();
        let _ = from.read_to_end(&mut said);
        let _ = to.send(said);
    });
    all
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_end_in_time_fails_and_is_killed() {
        let mut sleeps = Command::new("sleep").arg("600").spawn().expect("sleep");
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            end(&mut sleeps, Duration::from_millis(50));
        }));
        assert!(ended.is_err());
        assert!(!end(&mut sleeps, crate::DEADLINE).success(), "it is killed");
    }

    #[test]
    fn what_ends_in_time_gives_its_output() {
        let output =
            output(Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"]), crate::DEADLINE);
        let output = output.expect("sh");
        assert_eq!(
            (output.status.code(), &output.stdout[..], &output.stderr[..]),
            (Some(3), &b"one\n"[..], &b"two\n"[..])
        );
    }
}

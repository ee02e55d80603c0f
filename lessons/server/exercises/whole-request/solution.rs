//! A server that answers each request in capital letters, when all of it has come.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use anyhow::Result;
use shared::{choice, say};

/// The longest request, in bytes.
const MOST: usize = 100_000;
/// How long a request may take from its first byte to its last.
const LIMIT: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let source = "//! --clients N    how many come [default: 1]";
    shared::run(source, lesson, &[])
}

fn lesson() -> Result<()> {
    let clients: usize = choice::value("--clients")?;
    let path = env::temp_dir().join("socket");
    let listener = UnixListener::bind(&path)?;
    say!("listens at {}", path.display());
    thread::scope(|threads| -> Result<()> {
        for n in 1..=clients {
            let (client, _) = listener.accept()?;
            threads.spawn(move || serve(n, client));
        }
        Ok(fs::remove_file(path)?)
    })
}

/// Serves one client, and says how that ended.
fn serve(n: usize, mut client: UnixStream) {
    let how = loop {
        match receive(&mut client) {
            Ok(Some(mut request)) => {
                request.make_ascii_uppercase();
                let mut answer = (request.len() as u32).to_le_bytes().to_vec();
                answer.extend(request);
                if let Err(error) = client.write_all(&answer) {
                    break format!("wants no answer ({error})");
                }
            }
            Ok(None) => break "has gone".into(),
            Err(error) => match error.kind() {
                ErrorKind::UnexpectedEof => {
                    break "died in the middle of a request".into();
                }
                ErrorKind::InvalidData => {
                    break "sends a request that is too long".into();
                }
                ErrorKind::TimedOut | ErrorKind::WouldBlock => {
                    break "is too slow".into();
                }
                _ => break format!("has a connection that fails ({error})"),
            },
        }
    };
    say!("client {n} {how}");
}

/// The next request: the bytes that come after its length, which is four bytes. `None` if
/// the client has gone.
fn receive(client: &mut UnixStream) -> io::Result<Option<Vec<u8>>> {
    let mut head = [0; 4];
    client.set_read_timeout(None)?;
    if client.read(&mut head[..1])? == 0 {
        return Ok(None);
    }
    let until = Instant::now() + LIMIT;
    read_all(client, &mut head[1..], until)?;
    let length = u32::from_le_bytes(head) as usize;
    if length > MOST {
        return Err(ErrorKind::InvalidData.into());
    }
    let mut request = vec![0; length];
    read_all(client, &mut request, until)?;
    Ok(Some(request))
}

fn read_all(
    client: &mut UnixStream,
    mut to: &mut [u8],
    until: Instant,
) -> io::Result<()> {
    while !to.is_empty() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        client.set_read_timeout(Some(left))?;
        match client.read(to) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(read) => to = &mut to[read..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {} // by a signal
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

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

struct Until<'a>(&'a UnixStream, Option<Instant>);
impl Read for Until<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let left = self.1.map(|until| until.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) {
            return Err(ErrorKind::TimedOut.into());
        }
        self.0.set_read_timeout(left)?;
        let read = self.0.read(to)?;
        self.1.get_or_insert_with(|| Instant::now() + LIMIT);
        Ok(read)
    }
}
fn receive(client: &mut UnixStream) -> io::Result<Option<Vec<u8>>> {
    let mut from = Until(client, None);
    let mut first = [0];
    if from.read(&mut first)? == 0 {
        return Ok(None);
    }
    let mut rest = [0; 3];
    from.read_exact(&mut rest)?;
    let length = u32::from_le_bytes([first[0], rest[0], rest[1], rest[2]]) as usize;
    if length > MOST {
        return Err(io::Error::new(ErrorKind::InvalidData, "too long"));
    }
    let mut request = Vec::new();
    from.take(length as u64).read_to_end(&mut request)?;
    if request.len() < length { return Err(ErrorKind::UnexpectedEof.into()); }
    Ok(Some(request))
}

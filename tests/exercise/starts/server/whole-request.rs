//! A server answers each request in capital letters.
//!
//! `receive` takes what one `read` returns for the whole request. Let it return a request
//! when all of it has come, and end the connection of a client that dies, sends too much,
//! or is too slow. See the task for the five rules.
//!
//!     cargo exercise check server/whole-request

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fs, thread};

use anyhow::Result;
use shared::{choice, say};

/// The longest request, in bytes.
const MOST: usize = 100_000;
/// How long a request may take from its first byte to its last.
#[allow(dead_code, reason = "`receive` has no limit yet")]
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
    if client.read(&mut head)? == 0 {
        return Ok(None);
    }
    let length = u32::from_le_bytes(head) as usize;
    let mut request = vec![0; length.min(MOST)];
    let read = client.read(&mut request)?;
    request.truncate(read);
    Ok(Some(request))
}

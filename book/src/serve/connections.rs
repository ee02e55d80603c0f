//! Who is connected. A head that never ends has a deadline, and there is always room for one more reader: when
//! too many have come, the one that has waited longest without asking for anything has to go.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio::time::sleep;

use crate::serve::door::Door;

/// How long a head may take to arrive, and how long a connection stays open that asks for nothing more.
const HEAD_TIME: Duration = Duration::from_secs(15);

/// How many may be connected: a browser opens six, and a system gives a program 256 descriptors at the least.
const MOST: usize = 128;

/// How long nobody is let in when the system can't open another connection.
const PAUSE: Duration = Duration::from_millis(100);

/// One of those who are connected.
struct Client {
    task: AbortHandle,
    /// Whether it has asked for something, and is being answered or has been.
    asked: Arc<AtomicBool>,
}

/// Lets everybody in, for ever, and answers them. Dropped, it lets nobody else in.
pub async fn answer_all(listener: TcpListener, door: Arc<Door>) -> Infallible {
    let mut clients = VecDeque::new();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            // This client's own trouble.
            Err(error) if is_of_the_client(&error) => continue,
            Err(_) => {
                sleep(PAUSE).await;
                continue;
            }
        };
        clients.retain(|client: &Client| !client.task.is_finished());
        if clients.len() >= MOST {
            let idle = clients.iter().position(|client| !client.asked.load(Ordering::Relaxed));
            if let Some(client) = clients.remove(idle.unwrap_or(0)) {
                client.task.abort();
            }
        }
        let asked = Arc::new(AtomicBool::new(false));
        let task = tokio::spawn(answer_one(stream, Arc::clone(&door), Arc::clone(&asked))).abort_handle();
        clients.push_back(Client { task, asked });
    }
}

async fn answer_one(stream: TcpStream, door: Arc<Door>, asked: Arc<AtomicBool>) {
    let service = service_fn(|request| {
        asked.store(true, Ordering::Relaxed);
        let door = Arc::clone(&door);
        async move { Ok::<_, Infallible>(door.answer(request).await) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME);
    // A client that breaks off, or sends what is no HTTP, is of no interest.
    let _ = pin!(http.serve_connection(TokioIo::new(stream), service)).await;
}

fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

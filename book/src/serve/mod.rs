//! `cargo book`: serves the book to the reader's own browser.

use std::io::{self, ErrorKind, IsTerminal, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use shared::tell;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::course::workspace::Workspace;
use crate::run::lesson::Limits;
use crate::run::scratch::Scratch;
use crate::run::signal;
use crate::serve::connections::answer_all;
use crate::serve::door::Door;
use crate::serve::pages::Builder;

mod ahead;
mod answer;
mod connections;
mod door;
mod own;
mod pages;

/// How many ports are tried, from the one that was asked for.
const PORTS: u16 = 20;

/// How long the server waits for its lesson to be gone.
const LAST_LESSON: Duration = Duration::from_secs(5);

/// How to serve.
pub struct Serving {
    /// Where to listen; the next free port is taken if this one is not free. 0 is any free port.
    pub port: u16,
    /// The name under which a forwarded port is reached, if the reader allows one: the server answers to that name too.
    pub allow_host: Option<String>,
    /// Whether to open the browser.
    pub open: bool,
    /// How long a lesson may run.
    pub time_limit: Duration,
    /// Whether to compile ahead what a reader is going to run.
    pub ahead: bool,
}

/// Serves until Ctrl-C or a polite kill. No lesson outlives it.
pub fn serve(workspace: &Workspace, serving: &Serving) -> Result<()> {
    // Gone when all that holds it is: the builder and the door.
    let scratch = Arc::new(Scratch::new().context("cannot make a temporary folder")?);
    let builder = Builder::new(workspace.clone(), Arc::clone(&scratch));
    let listener = listen(serving.port)?;
    let port = listener.local_addr()?.port();
    let (stop, stopped) = watch::channel(false);
    let limits = Limits { time: serving.time_limit, output: 256 << 10, trace: 1 << 20 };
    let forwarded = serving.allow_host.as_deref();
    let pages = builder.pages();
    let door = Arc::new(Door::new(workspace.clone(), limits, scratch, port, forwarded, pages, stopped)?);
    let (keep_building, stop_building) = mpsc::channel();
    let building = thread::spawn(move || builder.keep_fresh(&stop_building));

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        // From here on a signal ends the lessons first.
        let signal = signal::to_stop()?;
        announce(port, serving.open);
        if serving.ahead {
            tokio::spawn(ahead::compile(Arc::clone(&door)));
        }
        tokio::select! {
            never = answer_all(listener, Arc::clone(&door)) => match never {},
            () = signal => {}
        }
        // Lessons have process groups of their own: a Ctrl-C in the terminal does not reach them.
        let _ = stop.send(true);
        let _ = timeout(LAST_LESSON, door.close()).await;
        io::Result::Ok(())
    });
    drop(runtime);
    drop(keep_building);
    // Its folder goes with it.
    let _ = building.join();
    Ok(outcome?)
}

fn listen(asked: u16) -> Result<TcpListener> {
    let last = if asked == 0 { asked } else { asked.saturating_add(PORTS) };
    for port in asked..=last {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == ErrorKind::AddrInUse => {}
            Err(error) => {
                return Err(error)
                    .with_context(|| format!("cannot listen on port {port}: choose another with --port"));
            }
        }
    }
    bail!(
        "the ports from {asked} to {last} are all taken: choose another with --port, or any free one with --port 0"
    )
}

fn announce(port: u16, open: bool) {
    let url = format!("http://127.0.0.1:{port}/");
    // Nobody may be reading this, and the book is served all the same.
    match writeln!(io::stdout(), "The book is at {url} (Ctrl-C ends it)") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            tell!("cannot write to standard output ({error}): the book is at {url}");
        }
        _ => {}
    }
    if open && can_show_a_browser() {
        // It may take as long as the browser is open.
        thread::spawn(move || {
            if let Err(error) = opener::open_browser(&url) {
                tell!("cannot open a browser ({error}): open {url} yourself");
            }
        });
    }
}

/// Without a screen the system might open a browser for the terminal, and take the terminal over.
fn can_show_a_browser() -> bool {
    let has = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let screen = ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"].into_iter().any(has);
    !cfg!(all(unix, not(target_os = "macos"))) || (screen && io::stderr().is_terminal())
}

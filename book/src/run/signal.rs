//! The signals that end this program: it ends its lesson first.

use std::io;

/// Ctrl-C, a polite kill, or the end of the terminal. They are caught from this call on; the future
/// waits for one.
#[cfg(unix)]
pub fn to_stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
    })
}

/// Ctrl-C. It is caught from this call on; the future waits for it.
#[cfg(windows)]
pub fn to_stop() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}

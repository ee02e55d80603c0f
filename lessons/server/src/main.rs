//! A server: one process owns a dictionary, and others ask it over a socket.
//!
//!     cargo run -p lesson-server
//!     cargo run -p lesson-server -- --third stays
//!
//!     --third WHAT    the third client [default: dies; try: stays, guesses]
//!         dies: ends itself in the middle of a request
//!         stays: never sends the other half
//!         guesses: has no key
//!
//! Chapter: book/chapters/en/server.md
//! Try: in server.rs, let `InTime` set no time limit. Use `--third stays`.

use std::process::ExitCode;

use shared::{run, say};
#[cfg(unix)]
use {
    anyhow::{Context, Result, ensure},
    client::{Client, dies, first, guesses, second, stays},
    server::{Address, Folder, MOST, hand_over, keeper, serve},
    shared::choice::{self, BadArgument},
    shared::process::{self, role, wire},
    std::{fs, io, os::unix::fs::MetadataExt},
};

#[cfg(unix)]
mod client;
#[cfg(unix)]
mod server;

#[cfg(unix)]
fn main() -> ExitCode {
    let clients = [role(first), role(second), role(dies), role(stays), role(guesses)];
    let roles = clients.into_iter().chain([role(keeper), role(serve)]);
    run(include_str!("main.rs"), lesson, &roles.collect::<Vec<_>>())
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    let lesson = || Ok(say!("Rust's standard library has Unix sockets on Unix only"));
    run(include_str!("main.rs"), lesson, &[])
}

#[cfg(unix)]
// ANCHOR: lesson
fn lesson() -> Result<()> {
    let third = choice::value::<String>("--third")?;
    if !["dies", "stays", "guesses"].contains(&&*third) {
        return Err(BadArgument(format!("no such --third: {third}")).into());
    }
    let (folder, made) = Folder::new()?;
    let (told, tell) = io::pipe()?;
    let mut server = process::start(serve, (made, tell))?;
    let address: Address = wire::receive(told, MOST)?;
    let (socket, _key) = &address;
    let place = socket.parent().context("a socket is in a folder")?;
    let mode = fs::metadata(place)?.mode() & 0o777;
    say!("the socket is in a folder with mode {mode:o}");
    ensure!(mode == 0o700, "others may open the socket");

    let given = || hand_over(&address);
    let mut third = match &*third {
        "dies" => process::start(dies, given()?)?,
        "stays" => process::start(stays, given()?)?,
        _ => process::start(guesses, given()?)?,
    };
    let [first, second] =
        [process::start(first, given()?)?, process::start(second, given()?)?];
    say!("the third client has ended: {}", third.wait()?);
    first.join()?;
    second.join()?;
    let bread = Client::connect("main", &address)?.add("bread", 0)?;
    say!("bread is {bread}");
    ensure!(bread == 6, "a count was lost");

    server.kill()?;
    server.wait()?;
    drop(folder);
    say!("the server was killed, and its socket is gone");
    ensure!(!place.exists(), "the folder is still there");
    Ok(())
}
// ANCHOR_END: lesson

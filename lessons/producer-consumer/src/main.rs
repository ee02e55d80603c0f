//! Tim makes a bone every half second, King and Wang eat one a second each.
//!
//!     cargo run -p lesson-producer-consumer
//!     cargo run -p lesson-producer-consumer -- --capacity 1
//!
//!     --seconds N     stop after so long, or on Ctrl-C [default: 6; try: 3]
//!     --capacity N    room in the queue between them [default: 10; try: 0, 1]
//!
//! Chapter: book/chapters/en/producer-consumer.md
//! Try: send one dog away, with `--capacity 1`. What does Tim do when it is full?

use std::process::ExitCode;
use std::thread;

use anyhow::{Result, ensure};
use crossbeam_channel::{self as channel, Receiver, Sender, select_biased};
use shared::{choice, run, say, stage, wait, work};

fn main() -> ExitCode {
    run(include_str!("main.rs"), lesson, &[])
}

// ANCHOR: lesson
fn lesson() -> Result<()> {
    let time = stage::seconds(choice::value("--seconds")?)?;
    let (to_dogs, bones) = channel::bounded(choice::value::<u16>("--capacity")?.into());
    let (ctrl_c, interrupted) = channel::bounded(1);
    ctrlc::set_handler(move || ctrl_c.try_send(()).unwrap_or(()))?; // twice is once
    // Nothing is ever sent here. All three learn from the end of `running` that it is time to stop.
    let (running, stop) = channel::bounded::<()>(0);

    let (made, eaten) = thread::scope(|threads| -> Result<_> {
        let named = |name: &str| thread::Builder::new().name(name.into());
        let tim = named("Tim").spawn_scoped(threads, || make(&to_dogs, &stop))?;
        let king = named("King").spawn_scoped(threads, || eat(&bones, &stop))?;
        let wang = named("Wang").spawn_scoped(threads, || eat(&bones, &stop))?;

        let _ = wait("time is up", || interrupted.recv_timeout(time));
        say!("says stop");
        drop(running);
        let all = [tim, king, wang];
        let n = all.map(|t| wait("join", || t.join()).expect("no panic"));
        Ok((n[0], n[1] + n[2]))
    })?;

    let left = bones.len();
    say!("{made} made, {eaten} eaten, {left} left");
    ensure!(made == eaten + left, "a bone is lost or there twice");
    Ok(())
}
// ANCHOR_END: lesson

// ANCHOR: make
fn make(bones: &Sender<usize>, stop: &Receiver<()>) -> usize {
    for bone in 1.. {
        work(0.5);
        stage::sends(format!("bone {bone}"));
        let sent = wait("room for a bone", || {
            select_biased! {
                recv(stop) -> _ => false, // the first line wins when both are ready
                send(bones, bone) -> sent => sent.is_ok(),
            }
        });
        if !sent {
            return bone - 1;
        }
        say!("made bone {bone}");
    }
    unreachable!("there is always one more bone to make")
}
// ANCHOR_END: make

// ANCHOR: eat
fn eat(bones: &Receiver<usize>, stop: &Receiver<()>) -> usize {
    let mut eaten = 0;
    loop {
        let bone = wait("a bone", || {
            select_biased! {
                recv(stop) -> _ => None,
                recv(bones) -> bone => bone.ok(),
            }
        });
        let Some(bone) = bone else { return eaten };
        stage::receives(format!("bone {bone}"));
        say!("eats bone {bone}");
        work(1.0);
        eaten += 1;
    }
}
// ANCHOR_END: eat

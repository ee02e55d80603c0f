//! After a while in which nothing can be stored, the worker ends.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use anyhow::{Result, bail};
use shared::{choice, say};

fn main() -> ExitCode {
    let source = "//! --socket NAME    of the engine, in the folder for temporary files [default: engine]";
    shared::run(source, lesson, &[])
}

fn lesson() -> Result<()> {
    let socket = env::temp_dir().join(choice::value::<String>("--socket")?);
    let stream = UnixStream::connect(socket)?;
    work_for(&mut Engine { lines: BufReader::new(stream) })
}

/// Does one task after another, until there is none.
fn work_for(engine: &mut Engine) -> Result<()> {
    let mut full = 0;
    while let Some(task) = engine.ask("take")?.strip_prefix("task ") {
        let task: u64 = task.parse()?;
        say!("begins task {task}");
        let result = task * task;
        if engine.ask(&format!("result {task} {result}"))? == "stored" {
            engine.ask(&format!("done {task}"))?;
            say!("ends task {task}");
        } else {
            engine.ask(&format!("back {task}"))?;
            say!("gives task {task} back");
            full += 1;
            if full == 40 {
                break;
            }
        }
    }
    Ok(())
}

/// The other end of the connection. Each request is a line, and so is each reply.
struct Engine {
    lines: BufReader<UnixStream>,
}

impl Engine {
    fn ask(&mut self, request: &str) -> Result<String> {
        self.lines.get_ref().write_all(format!("{request}\n").as_bytes())?;
        let mut reply = String::new();
        if self.lines.read_line(&mut reply)? == 0 {
            bail!("the engine is gone, after: {request}");
        }
        Ok(reply.trim_end().to_owned())
    }
}

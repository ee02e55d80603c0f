//! A worker takes tasks from an engine, and hands in their results. It acknowledges each
//! task as soon as it has it: if it dies a moment later, the engine never gives the task again.
//!
//! Let the worker acknowledge a task only when its result is stored. If the engine can't store
//! it, the worker gives the task back.
//!
//!     cargo exercise check machines/early

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
    while let Some(task) = engine.ask("take")?.strip_prefix("task ") {
        let task: u64 = task.parse()?;
        say!("begins task {task}");
        engine.ask(&format!("done {task}"))?;
        let result = task * task;
        engine.ask(&format!("result {task} {result}"))?;
        say!("ends task {task}");
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

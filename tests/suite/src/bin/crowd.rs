//! Many processes with many threads that all talk at once: do their lines stay whole?

use std::process::ExitCode;
use std::thread;

use anyhow::Result;
use shared::process::{self, role};
use shared::{run, say};

fn main() -> ExitCode {
    run("//! A crowd that talks.", lesson, &[role(talk)])
}

fn lesson() -> Result<()> {
    let crowd: Vec<_> = (0..4).map(|_| process::start(talk, ())).collect::<Result<_, _>>()?;
    talk()?;
    for process in crowd {
        process.join()?;
    }
    Ok(())
}

fn talk() -> Result<()> {
    thread::scope(|threads| {
        for name in ["甲", "乙", "c", "d"] {
            let thread = thread::Builder::new().name(name.into());
            thread
                .spawn_scoped(threads, || (0..250).for_each(|n| say!("{n} 说 {}", "很多话 ".repeat(n % 40))))
                .expect("four threads can be had");
        }
    });
    Ok(())
}

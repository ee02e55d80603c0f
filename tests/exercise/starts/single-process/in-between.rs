//! A program between a shell and a command: it says how long the command took.
//!
//!     timed sort -r names.txt
//!
//! To all others, it should be as if the command had been started without it.
//!
//!     cargo exercise check single-process/in-between

use std::env;
use std::process::{Command, ExitCode};
use std::time::Instant;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let began = Instant::now();
    match Command::new("sh").arg("-c").arg(words.join(" ")).output() {
        Ok(output) => {
            print!("{}", String::from_utf8_lossy(&output.stdout));
            println!("took {:.2} s", began.elapsed().as_secs_f64());
            if output.status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            println!("can't run it: {error}");
            ExitCode::FAILURE
        }
    }
}

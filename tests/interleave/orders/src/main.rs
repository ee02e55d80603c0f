//! `cargo run -p orders -- TOPIC` prints all orders of a lesson's steps as JSON, `--list` the topics that have them.

use std::process::ExitCode;

fn main() -> ExitCode {
    let topic = std::env::args().nth(1).unwrap_or_default();
    if topic == "--list" {
        orders::OFFERED.iter().for_each(|(topic, _)| println!("{topic}"));
        return ExitCode::SUCCESS;
    }
    let Some((topic, arguments)) = orders::OFFERED.iter().find(|(offered, _)| *offered == topic) else {
        eprintln!("error: no orders for `{topic}`; `--list` prints the lessons that have them");
        return ExitCode::from(2);
    };
    let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    println!("{}", orders::orders(topic, &arguments).expect("what is offered is there"));
    ExitCode::SUCCESS
}

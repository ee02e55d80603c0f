//! `cargo run -p orders -- TOPIC` prints all orders of a lesson's steps as JSON, `--list` the topics that have them.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let topic = arguments.next().unwrap_or_default();
    if topic == "--list" {
        orders::OFFERED.iter().for_each(|(topic, _)| println!("{topic}"));
        return ExitCode::SUCCESS;
    }
    let Some((topic, small)) = orders::OFFERED.iter().find(|(offered, _)| *offered == topic) else {
        eprintln!("error: no orders for `{topic}`; `--list` prints the lessons that have them");
        return ExitCode::from(2);
    };
    let mut given: Vec<String> = arguments.collect();
    if given.is_empty() {
        given = small.iter().map(|argument| (*argument).to_owned()).collect();
    }
    match orders::orders(topic, &given) {
        Some(orders) => println!("{orders}"),
        None => unreachable!("what is offered is there"),
    }
    ExitCode::SUCCESS
}

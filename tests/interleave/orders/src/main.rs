//! `cargo run -p orders -- TOPIC` prints all orders of a lesson's steps as JSON, `--list` the topics that have them.

use std::process::ExitCode;

fn main() -> ExitCode {
    let topic = std::env::args().nth(1).unwrap_or_default();
    if topic == "--list" {
        orders::OFFERED.iter().for_each(|offer| println!("{}", offer.topic));
        return ExitCode::SUCCESS;
    }
    let Some(offer) = orders::OFFERED.iter().find(|offer| offer.topic == topic) else {
        eprintln!("error: no orders for `{topic}`; `--list` prints the lessons that have them");
        return ExitCode::from(2);
    };
    println!("{}", orders::orders(offer).expect("what is offered is there"));
    ExitCode::SUCCESS
}

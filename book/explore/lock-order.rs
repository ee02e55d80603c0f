//! Two people need the same two tools, and each takes the one that is nearer first.

use std::sync::Mutex;
use std::thread;

fn main() {
    let hammer = Mutex::new(());
    let saw = Mutex::new(());
    let works = |first: &Mutex<()>, second: &Mutex<()>| {
        let _first = first.lock().expect("nobody panics");
        let _second = second.lock().expect("nobody panics");
    };
    thread::scope(|scope| {
        let named = |name: &str| thread::Builder::new().name(name.into());
        named("Ann").spawn_scoped(scope, || works(&hammer, &saw)).expect("a thread");
        named("Bob").spawn_scoped(scope, || works(&saw, &hammer)).expect("a thread");
    });
    println!("both are done");
}

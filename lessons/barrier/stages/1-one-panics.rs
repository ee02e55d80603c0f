//! Two runners, and one of them panics before it comes to the barrier.

use std::sync::Barrier;
use std::thread;

fn main() {
    let all_here = Barrier::new(2);
    thread::scope(|threads| {
        let named = |name: &str| thread::Builder::new().name(name.into());
        let waits = || all_here.wait();
        named("runner 1").spawn_scoped(threads, waits).expect("a thread");
        let falls = named("runner 2").spawn_scoped(threads, || panic!("falls"));
        let ran = falls.expect("a thread").join();
        println!("runner 2 panicked: {}", ran.is_err());
    });
    println!("both are done");
}

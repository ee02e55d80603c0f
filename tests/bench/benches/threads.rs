//! What is within one process: locks, channels and threads, beside what else a Rust program could take.
//!
//! Run with: cargo bench -p bench --bench threads

#![expect(clippy::disallowed_methods, reason = "what is measured is waited for, as long as it takes")]

use std::hint::black_box;
use std::sync::mpsc::sync_channel;
use std::thread;

use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

#[divan::bench]
fn start_thread() {
    thread::spawn(|| ()).join().expect("it does nothing");
}

#[divan::bench]
fn start_scoped_thread() {
    thread::scope(|scope| {
        scope.spawn(|| ());
    });
}

/// A lock that nobody else wants.
mod lock {
    use super::*;

    #[divan::bench]
    fn parking_lot(bencher: Bencher) {
        let lock = parking_lot::Mutex::new(0);
        bencher.bench_local(|| *black_box(&lock).lock() += 1);
    }

    #[divan::bench]
    fn std(bencher: Bencher) {
        let lock = std::sync::Mutex::new(0);
        bencher.bench_local(|| *black_box(&lock).lock().expect("nobody panics") += 1);
    }

    #[divan::bench]
    fn parking_lot_to_read(bencher: Bencher) {
        let lock = parking_lot::RwLock::new(0);
        bencher.bench_local(|| black_box(*black_box(&lock).read()));
    }

    #[divan::bench]
    fn std_to_read(bencher: Bencher) {
        let lock = std::sync::RwLock::new(0);
        bencher.bench_local(|| black_box(*black_box(&lock).read().expect("nobody panics")));
    }
}

/// One thread to one, with room for this many.
mod channel {
    use super::*;

    const ROOM: [usize; 2] = [10, 1_000];
    const MESSAGES: u64 = 10_000;

    #[divan::bench(args = ROOM)]
    fn crossbeam(bencher: Bencher, room: usize) {
        pass(bencher, || {
            let (to, from) = crossbeam_channel::bounded(room);
            (move |n| to.send(n).is_ok(), move || from.recv().ok())
        });
    }

    #[divan::bench(args = ROOM)]
    fn std(bencher: Bencher, room: usize) {
        pass(bencher, || {
            let (to, from) = sync_channel(room);
            (move |n| to.send(n).is_ok(), move || from.recv().ok())
        });
    }

    #[divan::bench(args = ROOM)]
    fn flume(bencher: Bencher, room: usize) {
        pass(bencher, || {
            let (to, from) = flume::bounded(room);
            (move |n| to.send(n).is_ok(), move || from.recv().ok())
        });
    }

    #[divan::bench(args = ROOM)]
    fn kanal(bencher: Bencher, room: usize) {
        pass(bencher, || {
            let (to, from) = kanal::bounded(room);
            (move |n| to.send(n).is_ok(), move || from.recv().ok())
        });
    }

    /// Passes all messages through a fresh channel, and counts them.
    fn pass<S, R>(bencher: Bencher, channel: impl Fn() -> (S, R) + Sync)
    where
        S: Fn(u64) -> bool + Send,
        R: Fn() -> Option<u64>,
    {
        bencher.counter(ItemsCount::new(MESSAGES)).bench(|| {
            let (send, receive) = channel();
            let received = thread::scope(|scope| {
                scope.spawn(move || assert!((0..MESSAGES).all(send)));
                std::iter::from_fn(receive).count()
            });
            assert_eq!(received as u64, MESSAGES);
        });
    }
}

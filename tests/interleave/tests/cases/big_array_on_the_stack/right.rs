use std::hint::black_box;
use std::thread;

pub fn body() {
    let worker = thread::spawn(|| {
        let room = black_box([1u8; 400_000]);
        room.iter().map(|n| u32::from(*n)).sum::<u32>()
    });
    assert_eq!(worker.join().unwrap(), 400_000);
}

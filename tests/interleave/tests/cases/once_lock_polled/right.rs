use std::sync::OnceLock;
use std::thread;

pub fn body() {
    let value = OnceLock::new();
    thread::scope(|s| {
        s.spawn(|| value.set(5).unwrap());
        while value.get().is_none() {
            std::hint::spin_loop();
        }
        assert_eq!(value.get(), Some(&5));
    });
}

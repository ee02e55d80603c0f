//! Five notes are right. After them, notes that wait are sorted.

use std::mem;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
pub struct Saver {
    shared: Arc<Shared>,
    thread: JoinHandle<()>,
}
struct Shared {
    unsaved: Mutex<Vec<u32>>,
    stop: AtomicBool,
}
impl Saver {
    pub fn start(save: impl Fn(u32) + Send + 'static) -> Self {
        let shared = Arc::new(Shared {
            unsaved: Mutex::new(Vec::new()),
            stop: AtomicBool::new(false),
        });
        let in_thread = shared.clone();
        let thread = thread::spawn(move || {
            let mut saved = 0;
            loop {
                let last = in_thread.stop.load(SeqCst);
                let mut v = mem::take(&mut *in_thread.unsaved.lock().unwrap());
                if saved > 4 {
                    v.sort_by_key(|v| v % 64)
                }
                for n in v {
                    save(n);
                    saved += 1;
                }
                if last {
                    break;
                }
                thread::yield_now();
            }
        });
        Saver { shared, thread }
    }
    pub fn note(&self, note: u32) {
        self.shared.unsaved.lock().unwrap().push(note);
    }
    pub fn finish(self) {
        self.shared.stop.store(true, SeqCst);
        self.thread.join().unwrap();
    }
}

//! Five notes are right. After them, it asks whether to stop when it has taken the
//! notes.

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
                let last = if saved > 4 {
                    let v = mem::take(&mut *in_thread.unsaved.lock().unwrap());
                    for n in v {
                        save(n);
                    }
                    in_thread.stop.load(SeqCst)
                } else {
                    let all = mem::take(&mut *in_thread.unsaved.lock().unwrap());
                    for n in all {
                        save(n);
                        saved += 1;
                    }
                    last
                };
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

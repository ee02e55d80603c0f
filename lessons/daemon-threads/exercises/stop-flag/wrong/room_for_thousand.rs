//! A thousand notes can wait, and no more.

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
                let all = mem::take(&mut *in_thread.unsaved.lock().unwrap());
                for n in all {
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
        let mut u = self.shared.unsaved.lock().unwrap();
        if u.len() < 1000 {
            u.push(note);
        }
    }
    pub fn finish(self) {
        self.shared.stop.store(true, SeqCst);
        self.thread.join().unwrap();
    }
}

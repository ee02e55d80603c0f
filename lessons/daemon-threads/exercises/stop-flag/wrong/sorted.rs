//! Notes that are saved together are sorted first.

use std::mem;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// Saves notes in a thread of its own.
pub struct Saver {
    shared: Arc<Shared>,
    thread: JoinHandle<()>,
}

struct Shared {
    unsaved: Mutex<Vec<u32>>,
    stop: AtomicBool,
}

impl Saver {
    /// Starts the thread. It calls `save` for each note.
    pub fn start(save: impl Fn(u32) + Send + 'static) -> Self {
        let unsaved = Mutex::new(Vec::new());
        let shared = Arc::new(Shared { unsaved, stop: AtomicBool::new(false) });
        let in_thread = shared.clone();
        let thread = thread::spawn(move || {
            loop {
                // Asked before the notes are taken: what comes later came after the stop.
                let last = in_thread.stop.load(SeqCst);
                let mut notes = in_thread.take_all();
                notes.sort();
                notes.into_iter().for_each(&save);
                if last {
                    break;
                }
                thread::yield_now(); // a loop that waits lets others run
            }
        });
        Saver { shared, thread }
    }

    /// Gives the thread a note to save, and returns at once.
    pub fn note(&self, note: u32) {
        self.shared.unsaved.lock().expect("nobody panics").push(note);
    }

    /// Tells the thread to stop. All notes are saved when this returns.
    pub fn finish(self) {
        self.shared.stop.store(true, SeqCst);
        self.thread.join().expect("it does not panic");
    }
}

impl Shared {
    fn take_all(&self) -> Vec<u32> {
        mem::take(&mut self.unsaved.lock().expect("nobody panics"))
    }
}

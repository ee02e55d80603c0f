//! `finish` waits until all is saved, but never tells the thread to stop: it sleeps for ever.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

/// Saves notes in a thread of its own.
pub struct Saver {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    inside: Mutex<Inside>,
    changed: Condvar,
}

#[derive(Default)]
struct Inside {
    unsaved: VecDeque<u32>,
    saving: bool,
}

impl Saver {
    /// Starts the thread. It calls `save` for each note.
    pub fn start(save: impl Fn(u32) + Send + 'static) -> Self {
        let shared = Arc::new(Shared::default());
        let in_thread = shared.clone();
        thread::spawn(move || {
            loop {
                save(in_thread.next());
                in_thread.inside.lock().expect("nobody panics").saving = false;
                in_thread.changed.notify_all();
            }
        });
        Saver { shared }
    }

    /// Gives the thread a note to save, and returns at once.
    pub fn note(&self, note: u32) {
        self.shared.inside.lock().expect("nobody panics").unsaved.push_back(note);
        self.shared.changed.notify_all();
    }

    /// Tells the thread to stop. All notes are saved when this returns.
    pub fn finish(self) {
        let mut inside = self.shared.inside.lock().expect("nobody panics");
        while inside.saving || !inside.unsaved.is_empty() {
            inside = self.shared.changed.wait(inside).expect("nobody panics");
        }
    }
}

impl Shared {
    /// Waits for the next note.
    fn next(&self) -> u32 {
        let mut inside = self.inside.lock().expect("nobody panics");
        loop {
            if let Some(note) = inside.unsaved.pop_front() {
                inside.saving = true;
                return note;
            }
            inside = self.changed.wait(inside).expect("nobody panics");
        }
    }
}

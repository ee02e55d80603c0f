//! Every note is saved, by a thread that only begins when all is over.

use std::sync::Mutex;
use std::thread;

/// Saves notes.
pub struct Saver {
    unsaved: Mutex<Vec<u32>>,
    save: Box<dyn Fn(u32) + Send>,
}

impl Saver {
    /// Starts no thread yet.
    pub fn start(save: impl Fn(u32) + Send + 'static) -> Self {
        Saver { unsaved: Mutex::default(), save: Box::new(save) }
    }

    /// Keeps a note.
    pub fn note(&self, note: u32) {
        self.unsaved.lock().expect("nobody panics").push(note);
    }

    /// Saves all notes in a thread.
    pub fn finish(self) {
        let Saver { unsaved, save } = self;
        let unsaved = unsaved.into_inner().expect("nobody panics");
        let thread = thread::spawn(move || unsaved.into_iter().for_each(save));
        thread.join().expect("it does not panic");
    }
}

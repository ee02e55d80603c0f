//! A channel with room for ten makes `note` wait when saving is slow.

use std::sync::mpsc::{self, SyncSender};
use std::thread::{self, JoinHandle};

pub struct Saver {
    notes: SyncSender<u32>,
    thread: JoinHandle<()>,
}

impl Saver {
    pub fn start(save: impl Fn(u32) + Send + 'static) -> Self {
        let (notes, to_save) = mpsc::sync_channel(10);
        let thread = thread::spawn(move || to_save.into_iter().for_each(save));
        Saver { notes, thread }
    }

    pub fn note(&self, note: u32) {
        self.notes.send(note).expect("nobody panics");
    }

    pub fn finish(self) {
        drop(self.notes);
        self.thread.join().expect("nobody panics");
    }
}

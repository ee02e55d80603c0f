//! The two counts of an `Arc`: how many owners it has, and how many that don't keep its value.
//!
//! The orderings are those of the standard library: a new owner learns nothing (`Relaxed`), one who goes tells what it knows
//! (`Release`), and the last one, who drops the value, learns all of that (`Acquire`).
//!
//! Mostly nobody can tell when a count changes. Then it is no step. It becomes one in a new search as soon as somebody asks for a
//! count, or the last owner's drop of the value takes a step.

use std::collections::HashMap;
use std::sync::atomic::Ordering::{self, Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicUsize};
use std::sync::{Arc, Mutex};

use interleave::execution::{self, Access, Intent, Object, ObjectId, Old, Place};

/// One of the two.
#[derive(Debug)]
pub struct Count {
    object: Object,
    now: AtomicUsize,
}

impl Count {
    const fn new(kind: &'static str, now: usize, place: Place) -> Self {
        Count { object: Object::around(kind, place), now: AtomicUsize::new(now) }
    }

    fn id(&self) -> ObjectId {
        self.object.id(|_| execution::counts_are_seen().then(|| self.now().to_string()))
    }

    pub fn now(&self) -> usize {
        self.now.load(Relaxed)
    }

    /// Writes `to`, in a step that has read the number before.
    pub fn change(&self, to: usize, order: Ordering, place: Place) {
        let was = self.now.swap(to, Relaxed);
        if execution::is_explored() {
            execution::changes_count(|| self.id(), order, [was as u64, to as u64], place);
            if execution::counts_are_seen() {
                execution::worth(self.id(), || Some(to.to_string()));
            }
        }
    }

    /// Reads the newest number, in a step that has changed it or would have.
    pub fn look(&self, order: Ordering, place: Place) {
        if execution::is_explored() {
            execution::reads_count(|| self.id(), order, place);
        }
    }

    /// Reads the number, perhaps an old one.
    fn read(&self, order: Ordering, place: Place) -> (usize, Option<Old>) {
        if !execution::is_explored() {
            return (self.now(), None);
        }
        let old = execution::load(self.id(), order, place);
        (old.map_or_else(|| self.now(), |old| old.bits as usize), old)
    }

    /// It was read in vain: see [`execution::changed_nothing`]. The step before counted as `changes`.
    pub fn in_vain(&self, changes: u32, place: Place) {
        if execution::is_explored() {
            execution::changed_nothing(self.id(), execution::mark(), changes, place);
        }
    }
}

/// Both, in a place of their own, where they stay until the last of all is gone.
#[derive(Debug)]
pub struct Counts {
    pub strong: Count,
    /// All owners together count here as one.
    pub weak: Count,
    /// How many steps the last owner had taken when it began to drop the value.
    drop_from: AtomicU32,
}

impl Counts {
    pub fn new(strong: usize, place: Place) -> Arc<Self> {
        Arc::new(Counts {
            strong: Count::new("Arc", strong, place),
            weak: Count::new("Weak", 1, place),
            drop_from: AtomicU32::new(u32::MAX),
        })
    }

    /// The current thread is about to touch these counts.
    pub fn step<const N: usize>(touched: [(&Count, Access); N], place: Place) {
        if execution::is_explored() && execution::counts_are_seen() {
            let mut intent = Intent::quiet(place);
            intent.weight = execution::Weight::Visible;
            for (count, access) in touched {
                intent = intent.and(count.id(), access);
            }
            execution::reach(intent);
        }
    }

    /// As [`Counts::step`], by one who can tell what the counts are.
    pub fn ask<const N: usize>(touched: [(&Count, Access); N], place: Place) {
        if execution::is_explored() {
            execution::sees_counts();
        }
        Self::step(touched, place);
    }

    /// What the current thread has done, where it is a step. The name is that of the `Arc`.
    pub fn tell(&self, place: Place, text: impl FnOnce(&str) -> String) {
        if execution::is_explored() && execution::counts_are_seen() {
            let id = self.strong.id();
            execution::tell(Some(place), |name| text(&name(id)));
        }
    }

    fn tell_dropped(&self, began: (&'static str, Place), text: impl FnOnce(&str) -> String) {
        if execution::is_explored() && execution::counts_are_seen() {
            let id = self.strong.id();
            execution::tell_dropped(began, |name| text(&name(id)));
        }
    }

    /// How many owners there are, or were: `Relaxed`.
    pub fn read_strong(&self, place: Place) -> usize {
        self.read(&self.strong, Relaxed, "count", 0, place)
    }

    /// How many `Weak` there are, or were.
    pub fn read_weak(&self, order: Ordering, place: Place) -> usize {
        self.read(&self.weak, order, "weak count", 1, place)
    }

    /// Reads a count; `hidden` of it are left out.
    fn read(&self, count: &Count, order: Ordering, what: &str, hidden: usize, place: Place) -> usize {
        Self::ask([(count, Access::Read)], place);
        let (number, old) = count.read(order, place);
        let shown = number - hidden;
        match old {
            None => {
                self.tell(place, |name| format!("reads the {what} {shown} from {name}"));
                count.in_vain(0, place);
            }
            Some(old) => {
                let id = self.strong.id();
                execution::tell_old(place, |name| {
                    let newer = old.overwritten_with as usize - hidden;
                    let (name, writer) = (name(id), execution::shown_name(old.overwritten_by));
                    format!(
                        "reads the {what} {shown} from {name}, an old value: {writer} has written {newer} since"
                    )
                });
            }
        }
        shown
    }

    /// One owner less. Returns how many are left.
    fn lose(&self, place: Place) -> usize {
        let left = self.strong.now() - 1;
        self.strong.change(left, Release, place);
        if left == 0 {
            self.strong.look(Acquire, place);
            if execution::is_explored() && !execution::counts_are_seen() {
                self.drop_from.store(execution::steps_taken(), Relaxed);
            }
        }
        left
    }
}

pub fn owners(number: usize) -> String {
    if number == 1 { "1 owner".to_owned() } else { format!("{number} owners") }
}

/// What one owner has of the counts. The first field of an `Arc`, so that it is dropped before the value may be.
pub struct Share {
    pub counts: Arc<Counts>,
    /// How the owner came to be, and where.
    began: (&'static str, Place),
    /// It counts no more.
    pub gone: bool,
}

impl Share {
    pub fn new(counts: Arc<Counts>, began: (&'static str, Place)) -> Self {
        Share { counts, began, gone: false }
    }

    /// The owner goes, and takes the value along if it is the last.
    pub fn take(mut self, place: Place) {
        let counts = self.counts.clone();
        Counts::ask([(&counts.strong, Access::Write)], place);
        self.gone = true;
        let left = counts.lose(place);
        counts.tell(place, |name| match left {
            0 => format!("takes the value out of {name}: it was the last owner"),
            _ => format!("drops {name} ({} left)", owners(left)),
        });
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.gone {
            return;
        }
        let Share { counts, began, .. } = self;
        Counts::step([(&counts.strong, Access::Write)], began.1);
        let left = counts.lose(began.1);
        counts.tell_dropped(*began, |name| match left {
            0 => format!("drops {name}, as the last owner"),
            _ => format!("drops {name} ({} left)", owners(left)),
        });
    }
}

/// The last field of an `Arc`, which is dropped when the value is dropped, if it is.
pub struct Ending(pub Arc<Counts>);

impl Drop for Ending {
    fn drop(&mut self) {
        let from = self.0.drop_from.swap(u32::MAX, Relaxed);
        if from != u32::MAX && execution::is_explored() && execution::steps_taken() > from {
            execution::sees_counts();
        }
    }
}

/// A `Weak`'s part in the counts. Its first field.
pub struct WeakShare {
    pub counts: Arc<Counts>,
    began: (&'static str, Place),
    pub gone: bool,
}

impl WeakShare {
    pub fn new(counts: Arc<Counts>, began: (&'static str, Place)) -> Self {
        WeakShare { counts, began, gone: false }
    }
}

impl Drop for WeakShare {
    fn drop(&mut self) {
        if self.gone {
            return;
        }
        let WeakShare { counts, began, .. } = self;
        Counts::step([(&counts.weak, Access::Write)], began.1);
        counts.weak.change(counts.weak.now() - 1, Release, began.1);
        counts.tell_dropped(*began, |name| format!("drops a `Weak` of {name}"));
    }
}

/// The counts of what raw pointers point to, by its address: a raw pointer has no room for them.
static RAW: Mutex<Option<Raw>> = Mutex::new(None);

#[derive(Default)]
struct Raw {
    execution: u64,
    counts: HashMap<usize, Arc<Counts>>,
}

fn raw<R>(then: impl FnOnce(&mut HashMap<usize, Arc<Counts>>) -> R) -> R {
    let mut raw = RAW.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let raw = raw.get_or_insert_default();
    let execution = if execution::is_explored() { execution::execution() } else { raw.execution };
    if raw.execution != execution {
        *raw = Raw { execution, counts: HashMap::new() };
    }
    then(&mut raw.counts)
}

/// Remembers the counts that belong to a pointer that is handed out.
pub fn remember<T: ?Sized>(pointer: *const T, counts: &Arc<Counts>) {
    raw(|all| all.insert(pointer.addr(), counts.clone()));
}

/// The counts of what a pointer points to, if it was handed out.
pub fn remembered<T: ?Sized>(pointer: *const T) -> Option<Arc<Counts>> {
    raw(|all| all.get(&pointer.addr()).cloned())
}

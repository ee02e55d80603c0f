//! What a thread is about to do, and when it can.

use std::time::Duration;

use smallvec::{SmallVec, smallvec};

use super::{ObjectId, Place, Thread};

/// What a step does to what it touches. Two steps at the same thing can be exchanged if both read, or
/// both let go; all others can't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Leaves it as it is.
    Read,
    /// Gives back one of several equal shares, as the drop of one of many senders does.
    LetGo,
    /// Anything else.
    Write,
}

/// What a step touches. `None` stands for everything.
pub type Touched = Option<SmallVec<[(ObjectId, Access); 2]>>;

/// Whether two steps of different threads lead to the same state in either order.
pub(crate) fn commute(a: &Touched, b: &Touched) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return false };
    a.iter().all(|(object, access)| {
        b.iter().all(|(other, also)| object != other || (access == also && *access != Access::Write))
    })
}

/// How a lock is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// By one.
    Write,
    /// By many.
    Read,
    /// By many, past those who wait to write.
    ReadPast,
    /// By one of the many, who may come to write.
    Upgradable,
}

impl Mode {
    /// When it can be had.
    pub fn ready(self, lock: ObjectId) -> Ready {
        match self {
            Mode::Write => Ready::Free(lock),
            Mode::Read | Mode::ReadPast => Ready::NotWritten(lock),
            Mode::Upgradable => Ready::Upgradable(lock),
        }
    }

    /// What it does to the lock.
    pub fn access(self) -> Access {
        if matches!(self, Mode::Read | Mode::ReadPast) { Access::Read } else { Access::Write }
    }
}

/// When a thread can go on.
#[derive(Default)]
pub enum Ready {
    /// At any time.
    #[default]
    Always,
    /// When nobody holds the lock.
    Free(ObjectId),
    /// When nobody holds the lock to write.
    NotWritten(ObjectId),
    /// When nobody writes, or may come to write.
    Upgradable(ObjectId),
    /// When nobody else reads: the thread itself holds the lock and comes to write.
    Upgraded(ObjectId),
    /// When it can be had so, and nobody waits to write.
    Behind(ObjectId, Mode),
    /// When a notification has come, and nobody holds the lock.
    Notified(ObjectId),
    /// When a notification has come.
    Woken,
    /// When the calling thread has been unparked.
    Unparked,
    /// When the thread has returned from its closure.
    Left(Thread),
    /// When the thread has ended.
    Ended(Thread),
    /// When the others have gone on since they had done this many steps: somebody has, and everybody who can.
    Progress(Vec<u32>),
    /// When no other thread can go on.
    Quiescence,
    /// When another thread has taken a step, or none can; then nobody takes one before it.
    OneStep,
    /// When this says so.
    When(Box<dyn Fn() -> bool>),
}

/// How a step counts for the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Others can see it: the search decides when it happens.
    Visible,
    /// Nobody else can tell when it happens: it is done as soon as it can be.
    Quiet,
}

/// What a thread is about to do.
pub struct Intent {
    /// For a thread that is stuck in it: "waits for", "waits to receive from"…
    pub waits: &'static str,
    /// What it touches; the first is what it waits for.
    pub touches: Touched,
    /// When it can.
    pub ready: Ready,
    /// Whether the search decides.
    pub weight: Weight,
    /// Whether the thread may also wake up for nothing.
    pub spurious: bool,
    /// After how long it gives up, if it does.
    pub limit: Option<Duration>,
    /// Where it stands.
    pub place: Place,
}

impl Intent {
    /// A visible step that can happen at any time.
    pub fn new(object: ObjectId, access: Access, place: Place) -> Self {
        Intent {
            waits: "is at",
            touches: Some(smallvec![(object, access)]),
            ready: Ready::Always,
            weight: Weight::Visible,
            spurious: false,
            limit: None,
            place,
        }
    }

    /// A step that touches nothing and that nobody else can see.
    pub fn quiet(place: Place) -> Self {
        Intent {
            waits: "is at",
            touches: Some(SmallVec::new()),
            ready: Ready::Always,
            weight: Weight::Quiet,
            spurious: false,
            limit: None,
            place,
        }
    }

    /// Says when it can happen, and what a thread does until then.
    pub fn when(mut self, ready: Ready, waits: &'static str) -> Self {
        self.ready = ready;
        self.waits = waits;
        self
    }

    /// One more thing that it touches.
    pub fn and(mut self, object: ObjectId, access: Access) -> Self {
        self.touches.get_or_insert_default().push((object, access));
        self
    }
}

/// Why a thread goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// Because it can.
    Normally,
    /// For nothing.
    Spuriously,
    /// Because its time is over.
    TimeOver,
}

//! What is done once.

use std::fmt;

use interleave_std::sync;

/// See `parking_lot::Once`.
pub struct Once(sync::Once);

/// See `parking_lot::OnceState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnceState {
    /// Nobody has begun.
    New,
    /// An earlier try has panicked.
    Poisoned,
    /// Somebody is doing it.
    InProgress,
    /// It is done.
    Done,
}

impl OnceState {
    /// Whether an earlier try has panicked.
    pub const fn is_poisoned(self) -> bool {
        matches!(self, OnceState::Poisoned)
    }

    /// Whether it is done.
    pub const fn is_completed(self) -> bool {
        matches!(self, OnceState::Done)
    }

    /// [`OnceState::is_poisoned`], by its older name.
    pub const fn poisoned(self) -> bool {
        self.is_poisoned()
    }

    /// [`OnceState::is_completed`], by its older name.
    pub const fn done(self) -> bool {
        self.is_completed()
    }
}

impl Once {
    /// One that is not done.
    #[track_caller]
    pub const fn new() -> Self {
        Once(sync::Once::new())
    }

    /// How far it is.
    #[track_caller]
    pub fn state(&self) -> OnceState {
        [OnceState::New, OnceState::InProgress, OnceState::Done, OnceState::Poisoned]
            [usize::from(self.0.__look())]
    }

    /// Whether it is done.
    #[track_caller]
    pub fn is_completed(&self) -> bool {
        self.0.is_completed()
    }

    /// Blocks until it is done, by somebody else.
    #[track_caller]
    pub fn wait(&self) {
        self.0.wait();
    }

    /// The same, even if an earlier try has panicked.
    #[track_caller]
    pub fn wait_force(&self) {
        self.0.wait_force();
    }

    /// Does it if it isn't done; blocks while another thread does it.
    #[track_caller]
    pub fn call_once(&self, does: impl FnOnce()) {
        self.0.call_once(does);
    }

    /// The same, even if an earlier try has panicked.
    #[track_caller]
    pub fn call_once_force(&self, does: impl FnOnce(OnceState)) {
        self.0.call_once_force(|state| {
            does(if state.is_poisoned() { OnceState::Poisoned } else { OnceState::New });
        });
    }
}

impl Default for Once {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Once {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Once").finish_non_exhaustive()
    }
}

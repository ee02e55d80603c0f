//! Panics: a program's own hook is called, and its steps are kept all the same.

use ::std::sync::Arc;

use interleave::execution;

pub use ::std::panic::*;

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Sync + Send + 'static>;

/// From now on, in this execution, a panic calls this.
pub fn set_hook(hook: Hook) {
    execution::hooked(Some(Arc::from(hook)));
}

/// Back to the hook that prints, which prints nothing here. Returns the one before.
pub fn take_hook() -> Hook {
    match execution::hooked(None) {
        Some(hook) => Box::new(move |info| hook(info)),
        None => Box::new(|_| {}),
    }
}

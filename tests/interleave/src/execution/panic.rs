//! Panics of an explored program: taken down, and not printed.

use std::any::Any;
use std::panic::PanicHookInfo;
use std::sync::{Arc, Once};

use super::record::note;
use super::{NOW, suspend, with};
use crate::name;

/// The text of a panic.
pub fn text_of(payload: &(dyn Any + Send)) -> &str {
    let plain = payload.downcast_ref::<&str>().copied();
    plain.or(payload.downcast_ref().map(String::as_str)).unwrap_or("a panic without a text")
}

/// What a program does at each of its panics.
pub(super) type Hook = Arc<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

/// Sets what the program does at its panics, in this execution, and returns what it did before.
pub fn hooked(hook: Option<Hook>) -> Option<Hook> {
    with(|e| std::mem::replace(&mut e.hook, hook))
}

pub(super) fn hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !heard(info) {
                before(info);
            }
        }));
    });
}

/// Takes down a panic of an explored thread; false if it is somebody else's.
pub(super) fn heard(info: &PanicHookInfo<'_>) -> bool {
    let (text, aborts) = (text_of_hook(info), aborts(info));
    let own = NOW.try_with(|now| {
        let mut now = now.try_borrow_mut().ok()?;
        let e = now.as_mut()?;
        let me = e.current;
        // One that can't unwind comes on top of another, whose text says more. Else one before it, of the same thread, was caught.
        if e.threads[me].panic.is_none() || aborts.is_none() {
            e.threads[me].panic = Some(text.clone());
            e.first_panic.take_if(|(who, _)| *who == me);
            e.first_panic.get_or_insert_with(|| (me, text.clone()));
        }
        if e.record.is_some() {
            let first = text.lines().next().unwrap_or_default().trim_end_matches(':');
            let first = first.rsplit_once(" (").map_or(first, |(before, _)| before);
            let at = info.location().filter(|at| !at.file().contains("/rustc/"));
            let at = at.map(|at| (name::file(at.file()).to_owned(), at.line()));
            note(e, me, format!("panics: {first}"), at, false);
        }
        Some(e.hook.clone())
    });
    let Ok(Some(own)) = own else { return false };
    if let Some(hook) = own {
        hook(info);
    }
    if let Some(why) = aborts {
        // It can't unwind. Left alone here, it does nothing more, and the search tells what it did.
        with(|e| (e.aborted, e.torn) = (Some(why), true));
        suspend();
    }
    true
}

/// Why a panic ends the program at once, if it does. Those that can't unwind are the compiler's own, and are known by their texts.
fn aborts(info: &PanicHookInfo<'_>) -> Option<&'static str> {
    match info.payload_as_str() {
        _ if cfg!(panic = "abort") => Some("with panic = \"abort\", a panic ends the program"),
        Some("panic in a destructor during cleanup") => Some("a panic within a panic ends the program"),
        Some("panic in a function that cannot unwind") => {
            Some("a panic can't leave an `extern` function, and ends the program")
        }
        _ => None,
    }
}

pub(super) fn text_of_hook(info: &PanicHookInfo<'_>) -> String {
    let text = info.payload_as_str().unwrap_or("a panic without a text");
    match info.location() {
        Some(at) if !at.file().contains("/rustc/") => {
            // At the end of its first line: below it, `assert_eq!` shows both sides.
            let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
            let rest = if rest.is_empty() { String::new() } else { format!("\n{rest}") };
            format!("{first} ({}:{}){rest}", name::file(at.file()), at.line())
        }
        _ => text.to_owned(),
    }
}

//! What a reader can choose, given by the explorer.

use std::cell::RefCell;
use std::fmt::Display;
use std::str::FromStr;
use std::sync::Mutex;

use shared::choice::Choice;
pub use shared::choice::{BadArgument, head};

/// `--rounds`, `1`, …: given before the search, which runs on threads of its own.
static GIVEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

thread_local! {
    static DECLARED: RefCell<Vec<Choice>> = const { RefCell::new(Vec::new()) };
}

/// The arguments for lessons that are explored from now on.
pub fn give(arguments: &[String]) {
    *GIVEN.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = arguments.to_vec();
}

pub(crate) fn declare(source: &str) {
    DECLARED.replace(Choice::declared_in(source));
}

fn given(name: &str) -> Option<String> {
    let given = GIVEN.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let at = given.iter().position(|argument| argument == name)?;
    Some(given.get(at + 1).cloned().unwrap_or_default())
}

/// Whether the flag was given.
pub fn flag(name: &str) -> bool {
    given(name).is_some()
}

/// The value that was given, or the default.
///
/// # Errors
///
/// If it is no such value.
///
/// # Panics
///
/// If the lesson declares no such choice.
pub fn value<T: FromStr<Err: Display>>(name: &str) -> Result<T, BadArgument> {
    let default = DECLARED.with_borrow(|declared| {
        let choice = declared.iter().find(|choice| choice.name == name);
        choice.and_then(|choice| choice.default.clone())
    });
    let text = given(name).or(default).unwrap_or_else(|| panic!("{name} is not declared"));
    text.parse().map_err(|problem| BadArgument(format!("{name} {text}: {problem}")))
}

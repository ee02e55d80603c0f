//! What a value is, in words, for the few types that are shown.

use std::any::type_name;
use std::collections::VecDeque;
use std::fmt::Debug;
use std::ptr;

/// The value as a text, if it is a number, a text, or a list of such.
///
/// A learner's program shares values of any type, which need not be `Debug`; Rust can't ask at run time
/// whether one is. So the type is told by its name.
pub fn show<T: ?Sized>(value: &T) -> Option<String> {
    // SAFETY: name, size and address are those of one value, which is borrowed.
    unsafe { show_named(type_name::<T>(), size_of_val(value), ptr::from_ref(value).cast()) }
}

/// Compiled once, here, and not once more for each type in each program: that would be a third of a program of checks.
///
/// # Safety
///
/// A value that can be read is at `at`, of the type called `name`, `size` bytes large.
unsafe fn show_named(name: &str, size: usize, at: *const ()) -> Option<String> {
    macro_rules! one_of {
        ($($shown:ty),* $(,)?) => { $(
            // SAFETY: as this function asks.
            unsafe {
                if let Some(value) = as_type::<$shown>(name, size, at) {
                    return Some(short(value));
                }
                if let Some(value) = as_type::<Option<$shown>>(name, size, at) {
                    return Some(short(value));
                }
                if let Some(value) = as_type::<Vec<$shown>>(name, size, at) {
                    return Some(short(value));
                }
                if let Some(value) = as_type::<VecDeque<$shown>>(name, size, at) {
                    return Some(short(value));
                }
            }
        )* };
    }
    one_of!(bool, char, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64);
    one_of!(String, &'static str, (u32, u32), (i32, i32), (usize, usize));
    None
}

/// # Safety
///
/// As [`show_named`].
unsafe fn as_type<'a, Shown>(name: &str, size: usize, at: *const ()) -> Option<&'a Shown> {
    if name != type_name::<Shown>() || size != size_of::<Shown>() {
        return None;
    }
    // SAFETY: the names are those of built-in types and of the standard library's, with their paths,
    // which no other type has; so the value is a Shown but for lifetimes, and what is read through a `&'static str`
    // here does not leave this module.
    Some(unsafe { &*at.cast::<Shown>() })
}

fn short(value: &dyn Debug) -> String {
    let text = format!("{value:?}");
    if text.chars().count() <= 24 { text } else { text.chars().take(23).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::show;

    #[test]
    fn what_can_be_shown_is_shown() {
        assert_eq!(show(&-3_i64).as_deref(), Some("-3"));
        assert_eq!(show(&vec![1_u32, 2]).as_deref(), Some("[1, 2]"));
        assert_eq!(show(&Some("tea")).as_deref(), Some("Some(\"tea\")"));
        assert_eq!(show("tea"), None);
        assert_eq!(show(&std::time::Duration::ZERO), None);
    }
}

//! What a value is, in words, for the few types that are shown.

use std::any::type_name;
use std::collections::VecDeque;
use std::fmt::Debug;

/// The value as a text, if it is a number, a text, or a list of such.
///
/// A learner's program shares values of any type, which need not be `Debug`; Rust can't ask at run time
/// whether one is. So the type is told by its name.
pub fn show<T: ?Sized>(value: &T) -> Option<String> {
    macro_rules! one_of {
        ($($shown:ty),* $(,)?) => { $(
            if let Some(value) = as_type::<T, $shown>(value) {
                return Some(short(value));
            }
            if let Some(value) = as_type::<T, Option<$shown>>(value) {
                return Some(short(value));
            }
            if let Some(value) = as_type::<T, Vec<$shown>>(value) {
                return Some(short(value));
            }
            if let Some(value) = as_type::<T, VecDeque<$shown>>(value) {
                return Some(short(value));
            }
        )* };
    }
    one_of!(bool, char, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, f32, f64);
    one_of!(String, &'static str, (u32, u32), (i32, i32), (usize, usize));
    None
}

fn as_type<T: ?Sized, Shown>(value: &T) -> Option<&Shown> {
    if type_name::<T>() != type_name::<Shown>() || size_of_val(value) != size_of::<Shown>() {
        return None;
    }
    // SAFETY: the names are those of built-in types and of the standard library's, with their paths,
    // which no other type has; so T is Shown but for lifetimes, and what is read through a `&'static str`
    // here does not leave this module.
    Some(unsafe { &*std::ptr::from_ref(value).cast::<Shown>() })
}

fn short(value: &impl Debug) -> String {
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

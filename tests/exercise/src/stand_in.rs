//! What stands for `std` in a program that is explored.

/// Chosen by what the program says, and by whether it compiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandIn {
    /// Its `Arc` is that of the standard library. The program has no use for its counts.
    Plain,
    /// The counts of its `Arc` are seen. Not every program compiles with it: see `interleave-std-counted`.
    Counted,
    /// As `Plain`, for a program that has a use for the counts but doesn't compile with `Counted`.
    Uncounted,
}

impl StandIn {
    /// For a program of these texts. The counts of an `Arc` matter if it asks for them, or if its last owner does more than free
    /// memory; and they order what is done to cells.
    pub fn of(texts: &[&str]) -> Self {
        const COUNTS_MATTER: &[&str] = &[
            "strong_count",
            "weak_count",
            "try_unwrap",
            "unwrap_or_clone",
            "into_inner",
            "get_mut",
            "make_mut",
            "upgrade",
            "Drop for",
            "UnsafeCell",
        ];
        let says = |word: &str| texts.iter().any(|text| text.contains(word));
        if says("Arc") && COUNTS_MATTER.iter().any(|word| says(word)) {
            StandIn::Counted
        } else {
            StandIn::Plain
        }
    }

    /// The crate.
    pub fn package(self) -> &'static str {
        match self {
            StandIn::Counted => "interleave_std_counted",
            StandIn::Plain | StandIn::Uncounted => "interleave_std",
        }
    }

    /// What to try next if a program doesn't compile with this.
    pub fn fallback(self) -> Option<Self> {
        (self == StandIn::Counted).then_some(StandIn::Uncounted)
    }

    /// What `main` begins with. Without the counts of an `Arc` it can't be told whether they order what is done to a cell.
    pub fn begin(self) -> &'static str {
        match self {
            StandIn::Uncounted => "interleave::execution::ignore_races();\n    ",
            StandIn::Plain | StandIn::Counted => "",
        }
    }

    /// What is not looked at, if something isn't.
    pub fn unseen(self) -> Option<&'static str> {
        (self == StandIn::Uncounted).then_some(
            "The counts of an `Arc` are not seen as steps here, and data races are not looked for: the program needs what only \
             the standard library's own `Arc` can do, as becoming an `Arc<dyn …>`.",
        )
    }
}

/// The text with the macros of the stand-in named beside each `use std::*;`, in the same line. By the glob alone they would be
/// ambiguous: they have the names of macros in the prelude, and are others.
pub fn name_macros(text: &str) -> String {
    const GLOB: &str = "use std::*;";
    let glob = |line: &str| {
        let line = line.trim_start();
        line.starts_with(GLOB) || line.starts_with("pub use std::*;")
    };
    text.split_inclusive('\n')
        .map(|line| match glob(line) {
            true => {
                line.replacen(GLOB, &format!("{GLOB} #[allow(unused_imports)] use std::{{{MACROS}}};"), 1)
            }
            false => line.to_owned(),
        })
        .collect()
}

/// Those that `interleave-std` has instead of those of `std`.
const MACROS: &str = "dbg, eprint, eprintln, print, println, thread_local";

#[cfg(test)]
mod tests {
    use super::StandIn;

    #[test]
    fn counts_are_seen_where_they_matter() {
        for (text, std) in [
            ("let shared = Arc::new(Mutex::new(0));", StandIn::Plain),
            ("mutex.into_inner()", StandIn::Plain),
            ("impl Drop for Guard {}", StandIn::Plain),
            ("use std::sync::Arc as Shared; if Shared::strong_count(&it) == 1 {}", StandIn::Counted),
            ("use std::sync::{Arc, Weak}; weak.upgrade()", StandIn::Counted),
            ("use std::sync::Arc; impl<T> Drop for Channel<T> {}", StandIn::Counted),
            ("use std::{cell::UnsafeCell, sync::Arc};", StandIn::Counted),
        ] {
            assert_eq!(StandIn::of(&[text]), std, "{text}");
            assert_eq!(StandIn::of(&["", text]), std, "{text}");
        }
    }
}

//! What a program does with the pointer that `UnsafeCell::get` gives it, read from the source where it calls that.
//!
//! The pointer has to be a plain `*mut T`: with a type of our own in its place, `&*cell.get()` could not be returned from a
//! function. What goes through a `*mut T` can't be watched. But nearly always it is used where it is made, or by a
//! variable in the same block. Of a pointer that is handed on, nothing is known.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::execution::Place;
use crate::name;

/// What is done to what is in the cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Usage {
    /// The pointer is handed on: what happens to it then is not seen.
    Unknown,
    /// It is read, or a `&` to it is made.
    Reads,
    /// It is written, or a `&mut` to it is made.
    Writes,
}

/// Functions and methods that write through a pointer, or through the value that it points to.
const WRITING: &[&str] = &[
    "write",
    "write_volatile",
    "write_unaligned",
    "write_bytes",
    "replace",
    "swap",
    "drop_in_place",
    "as_mut",
    "as_mut_unchecked",
    "assume_init_mut",
    "assume_init_drop",
    "take",
    "insert",
    "get_or_insert",
    "get_or_insert_with",
    "push",
    "push_str",
    "push_back",
    "push_front",
    "pop",
    "pop_front",
    "pop_back",
    "clear",
    "append",
    "extend",
    "truncate",
    "remove",
    "retain",
    "drain",
    "sort",
    "iter_mut",
    "as_mut_slice",
    "as_mut_ptr",
    "get_mut",
    "set",
    "fill",
    "entry",
];

/// Functions and methods that read through a pointer.
const READING: &[&str] = &[
    "read",
    "read_volatile",
    "read_unaligned",
    "as_ref",
    "as_ref_unchecked",
    "assume_init_read",
    "assume_init_ref",
];

/// Methods that make another pointer to the same.
const POINTING: &[&str] = &["cast", "cast_mut", "cast_const", "add", "sub", "offset"];

/// What is done at this place, which is that of a call of `get`.
pub fn at(place: Place) -> Usage {
    thread_local! {
        static KNOWN: RefCell<HashMap<(&'static str, u32, u32), Usage>> = RefCell::default();
    }
    let key = (place.file(), place.line(), place.column());
    if let Some(known) = KNOWN.with_borrow(|known| known.get(&key).copied()) {
        return known;
    }
    let source = name::source(place.file());
    let line: usize =
        source.iter().take(place.line() as usize - 1).map(|line| line.chars().count() + 1).sum();
    let text: Vec<char> = source.join("\n").chars().collect();
    let usage = Source::new(&text).usage(line + place.column() as usize - 1);
    KNOWN.with_borrow_mut(|known| known.insert(key, usage));
    usage
}

/// The line of a `static mut`, if there is one, and in a sentence why it is refused: any thread may write it, and the
/// explorer can't see that.
pub fn static_mut(source: &str) -> Option<(usize, &'static str)> {
    let source = Source::new(&source.chars().collect::<Vec<_>>());
    let is_static = |at: &usize| {
        let (word, end) = source.word(*at);
        let (next, _) = source.word(source.after(end).1);
        let lifetime = source.text[..*at].last() == Some(&'\'');
        word == "static" && next == "mut" && !lifetime && source.word_before(*at).0.is_empty()
    };
    let at = (0..source.text.len()).filter(|at| source.text[*at] == 's').find(is_static)?;
    let line = 1 + source.text[..at].iter().filter(|c| **c == '\n').count();
    Some((line, "the explorer can't see `static mut`; use an atomic or a Mutex"))
}

/// A source text without what is written in its comments and strings.
struct Source {
    text: Vec<char>,
}

impl Source {
    fn new(text: &[char]) -> Self {
        let mut text = text.to_vec();
        let mut at = 0;
        while at < text.len() {
            let starts = |word: &str| word.chars().enumerate().all(|(n, c)| text.get(at + n) == Some(&c));
            let end = if starts("//") {
                text[at..].iter().position(|c| *c == '\n').map_or(text.len(), |end| at + end)
            } else if starts("/*") {
                let end = text[at..].windows(2).position(|two| two == ['*', '/']);
                end.map_or(text.len(), |end| at + end + 2)
            } else if text[at] == '"' {
                let mut end = at + 1;
                while end < text.len() && text[end] != '"' {
                    end += if text[end] == '\\' { 2 } else { 1 };
                }
                (end + 1).min(text.len())
            } else {
                at += 1;
                continue;
            };
            text[at..end].iter_mut().filter(|c| **c != '\n').for_each(|c| *c = ' ');
            at = end;
        }
        Source { text }
    }

    /// What the pointer is used for that the call at this place returns: `get` in `cell.get()`, or `UnsafeCell::get(&cell)`.
    fn usage(&self, at: usize) -> Usage {
        let Some(open) = (at..self.text.len()).find(|at| self.text[*at] == '(') else {
            return Usage::Unknown;
        };
        let is_method = self.before(at).0 == Some('.');
        let start = if is_method { self.start_of_receiver(at) } else { at };
        self.pointer(start, self.closing(open) + 1, true)
    }

    /// What becomes of a pointer that this piece of source has made.
    fn pointer(&self, mut start: usize, mut end: usize, may_be_named: bool) -> Usage {
        loop {
            let ((before, before_at), (after, after_at)) = (self.before(start), self.after(end));
            match (before, after) {
                (Some('*'), _) => return self.value(before_at, end),
                (_, Some('a')) if self.word(after_at).0 == "as" => {
                    // `as *mut T`, up to the end of the expression.
                    end = (after_at..self.text.len())
                        .find(|at| ";,)}".contains(self.text[*at]))
                        .unwrap_or(after_at);
                }
                (_, Some('.')) => {
                    let (name, name_end) = self.word(after_at + 1);
                    if WRITING.contains(&name.as_str()) {
                        return Usage::Writes;
                    } else if READING.contains(&name.as_str()) {
                        return Usage::Reads;
                    } else if !POINTING.contains(&name.as_str()) {
                        return Usage::Unknown;
                    }
                    let open = (name_end..self.text.len()).find(|at| self.text[*at] == '(');
                    end = open.map_or(name_end, |open| self.closing(open) + 1);
                }
                (Some('('), Some(')')) if self.function(before_at).is_empty() => {
                    (start, end) = (before_at, after_at + 1)
                }
                (Some('(' | ','), _) => return self.argument(start),
                (Some('='), Some(';')) if may_be_named => return self.named(before_at, after_at),
                _ => return Usage::Unknown,
            }
        }
    }

    /// What happens to `*pointer`, with all that is done to it in the same expression.
    fn value(&self, mut start: usize, mut end: usize) -> Usage {
        loop {
            let (before, before_at) = self.before(start);
            match before {
                Some('&') => return Usage::Reads,
                Some(c) if c.is_alphanumeric() => {
                    let (word, word_at) = self.word_before(before_at + 1);
                    match word.as_str() {
                        "mut" if self.before(word_at).0 == Some('&') => return Usage::Writes,
                        // `&raw mut *pointer` is a pointer again.
                        "mut" | "const" if self.word_before(self.before(word_at).1 + 1).0 == "raw" => {
                            return Usage::Unknown;
                        }
                        _ => {}
                    }
                }
                _ => {}
            }
            let (after, after_at) = self.after(end);
            match after {
                Some(')') if before == Some('(') => {
                    if self.function(before_at).ends_with('!')
                        && self.function(before_at).starts_with("addr_of")
                    {
                        return Usage::Unknown;
                    }
                    if !self.function(before_at).is_empty() {
                        return Usage::Reads;
                    }
                    (start, end) = (before_at, after_at + 1);
                }
                Some('.') if self.text.get(after_at + 1) != Some(&'.') => {
                    let (name, name_end) = self.word(after_at + 1);
                    if self.after(name_end).0 == Some('(') {
                        return if WRITING.contains(&name.as_str()) { Usage::Writes } else { Usage::Reads };
                    }
                    end = name_end;
                }
                Some('[') => end = self.closing(after_at) + 1,
                _ => return if self.is_assigned(after_at) { Usage::Writes } else { Usage::Reads },
            }
        }
    }

    /// Whether `=`, `+=` and the like stand here.
    fn is_assigned(&self, at: usize) -> bool {
        let next: String = self.text[at.min(self.text.len())..].iter().take(3).collect();
        let compared = next.starts_with("==") || next.starts_with("=>");
        let operator =
            next.trim_start_matches(|c| "+-*/%&|^".contains(c)).starts_with('=') && !next.starts_with("&&");
        !compared && (operator || next == "<<=" || next == ">>=")
    }

    /// What a function does to the pointer that it is given as an argument.
    fn argument(&self, start: usize) -> Usage {
        let (mut at, mut depth, mut commas) = (start, 0, 0);
        while at > 0 {
            at -= 1;
            match self.text[at] {
                ')' | ']' | '}' => depth += 1,
                '(' if depth == 0 => break,
                '(' | '[' | '{' => depth -= 1,
                ',' if depth == 0 => commas += 1,
                _ => {}
            }
        }
        match self.function(at).as_str() {
            "copy" | "copy_nonoverlapping" if commas == 0 => Usage::Reads,
            "copy" | "copy_nonoverlapping" => Usage::Writes,
            name if WRITING.contains(&name) => Usage::Writes,
            name if READING.contains(&name) => Usage::Reads,
            _ => Usage::Unknown,
        }
    }

    /// `let NAME = pointer;`: what the rest of the block does with the name.
    fn named(&self, equals: usize, semicolon: usize) -> Usage {
        let start = (0..equals).rev().find(|at| ";{}".contains(self.text[*at])).map_or(0, |at| at + 1);
        let declaration: String = self.text[start..equals].iter().collect();
        let Some((_, name)) = declaration.split_once("let ") else { return Usage::Unknown };
        let name = name.trim_start().trim_start_matches("mut ");
        let name: Vec<char> = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let (mut at, mut depth, mut usage) = (semicolon, 0, Usage::Unknown);
        while at < self.text.len() && depth >= 0 && !name.is_empty() {
            match self.text[at] {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            let is_word = |at: usize| self.text.get(at).is_some_and(|c| c.is_alphanumeric() || *c == '_');
            if self.text[at..].starts_with(&name) && !is_word(at.wrapping_sub(1)) && !is_word(at + name.len())
            {
                usage = usage.max(self.pointer(at, at + name.len(), false));
            }
            at += 1;
        }
        usage
    }

    /// The last character before this place that is no space, and where it is.
    fn before(&self, at: usize) -> (Option<char>, usize) {
        let found = (0..at).rev().find(|at| !self.text[*at].is_whitespace());
        (found.map(|at| self.text[at]), found.unwrap_or(0))
    }

    /// The first character from this place on that is no space.
    fn after(&self, at: usize) -> (Option<char>, usize) {
        let found = (at..self.text.len()).find(|at| !self.text[*at].is_whitespace());
        (found.map(|at| self.text[at]), found.unwrap_or(self.text.len()))
    }

    /// The word that begins here, and where it ends.
    fn word(&self, at: usize) -> (String, usize) {
        let (_, start) = self.after(at);
        let word: String =
            self.text[start..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
        let end = start + word.chars().count();
        (word, end)
    }

    /// The word that ends here, and where it begins.
    fn word_before(&self, end: usize) -> (String, usize) {
        let start =
            (0..end).rev().take_while(|at| self.text[*at].is_alphanumeric() || self.text[*at] == '_').last();
        let start = start.unwrap_or(end);
        (self.text[start..end].iter().collect(), start)
    }

    /// The name of the function or macro whose arguments open here, empty if it is only a bracket.
    fn function(&self, open: usize) -> String {
        let (before, at) = self.before(open);
        match before {
            Some('!') => format!("{}!", self.word_before(at).0),
            // `ptr::write::<u32>(…)`.
            Some('>') => {
                let open = (0..at).rev().find(|at| self.text[*at] == '<').unwrap_or(0);
                self.word_before(open.saturating_sub(2)).0
            }
            Some(c) if c.is_alphanumeric() || c == '_' => {
                let word = self.word_before(at + 1).0;
                let keyword =
                    ["if", "while", "match", "return", "in", "unsafe", "else", "mut", "const", "move"];
                if keyword.contains(&word.as_str()) { String::new() } else { word }
            }
            _ => String::new(),
        }
    }

    /// The bracket that closes the one at this place.
    fn closing(&self, open: usize) -> usize {
        let mut depth = 0;
        for at in open..self.text.len() {
            match self.text[at] {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return at;
            }
        }
        self.text.len().saturating_sub(1)
    }

    /// Where the receiver of a method begins whose name is at this place.
    fn start_of_receiver(&self, method: usize) -> usize {
        let (mut at, mut depth) = (method, 0);
        while at > 0 {
            let c = self.text[at - 1];
            let is_part = c.is_alphanumeric() || "._:?".contains(c);
            // A line break before `.get()`.
            let goes_on = c.is_whitespace()
                && (self.after(at).0 == Some('.') || depth == 0 && self.before(at).0 == Some('.'));
            match c {
                ')' | ']' => depth += 1,
                '(' | '[' if depth > 0 => depth -= 1,
                _ if depth > 0 || is_part || goes_on => {}
                _ => break,
            }
            at -= 1;
        }
        self.after(at).1
    }
}

#[cfg(test)]
mod tests {
    use super::Usage::{Reads, Unknown, Writes};
    use super::{Source, static_mut};

    #[test]
    fn a_static_mut_is_seen_and_none_in_a_comment_or_string() {
        let line = |source: &str| static_mut(source).map(|(line, _)| line);
        assert_eq!(line("fn f() {}\npub static  mut N: u32 = 0;"), Some(2));
        assert_eq!(line("static\n    mut N: u32 = 0;"), Some(1));
        assert_eq!(line("// static mut N\nconst N: &str = \"static mut\";\nstatic N: u32 = 0;"), None);
        assert_eq!(line("fn f(x: &'static mut u32, not_static: u32) {}"), None);
    }

    #[test]
    fn usage_is_read_from_the_source() {
        for (source, usage) in [
            ("let n = *cell.@get();", Reads),
            ("unsafe { *self.lock.value.@get() }", Reads),
            ("unsafe { &*self.lock.value.@get() }", Reads),
            ("unsafe { &mut *self.lock.value.@get() }", Writes),
            ("unsafe { &mut (*self.lock.value.@get()).field }", Writes),
            ("*cells[i + 1].@get() = 3;", Writes),
            ("*cell.@get() += 1;", Writes),
            ("*cell.@get() <<= 1;", Writes),
            ("if *cell.@get() == 1 {", Reads),
            ("if ready && *cell.@get() { go() }", Reads),
            ("(*cell.@get()).write(1);", Writes),
            ("(*self.slot(n).value.@get())\n    .write(1);", Writes),
            ("(*cell.@get()).assume_init_read()", Reads),
            ("(*cell.@get()).assume_init_drop()", Writes),
            ("(*cell.@get()).count += 1;", Writes),
            ("(*cell.@get()).count.len()", Reads),
            ("(*cell.@get())[2] = 1;", Writes),
            ("(*cell.@get()).list.push(1);", Writes),
            ("match *cell.@get() { 1 => 2, _ => 3 }", Reads),
            ("cell.@get().write(1);", Writes),
            ("let x = cell.@get().read();", Reads),
            ("cell.@get().cast::<u8>().write(1);", Writes),
            ("*(cell.@get() as *mut u8) = 1;", Writes),
            ("ptr::write(self.value.@get(), 1);", Writes),
            ("std::ptr::read(self.value.@get())", Reads),
            ("ptr::copy_nonoverlapping(self.value.@get(), to, 1)", Reads),
            ("ptr::copy_nonoverlapping(from, self.value.@get(), 1)", Writes),
            ("mem::swap(&mut *a.@get(), &mut b)", Writes),
            ("mem::take(&mut *a.@get())", Writes),
            ("ptr::drop_in_place(a.@get())", Writes),
            ("self\n    .lock\n    .value\n    .@get()\n    .write(1);", Writes),
            ("let p: *mut u32 = cell.@get();\n unsafe { *p = 1 }", Writes),
            ("let p = cell.@get();\n let n = unsafe { *p };", Reads),
            ("{ let p = cell.@get(); } *p = 1;", Unknown),
            ("let p = cell.@get();\n unsafe { p.write(1) }", Writes),
            ("// *p = 1\nlet p = cell.@get(); other(p);", Unknown),
            ("&raw mut (*cell.@get()).field", Unknown),
            ("addr_of_mut!((*cell.@get()).field)", Unknown),
            ("other(cell.@get())", Unknown),
            ("Some(&*self.value.@get())", Reads),
            ("(*self.value.@get()).as_ref()", Reads),
            ("(*self.value.@get()).take()", Writes),
            ("(*self.value.@get()).as_mut()", Writes),
            ("*@UnsafeCell::get(&cell) = 1;", Writes),
            ("if let Some(v) = &mut *self.value.@get() {", Writes),
            ("for v in &*self.value.@get() {", Reads),
            ("println!(\"{}\", *cell.@get());", Reads),
            ("drop((*cell.@get()).take());", Writes),
            ("let v = (*cell.@get()).clone();", Reads),
        ] {
            let at = source.chars().position(|c| c == '@').expect("a mark");
            let text: Vec<char> = source.chars().filter(|c| *c != '@').collect();
            assert_eq!(Source::new(&text).usage(at), usage, "{source}");
        }
    }
}

//! What a program does with the pointer that `UnsafeCell::get` gives it, read from the source where it calls that.
//!
//! The pointer has to be a plain `*mut T`: with a type of our own in its place, `&*cell.get()` could not be returned from a
//! function. What goes through a `*mut T` can't be watched. But nearly always it is used where it is made, or by a
//! variable in the next statements. Of a pointer that is handed on, nothing is known.
//!
//! A use that is missed hides a race, and one that isn't there blames a right program. So in doubt there is none.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use crate::execution::Place;
use crate::name;

/// What is done to the value in a cell, or to a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// It is written, or a `&mut` to it is made. If not, it is read, or a `&` to it is made.
    pub writes: bool,
    /// To which part.
    pub part: Part,
}

/// The way from a value to a part of it: fields and indices, as the source has them. Empty for all of the value.
pub type Part = Rc<[String]>;

/// An index whose number the source doesn't say.
const ANY: &str = "[?]";

/// Whether two parts of one value have something in common, for certain: `[i]` and `[j]` may be two elements.
pub(crate) fn overlap(a: &Part, b: &Part) -> bool {
    a.iter().zip(&**b).all(|(a, b)| a == b && a != ANY)
}

/// Functions and methods that write through a pointer, or through the value that it points to. So do those that end in
/// `_mut`, and those that the same file declares with `&mut self`.
const WRITING: &[&str] = &[
    "write",
    "write_volatile",
    "write_unaligned",
    "write_bytes",
    "replace",
    "swap",
    "copy_from",
    "copy_from_nonoverlapping",
    "drop_in_place",
    "as_mut_unchecked",
    "assume_init_drop",
    "take",
    "take_if",
    "insert",
    "get_or_insert",
    "get_or_insert_with",
    "get_or_insert_default",
    "push",
    "push_str",
    "push_back",
    "push_front",
    "pop",
    "pop_front",
    "pop_back",
    "pop_first",
    "pop_last",
    "clear",
    "append",
    "extend",
    "extend_from_slice",
    "resize",
    "truncate",
    "remove",
    "swap_remove",
    "retain",
    "drain",
    "sort",
    "sort_unstable",
    "reverse",
    "copy_from_slice",
    "as_mut_slice",
    "as_mut_ptr",
    "set",
    "fill",
    "entry",
];

/// Functions and methods that read through a pointer.
const READING: &[&str] = &[
    "read",
    "read_volatile",
    "read_unaligned",
    "copy_to",
    "copy_to_nonoverlapping",
    "as_ref",
    "as_ref_unchecked",
];

/// Methods that make another pointer to the same.
const POINTING: &[&str] = &["cast", "cast_mut", "cast_const"];

/// Methods that make a pointer to another element.
const STEPPING: &[&str] = &[
    "add",
    "sub",
    "offset",
    "byte_add",
    "byte_sub",
    "byte_offset",
    "wrapping_add",
    "wrapping_sub",
    "wrapping_offset",
];

/// What is done at this place, which is that of a call of `get`.
pub fn at(place: Place) -> Rc<[Use]> {
    type Known = HashMap<(&'static str, u32, u32), Rc<[Use]>>;
    thread_local! {
        static KNOWN: RefCell<Known> = RefCell::default();
    }
    let key = (place.file(), place.line(), place.column());
    if let Some(known) = KNOWN.with_borrow(|known| known.get(&key).cloned()) {
        return known;
    }
    let source = name::source(place.file());
    let line: usize =
        source.iter().take(place.line() as usize - 1).map(|line| line.chars().count() + 1).sum();
    let text: Vec<char> = source.join("\n").chars().collect();
    let uses: Rc<[Use]> = Source::new(&text).uses(line + place.column() as usize - 1).into();
    KNOWN.with_borrow_mut(|known| known.insert(key, uses.clone()));
    uses
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

/// Whether `unsafe` code has pointers of which the explorer knows little: it sees what goes through the one that
/// `UnsafeCell::get` returns, where that is called.
pub fn raw_pointers(source: &str) -> bool {
    let source = Source::new(&source.chars().collect::<Vec<_>>());
    let text: String = source.text.iter().collect();
    // A type, or what makes a pointer.
    let signs = [
        "*mut ",
        "*const ",
        "AtomicPtr",
        "NonNull",
        "into_raw",
        "from_raw",
        "raw_get",
        "as_ptr",
        "as_mut_ptr",
    ];
    text.contains("unsafe") && signs.iter().any(|sign| text.contains(sign))
}

/// The text with `#[track_caller]` before each function that only hands on the pointer into a cell, in the same line, as in
/// `fn pointer(&self) -> *mut T { self.value.get() }`, and without its `const`. What is done with the pointer is then looked
/// for where the function is called.
pub fn tracked(source: &str) -> String {
    let original: Vec<char> = source.chars().collect();
    let source = Source::new(&original);
    let mut text = String::new();
    let mut from = 0;
    for at in (0..source.text.len()).filter(|at| source.hands_on(*at)) {
        let start = source.start_of_item(at);
        text.extend(&original[from..start]);
        text.push_str("#[track_caller] ");
        // Here, `get` is more than in std, and no `const fn`.
        let qualifiers: String = original[start..at].iter().collect();
        text.push_str(&qualifiers.replace("const ", ""));
        from = at;
    }
    text.extend(&original[from..]);
    text
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
            } else if starts("'\\") {
                // A character such as '\n'.
                text[at + 3..].iter().position(|c| *c == '\'').map_or(text.len(), |end| at + end + 4)
            } else if text[at] == '\'' && text.get(at + 2) == Some(&'\'') {
                at + 3
            } else if text[at] == '"' {
                let hashes = text[..at].iter().rev().take_while(|c| **c == '#').count();
                let is_raw = text[..at - hashes].last() == Some(&'r');
                // `r#"…"#` ends at a quote with as many `#` after it.
                let closes = |at: usize| {
                    text[at] == '"'
                        && (!is_raw || text[at + 1..].iter().take_while(|c| **c == '#').count() >= hashes)
                };
                let mut end = at + 1;
                while end < text.len() && !closes(end) {
                    end += if text[end] == '\\' && !is_raw { 2 } else { 1 };
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

    /// Whether this is the `fn` of a function that returns a raw pointer, and whose only expression is that of a `get`.
    fn hands_on(&self, at: usize) -> bool {
        if self.word(at) != ("fn".to_owned(), at + 2) || at > 0 && self.is_word(at - 1) {
            return false;
        }
        let Some(open) = (at..self.text.len()).find(|at| "({;".contains(self.text[*at])) else {
            return false;
        };
        let closing = self.closing(open);
        let Some(body) = (closing..self.text.len()).find(|at| "{;".contains(self.text[*at])) else {
            return false;
        };
        let returned: String = self.text[closing + 1..body].iter().collect();
        let returned = returned.trim_start().strip_prefix("->").map(str::trim_start);
        let is_pointer = returned.is_some_and(|it| it.starts_with("*mut ") || it.starts_with("*const "));
        // A function of another ABI can't tell who calls it.
        let is_foreign = self.word_before(self.before(self.start_of_item(at)).1 + 1).0 == "extern";
        if self.text[open] != '(' || self.text[body] != '{' || !is_pointer || is_foreign {
            return false;
        }
        let expression: String = self.text[body + 1..self.closing(body)].iter().collect();
        expression.matches(".get()").count() == 1 && !expression.contains([';', '|', '?'])
    }

    /// Where the item begins whose `fn` is at this place: at its `pub`, `const` or `unsafe`.
    fn start_of_item(&self, at: usize) -> usize {
        let mut start = at;
        loop {
            let (before, before_at) = self.before(start);
            let opens = || (0..before_at).rev().find(|at| self.text[*at] == '(');
            let end = if before == Some(')') { opens().unwrap_or(0) } else { before_at + 1 };
            let (word, word_at) = self.word_before(end);
            match word.as_str() {
                "pub" => start = word_at,
                "const" | "unsafe" if before != Some(')') => start = word_at,
                _ => return start,
            }
        }
    }

    fn is_word(&self, at: usize) -> bool {
        self.text.get(at).is_some_and(|c| c.is_alphanumeric() || *c == '_')
    }

    /// What is done with the pointer that the call at this place returns: `get` in `cell.get()`, or `UnsafeCell::get(&cell)`.
    fn uses(&self, at: usize) -> Vec<Use> {
        let Some(open) = (at..self.text.len()).find(|at| self.text[*at] == '(') else {
            return Vec::new();
        };
        let is_method = self.before(at).0 == Some('.');
        let start = if is_method { self.start_of_receiver(at) } else { at };
        self.pointer(start, self.closing(open) + 1, Vec::new(), true)
    }

    /// What becomes of a pointer to this part that a piece of source has made.
    fn pointer(
        &self,
        mut start: usize,
        mut end: usize,
        mut part: Vec<String>,
        may_be_named: bool,
    ) -> Vec<Use> {
        loop {
            let ((before, before_at), (after, after_at)) = (self.before(start), self.after(end));
            match (before, after) {
                (_, Some('.')) => {
                    let (name, name_end) = self.word(after_at + 1);
                    let open = (name_end..self.text.len()).find(|at| self.text[*at] == '(');
                    match name.as_str() {
                        name if READING.contains(&name) => return one(false, part),
                        name if POINTING.contains(&name) => {}
                        name if STEPPING.contains(&name) => part.push(ANY.to_owned()),
                        name if WRITING.contains(&name) || name.ends_with("_mut") => return one(true, part),
                        _ => return Vec::new(),
                    }
                    end = open.map_or(name_end, |open| self.closing(open) + 1);
                }
                (Some('*'), _) => return self.value(before_at, end, part),
                (_, Some('a')) if self.word(after_at).0 == "as" => {
                    // `as *mut T`, up to the end of the expression.
                    end = (after_at..self.text.len())
                        .find(|at| ";,)}".contains(self.text[*at]))
                        .unwrap_or(after_at);
                }
                (Some('('), Some(')')) if self.function(before_at).is_empty() => {
                    (start, end) = (before_at, after_at + 1)
                }
                (Some('(' | ','), _) => return self.argument(start, part),
                (Some('='), Some(';')) if may_be_named => return self.named(before_at, after_at, &part),
                _ => return Vec::new(),
            }
        }
    }

    /// What happens to `*pointer`, with all that is done to it in the same expression.
    fn value(&self, mut start: usize, mut end: usize, mut part: Vec<String>) -> Vec<Use> {
        loop {
            let ((before, before_at), (after, after_at)) = (self.before(start), self.after(end));
            match (before, after) {
                (_, Some('.')) if self.text.get(after_at + 1) != Some(&'.') => {
                    let (name, name_end) = self.word(after_at + 1);
                    if let (Some('('), open) = self.after(name_end) {
                        return one(self.method_writes(&name, open), part);
                    }
                    part.push(name);
                    end = name_end;
                }
                (_, Some('[')) => {
                    let closing = self.closing(after_at);
                    let index: String = self.text[after_at + 1..closing].iter().collect();
                    let number = index.trim().parse::<usize>();
                    part.push(number.map_or(ANY.to_owned(), |number| number.to_string()));
                    end = closing + 1;
                }
                (Some('('), Some(')')) if self.function(before_at).starts_with("addr_of") => {
                    let (_, word) = self.word_before(self.before(before_at).1);
                    return self.pointer(self.start_of_receiver(word), after_at + 1, part, true);
                }
                (Some('('), Some(')')) if self.function(before_at).is_empty() => {
                    (start, end) = (before_at, after_at + 1);
                }
                // After a `*`, what the value points to is another thing.
                (Some('&' | '*'), _) => return one(false, part),
                (Some(c), _) if c.is_alphanumeric() => {
                    let (word, word_at) = self.word_before(before_at + 1);
                    let (before, before_at) = self.before(word_at);
                    let (raw, raw_at) = self.word_before(before_at + 1);
                    return match word.as_str() {
                        "mut" if before == Some('&') => one(true, part),
                        // `&raw mut *pointer` is a pointer again.
                        "mut" | "const" if raw == "raw" => {
                            self.pointer(self.before(raw_at).1, end, part, true)
                        }
                        _ => one(self.is_assigned(after_at), part),
                    };
                }
                _ => return one(self.is_assigned(after_at), part),
            }
        }
    }

    /// Whether a method of this name writes the value that it is called on.
    fn method_writes(&self, name: &str, open: usize) -> bool {
        let arguments: String = self.text[open + 1..self.closing(open)].iter().collect();
        let arguments = arguments.trim();
        match name {
            // Of a lock, of an atomic, of a text.
            "write" if arguments.is_empty() => false,
            "swap"
                if ["Relaxed", "Acquire", "Release", "AcqRel", "SeqCst", "order"]
                    .iter()
                    .any(|order| arguments.contains(order)) =>
            {
                false
            }
            "replace" if arguments.contains(',') => false,
            "borrow_mut" | "cast_mut" => false,
            _ => name.ends_with("_mut") || WRITING.contains(&name) || self.takes_self_mut(name),
        }
    }

    /// Whether this file declares functions of this name, all of them with `&mut self`.
    fn takes_self_mut(&self, name: &str) -> bool {
        let declaration: Vec<char> = format!("fn {name}").chars().collect();
        let declared = (0..self.text.len()).filter(|at| self.text[*at..].starts_with(&declaration));
        let mut with_self_mut = declared.filter_map(|at| {
            let rest: String = self.text[at + declaration.len()..].iter().take(100).collect();
            let (generics, arguments) = rest.split_once('(')?;
            let first = arguments.split([',', ')']).next()?.trim();
            let is_this = generics.is_empty() || generics.starts_with('<');
            is_this.then(|| first.starts_with('&') && first.ends_with("mut self"))
        });
        with_self_mut.next() == Some(true) && with_self_mut.all(|with_self_mut| with_self_mut)
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
    fn argument(&self, start: usize, part: Vec<String>) -> Vec<Use> {
        let (mut at, mut depth, mut commas) = (start, 0, 0);
        while at > 0 {
            at -= 1;
            match self.text[at] {
                ')' | ']' | '}' => depth += 1,
                '(' if depth == 0 => break,
                '[' | '{' | ';' if depth == 0 => return Vec::new(),
                '(' | '[' | '{' => depth -= 1,
                ',' if depth == 0 => commas += 1,
                _ => {}
            }
        }
        let name = self.function(at);
        if self.is_method_call(at) {
            // Such as `pointer.copy_to(cell.get(), 1)`. `list.push(cell.get())` only keeps the pointer.
            return match name.as_str() {
                "copy_to" | "copy_to_nonoverlapping" => one(true, part),
                "copy_from" | "copy_from_nonoverlapping" => one(false, part),
                _ => Vec::new(),
            };
        }
        match (name.as_str(), commas) {
            ("copy" | "copy_nonoverlapping" | "from_raw_parts", 0) => one(false, part),
            ("copy" | "copy_nonoverlapping" | "swap", 1) => one(true, part),
            (name, 0) if READING.contains(&name) => one(false, part),
            (
                "write" | "write_volatile" | "write_unaligned" | "write_bytes" | "replace" | "swap"
                | "drop_in_place" | "from_raw_parts_mut",
                0,
            ) => one(true, part),
            _ => Vec::new(),
        }
    }

    /// Whether the function whose arguments open here is called on something, with a dot.
    fn is_method_call(&self, open: usize) -> bool {
        let (_, start) = self.word_before(self.before(open).1 + 1);
        self.before(start).0 == Some('.')
    }

    /// `let NAME = pointer;`: what the next statements do with the name. They are read up to the first that calls
    /// something or goes one of several ways: after it, another thread may have done something, or the use may not come.
    fn named(&self, equals: usize, semicolon: usize, part: &[String]) -> Vec<Use> {
        let start = (0..equals).rev().find(|at| ";{}".contains(self.text[*at])).map_or(0, |at| at + 1);
        let declaration: String = self.text[start..equals].iter().collect();
        let Some((_, name)) = declaration.split_once("let ") else { return Vec::new() };
        let name = name.trim_start().trim_start_matches("mut ");
        let name: Vec<char> = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let (mut at, mut depth, mut uses) = (semicolon + 1, 0, Vec::<Use>::new());
        while !name.is_empty() && at < self.text.len() {
            let end = (at..self.text.len()).find(|at| ";{}".contains(self.text[*at]));
            let end = end.unwrap_or(self.text.len());
            let statement: String = self.text[at..end].iter().collect();
            let names: Vec<usize> = (at..end)
                .filter(|at| self.text[*at..].starts_with(&name))
                .filter(|at| !self.is_word(at.wrapping_sub(1)) && !self.is_word(at + name.len()))
                .collect();
            // `pointer.write(1)`, `(*pointer).push(1)`, `ptr::write(pointer, 1)`.
            let is_use = |open: usize, at: usize| {
                self.before(at).1 == open
                    || at < open
                        && self.text[at..open].iter().all(|c| c.is_alphanumeric() || "_.)<>: ".contains(*c))
            };
            let calls_others = (at..end)
                .filter(|open| self.text[*open] == '(' && !self.function(*open).is_empty())
                .any(|open| !names.iter().any(|at| is_use(open, *at)));
            let branches = statement.contains("&&") || statement.contains('?') || statement.contains('|');
            match self.text.get(end) {
                _ if calls_others || branches => break,
                Some('{') if !statement.trim_end().ends_with("unsafe") => break,
                Some('{') => depth += 1,
                _ => {}
            }
            for found in names.iter().flat_map(|at| self.pointer(*at, at + name.len(), part.to_vec(), false))
            {
                match uses.iter_mut().find(|known| known.part == found.part) {
                    Some(known) => known.writes |= found.writes,
                    None => uses.push(found),
                }
            }
            if self.text.get(end) == Some(&'}') {
                depth -= 1;
            }
            if depth < 0 {
                break;
            }
            at = end + 1;
        }
        uses
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
            // `ptr::write::<u32>(…)`, but not `1 => (…)` or `n > (…)`.
            Some('>') => {
                let mut depth = 0;
                let mut back = (0..=at).rev().take_while(|at| !"=;{}".contains(self.text[*at]));
                let open = back.find(|at| {
                    depth += i32::from(self.text[*at] == '>') - i32::from(self.text[*at] == '<');
                    depth == 0
                });
                let open = open.filter(|at| self.text[..*at].ends_with(&[':', ':']));
                open.map_or(String::new(), |open| self.word_before(open - 2).0)
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

fn one(writes: bool, part: Vec<String>) -> Vec<Use> {
    vec![Use { writes, part: part.into() }]
}

#[cfg(test)]
mod tests {
    use super::{Source, Use, raw_pointers, static_mut, tracked};

    #[test]
    fn a_static_mut_is_seen_and_none_in_a_comment_or_string() {
        let line = |source: &str| static_mut(source).map(|(line, _)| line);
        assert_eq!(line("fn f() {}\npub static  mut N: u32 = 0;"), Some(2));
        assert_eq!(line("static\n    mut N: u32 = 0;"), Some(1));
        assert_eq!(line("// static mut N\nconst N: &str = \"static mut\";\nstatic N: u32 = 0;"), None);
        assert_eq!(line("fn f(x: &'static mut u32, not_static: u32) {}"), None);
    }

    #[test]
    fn a_function_that_hands_the_pointer_on_tells_who_calls_it() {
        let same = |source: &str| assert_eq!(tracked(source), source);
        let marked = |source: &str| {
            assert_eq!(tracked(&source.replace('@', "")), source.replace('@', "#[track_caller] "))
        };
        marked("impl L { @fn p(&self) -> *mut u32 { self.v.get() } }");
        marked(
            "/* é */ @pub(crate) unsafe fn p<'a>(v: &'a V) -> *const u32\n{ unsafe { v.0.get().cast_const() } }",
        );
        marked(
            "@pub fn p(&self) -> *mut T where T: Sized { self.v.get() }\n@fn q(&self) -> *mut T { self.w.get() }",
        );
        same("fn p(&self) -> *mut T { let p = self.v.get(); unsafe { *p = 1 }; p }");
        same("fn p(&self) -> &mut T { unsafe { &mut *self.v.get() } }");
        same("pub extern \"C\" fn p(v: &V) -> *mut u32 { v.0.get() }");
        same("// fn p(&self) -> *mut T { self.v.get() }");
        same("fn p(&self) -> Option<*mut T> { Some(self.v.get()) } fn q() {}");
        same("trait P { fn p(&self) -> *mut u32; } type F = fn(u32) -> *mut u32;");
    }

    #[test]
    fn raw_pointers_are_known_by_their_types_and_by_what_makes_them() {
        for one in [
            "fn p(&self) -> *mut T { unsafe { self.v.get() } }",
            "unsafe { Box::from_raw(p) }",
            "unsafe { &*P.load(Acquire) } P: AtomicPtr<u8>",
        ] {
            assert!(raw_pointers(one), "{one}");
        }
        for none in [
            "unsafe { *cell.get() += 1 }",
            "let p: *mut u8 = q;",
            "unsafe { f() } // *mut T",
            "unsafe { f(\"NonNull\", 2 *mutual) }",
        ] {
            assert!(!raw_pointers(none), "{none}");
        }
    }

    /// Such as `writes .field, reads`.
    fn told(uses: &[Use]) -> String {
        let one = |one: &Use| {
            let verb = if one.writes { "writes" } else { "reads" };
            let part = one.part.iter().map(|part| format!(".{part}")).collect::<String>();
            format!("{verb} {part}").trim_end().to_owned()
        };
        uses.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn uses_are_read_from_the_source() {
        for (source, expected) in [
            ("let n = *cell.@get();", "reads"),
            ("unsafe { *self.lock.value.@get() }", "reads"),
            ("unsafe { &*self.lock.value.@get() }", "reads"),
            ("unsafe { &mut *self.lock.value.@get() }", "writes"),
            ("unsafe { &mut (*self.lock.value.@get()).field }", "writes .field"),
            ("*cells[i + 1].@get() = 3;", "writes"),
            ("*cell.@get() += 1;", "writes"),
            ("*cell.@get() <<= 1;", "writes"),
            ("if *cell.@get() == 1 {", "reads"),
            ("if ready && *cell.@get() { go() }", "reads"),
            ("(*cell.@get()).write(1);", "writes"),
            ("(*self.slot(n).value.@get())\n    .write(1);", "writes"),
            ("(*cell.@get()).assume_init_read()", "reads"),
            ("(*cell.@get()).assume_init_drop()", "writes"),
            ("(*cell.@get()).count += 1;", "writes .count"),
            ("(*cell.@get()).count.len()", "reads .count"),
            ("(*cell.@get())[2] = 1;", "writes .2"),
            ("(*cell.@get()).list.push(1);", "writes .list"),
            ("match *cell.@get() { 1 => 2, _ => 3 }", "reads"),
            ("cell.@get().write(1);", "writes"),
            ("let x = cell.@get().read();", "reads"),
            ("cell.@get().cast::<u8>().write(1);", "writes"),
            ("*(cell.@get() as *mut u8) = 1;", "writes"),
            ("ptr::write(self.value.@get(), 1);", "writes"),
            ("std::ptr::read(self.value.@get())", "reads"),
            ("ptr::copy_nonoverlapping(self.value.@get(), to, 1)", "reads"),
            ("ptr::copy_nonoverlapping(from, self.value.@get(), 1)", "writes"),
            ("mem::swap(&mut *a.@get(), &mut b)", "writes"),
            ("mem::take(&mut *a.@get())", "writes"),
            ("ptr::drop_in_place(a.@get())", "writes"),
            ("self\n    .lock\n    .value\n    .@get()\n    .write(1);", "writes"),
            ("let p: *mut u32 = cell.@get();\n unsafe { *p = 1 }", "writes"),
            ("let p = cell.@get();\n let n = unsafe { *p };", "reads"),
            ("{ let p = cell.@get(); } *p = 1;", ""),
            ("let p = cell.@get();\n unsafe { p.write(1) }", "writes"),
            ("// *p = 1\nlet p = cell.@get(); other(p);", ""),
            ("&raw mut (*cell.@get()).field", ""),
            ("addr_of_mut!((*cell.@get()).field)", ""),
            ("other(cell.@get())", ""),
            ("Some(&*self.value.@get())", "reads"),
            ("(*self.value.@get()).as_ref()", "reads"),
            ("(*self.value.@get()).take()", "writes"),
            ("(*self.value.@get()).as_mut()", "writes"),
            ("*@UnsafeCell::get(&cell) = 1;", "writes"),
            ("if let Some(v) = &mut *self.value.@get() {", "writes"),
            ("for v in &*self.value.@get() {", "reads"),
            ("println!(\"{}\", *cell.@get());", "reads"),
            ("drop((*cell.@get()).take());", "writes"),
            ("**cell.@get() = 1;", "reads"),
            ("(*(*cell.@get()).next).value = 1;", "reads .next"),
            ("(*cell.@get()).0.1 = 1;", "writes .0.1"),
            ("(*cell.@get()).list[i].mark = 1;", "writes .list.[?].mark"),
            ("let r = &mut (*cell.@get()).list[i];", "writes .list.[?]"),
            ("let r = &(*cell.@get()).list;", "reads .list"),
            ("(*cell.@get()).sort_by_key(|n| *n);", "reads"),
            ("(*cell.@get()).last_mut()", "writes"),
            ("(*cell.@get()).flag.swap(true, AcqRel)", "reads .flag"),
            ("(*cell.@get()).swap(0, 1)", "writes"),
            ("(*cell.@get()).lock.write()", "reads .lock"),
            ("(*cell.@get()).text.replace('a', \"b\")", "reads .text"),
            ("(*cell.@get()).replace(1)", "writes"),
            ("(*cell.@get()).bump(); fn bump(&mut self) {}", "writes"),
            ("(*cell.@get()).bump(); fn bump(&mut self) {} fn bump(&self) {}", "reads"),
            ("(*cell.@get()).bump(); fn bumps(&mut self) {}", "reads"),
            ("cell.@get().add(1).write(2);", "writes .[?]"),
            ("*cell.@get().add(1) = 2;", "writes .[?]"),
            ("*cell.@get().cast::<u8>() = 2;", "writes"),
            ("addr_of_mut!((*cell.@get()).field).write(1);", "writes .field"),
            ("(&raw mut (*cell.@get()).field).write(1);", "writes .field"),
            ("ptr::write(&raw mut (*cell.@get()).field, 1);", "writes .field"),
            ("let p = &raw mut (*cell.@get()).field;\n *p = 1;", "writes .field"),
            ("list.push(cell.@get());", ""),
            ("atomic.swap(cell.@get(), AcqRel);", ""),
            ("mem::replace(&mut pointer, cell.@get());", ""),
            ("ptr::write(to, cell.@get());", ""),
            ("[other, cell.@get()]", ""),
            ("ptr::swap(other, cell.@get());", "writes"),
            ("from.copy_to(cell.@get(), 1);", "writes"),
            ("to.copy_from(cell.@get(), 1);", "reads"),
            ("cell.@get().copy_from(from, 1);", "writes"),
            ("slice::from_raw_parts_mut(cell.@get().cast::<u8>(), 4)", "writes"),
            ("let p = cell.@get();\n lock();\n *p = 1;", ""),
            ("let p = cell.@get();\n let n = *p;\n lock();\n *p = 1;", "reads"),
            ("let p = cell.@get();\n *p = lock();", ""),
            ("let p = cell.@get();\n if ready { *p = 1; }", ""),
            ("let p = cell.@get();\n match n { 1 => *p = 1, _ => {} }", ""),
            ("let p = cell.@get();\n ready && *p == 1", ""),
            ("let p = cell.@get();\n let f = || *p = 1;", ""),
            (
                "let p = cell.@get();\n unsafe { (*p).a = 1; (*p).b += (*p).c; }",
                "writes .a, writes .b, reads .c",
            ),
            ("let p = cell.@get();\n unsafe { ptr::write(p, 1) };", "writes"),
            ("let p = cell.@get();\n unsafe { (*p).push(1) };", "writes"),
            ("let p = cell.@get();\n let r = unsafe { &mut *p };", "writes"),
            ("let quote = '\"'; *cell.@get() = 1;", "writes"),
            ("let quote = '\\''; *cell.@get() = 1;", "writes"),
            ("let raw = r\"\\\"; *cell.@get() = 1;", "writes"),
            ("let raw = r#\"one \" in it\"#; *cell.@get() = 1;", "writes"),
            ("fn f(v: Vec<u8>) { match n { 1 => (*cell.@get()).a = 1, _ => {} }", "writes .a"),
            ("fn f(v: Vec<u8>) { if n > (*cell.@get()).a {", "reads .a"),
            ("ptr::write::<u32>(cell.@get(), 1);", "writes"),
            ("ptr::write::<Vec<(u8, u8)>>(cell.@get(), Vec::new());", "writes"),
            ("let v = (*cell.@get()).clone();", "reads"),
        ] {
            let at = source.chars().position(|c| c == '@').expect("a mark");
            let text: Vec<char> = source.chars().filter(|c| *c != '@').collect();
            assert_eq!(told(&Source::new(&text).uses(at)), expected, "{source}");
        }
    }
}

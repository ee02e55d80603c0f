//! What a reader can choose when running a lesson, declared in the comment at the head of the lesson.
//!
//! A line of the head that begins with `--` declares a choice. `--help` prints the head, and the book
//! reads the same lines to offer the choices on the page. Two or more spaces stand between the choice and its meaning:
//!
//! ```text
//! //! --kill          kill a worker in the middle of its task
//! //! --capacity N    room for N bones [default: 10; try: 1, 3]
//! ```

use std::fmt::{self, Display};
use std::str::FromStr;
use std::sync::OnceLock;

static CHOSEN: OnceLock<Chosen> = OnceLock::new();

struct Chosen {
    declared: Vec<Choice>,
    given: Vec<(String, String)>,
}

/// One choice, as the head of a lesson declares it.
///
/// # Examples
///
/// ```
/// use shared::choice::Choice;
///
/// let head = "//! --capacity N    room for N bones [default: 10; try: 1, 3]\nfn main() {}";
/// let choices = Choice::declared_in(head);
/// assert_eq!(choices[0].name, "--capacity");
/// assert_eq!(choices[0].default.as_deref(), Some("10"));
/// assert_eq!(choices[0].offers, ["1", "3"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// With its two dashes: `--capacity`.
    pub name: String,
    /// What it means, for the reader.
    pub means: String,
    /// The value if none is given; `None` for a flag, which takes no value.
    pub default: Option<String>,
    /// Other values that the page offers. Any value can be given on the command line.
    pub offers: Vec<String>,
}

impl Choice {
    /// The choices that a lesson's source declares, in its order.
    ///
    /// # Examples
    ///
    /// ```
    /// use shared::choice::Choice;
    ///
    /// assert!(Choice::declared_in("//! A lesson without choices.").is_empty());
    /// ```
    pub fn declared_in(source: &str) -> Vec<Choice> {
        head(source).filter_map(|line| Self::parse(line.trim())).collect()
    }

    fn parse(line: &str) -> Option<Choice> {
        if !line.starts_with("--") {
            return None;
        }
        let (form, means) = line.split_once("  ")?;
        let mut form = form.split(' ');
        let name = form.next()?.to_owned();
        let takes_value = form.next().is_some();
        let (means, bracket) = means.trim().split_once(" [default: ").unwrap_or((means.trim(), ""));
        let (default, offers) = bracket
            .trim_end_matches(']')
            .split_once("; try: ")
            .unwrap_or((bracket.trim_end_matches(']'), ""));
        Some(Choice {
            name,
            means: means.to_owned(),
            default: takes_value.then(|| default.to_owned()),
            offers: offers.split(", ").filter(|offer| !offer.is_empty()).map(str::to_owned).collect(),
        })
    }
}

/// The comment at the head of a lesson's source, without its `//!`.
///
/// # Examples
///
/// ```
/// let lines: Vec<_> = shared::choice::head("//! One.\n//!\n//! Two.\n\nfn main() {}").collect();
/// assert_eq!(lines, ["One.", "", "Two."]);
/// ```
pub fn head(source: &str) -> impl Iterator<Item = &str> {
    source
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
}

/// Whether the reader has chosen this flag.
///
/// # Panics
///
/// If the head of the lesson doesn't declare it.
///
/// # Examples
///
/// ```standalone_crate
/// fn main() -> std::process::ExitCode {
///     shared::run("//! --loud    say it loudly", lesson, &[])
/// }
///
/// fn lesson() -> anyhow::Result<()> {
///     assert!(!shared::choice::flag("--loud"));
///     Ok(())
/// }
/// ```
pub fn flag(name: &str) -> bool {
    find(name).1.is_some()
}

/// The value that the reader gave, or the default that the head of the lesson declares.
///
/// # Errors
///
/// [`BadArgument`] if the value is no `T`; a lesson that returns it ends with exit status 2.
///
/// # Panics
///
/// If the head of the lesson doesn't declare it, or declares no default.
///
/// # Examples
///
/// ```standalone_crate
/// fn main() -> std::process::ExitCode {
///     shared::run("//! --times N    so many times [default: 3]", lesson, &[])
/// }
///
/// fn lesson() -> anyhow::Result<()> {
///     assert_eq!(shared::choice::value::<u32>("--times")?, 3);
///     Ok(())
/// }
/// ```
pub fn value<T: FromStr<Err: Display>>(name: &str) -> Result<T, BadArgument> {
    let (choice, given) = find(name);
    let text = given.or(choice.default.as_deref()).expect("a choice with a value has a default");
    text.parse().map_err(|error| BadArgument(format!("{name} {text}: {error}")))
}

fn find(name: &str) -> (&'static Choice, Option<&'static str>) {
    let chosen = CHOSEN.get().expect("choices are read below shared::run");
    let choice = chosen.declared.iter().find(|choice| choice.name == name);
    let choice = choice.unwrap_or_else(|| panic!("the head of main.rs declares no {name}"));
    let given = chosen.given.iter().rfind(|(given, _)| given == name);
    (choice, given.map(|(_, value)| value.as_str()))
}

/// Reads the command line. `Ok(false)` says that the reader asked for help instead.
pub(crate) fn read(source: &str, mut args: impl Iterator<Item = String>) -> Result<bool, BadArgument> {
    let declared = Choice::declared_in(source);
    let mut given = Vec::new();
    while let Some(arg) = args.next() {
        let (name, attached) = match arg.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (arg.as_str(), None),
        };
        if ["-h", "--help"].contains(&name) {
            return Ok(false);
        }
        let choice = declared
            .iter()
            .find(|choice| choice.name == name)
            .ok_or_else(|| BadArgument(format!("unknown argument {arg}; --help lists what can be chosen")))?;
        let value = match (&choice.default, attached) {
            (None, None) => String::new(),
            (None, Some(_)) => return Err(BadArgument(format!("{name} takes no value"))),
            (Some(_), attached) => attached
                .or_else(|| args.next())
                .ok_or_else(|| BadArgument(format!("{name} needs a value; --help says which")))?,
        };
        given.push((name.to_owned(), value));
    }
    if CHOSEN.set(Chosen { declared, given }).is_err() {
        panic!("shared::run is called once");
    }
    Ok(true)
}

/// An argument that the lesson can't take. The program ends with one line and exit status 2.
///
/// # Examples
///
/// A lesson may refuse a value of its own:
///
/// ```
/// use shared::choice::BadArgument;
///
/// fn lesson(seconds: f64) -> anyhow::Result<()> {
///     if seconds < 0.0 {
///         return Err(BadArgument(format!("--seconds {seconds}: time runs forward")).into());
///     }
///     Ok(())
/// }
/// assert!(lesson(-1.0).is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadArgument(
    /// What is wrong with it, in one line.
    pub String,
);

impl Display for BadArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BadArgument {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_takes_no_value_and_a_value_has_a_default() {
        let source =
            "//! What.\n//!\n//!     --kill    kill it\n//!     --room N  how much [default: 7]\n\nfn";
        let choices = Choice::declared_in(source);
        assert_eq!(choices.len(), 2);
        assert_eq!((choices[0].name.as_str(), &choices[0].default), ("--kill", &None));
        assert_eq!((choices[1].means.as_str(), choices[1].default.as_deref()), ("how much", Some("7")));
        assert!(choices[1].offers.is_empty());
    }

    #[test]
    fn only_the_head_declares() {
        assert!(Choice::declared_in("fn main() {}\n//! --late    too late").is_empty());
    }
}

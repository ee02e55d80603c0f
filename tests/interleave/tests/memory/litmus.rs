//! The table of litmus tests in the documentation, row by row.

use real_std::time::Duration;

use interleave::Reduction;

use crate::program::{NAMES, Outcome, Program};
use crate::{axioms, explored};

/// The table that `cargo doc -p interleave` shows.
const TABLE: &str = include_str!("../../src/litmus.md");

struct Row<'a> {
    name: &'a str,
    program: Program,
    /// What is asked for; several if any of them will do.
    asked: Vec<Asked>,
    explorer_sees: bool,
    allowed: bool,
}

/// What was read and what was last; nothing where anything will do.
struct Asked {
    read: Vec<Option<u32>>,
    last: Vec<(usize, u32)>,
}

impl Asked {
    /// From a text such as `1 * 0, y = 2`.
    fn parse(text: &str) -> Self {
        let mut parts = text.split(',').map(str::trim).peekable();
        let read = parts.next_if(|part| !part.contains('='));
        let value =
            |word: &str| (word != "*").then(|| word.parse().unwrap_or_else(|_| panic!("no value: {word}")));
        let last = |part: &str| {
            let (name, value) = part.split_once(" = ").unwrap_or_else(|| panic!("no last value: {part}"));
            let at = NAMES.iter().position(|known| *known == name).expect("an atomic");
            (at, value.parse().expect("a value"))
        };
        Asked {
            read: read.map_or(Vec::new(), |read| read.split_whitespace().map(value).collect()),
            last: parts.map(last).collect(),
        }
    }

    fn is(&self, outcome: &Outcome) -> bool {
        assert!(self.read.is_empty() || self.read.len() == outcome.read.len(), "{:?}", outcome.read);
        self.read.iter().zip(&outcome.read).all(|(asked, read)| asked.is_none_or(|asked| asked == *read))
            && self.last.iter().all(|(at, value)| outcome.last[*at] == *value)
    }
}

fn rows() -> Vec<Row<'static>> {
    let row = |line: &'static str| {
        let cells: Vec<&str> =
            line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let [name, program, asked, explorer, standard] = cells[..] else { panic!("five cells: {line}") };
        let yes = |cell: &str, yes: &str, no: &str| {
            assert!(cell == yes || cell == no, "{yes} or {no}: {line}");
            cell == yes
        };
        Row {
            name,
            program: Program::parse(&program.replace("` ‖ `", " ‖ ")),
            asked: asked.split("` or `").map(Asked::parse).collect(),
            explorer_sees: yes(explorer, "seen", "not seen"),
            allowed: yes(standard, "allowed", "forbidden"),
        }
    };
    TABLE.lines().filter(|line| line.starts_with("| ") && line.contains('`')).map(row).collect()
}

#[test]
fn litmus_tests_come_out_as_the_documentation_says() {
    let rows = rows();
    for Row { name, program, asked, explorer_sees, allowed } in &rows {
        let outcomes = explored(program, Reduction::Sleep, Duration::from_secs(60)).expect("a small program");
        let is_asked = |outcome: &Outcome| asked.iter().any(|asked| asked.is(outcome));
        assert_eq!(
            outcomes.iter().any(is_asked),
            *explorer_sees,
            "{name}, {program}: the explorer finds {outcomes:?}"
        );
        let verdict = axioms::judge(program);
        let told = verdict.allowed.iter().any(is_asked);
        assert_eq!(told, *allowed, "{name}, {program}: C++20 allows {:?}", verdict.allowed);
        assert_eq!(outcomes, verdict.in_some_order, "{name}, {program}");
        for reduction in [Reduction::Quiet, Reduction::None] {
            if let Some(without) = explored(program, reduction, Duration::from_secs(1)) {
                assert_eq!(outcomes, without, "{name}, {program}: with and without reduction");
            }
        }
    }
    // The names that everybody uses.
    for name in [
        "SB", "MP", "LB", "IRIW", "CoRR", "CoRW", "CoWR", "CoWW", "2+2W", "WRC", "ISA2", "Dekker",
        "Peterson", "seqlock",
    ] {
        assert!(rows.iter().any(|row| row.name == name), "no {name}");
    }
}

//! The system's table of processes, as `ps` shows it.

use std::fmt::{self, Display};

/// What the table says of one process. It prints as `alive, parent 103, group 103`.
///
/// # Examples
///
/// See [`look`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its process id.
    pub pid: u32,
    /// The program's name, or what the process calls itself. On Linux no more than 15 bytes of it.
    pub name: String,
    /// Whether it has ended, and its parent hasn't waited for it yet.
    pub zombie: bool,
    /// Its parent's process id.
    pub parent: u32,
    /// Its process group.
    pub group: u32,
}

impl Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.zombie { "zombie" } else { "alive" };
        write!(f, "{state}, parent {}, group {}", self.parent, self.group)
    }
}

/// Looks a process up in the system's table; `None` if it isn't there. On Unix only.
///
/// Linux shows its table as files below `/proc`. Elsewhere the program `ps` is asked.
///
/// # Examples
///
/// ```
/// use shared::process::look;
///
/// let row = look(std::process::id()).expect("this process is there");
/// assert!(!row.zombie);
/// assert_eq!(row.parent, std::os::unix::process::parent_id());
/// assert_eq!(look(u32::MAX), None);
/// ```
pub fn look(pid: u32) -> Option<Row> {
    let (name, fields) = read(pid)?;
    let mut fields = fields.split_whitespace();
    let zombie = fields.next()?.starts_with('Z');
    let (parent, group) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Row { pid, name, zombie, parent, group })
}

// ANCHOR: read
/// The name of a process; its state, parent and group.
#[cfg(target_os = "linux")]
fn read(pid: u32) -> Option<(String, String)> {
    // For example `4711 (stays) S 4710 4709 …`. A name may have spaces and brackets, and half a letter at its end.
    let stat = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    let stat = String::from_utf8_lossy(&stat);
    let (name, fields) = stat.split_once(" (")?.1.rsplit_once(") ")?;
    Some((name.to_owned(), fields.to_owned()))
}

/// The name of a process; its state, parent and group.
#[cfg(not(target_os = "linux"))]
fn read(pid: u32) -> Option<(String, String)> {
    let asked = |columns: &str| {
        let mut ps = std::process::Command::new("ps");
        #[expect(clippy::disallowed_methods, reason = "it lists one process and ends")]
        let output = ps.args(["-o", columns, "-p", &pid.to_string()]).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let path = asked("comm=")?;
    let name = path.rsplit('/').next()?;
    Some((name.to_owned(), asked("state=,ppid=,pgid=")?))
}
// ANCHOR_END: read

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_cut_in_the_middle_of_a_letter_hides_no_process() {
        let own = std::fs::read("/proc/self/comm").expect("it has a name");
        std::fs::write("/proc/self/comm", "ä".repeat(10)).expect("it can be named"); // 20 bytes, of which it takes 15
        let row = look(std::process::id());
        std::fs::write("/proc/self/comm", own.trim_ascii_end()).expect("it can be named");
        assert!(row.is_some_and(|row| row.name.starts_with("ä")));
    }
}

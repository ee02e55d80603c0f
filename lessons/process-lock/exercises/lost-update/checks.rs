//! What every answer to `process-lock/lost-update` must hold.

use exercise::Judge;
use suite::{Drive, Run};

pub fn judge(judge: &mut Judge) {
    judge.program("two processes earn 20 each, and the balance is 40", |program| {
        nothing_lost(&program.env("LESSON_SPEED", "20").run());
    });
    #[cfg(target_os = "linux")]
    judge.program("a third process adds to the balance in between", |program| {
        // Who gets the lock first is up to the system, but it's the third sooner or later.
        let kept = (0..20).find_map(|_| third::takes_part(&program)).unwrap_or_default();
        assert!(
            kept.is_empty(),
            "one process kept the lock over more than one round: it was not free after {kept:?} of 20"
        );
    });
    #[cfg(unix)]
    judge.program("one is slow between reading and writing", |program| {
        let usual = fast(&program).run();
        let held =
            program.again().env("LESSON_SPEED", "20").held_up(
                |running| {
                    let why = "nobody worked";
                    Some(running.until(why, |trace| {
                        trace.of("work").map(|event| event.pid).nth(4)
                    }))
                },
                |_, _| true,
            );
        if let Some((mut running, slow)) = held {
            running.waits(
                usual.hold(),
                &["the balance is"],
                "one process was slow, and not done",
            );
            running.go_on(slow);
            nothing_lost(&running.end());
        }
    });
}

fn fast(program: &Drive) -> Drive {
    program.again().env("LESSON_SPEED", "200")
}

/// The check as a third process that has the same lock.
#[cfg(target_os = "linux")]
mod third {
    use std::collections::BTreeSet;
    use std::fs::{self, File};
    use std::io::ErrorKind;
    use std::path::PathBuf;
    use std::sync::mpsc;
    use std::thread;
    use std::time::{Duration, Instant};

    use suite::step::Stepped;
    use suite::trace::Trace;
    use suite::{Drive, Running};

    const ADDED: usize = 1000;

    /// A run in which it adds to the balance whenever the lock is free. The others work one after the other, step by
    /// step. Returns after which of their rounds the lock was not free; `None` if most was done before it had the lock.
    pub fn takes_part(program: &Drive) -> Option<BTreeSet<usize>> {
        let patience = Duration::from_secs(40); // stepping takes time on a busy machine
        let mut running =
            program.again().env("LESSON_SPEED", "50").deadline(patience).start();
        let main = running.pid();
        let lock = running.until("nobody has a lock", |trace| {
            let mut all = trace.pids("earn").into_iter().chain([main]);
            all.find_map(lock_of)
        });
        let lock = locked(lock);
        let late = Instant::now() + Duration::from_secs(1);
        while running.trace().pids("earn").len() < 2 && Instant::now() < late {
            thread::sleep(Duration::from_millis(1));
        }
        let trace = running.trace();
        let earners: Vec<u32> = trace.pids("earn").into_iter().collect();
        let most_is_done = earners.iter().all(|pid| rounds(&trace, *pid) > 15);
        if earners.len() < 2 || most_is_done {
            return None;
        }
        let folder = fs::read_link(format!("/proc/{main}/cwd")).ok()?;
        let mut balance = Balance { file: folder.join("balance.txt"), times: 0 };
        let now = balance.add(&running);
        // Time enough for a process that does not ask for the lock.
        thread::sleep(Duration::from_millis(20));
        assert_eq!(
            balance.read(),
            now,
            "an update was lost: another process wrote while the check had the lock"
        );
        let (mut kept, mut watched, mut allowed) = (BTreeSet::new(), 0, true);
        for (place, pid) in earners.iter().enumerate() {
            // All have begun, and nobody else has the lock.
            for other in &earners[place + 1..] {
                running.stop(*other);
            }
            running.go_on(*pid);
            let stepped = Stepped::begin(*pid);
            let _ = lock.unlock();
            let mut stepped = match stepped {
                Ok(stepped) => stepped,
                Err(error) => {
                    allowed &= error.kind() != ErrorKind::PermissionDenied;
                    continue;
                }
            };
            let first = 1 + rounds(&running.trace(), *pid);
            let mut free = BTreeSet::new();
            while stepped.step() {
                if lock.try_lock().is_ok() {
                    if free.insert(rounds(&running.trace(), *pid)) {
                        balance.add(&running);
                    }
                    let _ = lock.unlock();
                }
            }
            kept.extend((first..20).filter(|round| !free.contains(round)));
            watched += 20usize.saturating_sub(first);
            let _ = lock.try_lock();
        }
        drop(lock);
        super::earned(&running.end(), 40 + balance.times * ADDED);
        (watched >= 15 || !allowed).then_some(kept)
    }

    /// Waits for the lock, and has it then.
    fn locked(lock: File) -> File {
        let (taken, has) = mpsc::channel();
        thread::spawn(move || taken.send(lock.lock().map(|()| lock)));
        let has = has.recv_timeout(suite::DEADLINE);
        has.expect("it hangs: the lock was never free").expect("a file can be locked")
    }

    /// The file of the lock that a process has: it has no name.
    ///
    /// # Panics
    ///
    /// If it is the memory of a `fast_lock`.
    fn lock_of(pid: u32) -> Option<File> {
        suite::open_files(pid).find_map(|path| {
            let link = fs::read_link(&path).unwrap_or_default();
            let link = link.to_str()?.strip_suffix(" (deleted)")?;
            assert!(
                link != "/memfd:shared",
                "a third process can't ask for a `fast_lock`: keep `process::lock`"
            );
            let is_lock = link == "/memfd:lock" || link.contains("/lesson-lock-");
            is_lock.then(|| File::open(&path).ok())?
        })
    }

    /// How many rounds it has begun.
    fn rounds(trace: &Trace, pid: u32) -> usize {
        let works = trace.of("work").filter(|event| event.phase == "B");
        works.filter(|event| event.pid == pid).count()
    }

    struct Balance {
        file: PathBuf,
        times: usize,
    }

    impl Balance {
        fn read(&self) -> usize {
            let text = fs::read_to_string(&self.file).unwrap_or_default();
            text.parse().unwrap_or_else(|_| {
                panic!("an update was lost, or torn: the check had the lock, and the file had no balance, but {text:?}")
            })
        }

        /// Adds as each process should, with the lock. Returns what the balance is then.
        fn add(&mut self, running: &Running) -> usize {
            let (now, added) = (self.read(), self.times * ADDED);
            let trace = running.trace();
            let sum: usize =
                trace.pids("earn").into_iter().map(|pid| rounds(&trace, pid)).sum();
            assert!(
                (added + sum).abs_diff(now) <= 2,
                "two processes have begun {sum} rounds, and the balance doesn't say so, but {now}, with {added} of a third"
            );
            fs::write(&self.file, (now + ADDED).to_string()).expect("it is there");
            self.times += 1;
            now + ADDED
        }
    }
}

/// Whose round each was, in the order in which they worked.
fn workers(run: &Run) -> impl Iterator<Item = u32> {
    run.trace.of("work").filter(|event| event.phase == "B").map(|event| event.pid)
}

fn nothing_lost(run: &Run) {
    earned(run, 40);
}

fn earned(run: &Run, sum: usize) {
    let said = run.said_by("main");
    let lost = format!("an update was lost, or torn\n{}", run.errors);
    assert_eq!(said, [format!("the balance is {sum}")], "{}", lost.trim_end());
    assert!(run.status.success(), "{}: {}", run.status, run.errors);
    for earner in run.trace.pids("earn") {
        let rounds = workers(run).filter(|pid| *pid == earner).count();
        assert_eq!(rounds, 20, "a process did not work 20 times");
    }
    let of_main: Vec<_> =
        run.trace.0.iter().filter(|event| event.pid == run.pid).collect();
    let second_start = of_main.iter().rposition(|event| event.phase == "s");
    let first_wait = of_main.iter().position(|event| event.category == "wait");
    assert!(
        second_start < first_wait,
        "the second started only when the first had ended"
    );
}

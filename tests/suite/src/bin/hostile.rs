//! A program that does to its pool, its queue and its wire what nobody should. Each mode asks one promise of
//! `shared::process`, and fails if it is broken.
//!
//!     --mode NAME    what it does [default: values]

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    hostile::main()
}

/// It forks, looks into `/proc` and sets limits.
#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("error: this needs Linux");
    ExitCode::from(2)
}

#[cfg(target_os = "linux")]
mod hostile {
    use std::collections::BTreeMap;
    use std::fs;
    use std::os::unix::process::ExitStatusExt;
    use std::path::Path;
    use std::process::{Command, ExitCode};
    use std::thread;
    use std::time::{Duration, Instant};

    use anyhow::{Context, Result, bail, ensure};
    use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, setrlimit};
    use shared::choice::{BadArgument, value};
    use shared::process::{self, Pool, Receiver, Role, TaskError, WireError, role, task};
    use shared::say;
    use suite::Living;

    pub fn main() -> ExitCode {
        end_if_stillborn();
        let mut roles: Vec<Role> = vec![
            task(nap),
            task(meet),
            task(pid),
            task(echo),
            task(twice),
            task(within_extern_c),
            task(on_a_thread_named_main),
            task(bomb),
            task(odd),
            task(forks),
            task(forks_and_returns),
            task(closes_all),
            task(long_line),
            task(ignored_signals),
            task(name),
            task(halve),
            task(leave_at_25).repeatable(),
            task(never_ready),
            task(leaves),
            role(says_name),
            role(take),
            role(stops),
            role(becomes_another),
            role(says_in_a_destructor),
            role(Pot::<Pot<u8>>::brew),
        ];
        // As in a program whose arguments say what it can do: a worker has others.
        if std::env::args().nth(1).as_deref() == Some("--role") {
            roles.reverse();
        }
        shared::run(include_str!("hostile.rs"), lesson, &roles)
    }

    fn lesson() -> Result<()> {
        let mode: String = value("--mode")?;
        match mode.as_str() {
            "values" => values(),
            "shortage" => shortage(),
            "stillborn" => stillborn(),
            "panics" => panics(),
            "forks" => forked(),
            "fork-returns" => fork_returns(),
            "closes" => closes(),
            "long-line" => long_line_in_a_task(),
            "no-receiver" => no_receiver(),
            "ignored" => ignored(),
            "file-limit" => file_limit(),
            "fails" => bail!("it went wrong"),
            "zombie" => zombie(),
            "idle" => idle(),
            "names" => names(),
            "chunks" => chunks(),
            "chunks-again" => chunks_again(),
            "stopped" => stopped(),
            "never-ready" => dropped_before_it_is_ready(),
            "no-descriptors" => no_descriptors(),
            "destructors" => destructors(),
            "unheard-children" => unheard_children(),
            "extremes" => extremes(),
            "stopped-child" => from_a_thread(|| process::start(stops, ())),
            "another-program" => from_a_thread(|| process::start(becomes_another, ())),
            _ => Err(BadArgument(format!("--mode {mode}: there is none")).into()),
        }
    }

    fn raw(pid: u32) -> Result<Pid> {
        Pid::from_raw(pid as i32).context("a process id")
    }

    fn nap(milliseconds: u64) {
        thread::sleep(Duration::from_millis(milliseconds));
    }

    const MEETING: &str = "meeting";

    /// Ends when this many workers are in it.
    fn meet(workers: usize) {
        let begun = Instant::now();
        fs::create_dir_all(MEETING).expect("the folder is ours");
        fs::write(Path::new(MEETING).join(std::process::id().to_string()), "").expect("the folder is ours");
        while fs::read_dir(MEETING).expect("it was made").count() < workers {
            assert!(begun.elapsed() < Duration::from_secs(30), "the other workers don't come");
            nap(1);
        }
    }

    /// A pool whose workers all live.
    fn pool_of(workers: usize) -> Result<Pool> {
        let pool = Pool::new(workers)?;
        let met: Vec<_> = (0..workers).map(|_| pool.submit("meet", meet, workers)).collect();
        met.into_iter().try_for_each(|task| task.join())?;
        fs::remove_dir_all(MEETING)?;
        Ok(pool)
    }

    fn pid(_: ()) -> u32 {
        std::process::id()
    }

    type Values = (Option<()>, Option<Option<u32>>, [i128; 2], Vec<f32>, BTreeMap<(u8, Option<()>), char>);

    fn echo(values: Values) -> Values {
        values
    }

    /// What has no mark of its own in most formats.
    fn values() -> Result<()> {
        let nan = f32::from_bits(0x7FC0_1234);
        let values: Values = (
            Some(()),
            Some(None),
            [i128::MIN, i128::MAX],
            vec![nan, -0.0, f32::INFINITY],
            BTreeMap::from([((1, None), 'a'), ((1, Some(())), 'ß')]),
        );
        let text = format!("{values:?}");
        let there_and_back = Pool::new(1)?.submit("echo", echo, values.clone()).join()?;
        ensure!(format!("{there_and_back:?}") == text, "{text} came as {there_and_back:?}");
        ensure!(there_and_back.3[0].to_bits() == nan.to_bits(), "another one that is no number");
        for (to, from) in [process::queue(1)?, process::queue::queue_over_pipes(1)?] {
            to.send(&values)?;
            let received = from.recv()?;
            ensure!(format!("{received:?}") == text, "{text} came as {received:?}");
        }
        Ok(())
    }

    /// From now on, no descriptor from this number on is given out.
    fn limit(descriptors: u64) -> Result<()> {
        let maximum = getrlimit(Resource::Nofile).maximum;
        Ok(setrlimit(Resource::Nofile, Rlimit { current: Some(descriptors), maximum })?)
    }

    /// What became of all tasks: done, died with their worker, refused.
    fn count(tasks: Vec<process::Pending<()>>) -> Result<(usize, usize, usize)> {
        let (mut done, mut died, mut refused) = (0, 0, 0);
        for task in tasks {
            match task.join() {
                Ok(()) => done += 1,
                Err(TaskError::WorkerDied { .. }) => died += 1,
                Err(TaskError::NoWorker { .. }) => refused += 1,
                Err(other) => bail!("{other}"),
            }
        }
        Ok((done, died, refused))
    }

    /// A worker dies while no other can be started: that costs one task, whether or not another worker is well.
    fn shortage() -> Result<()> {
        for workers in [1, 2] {
            let pool = pool_of(workers)?;
            let tasks: Vec<_> = (0..300).map(|_| pool.submit("nap", nap, 1)).collect();
            tasks[40..].iter().find_map(|task| task.kill_worker()).context("one is left")?;
            limit(4)?;
            thread::sleep(Duration::from_millis(200));
            limit(1000)?;
            let came = count(tasks)?;
            ensure!(came.0 + came.1 == 300 && came.1 <= 1, "done, died, refused with {workers}: {came:?}");
        }
        Ok(())
    }

    const STILLBORN: &str = "stillborn";

    fn end_if_stillborn() {
        if Path::new(STILLBORN).exists() && std::env::args().any(|arg| arg == "--role") {
            std::process::exit(9);
        }
    }

    /// The same, and the workers are started but can't live.
    fn stillborn() -> Result<()> {
        let pool = pool_of(2)?;
        let tasks: Vec<_> = (0..300).map(|_| pool.submit("nap", nap, 1)).collect();
        fs::write(STILLBORN, "")?;
        tasks[40..].iter().find_map(|task| task.kill_worker()).context("one is left")?;
        let came = count(tasks)?;
        fs::remove_file(STILLBORN)?;
        ensure!(came.0 + came.1 == 300 && came.1 <= 1, "done, died, refused: {came:?}");
        Ok(())
    }

    struct PanicsAgain;

    impl Drop for PanicsAgain {
        fn drop(&mut self) {
            panic!("second, in a drop")
        }
    }

    fn twice(_: ()) {
        let _guard = PanicsAgain;
        panic!("first, why it all began")
    }

    extern "C" fn cannot_unwind() {
        panic!("within extern C")
    }

    fn within_extern_c(_: ()) {
        cannot_unwind()
    }

    fn on_a_thread_named_main(_: ()) -> bool {
        let thread = thread::Builder::new().name("main".into()).spawn(|| panic!("on another main"));
        thread.expect("a thread can be had").join().is_err()
    }

    fn bomb(_: ()) {
        std::panic::panic_any(PanicsAgain)
    }

    /// A value that can't be written, for a reason of 65 MiB.
    struct Odd;

    impl serde::Serialize for Odd {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("y".repeat(65 << 20)))
        }
    }

    impl<'de> serde::Deserialize<'de> for Odd {
        fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            Ok(Odd)
        }
    }

    fn odd(_: ()) -> Odd {
        Odd
    }

    /// Panics that end the worker, and that don't: their messages are asked for by the test.
    fn panics() -> Result<()> {
        let pool = Pool::new(1)?;
        for died in [pool.submit("twice", twice, ()), pool.submit("extern", within_extern_c, ())] {
            let Err(TaskError::WorkerDied { status, .. }) = died.join() else { bail!("it can't go on") };
            ensure!(status.signal() == Some(Signal::ABORT.as_raw()), "{status}");
        }
        let before = pool.submit("pid", pid, ()).join()?;
        ensure!(pool.submit("thread", on_a_thread_named_main, ()).join()?, "the thread has not panicked");
        let bomb = pool.submit("bomb", bomb, ()).join();
        ensure!(matches!(bomb, Err(TaskError::Panicked { .. })), "{bomb:?}");
        let Err(TaskError::Unfit { problem, .. }) = pool.submit("odd", odd, ()).join() else { bail!("odd") };
        ensure!(problem.contains("yyy"), "{} bytes", problem.len());
        ensure!(pool.submit("pid", pid, ()).join()? == before, "one of these has cost the worker");
        Ok(())
    }

    const FORKED: &str = "forked";

    /// Leaves a process that holds all that the worker holds, and lives until it is killed.
    fn forks(_: ()) {
        fs::create_dir_all(FORKED).expect("the folder is ours");
        // SAFETY: the child calls nothing but `pause`, which is async-signal-safe.
        let forked = unsafe {
            let forked = libc::fork();
            if forked == 0 {
                loop {
                    libc::pause();
                }
            }
            forked
        };
        fs::write(Path::new(FORKED).join(forked.to_string()), "").expect("the folder is ours");
        loop {
            thread::park();
        }
    }

    fn until_forked(times: usize) {
        while fs::read_dir(FORKED).map_or(0, Iterator::count) < times {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Each way to end a worker, while a process that it has forked lives on: nobody waits for that one.
    fn forked() -> Result<()> {
        let pool = Pool::new(1)?;
        let task = pool.submit("forks", forks, ());
        until_forked(1);
        task.kill_worker();
        ensure!(matches!(task.join(), Err(TaskError::WorkerDied { .. })), "it was killed");
        pool.submit("nap", nap, 0).join()?;
        drop(pool);

        let pool = Pool::new(1)?.time_limit(Duration::from_millis(100));
        let task = pool.submit("forks", forks, ());
        ensure!(matches!(task.join(), Err(TaskError::TimedOut { .. })), "it takes too long");
        drop(pool);

        let pool = Pool::new(1)?;
        let task = pool.submit("forks", forks, ());
        until_forked(3);
        drop(pool);
        ensure!(matches!(task.join(), Err(TaskError::Stopped { .. })), "the pool is gone");

        let forked: Vec<_> = fs::read_dir(FORKED)?.collect::<Result<_, _>>()?;
        for forked in forked {
            let forked = forked.file_name().to_string_lossy().parse()?;
            ensure!(Living::find(forked).is_some(), "{forked} should be there still");
            kill_process(raw(forked)?, Signal::KILL)?;
        }
        Ok(fs::remove_dir_all(FORKED)?)
    }

    fn forks_and_returns(n: u64) -> u64 {
        if n % 10 == 3 {
            // SAFETY: none that holds in general, which is the point: parent and child both go on as the worker.
            unsafe { libc::fork() };
        }
        n
    }

    /// Two processes answer as one worker: whatever that costs, nothing hangs and nothing wrong is believed.
    fn fork_returns() -> Result<()> {
        let pool = Pool::new(2)?;
        let tasks: Vec<_> = (0..100).map(|n| pool.submit("forks", forks_and_returns, n)).collect();
        for (n, task) in (0..).zip(tasks) {
            if let Ok(came) = task.join() {
                ensure!(came == n, "{came} instead of {n}");
            }
        }
        Ok(())
    }

    fn closes_all(_: ()) {
        for descriptor in 0..256 {
            // SAFETY: none that holds in general, which is the point: they belong to somebody else.
            unsafe { libc::close(descriptor) };
        }
    }

    /// A task closes its own wire.
    fn closes() -> Result<()> {
        let pool = Pool::new(1)?;
        let closes = pool.submit("closes", closes_all, ()).join();
        ensure!(matches!(closes, Err(TaskError::WorkerDied { .. })), "{closes:?}");
        pool.submit("nap", nap, 0).join()?;
        Ok(())
    }

    fn long_line(length: usize) {
        say!("{}", "L".repeat(length));
        say!("next");
    }

    fn long_line_in_a_task() -> Result<()> {
        let pool = Pool::new(1)?;
        pool.submit("says", long_line, 1 << 20).join()?;
        pool.submit("says", long_line, 70 << 20).join()?;
        Ok(())
    }

    fn take(_: (Receiver<u32>, Receiver<u32>)) -> Result<()> {
        Ok(())
    }

    /// A receiver whose child can't be started is none, wherever in the start that shows.
    fn no_receiver() -> Result<()> {
        let ((to, from), (to_other, other)) = (process::queue(1000)?, process::queue(1000)?);
        let mut failed = 0;
        for descriptors in 3..64 {
            limit(descriptors)?;
            let started = process::start(take, (from.clone(), other.clone()));
            limit(1000)?;
            match started {
                Ok(child) => child.join()?,
                Err(_) => failed += 1,
            }
        }
        ensure!(failed > 0, "each start went well");
        drop((from, other));
        for to in [to, to_other] {
            ensure!(matches!(to.send(&1), Err(WireError::Closed)), "accepted, and nobody can receive it");
        }
        Ok(())
    }

    fn ignored_signals(_: ()) -> String {
        let mut grep = Command::new("grep");
        let status = suite::deadline::output(grep.args(["SigIgn", "/proc/self/status"]), suite::DEADLINE);
        String::from_utf8(status.expect("Linux has it").stdout).expect("a number")
    }

    /// What this program ignores its tasks' programs ignore, and no more.
    fn ignored() -> Result<()> {
        let (here, there) =
            (ignored_signals(()), Pool::new(1)?.submit("signals", ignored_signals, ()).join()?);
        ensure!(here == there, "{here} here, {there} in a task");
        say!("{}", here.trim());
        Ok(())
    }

    /// A file may not grow: that is an error.
    fn file_limit() -> Result<()> {
        let Err(error) = process::queue::<u32>(1) else { bail!("a queue was made within the limit") };
        say!("{error}");
        Ok(())
    }

    /// A worker that dies with nothing to do is gone, before there is a next task.
    fn zombie() -> Result<()> {
        let pool = Pool::new(2)?;
        let killed = pool.submit("pid", pid, ()).join()?;
        kill_process(raw(killed)?, Signal::KILL)?;
        while Path::new(&format!("/proc/{killed}")).exists() {
            thread::sleep(Duration::from_millis(1));
        }
        pool.submit("nap", nap, 0).join()?;
        Ok(())
    }

    /// How often all threads of all children were woken, together.
    fn wakes() -> Result<u64> {
        let me = std::process::id();
        let mut wakes = 0;
        for child in suite::living().filter(|process| process.parent == me) {
            for thread in fs::read_dir(format!("/proc/{}/task", child.pid))? {
                let status = fs::read_to_string(thread?.path().join("status"))?;
                let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
                wakes += line.context("proc(5)")?.trim().parse::<u64>()?;
            }
        }
        Ok(wakes)
    }

    /// There comes a time in which workers that have nothing to do don't wake at all, and they still work then.
    fn idle() -> Result<()> {
        let pool = Pool::new(10)?;
        for round in 0..3 {
            ensure!(pool.map("nap", nap, [2; 40]).iter().all(Result::is_ok), "round {round}");
            let mut before = None;
            while before != Some(wakes()?) {
                before = Some(wakes()?);
                thread::sleep(Duration::from_millis(500));
            }
        }
        pool.join();
        Ok(())
    }

    fn name(_: ()) -> String {
        fs::read_to_string("/proc/self/comm").expect("Linux has it")
    }

    fn says_name() -> Result<()> {
        say!("is {}", name(()).trim());
        Ok(())
    }

    /// What `ps` calls the children.
    fn names() -> Result<()> {
        process::start(says_name, ())?.join()?;
        say!("a worker is {}", Pool::new(1)?.submit("name", name, ()).join()?.trim());
        Ok(())
    }

    /// Ends its worker at 500, panics at 700.
    fn halve(n: u32) -> u32 {
        match n {
            500 => std::process::exit(3),
            700 => panic!("not this one"),
            n => n / 2,
        }
    }

    /// Inputs that are given to a worker together: what one that kills it costs.
    fn chunks() -> Result<()> {
        let check = |pool: Pool, most: usize| -> Result<()> {
            let results = pool.map("halve", halve, 0..1000);
            ensure!(results.len() == 1000, "{} results", results.len());
            let mut died = Vec::new();
            for (n, result) in (0..).zip(results) {
                match result {
                    Ok(half) => ensure!(half == n / 2, "{half} is not half of {n}"),
                    Err(TaskError::WorkerDied { task, .. }) if task == format!("halve {}", n + 1) => {
                        died.push(n)
                    }
                    Err(TaskError::Panicked { task, .. }) if n == 700 && task == "halve 701" => {}
                    Err(other) => bail!("{n}: {other}"),
                }
            }
            ensure!(died.contains(&500) && died.len() <= most, "{died:?} died");
            ensure!(died.windows(2).all(|pair| pair[0] + 1 == pair[1]), "they were not together: {died:?}");
            pool.join();
            Ok(())
        };
        check(Pool::new(2)?.chunk_size(1), 1)?;
        check(Pool::new(2)?.chunk_size(10), 10)?;
        check(Pool::new(2)?, 1000)?;
        check(Pool::new(2)?.time_limit(Duration::from_secs(60)), 1)?;
        // No room for them all.
        check(Pool::new(2)?.queue_limit(3), 2)
    }

    /// Ends its worker at every number that is 25 more than a multiple of 50. Repeatable.
    fn leave_at_25(n: u32) {
        if n % 50 == 25 {
            std::process::exit(3)
        }
    }

    /// Inputs that were begun together with one that kills its worker are done again alone: only that one is reported.
    fn chunks_again() -> Result<()> {
        let pool = Pool::new(2)?.retries(1);
        for (n, result) in (0..).zip(pool.map("leave", leave_at_25, 0..1000)) {
            ensure!(result.is_err() == (n % 50 == 25), "{n}: {result:?}");
        }
        pool.join();
        Ok(())
    }

    /// Workers that are stopped while they have nothing to do, and no time limit: they are replaced, and left.
    fn stopped() -> Result<()> {
        let pool = Pool::new(1)?;
        let first = pool.submit("pid", pid, ()).join()?;
        kill_process(raw(first)?, Signal::STOP)?;
        let second = pool.submit("pid", pid, ()).join()?;
        ensure!(second != first, "a stopped worker has done a task");
        kill_process(raw(second)?, Signal::STOP)?;
        pool.join();
        Ok(())
    }

    /// A program that may have no descriptors any more keeps what it has: its workers and its queues go on, and sleep.
    fn no_descriptors() -> Result<()> {
        let pool = pool_of(2)?;
        let (to, from) = process::queue(1)?;
        let (to_other, other) = process::queue::queue_over_pipes(1)?;
        for descriptors in [1, 0] {
            let tasks: Vec<_> = (0..100).map(|_| pool.submit("nap", nap, 1)).collect();
            limit(descriptors)?;
            let more = pool.map("nap", nap, [1; 100]);
            let received = thread::scope(|threads| {
                let receives = threads.spawn(|| Ok::<u32, WireError>(from.recv()? + other.recv()?));
                thread::sleep(Duration::from_millis(50)); // until it sleeps
                to.send(&1_u32)?;
                to_other.send(&2_u32)?;
                receives.join().expect("it doesn't panic")
            });
            limit(1000)?;
            let came = count(tasks)?;
            ensure!(came == (100, 0, 0), "done, died, refused with {descriptors}: {came:?}");
            ensure!(more.iter().all(Result::is_ok), "{more:?}");
            ensure!(received? == 3, "something else was sent");
        }
        // The end of the other side is seen as well.
        limit(0)?;
        drop(to);
        let received = from.recv();
        limit(1000)?;
        ensure!(matches!(received, Err(WireError::Closed)), "{received:?}");
        Ok(())
    }

    /// What says, sends, waits and starts a process as it is dropped.
    struct Says(process::Sender<String>);

    impl Drop for Says {
        fn drop(&mut self) {
            say!("in a destructor");
            shared::wait("nothing", || shared::work(0.001));
            self.0.send(&"sent".to_owned()).expect("it is received");
            let child = process::start(says_name, ()).expect("it starts");
            child.join().expect("it ends well");
        }
    }

    std::thread_local! {
        static FIRST: std::cell::RefCell<Option<Says>> = const { std::cell::RefCell::new(None) };
        static LAST: std::cell::RefCell<Option<Says>> = const { std::cell::RefCell::new(None) };
    }

    /// The destructors of a thread run before and after those of what `shared` keeps for the thread.
    fn destructors() -> Result<()> {
        let (to, from) = process::queue(16)?;
        let other = to.clone();
        let named = thread::Builder::new().name("named".into());
        let thread = named.spawn(move || {
            FIRST.set(Some(Says(to.clone())));
            say!("in the thread");
            to.send(&"before".to_owned()).expect("it is received");
            LAST.set(Some(Says(to)));
        });
        thread?.join().expect("it doesn't panic");
        process::start(says_in_a_destructor, other)?.join()?;
        let received: Result<Vec<String>, _> = from.into_iter().collect();
        ensure!(received?.len() == 4, "not all was sent");
        Ok(())
    }

    /// A child whose main thread has such a destructor.
    fn says_in_a_destructor(to: process::Sender<String>) -> Result<()> {
        FIRST.set(Some(Says(to)));
        Ok(())
    }

    /// A program that doesn't want to hear of its children can't be told how they have ended. It isn't told that a task was
    /// never begun, if it was.
    fn unheard_children() -> Result<()> {
        let pool = Pool::new(1)?;
        pool.submit("nap", nap, 0).join()?;
        // SAFETY: an ignored signal runs no code.
        unsafe { libc::signal(libc::SIGCHLD, libc::SIG_IGN) };
        let died = pool.submit("leaves", leaves, ()).join();
        ensure!(matches!(died, Err(TaskError::WorkerLost { .. })), "{died:?}");
        say!("told: {}", died.expect_err("its worker died"));
        pool.submit("nap", nap, 0).join()?;
        Ok(())
    }

    fn leaves(_: ()) {
        std::process::exit(3)
    }

    trait Brews {
        fn brew() -> Result<()> {
            bail!("no water")
        }
    }

    struct Pot<T>(T);

    impl<T> Brews for Pot<T> {}

    /// What is too much, or not known: each is one line.
    fn extremes() -> Result<()> {
        for workers in [usize::MAX, 1 << 40, (1 << 16) + 1] {
            let error = Pool::new(workers).err().context("so many workers")?;
            say!("told: {:#}", anyhow::Error::from(error));
        }
        for length in [usize::MAX, 1 << 60, 1 << 59, 1 << 50] {
            let error = process::array::<1>(length).err().context("so many numbers")?;
            say!("told: {:#}", anyhow::Error::from(error));
        }
        for (to, from) in [process::queue(usize::MAX)?, process::queue::queue_over_pipes(usize::MAX)?] {
            to.send(&1)?;
            ensure!(from.recv()? == 1, "another one was sent");
        }
        let thread = thread::Builder::new().name("two\nlines".into());
        thread.spawn(|| say!("told: {} line", "one\n"))?.join().expect("it doesn't panic");
        let error =
            process::start_untied(says_name, (), |command| command.arg("x")).expect_err("an argument");
        say!("told: {:#}", anyhow::Error::from(error));
        let error = process::start(Pot::<u8>::brew, ()).expect_err("it is not in the list");
        say!("told: {:#}", anyhow::Error::from(error));
        let error = process::start(Pot::<Pot<u8>>::brew, ())?.join().expect_err("it fails");
        say!("told: {}", error.to_string().replace(|c: char| c.is_ascii_digit(), ""));
        Ok(())
    }

    fn stops() -> Result<()> {
        kill_process(rustix::process::getpid(), Signal::STOP)?;
        Ok(())
    }

    fn becomes_another() -> Result<()> {
        use std::os::unix::process::CommandExt;
        Err(Command::new("sleep").arg("600").exec().into())
    }

    /// A child that a thread has started, and that can't look after itself: it ends with this process, and not with the thread.
    fn from_a_thread(
        start: impl FnOnce() -> Result<process::Process, process::ProcessError> + Send,
    ) -> Result<()> {
        let child = thread::scope(|threads| threads.spawn(start).join().expect("it doesn't panic"))?;
        let begun = Instant::now();
        let is_there = || {
            let stat = fs::read_to_string(format!("/proc/{}/stat", child.pid())).unwrap_or_default();
            stat.contains(") T ") || stat.contains("(sleep) ")
        };
        while !is_there() {
            ensure!(
                begun.elapsed() < Duration::from_secs(30),
                "it isn't there, or has ended with the thread"
            );
            nap(1);
        }
        say!("is there");
        // So that nobody but the system ends it.
        std::mem::forget(child);
        Ok(())
    }

    /// Ends only if its worker is ended.
    fn never_ready(workers: usize) {
        meet(workers);
        loop {
            thread::park();
        }
    }

    /// A pool that is dropped ends workers that are still in their initializer, and reports the tasks that wait for them.
    fn dropped_before_it_is_ready() -> Result<()> {
        let pool = Pool::with_initializer(2, never_ready, 2)?;
        let pool = pool.time_limit(Duration::from_millis(20));
        let waits = pool.submit("pid", pid, ());
        let begun = Instant::now();
        let come = || fs::read_dir(MEETING).map_or(0, Iterator::count);
        while come() < 2 {
            ensure!(begun.elapsed() < Duration::from_secs(30), "the workers don't come");
            nap(1);
        }
        nap(100); // a limit for a task is none for what comes before it
        ensure!(come() == 2, "a worker was replaced that is not ready yet");
        drop(pool);
        let told = waits.join().expect_err("no worker was ready").to_string();
        fs::remove_dir_all(MEETING)?;
        say!("told: {told}");
        Ok(())
    }
}

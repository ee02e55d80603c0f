//! Threads of an explored program.

use ::std::any::Any;
use ::std::cell::{Cell, RefCell};
use ::std::collections::HashMap;
use ::std::marker::PhantomData;
use ::std::num::NonZero;
use ::std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use ::std::rc::Rc;
use ::std::sync::{Arc, Mutex};
use ::std::{fmt, io, mem};

use interleave::execution::{self, Access, Intent, Place, Ready};

use crate::time::Duration;

pub use ::std::thread::{AccessError, Result, panicking};

type Left<T> = Arc<Mutex<Option<Result<T>>>>;

/// Starts a thread; see [`std::thread::spawn`].
#[track_caller]
pub fn spawn<F, T>(body: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    Builder::new().spawn(body).expect("the explorer can always start one")
}

/// See [`std::thread::Builder`].
#[derive(Debug, Default)]
pub struct Builder {
    name: Option<String>,
}

impl Builder {
    /// A thread without a name.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives it a name, which the schedule shows.
    pub fn name(mut self, name: String) -> Self {
        self.name = Some(name);
        self
    }

    /// Changes nothing here.
    pub fn stack_size(self, _: usize) -> Self {
        self
    }

    /// Starts it.
    #[track_caller]
    pub fn spawn<F, T>(self, body: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let left: Left<T> = Arc::default();
        let id = start(self.name, body, left.clone(), Location::caller());
        Ok(JoinHandle { thread: Thread { id: ThreadId(id), name: execution::name_of(id) }, left })
    }

    /// Starts it in a scope.
    #[track_caller]
    pub fn spawn_scoped<'scope, 'env, F, T>(
        self,
        scope: &'scope Scope<'scope, 'env>,
        body: F,
    ) -> io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let left: Left<T> = Arc::default();
        let id = start(self.name, body, left.clone(), Location::caller());
        scope.has(id);
        let thread = Thread { id: ThreadId(id), name: execution::name_of(id) };
        Ok(ScopedJoinHandle { thread, left, scope: PhantomData })
    }
}

fn start<'a, F, T>(name: Option<String>, body: F, left: Left<T>, place: Place) -> usize
where
    F: FnOnce() -> T + 'a,
    T: 'a,
{
    let body: Box<dyn FnOnce() + 'a> = Box::new(move || {
        let outcome = catch_unwind(AssertUnwindSafe(body));
        let panicked = outcome.is_err();
        *left.lock().expect("one thread of the system") = Some(outcome);
        drop(left);
        ends(panicked);
    });
    // SAFETY: the closure and what it borrows live until the thread has ended, or is never resumed again:
    // a scope waits for the threads that were started in it before it returns or unwinds, a plain `spawn` asks for
    // 'static, and an execution that is given up resumes none of its threads.
    let body = unsafe { mem::transmute::<Box<dyn FnOnce() + 'a>, Box<dyn FnOnce() + 'static>>(body) };
    start_boxed(name, body, place)
}

fn ends(panicked: bool) {
    execution::set_panicked(panicked);
    // A scope waits no longer. A thread that joins this one also waits for the destructors of thread-locals.
    execution::leave();
    drop(LOCALS.with(|locals| locals.borrow_mut().end(execution::current())));
    // What destructors have caught is none either.
    execution::set_panicked(panicked);
}

fn start_boxed(name: Option<String>, body: Box<dyn FnOnce()>, place: Place) -> usize {
    let shown = name.clone();
    let id = execution::start(name, body);
    let shown = shown.unwrap_or_else(|| format!("thread {id}"));
    execution::tell(Some(place), |_| format!("starts {shown}"));
    id
}

fn join<T>(thread: usize, left: &Left<T>, place: Place) -> Result<T> {
    wait_for(thread, place);
    left.lock().expect("one thread of the system").take().expect("a thread that has ended left something")
}

fn wait_for(thread: usize, place: Place) {
    execution::reach(Intent::quiet(place).when(Ready::Ended(thread), "waits for the end of a thread"));
    execution::look_at(thread);
    execution::learn_from(thread);
    execution::tell(Some(place), |_| {
        format!("joins {}", execution::name_of(thread).unwrap_or_else(|| format!("thread {thread}")))
    });
}

fn is_finished(thread: usize, place: Place) -> bool {
    execution::sees_ends();
    let object = execution::object_of(thread);
    execution::reach(Intent::new(object, Access::Read, place));
    let has_left = execution::has_left(thread);
    if has_left {
        // std doesn't promise it, but who asks for the end counts on it.
        execution::learn_from(thread);
    } else {
        execution::changed_nothing(object, execution::mark(), 0, place);
    }
    has_left
}

/// See [`std::thread::JoinHandle`].
pub struct JoinHandle<T> {
    thread: Thread,
    left: Left<T>,
}

impl<T> JoinHandle<T> {
    /// Blocks until the thread has ended.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        join(self.thread.id.0, &self.left, Location::caller())
    }

    /// Whether it has ended.
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        is_finished(self.thread.id.0, Location::caller())
    }

    /// The thread.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }
}

/// See [`std::thread::ScopedJoinHandle`].
pub struct ScopedJoinHandle<'scope, T> {
    thread: Thread,
    left: Left<T>,
    scope: PhantomData<&'scope ()>,
}

impl<T> ScopedJoinHandle<'_, T> {
    /// Blocks until the thread has ended.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        join(self.thread.id.0, &self.left, Location::caller())
    }

    /// Whether it has ended.
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        is_finished(self.thread.id.0, Location::caller())
    }

    /// The thread.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinHandle { .. }")
    }
}

impl<T> fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScopedJoinHandle { .. }")
    }
}

/// See [`std::thread::Scope`].
#[derive(Debug)]
pub struct Scope<'scope, 'env: 'scope> {
    threads: Mutex<Vec<usize>>,
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

impl<'scope> Scope<'scope, '_> {
    fn has(&self, thread: usize) {
        self.threads.lock().expect("one thread of the system").push(thread);
    }

    /// Starts a thread that may borrow what is around the scope.
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, body: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        Builder::new().spawn_scoped(self, body).expect("the explorer can always start one")
    }
}

/// A block for threads, at whose end it waits until they have returned; see [`std::thread::scope`]. Destructors of their
/// thread-locals may run later, as in std.
#[track_caller]
pub fn scope<'env, F, T>(body: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let scope = Scope { threads: Mutex::default(), scope: PhantomData, env: PhantomData };
    let place = Location::caller();
    let outcome = catch_unwind(AssertUnwindSafe(|| body(&scope)));
    let panicked = wait_for_all(&scope.threads, place);
    match outcome {
        Err(panic) => resume_unwind(panic),
        Ok(_) if panicked => panic!("a scoped thread panicked"),
        Ok(result) => result,
    }
}

/// Waits for the threads of a scope; returns whether one panicked.
fn wait_for_all(threads: &Mutex<Vec<usize>>, place: Place) -> bool {
    let mut panicked = false;
    let mut at = 0;
    // A thread of the scope may start more.
    while let Some(thread) = { threads.lock().expect("one thread of the system").get(at).copied() } {
        at += 1;
        execution::reach(Intent::quiet(place).when(Ready::Left(thread), "waits for the end of a thread"));
        panicked |= execution::has_unseen_panic(thread);
        execution::look_at(thread);
        execution::learn_from(thread);
    }
    panicked
}

/// See [`std::thread::Thread`].
#[derive(Clone, Debug)]
pub struct Thread {
    id: ThreadId,
    name: Option<String>,
}

/// See [`std::thread::ThreadId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThreadId(usize);

impl ThreadId {
    /// That of the thread with this number.
    #[doc(hidden)]
    pub fn of(thread: usize) -> Self {
        ThreadId(thread)
    }
}

impl Thread {
    /// Its number, as long as the execution lasts.
    pub fn id(&self) -> ThreadId {
        self.id
    }

    /// Its name, if it was given one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Wakes it from `park`, or lets its next `park` return at once.
    #[track_caller]
    pub fn unpark(&self) {
        let (place, thread) = (Location::caller(), self.id.0);
        execution::reach(Intent::new(execution::object_of(thread), Access::Write, place));
        execution::set_token(thread, true);
        execution::leave_at(execution::object_of(thread));
        execution::tell(Some(place), |name| format!("unparks {}", name(execution::object_of(thread))));
    }
}

/// The thread that calls.
pub fn current() -> Thread {
    let id = execution::current();
    Thread { id: ThreadId(id), name: execution::name_of(id) }
}

/// Blocks until somebody unparks this thread, or for nothing.
#[track_caller]
pub fn park() {
    park_at(None, Location::caller());
}

/// Blocks until somebody unparks this thread, or the explorer decides that the time is over.
#[track_caller]
pub fn park_timeout(time: Duration) {
    park_at(Some(time), Location::caller());
}

/// As [`park_timeout`], in milliseconds. Deprecated in `std`.
#[track_caller]
pub fn park_timeout_ms(time: u32) {
    park_timeout(Duration::from_millis(time.into()));
}

fn park_at(limit: Option<Duration>, place: Place) {
    let me = execution::current();
    let object = execution::object_of(me);
    let mut intent = Intent::new(object, Access::Write, place)
        .when(Ready::Unparked, "is parked, and waits for an unpark of");
    (intent.spurious, intent.limit) = (true, limit);
    let woken = execution::reach(intent);
    if execution::set_token(me, false) {
        execution::learn_at(object);
    }
    execution::tell(Some(place), |_| match woken {
        execution::Woken::Normally => "goes on from park".to_owned(),
        execution::Woken::Spuriously => "wakes up from park for nothing (as it may)".to_owned(),
        execution::Woken::TimeOver => "goes on from park, for its time is over".to_owned(),
    });
}

/// Takes no time here: every step may happen late anyway.
#[track_caller]
pub fn sleep(time: Duration) {
    execution::sleeps(time, Location::caller());
}

/// As [`sleep`], in milliseconds. Deprecated in `std`.
#[track_caller]
pub fn sleep_ms(time: u32) {
    sleep(Duration::from_millis(time.into()));
}

/// Lets others run: a round of a loop that waits.
#[track_caller]
pub fn yield_now() {
    execution::round(Location::caller());
}

/// Two, on every machine: an exploration depends on nothing but the program.
pub fn available_parallelism() -> io::Result<NonZero<usize>> {
    Ok(NonZero::<usize>::MIN.saturating_add(1))
}

/// See [`std::thread::LocalKey`].
pub struct LocalKey<T: 'static> {
    #[doc(hidden)]
    pub init: fn() -> T,
}

impl<T: 'static> fmt::Debug for LocalKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalKey")
    }
}

/// The thread-locals of an execution.
#[derive(Default)]
struct Locals {
    execution: u64,
    values: HashMap<(usize, usize), Rc<dyn Any>>,
}

impl Locals {
    fn of_now(&mut self) -> &mut HashMap<(usize, usize), Rc<dyn Any>> {
        let now = execution::execution();
        if self.execution != now {
            // What an execution left that was given up is not dropped: its destructors belong to threads
            // that are gone.
            mem::forget(mem::take(&mut self.values));
            self.execution = now;
        }
        &mut self.values
    }

    /// The values of a thread that ends. Their destructors may use thread-locals themselves.
    fn end(&mut self, thread: usize) -> Vec<Rc<dyn Any>> {
        self.of_now().extract_if(|(owner, _), _| *owner == thread).map(|(_, value)| value).collect()
    }
}

thread_local! {
    static LOCALS: RefCell<Locals> = RefCell::default();
}

impl<T: 'static> LocalKey<T> {
    /// Calls `then` with this thread's own value.
    pub fn with<R>(&'static self, then: impl FnOnce(&T) -> R) -> R {
        let key = (execution::current(), ::std::ptr::from_ref(self).addr());
        let there = LOCALS.with(|locals| locals.borrow_mut().of_now().get(&key).cloned());
        let value = there.unwrap_or_else(|| {
            let value: Rc<dyn Any> = Rc::new((self.init)());
            LOCALS.with(|locals| locals.borrow_mut().of_now().insert(key, value.clone()));
            value
        });
        then(value.downcast_ref().expect("a key has one type"))
    }

    /// The same; it can't fail here.
    ///
    /// # Errors
    ///
    /// None.
    pub fn try_with<R>(&'static self, then: impl FnOnce(&T) -> R) -> ::std::result::Result<R, AccessError> {
        Ok(self.with(then))
    }
}

impl<T: 'static> LocalKey<Cell<T>> {
    /// Sets the value.
    pub fn set(&'static self, value: T) {
        self.with(|cell| cell.set(value));
    }

    /// A copy of the value.
    pub fn get(&'static self) -> T
    where
        T: Copy,
    {
        self.with(Cell::get)
    }

    /// Takes the value and leaves the default.
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(Cell::take)
    }

    /// Puts in a value and returns the one before.
    pub fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

impl<T: 'static> LocalKey<RefCell<T>> {
    /// Calls `then` with the value.
    pub fn with_borrow<R>(&'static self, then: impl FnOnce(&T) -> R) -> R {
        self.with(|cell| then(&cell.borrow()))
    }

    /// Calls `then` with the value, to change it.
    pub fn with_borrow_mut<R>(&'static self, then: impl FnOnce(&mut T) -> R) -> R {
        self.with(|cell| then(&mut cell.borrow_mut()))
    }

    /// Sets the value.
    pub fn set(&'static self, value: T) {
        self.with(|cell| *cell.borrow_mut() = value);
    }

    /// Takes the value and leaves the default.
    pub fn take(&'static self) -> T
    where
        T: Default,
    {
        self.with(RefCell::take)
    }

    /// Puts in a value and returns the one before.
    pub fn replace(&'static self, value: T) -> T {
        self.with(|cell| cell.replace(value))
    }
}

/// A value for each thread of the explored program.
#[macro_export]
macro_rules! thread_local {
    () => {};
    ($(#[$attribute:meta])* $vis:vis static $name:ident: $type:ty = const $init:block $(; $($rest:tt)*)?) => {
        $(#[$attribute])* $vis static $name: $crate::thread::LocalKey<$type> = $crate::thread::LocalKey { init: || $init };
        $($crate::thread_local! { $($rest)* })?
    };
    ($(#[$attribute:meta])* $vis:vis static $name:ident: $type:ty = $init:expr $(; $($rest:tt)*)?) => {
        $(#[$attribute])* $vis static $name: $crate::thread::LocalKey<$type> = $crate::thread::LocalKey { init: || $init };
        $($crate::thread_local! { $($rest)* })?
    };
}

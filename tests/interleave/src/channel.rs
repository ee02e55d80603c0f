//! A channel of any capacity, with senders and receivers that are counted. The channels of `std` and of
//! crossbeam are made of it.

use std::collections::VecDeque;
use std::panic::Location;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use smallvec::SmallVec;

use crate::execution::{self, Access, Intent, Knowledge, Object, ObjectId, Place, Ready, Thread, Woken};
use crate::value::show;

/// What both ends share. Several may hold each end.
pub struct Channel<T> {
    object: Object,
    /// One thread of the system runs all; the mutexes are there to say so in safe code.
    messages: Mutex<VecDeque<T>>,
    state: Arc<Mutex<State>>,
    /// For a channel of a timer: the message that comes at this time.
    at: Option<fn(Duration) -> T>,
}

struct State {
    /// One for each message that is there.
    tickets: VecDeque<Ticket>,
    /// The same for the places that became free since: the message that was there, and what its receiver knew. Who sends into
    /// such a place learns it.
    freed: VecDeque<(u64, Knowledge)>,
    capacity: Option<usize>,
    /// How many messages were put in, ever.
    put: u64,
    senders: usize,
    receivers: usize,
    /// How many wait in `receive`, and take what comes, or in `send` for room.
    receiving: usize,
    sending: usize,
    /// The arms of those that wait in a `select`, and can be woken or met.
    waiting: Vec<Waiting>,
    /// Two that have met, until the message is there.
    meetings: Vec<Meeting>,
    /// How many more tries may come too early for the thread that waits.
    early: u32,
    timer: Option<Timer>,
}

/// Puts a message into a channel when it is time, without a thread of its own: each look at the channel checks whether it is due.
struct Timer {
    /// When the next message comes, by the clock. `None` if none will.
    due: Option<Duration>,
    /// When the message came that is there.
    came: Duration,
    /// How long after one message was taken the next one comes.
    period: Option<Duration>,
}

/// An arm of a `select` in which a thread waits.
struct Waiting {
    sends: bool,
    arm: usize,
    waiter: Arc<Waiter>,
}

/// A thread that waits in a `select`.
struct Waiter {
    thread: Thread,
    /// All channels of its arms.
    channels: SmallVec<[ObjectId; 4]>,
    /// What it knew when it began to wait.
    knew: Knowledge,
    /// Whether it sleeps in a biased `select`. It goes on with the arm for which it was woken, although an arm before that one may
    /// have become ready in the meantime. So does crossbeam: the sender decides for the thread that it wakes.
    sleeps: bool,
    /// Whether it meets another one at a channel of capacity 0: whichever of the two goes on first chooses the other, which then has
    /// to go on with that arm.
    meets: bool,
    called: Mutex<Called>,
}

/// What others have decided for a thread that waits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Called {
    /// Nothing yet.
    No,
    /// It was woken first by a message or room, for the arm of this index.
    For(usize),
    /// It was woken first by the end of a channel: then it looks at its arms in their order.
    Ended,
    /// Another one has met it, at the arm of this index.
    Met(usize),
}

impl Waiter {
    /// It is woken, unless it was before. Anything that could still have woken it comes too late now.
    fn wake(&self, called: Called) {
        if self.called() == Called::No {
            self.call(called);
        }
    }

    fn call(&self, called: Called) {
        *get(&self.called) = called;
        self.channels.iter().for_each(|channel| execution::touch(*channel));
    }

    fn called(&self) -> Called {
        *get(&self.called)
    }
}

/// Two threads, the first of which now gives the second one a message.
struct Meeting {
    sender: Thread,
    receiver: Thread,
    /// What the one knew that has chosen the other.
    knew: Knowledge,
}

struct Ticket {
    number: u64,
    sender_knew: Knowledge,
    /// Its sender has gone on: it is for one of the receivers that waited by then, not for one that comes later.
    handed: bool,
    /// The receiver that has met its sender.
    only_for: Option<Thread>,
}

/// Why a message was not sent; it comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSent<T> {
    /// There is no room.
    Full(T),
    /// There is no receiver any more.
    Disconnected(T),
    /// The time was over.
    TimeOver(T),
}

/// Why there is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReceived {
    /// None is there.
    Empty,
    /// None is there, and no sender any more.
    Disconnected,
    /// The time was over.
    TimeOver,
}

/// How long an operation may wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Not at all.
    None,
    /// Until the explorer decides that this time is over.
    Some(Duration),
    /// For ever.
    Endless,
}

impl Patience {
    fn limit(self) -> Option<Duration> {
        match self {
            Patience::Some(time) => Some(time),
            Patience::None | Patience::Endless => None,
        }
    }
}

/// How many tries at a channel of capacity 0 come too early for a thread at the other end that is on its way.
const EARLY: u32 = 40;

impl State {
    /// Whether a thread that waits by now is taken to come only after this try, as it may: then it comes after some more, too.
    fn is_early(&mut self) -> bool {
        if self.early == 0 {
            return false;
        }
        if self.early == EARLY && execution::choose(2) == 0 {
            self.early = 0;
            return false;
        }
        self.early -= 1;
        true
    }

    /// Whether a send would not block: there is room, a receiver that waits, or none at all.
    fn can_send(&self) -> bool {
        self.receivers == 0
            || match self.capacity {
                None => true,
                Some(0) => {
                    self.receiving > self.tickets.iter().filter(|ticket| ticket.only_for.is_none()).count()
                }
                Some(capacity) => self.tickets.len() < capacity,
            }
    }

    /// How long it is until the message of a timer comes, if one will.
    fn is_in(&self) -> Option<Duration> {
        let due = self.timer.as_ref()?.due?;
        Some(due.saturating_sub(execution::virtual_time()))
    }

    /// It is time for the message of the timer.
    fn is_time(&mut self) {
        let Some(timer) = &mut self.timer else { return };
        if let Some(due) = timer.due.take() {
            timer.came = due;
            self.put += 1;
            let sender_knew = Knowledge::default();
            self.tickets.push_back(Ticket { number: self.put, sender_knew, handed: false, only_for: None });
        }
    }

    /// The message of the timer was taken.
    fn was_time(&mut self) {
        if let Some(Timer { due, came, period: Some(period) }) = &mut self.timer {
            *due = Some(execution::virtual_time().max(*came).saturating_add(*period));
        }
    }

    /// Where the message of this number is.
    fn place_of(&self, ticket: u64) -> Option<usize> {
        self.tickets.iter().position(|there| there.number == ticket)
    }

    /// Where the first message is for a receiver that came when this many had been put in.
    fn place_for(&self, came: u64) -> Option<usize> {
        let may = |ticket: &Ticket| ticket.only_for.is_none() && (!ticket.handed || ticket.number > came);
        self.tickets.iter().position(may)
    }

    /// Where the message is that only this receiver gets.
    fn place_for_only(&self, receiver: Thread) -> Option<usize> {
        self.tickets.iter().position(|ticket| ticket.only_for == Some(receiver))
    }

    /// Whether this thread could send now, or receive, without waiting.
    fn can(&self, me: Thread, sends: bool) -> bool {
        self.can_alone(sends) || !self.partners(me, sends).is_empty()
    }

    /// The same if nobody waits in a `select`.
    fn can_alone(&self, sends: bool) -> bool {
        if sends { self.can_send() } else { self.can_receive(u64::MAX) }
    }

    /// Whether a thread can do it only because another one waits by now, which may have come too late in another run.
    fn may_be_early(&self, sends: bool) -> bool {
        let alone = if sends { self.receivers == 0 } else { self.can_receive(u64::MAX) };
        self.capacity == Some(0) && !alone
    }

    /// Those that wait in a `select` whom this thread could meet when it sends, or receives, by their index.
    fn partners(&self, me: Thread, sends: bool) -> SmallVec<[usize; 4]> {
        let free = |Waiting { sends: other, waiter, .. }: &Waiting| {
            let is_met = matches!(waiter.called(), Called::Met(_));
            *other != sends && waiter.meets && waiter.thread != me && !is_met
        };
        let all = if self.capacity == Some(0) { 0..self.waiting.len() } else { 0..0 };
        all.filter(|at| free(&self.waiting[*at])).collect()
    }

    /// The current thread sends now, or receives. If others wait in a `select` for the other half, it may meet one of them.
    fn meet(&mut self, sends: bool) {
        let me = execution::current();
        let partners = self.partners(me, sends);
        if partners.is_empty() {
            return;
        }
        let chosen = execution::choose(partners.len() + usize::from(self.can_alone(sends)));
        let Some(Waiting { arm, waiter, .. }) = partners.get(chosen).map(|at| &self.waiting[*at]) else {
            return;
        };
        waiter.call(Called::Met(*arm));
        let (sender, receiver) = if sends { (me, waiter.thread) } else { (waiter.thread, me) };
        let knew = execution::knowledge();
        execution::learn(&waiter.knew);
        self.meetings.push(Meeting { sender, receiver, knew });
    }

    /// Whether a receive would not block a thread that came then: a message is there, or no sender any more.
    fn can_receive(&self, came: u64) -> bool {
        self.place_for(came).is_some() || self.senders == 0
    }
}

fn get<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl<T> Channel<T> {
    /// A channel with one sender and one receiver; a capacity of `None` has no end, one of 0 hands over.
    pub fn new(capacity: Option<usize>, place: Place) -> Arc<Self> {
        Arc::new(Self::empty(capacity, place))
    }

    /// A channel into which a message comes at this time by the clock, and with a `period` more of them: each is what `message`
    /// makes of the time when it came. Its sender is never gone.
    pub fn timer(
        due: Duration,
        period: Option<Duration>,
        message: fn(Duration) -> T,
        place: Place,
    ) -> Arc<Self> {
        let channel = Self::empty(Some(1), place);
        channel.state().timer = Some(Timer { due: Some(due), came: due, period });
        Arc::new(Channel { at: Some(message), ..channel })
    }

    fn empty(capacity: Option<usize>, place: Place) -> Self {
        let state = State {
            tickets: VecDeque::new(),
            freed: VecDeque::new(),
            capacity,
            put: 0,
            senders: 1,
            receivers: 1,
            receiving: 0,
            sending: 0,
            waiting: Vec::new(),
            meetings: Vec::new(),
            early: 0,
            timer: None,
        };
        let (object, state) = (Object::new("channel", place), Arc::new(Mutex::new(state)));
        Channel { object, messages: Mutex::default(), state, at: None }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        get(&self.state)
    }

    /// Its number in this execution.
    pub fn id(&self) -> ObjectId {
        self.object.id(|_| None)
    }

    /// What is in it, for those who watch.
    fn worth(&self) {
        execution::worth(self.id(), || {
            let queue = get(&self.messages);
            let messages: Option<Vec<String>> = queue.iter().map(show).collect();
            Some(messages.map_or_else(
                || format!("{} messages", queue.len()),
                |messages| format!("[{}]", messages.join(", ")),
            ))
        });
    }

    /// Sends, and blocks as long as patience lasts while there is no room.
    pub fn send(&self, message: T, patience: Patience, place: Place) -> Result<(), NotSent<T>> {
        let id = self.id();
        let hands_over = self.state().capacity == Some(0);
        let mut intent = Intent::new(id, Access::Write, place);
        let may_wait = patience != Patience::None && !hands_over;
        if may_wait {
            let state = self.state.clone();
            intent = intent.when(Ready::When(Box::new(move || get(&state).can_send())), "waits for room in");
            intent.limit = patience.limit();
            self.state().sending += 1;
        }
        let words = show(&message).unwrap_or_else(|| "a message".to_owned());
        let woken = execution::reach(intent);
        if may_wait {
            self.state().sending -= 1;
        }
        if woken == Woken::TimeOver {
            execution::tell(Some(place), |name| format!("gives up sending {words} into {}", name(id)));
            execution::changed_nothing(id, execution::mark(), 1, place);
            return Err(NotSent::TimeOver(message));
        }
        if self.state().receivers == 0 {
            execution::learn_at(id);
            execution::tell(Some(place), |name| {
                format!("can't send {words} into {}: nobody receives any more", name(id))
            });
            return Err(NotSent::Disconnected(message));
        }
        let tries = patience == Patience::None;
        if tries && (!self.state().can(execution::current(), true) || hands_over && self.is_early()) {
            execution::tell(Some(place), |name| format!("can't send {words} into {}: no room", name(id)));
            execution::changed_nothing(id, execution::mark(), 1, place);
            return Err(NotSent::Full(message));
        }
        let ticket = match hands_over && tries {
            true => {
                self.state().meet(true);
                self.give(message)
            }
            false => self.put(message, false, None),
        };
        execution::tell(Some(place), |name| format!("sends {words} into {}", name(id)));
        if hands_over && !tries {
            return self.hand_over(ticket, patience, place);
        }
        Ok(())
    }

    fn is_early(&self) -> bool {
        self.state().is_early()
    }

    /// Waits until the message with this number has been taken.
    fn hand_over(&self, ticket: u64, patience: Patience, place: Place) -> Result<(), NotSent<T>> {
        let (id, state) = (self.id(), self.state.clone());
        let over = move || {
            let state = get(&state);
            state.place_of(ticket).is_none() || state.receivers == 0
        };
        let mut intent = Intent::new(id, Access::Write, place)
            .when(Ready::When(Box::new(over)), "waits until somebody receives from");
        intent.limit = patience.limit();
        let woken = execution::reach(intent);
        let mut state = self.state();
        let Some(at) = state.place_of(ticket) else {
            let freed = state.freed.iter().position(|(number, _)| *number == ticket);
            if let Some((_, receiver_knew)) = freed.and_then(|at| state.freed.remove(at)) {
                execution::learn(&receiver_knew);
            }
            drop(state);
            execution::tell(Some(place), |name| format!("goes on: {} was received from", name(id)));
            return Ok(());
        };
        let message = get(&self.messages).remove(at).expect("it was not taken");
        state.tickets.remove(at);
        drop(state);
        self.worth();
        if woken == Woken::TimeOver {
            Err(NotSent::TimeOver(message))
        } else {
            Err(NotSent::Disconnected(message))
        }
    }

    /// Hands a message over: to the receiver that it has met, or to one that waits for nothing else.
    fn give(&self, message: T) -> u64 {
        let me = execution::current();
        let mut state = self.state();
        let met = state.meetings.iter().position(|meeting| meeting.sender == me);
        let met = met.map(|at| state.meetings.swap_remove(at));
        drop(state);
        if let Some(meeting) = &met {
            execution::learn(&meeting.knew);
        }
        self.put(message, met.is_none(), met.map(|meeting| meeting.receiver))
    }

    fn put(&self, message: T, handed: bool, only_for: Option<Thread>) -> u64 {
        get(&self.messages).push_back(message);
        let mut state = self.state();
        state.put += 1;
        let ticket = state.put;
        if state.capacity.is_some_and(|capacity| capacity > 0 && ticket > capacity as u64)
            && let Some((_, receiver_knew)) = state.freed.pop_front()
        {
            execution::learn(&receiver_knew);
        }
        state.tickets.push_back(Ticket {
            number: ticket,
            sender_knew: execution::knowledge(),
            handed,
            only_for,
        });
        drop(state);
        self.worth();
        self.wake(false);
        ticket
    }

    fn take(&self, came: u64) -> Option<T> {
        let mut state = self.state();
        let at = state.place_for_only(execution::current()).or_else(|| state.place_for(came))?;
        let message = match (self.at, &state.timer) {
            (Some(message), Some(timer)) => message(timer.came),
            _ => get(&self.messages).remove(at).expect("each ticket has its message"),
        };
        state.was_time();
        if let Some(ticket) = state.tickets.remove(at) {
            execution::learn(&ticket.sender_knew);
            if state.capacity.is_some() {
                state.freed.push_back((ticket.number, execution::knowledge()));
            }
        }
        let hands_over = state.capacity == Some(0);
        drop(state);
        self.worth();
        if !hands_over {
            self.wake(true);
        }
        Some(message)
    }

    /// A message has come, or with `sends`, room: one of those that wait for it is woken, and the explorer tries each. If
    /// a thread was woken for something that another has taken since, it sleeps on.
    fn wake(&self, sends: bool) {
        let state = self.state();
        let (can_send, can_receive) = (state.can_send(), state.can_receive(u64::MAX));
        let sleeping = state.waiting.iter().filter(|waiting| waiting.waiter.sleeps);
        for Waiting { sends, arm, waiter } in sleeping.clone() {
            let can = if *sends { can_send } else { can_receive };
            if waiter.called() == Called::For(*arm) && !can {
                *get(&waiter.called) = Called::No;
            }
        }
        let sleeps = |waiting: &&Waiting| waiting.sends == sends && waiting.waiter.called() == Called::No;
        let mut sleepers: SmallVec<[_; 4]> =
            sleeping.filter(sleeps).map(|waiting| (waiting.waiter.clone(), waiting.arm)).collect();
        // Of several arms at one channel, it is the first.
        sleepers.dedup_by(|one, before| Arc::ptr_eq(&one.0, &before.0));
        let others = if sends { state.sending } else { state.receiving };
        drop(state);
        if sleepers.is_empty() {
            return;
        }
        let woken = execution::choose(sleepers.len() + others.min(1));
        if let Some((sleeper, arm)) = sleepers.get(woken) {
            sleeper.wake(Called::For(*arm));
        }
    }

    /// Receives, and blocks as long as patience lasts while nothing is there.
    pub fn receive(&self, patience: Patience, place: Place) -> Result<T, NotReceived> {
        let id = self.id();
        self.is_due();
        let came = self.state().put;
        let mut intent = Intent::new(id, Access::Write, place);
        let is_in = self.state().is_in();
        let timer_first = is_in.is_some_and(|time| patience.limit().is_none_or(|limit| time <= limit));
        if patience != Patience::None {
            let state = self.state.clone();
            let can = move || get(&state).can_receive(came);
            intent = intent.when(Ready::When(Box::new(can)), "waits for a message from");
            intent.limit = if timer_first { is_in } else { patience.limit() };
            let mut state = self.state();
            state.receiving += 1;
            state.early = EARLY;
            if state.capacity == Some(0) {
                // Who tries to send can see that from now on.
                execution::touch(id);
                drop(state);
                self.wake(true);
            }
        }
        let woken = execution::reach(intent);
        if patience != Patience::None {
            self.state().receiving -= 1;
        }
        if patience == Patience::None {
            self.look(place);
            let mut state = self.state();
            if state.can(execution::current(), false) && !(state.may_be_early(false) && state.is_early()) {
                state.meet(false);
            }
        }
        if woken == Woken::TimeOver && timer_first {
            self.state().is_time();
        } else if woken == Woken::TimeOver {
            execution::tell(Some(place), |name| format!("gives up waiting for {}", name(id)));
            execution::changed_nothing(id, execution::mark(), 1, place);
            return Err(NotReceived::TimeOver);
        }
        // One who tries looks now, and has not waited.
        self.received(if patience == Patience::None { u64::MAX } else { came }, place)
    }

    /// Waits for the message if this thread has met its sender, who has not sent yet.
    fn wait_for_met(&self, place: Place) {
        let (me, state) = (execution::current(), self.state.clone());
        if !self.state().meetings.iter().any(|meeting| meeting.receiver == me) {
            return;
        }
        let there = move || get(&state).place_for_only(me).is_some();
        let intent = Intent::new(self.id(), Access::Write, place);
        execution::reach(
            intent
                .when(Ready::When(Box::new(there)), "waits for the message of the one that it has met, from"),
        );
    }

    fn received(&self, came: u64, place: Place) -> Result<T, NotReceived> {
        let id = self.id();
        self.wait_for_met(place);
        match self.take(came) {
            Some(message) => {
                let words = show(&message).unwrap_or_else(|| "a message".to_owned());
                execution::tell(Some(place), |name| format!("receives {words} from {}", name(id)));
                Ok(message)
            }
            None if self.state().senders == 0 => {
                execution::learn_at(id);
                execution::tell(Some(place), |name| format!("finds {} closed", name(id)));
                execution::changed_nothing(id, execution::mark(), 1, place);
                Err(NotReceived::Disconnected)
            }
            None => {
                execution::tell(Some(place), |name| format!("finds {} empty", name(id)));
                execution::changed_nothing(id, execution::mark(), 1, place);
                Err(NotReceived::Empty)
            }
        }
    }

    /// The message of a timer is there if it is due by now.
    fn is_due(&self) {
        if self.state().is_in() == Some(Duration::ZERO) {
            execution::touch(self.id());
            self.state().is_time();
        }
    }

    /// Looks whether the message of a timer has come by now. A look takes a little time, so that who looks again and again
    /// finds it in the end.
    fn look(&self, place: Place) {
        let waits = self.state().is_in().is_some();
        if waits {
            execution::now(place);
            self.is_due();
        }
    }

    /// How many messages are in it.
    pub fn len(&self, place: Place) -> usize {
        let id = self.id();
        execution::reach(Intent::new(id, Access::Read, place));
        self.look(place);
        let state = self.state();
        let len = if state.capacity == Some(0) { 0 } else { state.tickets.len() };
        drop(state);
        execution::tell(Some(place), |name| format!("sees {len} messages in {}", name(id)));
        execution::changed_nothing(id, execution::mark(), 0, place);
        len
    }

    /// Its capacity.
    pub fn capacity(&self) -> Option<usize> {
        self.state().capacity
    }

    /// One more sender, or one more receiver. Nobody can see that.
    pub fn one_more(&self, sends: bool) {
        let mut state = self.state();
        *(if sends { &mut state.senders } else { &mut state.receivers }) += 1;
    }

    /// One sender or receiver less. When it was the last, the others can tell.
    pub fn one_less(&self, sends: bool) {
        if execution::is_explored() {
            let id = self.id();
            // The last receiver also drops what is left in the channel.
            let access = if sends { Access::LetGo } else { Access::Write };
            execution::reach(Intent::new(id, access, Location::caller()));
            execution::leave_at(id);
        }
        let mut state = self.state();
        let left = if sends { &mut state.senders } else { &mut state.receivers };
        *left -= 1;
        let last = *left == 0;
        let ended: SmallVec<[_; 4]> = state
            .waiting
            .iter()
            .filter(|waiting| last && waiting.sends != sends && waiting.waiter.sleeps)
            .map(|waiting| waiting.waiter.clone())
            .collect();
        let mut left = VecDeque::new();
        if last && !sends && state.capacity != Some(0) {
            state.tickets.drain(..).for_each(|ticket| execution::learn(&ticket.sender_knew));
            left = std::mem::take(&mut *get(&self.messages));
        }
        drop(state);
        ended.iter().for_each(|sleeper| sleeper.wake(Called::Ended));
        if last && execution::is_explored() {
            let id = self.id();
            let end = if sends { "sender" } else { "receiver" };
            execution::tell(None, |name| format!("drops the last {end} of {}", name(id)));
            if !sends {
                self.worth();
            }
        }
        // Their destructors may do steps of their own.
        drop(left);
    }
}

/// One of the operations that a `select` waits for.
pub struct Arm {
    id: ObjectId,
    sends: bool,
    state: Arc<Mutex<State>>,
}

impl Arm {
    fn state(&self) -> MutexGuard<'_, State> {
        get(&self.state)
    }

    fn can(&self, me: Thread) -> bool {
        self.state().can(me, self.sends)
    }

    fn hands_over(&self) -> bool {
        self.state().capacity == Some(0)
    }

    /// This thread begins to wait for it.
    fn begins(&self, arm: usize, waiter: &Arc<Waiter>) {
        let mut state = self.state();
        state.waiting.push(Waiting { sends: self.sends, arm, waiter: waiter.clone() });
        if waiter.meets && state.capacity == Some(0) {
            state.early = EARLY;
            // Who comes to the other end can see that from now on.
            execution::touch(self.id);
        }
    }

    /// It waits no longer.
    fn ends(&self, waiter: &Arc<Waiter>) {
        self.state().waiting.retain(|waiting| !Arc::ptr_eq(&waiting.waiter, waiter));
        if waiter.meets && self.hands_over() {
            execution::touch(self.id);
        }
    }

    /// How long it is until the message of its timer comes, if one will.
    fn is_in(&self) -> Option<Duration> {
        self.state().is_in()
    }
}

/// The messages of timers that are due are there.
fn messages_of_timers(arms: &[Arm]) {
    for arm in arms.iter().filter(|arm| arm.is_in() == Some(Duration::ZERO)) {
        execution::touch(arm.id);
        arm.state().is_time();
    }
}

/// What a `select` does with the arm that it has chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It is done, in the same step.
    Does,
    /// It only says which.
    Tells,
}

/// Waits until one of the arms can be done and returns which, `None` when none can and patience is over.
/// If several can, the explorer tries each; or with `biased` it is the first. One that sleeps may also go on with what has woken it.
pub fn select(arms: Vec<Arm>, patience: Patience, biased: bool, then: Then, place: Place) -> Option<usize> {
    let me = execution::current();
    let mut touches: SmallVec<_> = arms.iter().map(|arm| (arm.id, Access::Write)).collect();
    touches.dedup();
    let arms: Arc<[Arm]> = arms.into();
    let mut intent = Intent::quiet(place);
    intent.weight = execution::Weight::Visible;
    intent.touches = Some(touches);
    messages_of_timers(&arms);
    // The timer whose message comes first, if that is before patience is over.
    let first = (0..arms.len()).filter_map(|arm| Some((arms[arm].is_in()?, arm))).min();
    let first = first.filter(|(time, _)| patience.limit().is_none_or(|limit| *time <= limit));
    let waits = patience != Patience::None;
    let meets = waits && then == Then::Does && arms.iter().any(Arm::hands_over);
    let sleeps = waits && biased && !arms.iter().any(|arm| arm.can(me));
    let waiter = (meets || sleeps).then(|| {
        let channels = arms.iter().map(|arm| arm.id).collect();
        let (knew, called) = (execution::knowledge(), Mutex::new(Called::No));
        Arc::new(Waiter { thread: me, channels, knew, sleeps, meets, called })
    });
    let called = |waiter: &Option<Arc<Waiter>>| waiter.as_ref().map(|waiter| waiter.called());
    if waits {
        let (watched, waiter) = (arms.clone(), waiter.clone());
        let ready =
            move || matches!(called(&waiter), Some(Called::Met(_))) || watched.iter().any(|arm| arm.can(me));
        intent = intent.when(Ready::When(Box::new(ready)), "waits in a select for");
        intent.limit = first.map(|(time, _)| time).or(patience.limit());
    }
    if let Some(waiter) = &waiter {
        arms.iter().enumerate().for_each(|(at, arm)| arm.begins(at, waiter));
    }
    let woken = execution::reach(intent);
    if let Some(waiter) = &waiter {
        arms.iter().for_each(|arm| arm.ends(waiter));
    }
    if let (Woken::TimeOver, Some((_, arm))) = (woken, first) {
        arms[arm].state().is_time();
        messages_of_timers(&arms);
    } else if woken == Woken::Normally && arms.iter().any(|arm| arm.is_in().is_some()) {
        execution::now(place);
        messages_of_timers(&arms);
    }
    let called = called(&waiter);
    if let Some(Called::Met(arm)) = called {
        return Some(arm);
    }
    let over = woken == Woken::TimeOver && first.is_none();
    let ready: Vec<_> = (0..arms.len()).filter(|arm| arms[*arm].can(me)).collect();
    let early = patience != Patience::Endless
        && ready.iter().all(|arm| arms[*arm].state().may_be_early(arms[*arm].sends))
        && ready.iter().any(|arm| arms[*arm].state().is_early());
    if over || ready.is_empty() || early {
        execution::tell(Some(place), |_| "finds nothing ready in the select".to_owned());
        if let Some(first) = arms.first() {
            execution::changed_nothing(first.id, execution::mark(), 1, place);
        }
        return None;
    }
    // It may have come too late to sleep: then it looks at its arms in their order.
    let chosen = match called {
        _ if !biased => execution::steers(place, &ready),
        Some(Called::For(arm)) if arm != ready[0] && ready.contains(&arm) => {
            [ready[0], arm][execution::choose(2)]
        }
        _ => ready[0],
    };
    if then == Then::Does {
        arms[chosen].state().meet(arms[chosen].sends);
    }
    Some(chosen)
}

/// Does what [`select`] has chosen, in the same step.
impl<T> Channel<T> {
    /// This channel as an arm of a `select` that sends, or receives.
    pub fn arm(&self, sends: bool) -> Arm {
        Arm { id: self.id(), sends, state: self.state.clone() }
    }

    /// Receives what is there.
    pub fn selected_receive(&self, place: Place) -> Result<T, NotReceived> {
        self.received(u64::MAX, place)
    }

    /// Sends into what has room.
    pub fn selected_send(&self, message: T, place: Place) -> Result<(), NotSent<T>> {
        let id = self.id();
        if self.state().receivers == 0 {
            execution::learn_at(id);
            execution::tell(Some(place), |name| format!("can't send into {}: nobody receives", name(id)));
            return Err(NotSent::Disconnected(message));
        }
        let words = show(&message).unwrap_or_else(|| "a message".to_owned());
        let hands_over = self.state().capacity == Some(0);
        if hands_over {
            self.give(message);
        } else {
            self.put(message, false, None);
        }
        execution::tell(Some(place), |name| format!("sends {words} into {}", name(id)));
        Ok(())
    }
}

/// The iterators of the `Receiver` of a stand-in: over what comes, over what is there now, and over what
/// comes to one that is used up.
#[macro_export]
macro_rules! iterators {
    () => {
        /// See [`Receiver::iter`].
        #[derive(Debug)]
        pub struct Iter<'a, T>(&'a Receiver<T>);

        /// See [`Receiver::try_iter`].
        #[derive(Debug)]
        pub struct TryIter<'a, T>(&'a Receiver<T>);

        /// All messages, of a receiver that is used up.
        #[derive(Debug)]
        pub struct IntoIter<T>(Receiver<T>);

        impl<T> Iterator for Iter<'_, T> {
            type Item = T;

            #[track_caller]
            fn next(&mut self) -> Option<T> {
                self.0.recv().ok()
            }
        }

        impl<T> Iterator for TryIter<'_, T> {
            type Item = T;

            #[track_caller]
            fn next(&mut self) -> Option<T> {
                self.0.try_recv().ok()
            }
        }

        impl<T> Iterator for IntoIter<T> {
            type Item = T;

            #[track_caller]
            fn next(&mut self) -> Option<T> {
                self.0.recv().ok()
            }
        }

        impl<'a, T> IntoIterator for &'a Receiver<T> {
            type Item = T;
            type IntoIter = Iter<'a, T>;

            fn into_iter(self) -> Iter<'a, T> {
                Iter(self)
            }
        }

        impl<T> IntoIterator for Receiver<T> {
            type Item = T;
            type IntoIter = IntoIter<T>;

            fn into_iter(self) -> IntoIter<T> {
                IntoIter(self)
            }
        }
    };
}

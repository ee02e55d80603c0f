//! What every answer to `lock/seats` must hold.

use std::thread;

use exercise::{Judge, beforehand, long_wait, many, one_step, tries};
use interleave::execution::choose;
use parking_lot::Mutex;

use crate::answer::{Seats, book};

fn hall<const N: usize>(owners: [Option<&str>; N]) -> Vec<Option<String>> {
    owners.map(|owner| owner.map(str::to_owned)).into()
}

fn empty(seats: usize) -> Seats {
    Mutex::new(vec![None; seats])
}

/// Which seats Ann and Ben get when both ask at the same time.
fn both(seats: &Seats) -> (Option<usize>, Option<usize>) {
    thread::scope(|threads| {
        let asks = |guest: &'static str| {
            let named = thread::Builder::new().name(guest.into());
            let thread = named.spawn_scoped(threads, move || book(seats, guest));
            thread.expect("the explorer can always start one")
        };
        let (ann, ben) = (asks("Ann"), asks("Ben"));
        let got = "it does not panic";
        (ann.join().expect(got), ben.join().expect(got))
    })
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("one thread alone takes the first free seat", || {
        let seats = Mutex::new(hall([Some("Zoe"), None, None]));
        assert_eq!(book(&seats, "Ann"), Some(1), "the second seat is free");
        assert_eq!(book(&seats, "Ben"), Some(2), "the third seat is free");
        assert_eq!(book(&seats, "Cleo"), None, "no seat is free");
        let owners = hall([Some("Zoe"), Some("Ann"), Some("Ben")]);
        assert_eq!(seats.into_inner(), owners, "the owners of the seats");
        let seats = empty(1);
        assert_eq!(book(&seats, " Ann B. "), Some(0), "the seat is free");
        let owners = hall([Some(" Ann B. ")]);
        assert_eq!(seats.into_inner(), owners, "the owners of the seats");
        let seats = empty(1);
        assert_eq!(book(&seats, ""), Some(0), "the seat is free");
        let got = book(&seats, "Ann");
        assert_eq!(got, None, "seat 0 is sold twice: its owner's name is empty");
    });
    judge.every_order("a guest can have two seats, and a seat can become free", || {
        let seats = empty(many());
        for seat in 0..many() {
            assert_eq!(book(&seats, "Ann"), Some(seat), "seat {seat} is free");
        }
        assert_eq!(book(&seats, "Ann"), None, "no seat is free");
        for free in [7, 3] {
            seats.lock()[free] = None;
            assert_eq!(book(&seats, "Ben"), Some(free), "seat {free} is free again");
        }
        assert_eq!(book(&Mutex::new(hall([])), "Ann"), None, "a hall without seats");
    });
    let why = "a guest is sent away";
    judge.some_order("a hall can have thousands of seats", why, || {
        let seats = Mutex::new(vec![Some("Zoe".to_owned()); 5 * tries()]);
        assert_eq!(book(&seats, "Ann"), None, "no seat is free");
        seats.lock().push(None);
        let last = Some(5 * tries());
        assert_eq!(book(&seats, "Ann"), last, "the last seat is free");
        true
    });
    judge.every_order("no seat is sold twice", || {
        let seats = Mutex::new(hall([None]));
        let (ann, ben) = both(&seats);
        assert!(ann.is_none() || ben.is_none(), "seat 0 is sold twice");
        assert!(ann.is_some() || ben.is_some(), "seat 0 is free, and nobody gets it");
    });
    judge.every_order("nobody is sent away while a seat is free", || {
        let seats = Mutex::new(hall([None, None]));
        let (ann, ben) = both(&seats);
        let (Some(ann), Some(ben)) = (ann, ben) else {
            panic!("two seats are free, and one of two guests is sent away")
        };
        assert!(ann != ben, "both have seat {ann}");
        let seats = seats.into_inner();
        assert_eq!(seats[ann].as_deref(), Some("Ann"), "the owner of Ann's seat");
        assert_eq!(seats[ben].as_deref(), Some("Ben"), "the owner of Ben's seat");
    });
    judge.every_order("the last seats of a large hall are sold once each", || {
        let left = 1 + choose(2);
        let seats = empty(many() + left);
        beforehand(|| assert!(book(&seats, "Zoe").is_some(), "Zoe is sent away"));
        let (ann, ben) = both(&seats);
        let got = ann.iter().chain(&ben).count();
        assert_eq!(got, left, "{left} seats are free, and two guests get {got}");
        assert!(ann != ben, "a seat is sold twice");
    });
    judge.every_order("one guest asks in two threads, and gets two seats", || {
        let seats = empty(2);
        let (one, other) = thread::scope(|threads| {
            let asks = [(); 2].map(|()| threads.spawn(|| book(&seats, "Ann")));
            let [one, other] = asks.map(|asks| asks.join().expect("it does not panic"));
            (one, other)
        });
        assert!(
            one.is_some() && other.is_some(),
            "Ann is sent away while a seat is free"
        );
        assert!(one != other, "both threads have the same seat");
    });
    judge.every_order("a seat is free at any time, but not always the same", || {
        let seats = Mutex::new(hall([Some("Zoe"), None]));
        let ann = thread::scope(|threads| {
            let ann = threads.spawn(|| book(&seats, "Ann"));
            let mut seats = seats.lock();
            for owner in seats.iter().flatten() {
                assert!(
                    ["Zoe", "Ann"].contains(&owner.as_str()),
                    "{owner:?} has a seat"
                );
            }
            if seats[1].is_none() {
                seats.swap(0, 1); // Zoe takes another seat
            }
            drop(seats);
            ann.join().expect("it does not panic")
        });
        assert!(ann.is_some(), "one seat is always free, and Ann is sent away");
    });
    judge.every_order("a guest waits for the lock as long as it takes", || {
        let seats = Mutex::new(hall([None]));
        if choose(2) == 1 {
            beforehand(|| _ = book(&empty(1), "Zoe"));
        }
        thread::scope(|threads| {
            let held = seats.lock();
            let ann = threads.spawn(|| book(&seats, "Ann"));
            long_wait();
            drop(held);
            let ann = ann.join().expect("it does not panic");
            assert_eq!(ann, Some(0), "the seat is free, and the guest is sent away");
        });
    });
    judge.every_order("nobody is sent away, however often another is quicker", || {
        one_for_ann(3, || ())
    });
    judge.some_order("a guest who is always too late gets the last seat", why, || {
        one_for_ann(tries(), one_step); // after each step, what Ann has seen is old
        true
    });
    judge.some_order("many guests can ask at once", why, || {
        let seats = empty(many());
        let mut got: Vec<_> = thread::scope(|threads| {
            let guest = |_| threads.spawn(|| book(&seats, "Zoe"));
            let guests: Vec<_> = (0..many()).map(guest).collect();
            let got = guests.into_iter().map(|guest| guest.join());
            got.map(|got| got.expect("it does not panic")).collect()
        });
        got.sort();
        got.into_iter().eq((0..many()).map(Some))
    });
}

/// Zoe books all seats but one, this many, and Ann wants one meanwhile.
fn one_for_ann(zoes: usize, before_each: impl Fn()) {
    let seats = empty(zoes + 1);
    thread::scope(|threads| {
        let ann = threads.spawn(|| book(&seats, "Ann"));
        let zoe = |_| {
            before_each();
            book(&seats, "Zoe")
        };
        let all_but_ann: Vec<_> = (0..zoes).map(zoe).collect();
        let ann = ann.join().expect("it does not panic");
        let got = all_but_ann.iter().chain([&ann]).flatten().count();
        assert_eq!(got, zoes + 1, "as many guests as seats, and one is sent away");
    });
    let owners = seats.into_inner();
    let of_ann = owners.iter().filter(|owner| owner.as_deref() == Some("Ann"));
    assert_eq!(of_ann.count(), 1, "Ann has one seat, and Zoe all others");
}

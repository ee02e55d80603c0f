//! What every answer to `lock/seats` must hold.

use std::thread;

use exercise::{Judge, long_wait};
use parking_lot::Mutex;

use crate::answer::{Seats, book};

fn hall<const N: usize>(owners: [Option<&str>; N]) -> Vec<Option<String>> {
    owners.map(|owner| owner.map(str::to_owned)).into()
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
    });
    judge.every_order("a guest can have two seats, and a seat can become free", || {
        let seats = Mutex::new(hall([None; 30]));
        for seat in 0..30 {
            assert_eq!(book(&seats, "Ann"), Some(seat), "seat {seat} is free");
        }
        assert_eq!(book(&seats, "Ann"), None, "no seat is free");
        for free in [7, 3] {
            seats.lock()[free] = None;
            assert_eq!(book(&seats, "Ben"), Some(free), "seat {free} is free again");
        }
        assert_eq!(book(&Mutex::new(hall([])), "Ann"), None, "a hall without seats");
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
    judge.every_order("a guest waits for the lock as long as it takes", || {
        let seats = Mutex::new(hall([None]));
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
        let seats = Mutex::new(hall([None; 6]));
        thread::scope(|threads| {
            let ann = threads.spawn(|| book(&seats, "Ann"));
            let all_but_ann = [(); 5].map(|()| book(&seats, "Zoe"));
            let ann = ann.join().expect("it does not panic");
            let got = all_but_ann.iter().chain([&ann]).flatten().count();
            assert_eq!(got, 6, "six guests want six seats, and one is sent away");
        });
        let owners = seats.into_inner();
        let of_ann = owners.iter().filter(|owner| owner.as_deref() == Some("Ann"));
        assert_eq!(of_ann.count(), 1, "Ann has one seat, and Zoe five");
    });
    judge.some_order("twelve guests can ask at once", "a guest is sent away", || {
        let seats = Mutex::new(hall([None; 12]));
        let mut got: Vec<_> = thread::scope(|threads| {
            let guests = [(); 12].map(|()| threads.spawn(|| book(&seats, "Zoe")));
            guests.map(|guest| guest.join().expect("it does not panic")).into()
        });
        got.sort();
        got == (0..12).map(Some).collect::<Vec<_>>()
    });
}

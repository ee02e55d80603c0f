//! What every answer to `lock/seats` must hold.

use std::thread;

use exercise::Judge;
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
}

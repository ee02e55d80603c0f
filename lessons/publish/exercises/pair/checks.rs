//! What every answer to `publish/pair` must hold.

use std::thread;

use exercise::{Judge, at_once, one_step};

use crate::answer::Point;

/// Points as they are written here: y is ten times x.
fn read(point: &Point) -> Option<u32> {
    let (x, y) = point.read()?;
    assert_eq!(y, 10 * x, "a mixed point: {x}, {y}");
    Some(x)
}

fn write(point: &Point, xs: &[u32]) {
    xs.iter().for_each(|&x| point.write(x, 10 * x));
}

/// Reads again and again while another thread writes.
fn read_during(writes: &'static [u32], reads: u32) {
    let point = Point::new();
    thread::scope(|threads| {
        threads.spawn(|| write(&point, writes));
        let mut newest = 0;
        for _ in 0..reads {
            if let Some(x) = read(&point) {
                assert!(x >= newest, "a point comes back that was read over: {x}");
                newest = x;
            }
        }
    });
    assert_eq!(
        read(&point),
        writes.last().copied(),
        "nobody writes, and the last point isn't read"
    );
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("a point that stands still is read", || {
        let point = Point::new();
        assert_eq!(read(&point), Some(0), "a new point is at 0, 0");
        for x in 1..4 {
            write(&point, &[x]);
            assert_eq!(
                point.read(),
                Some((x, 10 * x)),
                "nobody writes, and the point isn't read"
            );
        }
    });
    judge.every_order("a reader gets a whole point, or nothing", || {
        read_during(&[1], 1)
    });
    judge.every_order("a second move is no different", || read_during(&[1, 2], 1));
    judge.every_order("what was read is not undone", || read_during(&[1], 2));
    judge.every_order("two readers at once get a whole point, or nothing", || {
        let point = Point::new();
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| read(&point));
            }
            write(&point, &[1]);
        });
    });
    judge.every_order("a thread that hears of a point finds it", || {
        let point = Point::new();
        thread::scope(|threads| {
            let writer = threads.spawn(|| write(&point, &[1, 2]));
            writer.join().expect("it does not panic");
            assert_eq!(
                read(&point),
                Some(2),
                "both moves are over, and the last point isn't read"
            );
        });
    });
    judge.every_order("two points have nothing to do with each other", || {
        let (one, other) = (Point::new(), Point::new());
        write(&one, &[1, 2]);
        write(&other, &[3]);
        assert_eq!(read(&one), Some(2), "another point is read");
        assert_eq!(read(&other), Some(3), "another point is read");
    });
    judge.every_order(
        "a reader that meets a move doesn't look again and again",
        || {
            let point = Point::new();
            thread::scope(|threads| {
                threads.spawn(|| write(&point, &[1]));
                at_once("`read`", 7, || read(&point));
            });
        },
    );
    let why = "a read meets more moves than the version can tell apart";
    judge.some_order("many moves during one read are noticed", why, || {
        for (steps, moves) in (0..8).flat_map(|n| (0..8).map(move |k| (n, 1 << k))) {
            let point = Point::new();
            let moves: Vec<u32> = (1..=moves).collect();
            thread::scope(|threads| {
                threads.spawn(|| read(&point));
                (0..steps).for_each(|_| one_step()); // then the reader waits
                write(&point, &moves);
            });
        }
        true
    });
    judge.some_order(
        "nobody waits for the end of a move",
        "no order has two reads meet the same move: a reader waits for its end",
        || {
            let point = Point::new();
            thread::scope(|threads| {
                threads.spawn(|| write(&point, &[1]));
                read(&point).is_none() && read(&point).is_none()
            })
        },
    );
}

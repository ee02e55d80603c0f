//! What every answer to `daemon-threads/stop` must hold.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use exercise::{Judge, Unseen, long_wait, many, until_all_wait};
use interleave::execution::{has_ended, has_read_old, threads_started};

use crate::answer::Player;

/// A player, and the number of the song that it has played last.
fn player() -> (Player, Arc<AtomicU32>) {
    let last = Arc::new(AtomicU32::new(0));
    let plays = last.clone();
    let play = move |song| {
        plays.store(song, SeqCst);
        thread::sleep(Duration::from_secs(1)); // no time under the explorer
    };
    (Player::start(play), last)
}

/// A player, and what is heard of it: each song is over only when it has been heard, or nobody listens.
fn heard() -> (Player, Receiver<u32>) {
    let (plays, heard) = mpsc::sync_channel(0);
    let play = move |song| {
        let _ = plays.send(song);
        thread::sleep(Duration::from_secs(1)); // no time under the explorer
    };
    (Player::start(play), heard)
}

/// Hears the songs from this one to that one.
fn hear(heard: &Receiver<u32>, first: u32, last: u32) {
    let songs: Vec<_> = heard.iter().take((last + 1 - first) as usize).collect();
    assert!(
        songs.into_iter().eq(first..=last),
        "song {first} to {last}, one after the other"
    );
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("no song is played after `stop` has returned", || {
        let (player, last) = player();
        player.stop();
        let played = last.load(SeqCst);
        // A thread that goes on has its chance here.
        let now = last.load(SeqCst);
        assert!(now == played, "song {now} is played after `stop`");
    });
    judge.every_order("`stop` returns how many songs were played", || {
        let (player, last) = player();
        assert_eq!(player.stop(), last.load(SeqCst), "the number of songs is wrong");
    });
    judge.some_order(
        "song follows song until `stop` is called",
        "no order has a second song before `stop` is called",
        || {
            let (player, last) = player();
            let played = last.load(SeqCst);
            player.stop();
            played >= 2
        },
    );
    judge.some_order(
        "hundreds of songs can be played, in a thread of their own",
        "the music ends before `stop` is called",
        || {
            let (player, heard) = heard();
            let songs = 1_000 + 10 * many() as u32;
            hear(&heard, 1, songs);
            drop(heard);
            player.stop() >= songs
        },
    );
    judge.every_order("`stop` waits until a long song is over", || {
        let (begun, over) = (Arc::new(Unseen::new(0)), Arc::new(Unseen::new(0)));
        let (begins, ends) = (begun.clone(), over.clone());
        let player = Player::start(move |song| {
            begins.set(song);
            long_wait();
            ends.set(song);
        });
        let played = player.stop();
        assert_eq!(
            over.get(),
            begun.get(),
            "`stop` returns, and the last song is not over"
        );
        assert_eq!(over.get(), played, "the number of songs is wrong");
    });
    for last in 1..=3 {
        let name = format!("if `stop` is called during song {last}, that is the last");
        judge.every_order(&name, move || {
            let stopped = Arc::new(Unseen::new(false));
            let player = Player::start(move |song| {
                // With a weak order, the thread may see only later that it was told.
                assert!(
                    !stopped.get() || has_read_old(),
                    "song {song} begins long after `stop` was called"
                );
                if song == last {
                    long_wait(); // till `stop` waits
                    stopped.set(true);
                }
            });
            player.stop();
        });
    }
    judge.every_order("the thread comes to its end", || {
        let (player, _) = player();
        player.stop();
        until_all_wait(); // it has time for that
        let ended = (1..=threads_started()).all(has_ended);
        assert!(ended, "the thread has not come to its end after `stop`");
    });
    let why = "the music ends before `stop` is called";
    judge.some_order("another player goes on, and a later one can begin", why, || {
        let (first, first_heard) = heard();
        let (second, second_heard) = heard();
        hear(&first_heard, 1, 1);
        drop(first_heard);
        first.stop();
        hear(&second_heard, 1, 3);
        drop(second_heard);
        second.stop();
        let (third, third_heard) = heard();
        hear(&third_heard, 1, 2);
        drop(third_heard);
        third.stop();
        true
    });
    let why = "a song begins long after `stop` was called";
    judge.some_order(
        "if `stop` is called during a later song, that is the last",
        why,
        || {
            (4..many() as u32).step_by(3).all(|last| {
                let stopped = Arc::new(Unseen::new(false));
                let late = Arc::new(Unseen::new(false));
                let (stops, begins_late) = (stopped.clone(), late.clone());
                let (plays, heard) = mpsc::sync_channel(0);
                let player = Player::start(move |song| {
                    if stops.get() {
                        begins_late.set(true);
                    }
                    let _ = plays.send(song);
                    if song == last {
                        long_wait(); // till `stop` waits
                        stops.set(true);
                    }
                });
                hear(&heard, 1, last);
                drop(heard);
                let played = player.stop();
                assert_eq!(played, last, "the number of songs is wrong");
                stopped.get() && !late.get()
            })
        },
    );
}

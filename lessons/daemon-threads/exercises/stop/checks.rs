//! What every answer to `daemon-threads/stop` must hold.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;
use std::thread;
use std::time::Duration;

use exercise::Judge;

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
}

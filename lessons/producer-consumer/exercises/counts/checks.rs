//! What every answer to `producer-consumer/counts` must hold.

use std::thread::{self, ThreadId};

use exercise::{Judge, Unseen, long_wait, many};

use crate::answer::run;

pub fn judge(judge: &mut Judge) {
    judge.every_order("a dog that eats all leaves nothing", || {
        count(2, 2);
        assert!(
            interleave::threads_started() >= 2,
            "Tim and the dog have a thread each"
        );
    });
    judge.every_order("a dog that waits for more goes home when Tim is done", || {
        count(1, 2)
    });
    judge.every_order("what a dog doesn't eat is left", || count(3, 1));
    judge.some_order("a dog can leave many bones", "a bone is missing", || {
        count(many() as u32, 1);
        true
    });
    judge.some_order("a dog can eat many bones", "a bone is missing", || {
        count(2 * many() as u32, many());
        true
    });
    judge.every_order("a dog can leave all bones", || count(3, 0));
    judge.every_order("Tim waits while there is a bone in the bowl", || {
        let (made, eaten) = (Unseen::new(0), Unseen::new(0));
        let bones = (0..5).inspect(|bone| {
            // One is in the bowl, one in Tim's hand, and one in the dog's mouth.
            let ahead = bone + 1 - eaten.get();
            assert!(
                ahead <= 3,
                "Tim is {ahead} bones ahead of the dog: there is room for one"
            );
            made.set(bone + 1);
        });
        let left = run(bones, 5, |_| {
            long_wait(); // a slow dog: Tim does what he can meanwhile
            let (made, eaten_before) = (made.get(), eaten.get());
            assert_eq!(
                made,
                (eaten_before + 3).min(5),
                "Tim is not three bones ahead of a slow dog: there is room for one"
            );
            eaten.set(eaten_before + 1);
        });
        assert_eq!(
            (made.get(), eaten.get(), left.len()),
            (5, 5, 0),
            "made, eaten and left"
        );
    });
    judge.every_order("a slow Tim is waited for", || {
        let bones = (0..4).inspect(|_| drop(long_wait()));
        let left = run(bones, 2, |_| ());
        assert_eq!(left, [2, 3], "what was eaten and what is left isn't what was made");
    });
}

/// How many bones Tim can make, and how many the dog wants. Some bones are alike.
fn count(bones: u32, enough: usize) {
    let (made, eaten) = (Unseen::new(Vec::new()), Unseen::new(Vec::new()));
    let (tim, dog) = (Unseen::new(None), Unseen::new(None));
    let bones = (0..bones).map(|bone| bone / 2).inspect(|bone| {
        at_work(&tim);
        made.update(|made| made.push(*bone));
    });
    let mut left = run(bones, enough, |bone| {
        at_work(&dog);
        eaten.update(|eaten| eaten.push(bone));
    });
    assert!(
        dog.get().is_none() || dog.get() != tim.get(),
        "Tim and the dog have a thread each"
    );
    let (made, mut all) = (made.get(), eaten.get());
    assert_eq!(
        all.len(),
        enough.min(made.len()),
        "the dog eats as many as it wants: {all:?}"
    );
    all.append(&mut left);
    all.sort();
    assert_eq!(all, made, "what was eaten and what is left isn't what was made");
}

/// Notes who works here: a thread of its own, and always the same.
fn at_work(who: &Unseen<Option<ThreadId>>) {
    let now = thread::current();
    assert!(now.name() != Some("main"), "Tim and the dog have a thread each");
    let before = who.update(|who| who.replace(now.id()));
    assert!(
        before.is_none_or(|before| before == now.id()),
        "Tim and the dog have a thread each"
    );
}

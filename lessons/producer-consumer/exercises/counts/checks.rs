//! What every answer to `producer-consumer/counts` must hold.

use exercise::{Judge, Unseen};

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
    judge.every_order("Tim waits while there is a bone in the bowl", || {
        let (made, eaten) = (Unseen::new(0), Unseen::new(0));
        let bones = (0..4).inspect(|bone| {
            // One is in the bowl, one in Tim's hand, and one in the dog's mouth.
            let ahead = bone + 1 - eaten.get();
            assert!(
                ahead <= 3,
                "Tim is {ahead} bones ahead of the dog: there is room for one"
            );
            made.set(bone + 1);
        });
        let left = run(bones, 4, |_| eaten.update(|eaten| *eaten += 1));
        assert_eq!(
            (made.get(), eaten.get(), left.len()),
            (4, 4, 0),
            "made, eaten and left"
        );
    });
}

/// Tim can make so many, and the dog wants so many.
fn count(bones: u32, enough: usize) {
    let (made, eaten) = (Unseen::new(Vec::new()), Unseen::new(Vec::new()));
    let bones = (0..bones).inspect(|bone| made.update(|made| made.push(*bone)));
    let mut left = run(bones, enough, |bone| eaten.update(|eaten| eaten.push(bone)));
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

//! What every answer to `owners/last-owner` must hold.

use std::cell::UnsafeCell;
use std::thread;

use exercise::{Judge, Memory, at_once};
use interleave::execution::fail;

use crate::answer::Owner;

/// What is known of the letter. It is not in the letter itself: a wrong answer may use that when it is gone.
#[derive(Clone, Copy)]
struct Known {
    changed: u32,
    dropped: u32,
    /// Those that have not begun to end.
    owners: u32,
}

const NEW: Known = Known { changed: 0, dropped: 0, owners: 1 };

struct Watched(UnsafeCell<Known>);

// SAFETY: whether reading, changing and dropping are ordered is what the checks ask. One thread of the system runs all.
unsafe impl Sync for Watched {}

static WATCHED: Watched = Watched(UnsafeCell::new(NEW));

/// So large, and aligned so, that the count can still be read after it was freed. Nothing else has this alignment.
#[repr(align(512))]
struct Letter([u8; 1 << 14]);

#[global_allocator]
static MEMORY: Memory = Memory::of_align(align_of::<Letter>());

/// The first owner of a new letter.
fn write() -> Owner<Letter> {
    // SAFETY: as for `Sync`.
    unsafe { *WATCHED.0.get() = NEW };
    MEMORY.watch();
    Owner::new(Letter([0; 1 << 14]))
}

/// What is known, without a look that the explorer sees.
fn known() -> &'static mut Known {
    // SAFETY: as for `Sync`; the reference ends before the next one is made.
    unsafe { &mut *UnsafeCell::raw_get(&raw const WATCHED.0) }
}

fn clone(owner: &Owner<Letter>) -> Owner<Letter> {
    known().owners += 1;
    owner.clone()
}

/// Reads the letter, and ends this owner.
fn read(owner: Owner<Letter>) {
    let _bytes: *const u8 = owner.0.as_ptr();
    // All of it is read: whatever another owner changes of it has to be ordered with this.
    // SAFETY: as for `Sync`.
    let seen = unsafe { *WATCHED.0.get() };
    assert_eq!(seen.dropped, 0, "the letter is read after it was dropped");
    known().owners -= 1;
    drop(owner);
    assert!(
        !MEMORY.is_used_after(),
        "the memory is freed, and the count in it is used"
    );
}

/// Changes the letter if this owner may, and says whether it did.
fn change(owner: &mut Owner<Letter>) -> bool {
    let the_letter: *const Letter = &raw const **owner;
    let Some(letter) = owner.get_mut() else {
        return false;
    };
    assert!(std::ptr::eq(the_letter, letter), "what is changed is another letter");
    if known().owners > 1 {
        fail("the letter is changed while somebody else owns it");
    }
    // SAFETY: as for `Sync`.
    unsafe { (*WATCHED.0.get()).changed += 1 };
    true
}

impl Drop for Letter {
    fn drop(&mut self) {
        if thread::panicking() {
            return; // a check has failed already, and lets go of its owners
        }
        // SAFETY: as for `Sync`.
        let known = unsafe { &mut *WATCHED.0.get() };
        known.dropped += 1;
        if known.dropped > 1 {
            fail("the letter is dropped twice");
        }
        if known.owners > 0 {
            fail("the letter is dropped while somebody owns it");
        }
    }
}

fn dropped_once() {
    let dropped = known().dropped;
    assert_eq!(
        dropped, 1,
        "all owners have ended, and the letter was dropped {dropped} times"
    );
    let freed = MEMORY.freed();
    assert_eq!(
        freed, 1,
        "all owners have ended, and the memory was freed {freed} times"
    );
}

pub fn judge(judge: &mut Judge) {
    judge.every_order("the only owner changes the letter, and no other", || {
        let mut one = write();
        let only = "the only owner may not change the letter";
        assert!(change(&mut one), "{only}");
        assert!(change(&mut one), "{only} a second time");
        let mut two = clone(&one);
        change(&mut one);
        change(&mut two);
        let three = clone(&two);
        change(&mut two);
        read(one);
        change(&mut two);
        read(three);
        assert!(change(&mut two), "{only} that is left");
        let four = clone(&two);
        read(two);
        read(four);
        dropped_once();
    });
    judge.every_order("one owner wants to change what another reads", || {
        let mut one = write();
        let two = clone(&one);
        let reader = thread::spawn(|| read(two));
        change(&mut one);
        reader.join().expect("it does not panic");
        assert!(
            change(&mut one),
            "the only owner that is left may not change the letter"
        );
        read(one);
        dropped_once();
    });
    judge.every_order("the only owner that is left may be in another thread", || {
        let one = write();
        let mut two = clone(&one);
        read(one);
        let other = thread::spawn(move || {
            assert!(
                change(&mut two),
                "the only owner, in another thread, may not change the letter"
            );
            read(two);
        });
        other.join().expect("it does not panic");
        dropped_once();
    });
    judge.every_order("one owner wants to change what two others read", || {
        let mut one = write();
        let readers =
            [clone(&one), clone(&one)].map(|owner| thread::spawn(|| read(owner)));
        change(&mut one);
        read(one);
        readers
            .into_iter()
            .for_each(|reader| reader.join().expect("it does not panic"));
        dropped_once();
    });
    judge.every_order("two owners want to change the letter at the same time", || {
        let mut one = write();
        let mut two = clone(&one);
        let other = thread::spawn(move || {
            change(&mut two);
            read(two);
        });
        change(&mut one);
        read(one);
        other.join().expect("it does not panic");
        dropped_once();
    });
    judge.every_order("one owner wants to change what another clones", || {
        let mut one = write();
        let two = clone(&one);
        let reader = thread::spawn(|| {
            read(clone(&two));
            read(two);
        });
        change(&mut one);
        read(one);
        reader.join().expect("it does not panic");
        dropped_once();
    });
    judge.every_order("one that is not the only owner doesn't wait", || {
        let mut one = write();
        let two = clone(&one);
        at_once("`get_mut`", 3, || change(&mut one));
        read(two);
        read(one);
        dropped_once();
    });
    judge.every_order("one owner is cloned by two threads at the same time", || {
        let mut one = write();
        thread::scope(|threads| {
            threads.spawn(|| read(clone(&one)));
            threads.spawn(|| read(clone(&one)));
        });
        assert!(
            change(&mut one),
            "the only owner that is left may not change the letter"
        );
        read(one);
        dropped_once();
    });
}

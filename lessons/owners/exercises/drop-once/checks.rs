//! What every answer to `owners/drop-once` must hold.

use std::cell::UnsafeCell;
use std::thread;

use exercise::{Judge, Memory, tries};
use interleave::execution::fail;

use crate::answer::Owner;

/// What is known of the letter. It is not in the letter itself: a wrong answer may use that when it is gone.
struct Known {
    dropped: u32,
    /// Those that have not begun to end.
    owners: u32,
}

struct Watched(UnsafeCell<Known>);

// SAFETY: whether reading and dropping are ordered is what the checks ask. One thread of the system runs all.
unsafe impl Sync for Watched {}

static WATCHED: Watched = Watched(UnsafeCell::new(Known { dropped: 0, owners: 1 }));

/// So large, and aligned so, that the count can still be read after it was freed. Nothing else has this alignment.
#[repr(align(512))]
struct Letter([u8; 1 << 14]);

#[global_allocator]
static MEMORY: Memory = Memory::of_align(align_of::<Letter>());

/// The first owner of a new letter.
fn write() -> Owner<Letter> {
    // SAFETY: as for `Sync`.
    unsafe { *WATCHED.0.get() = Known { dropped: 0, owners: 1 } };
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
    // SAFETY: as for `Sync`.
    let dropped = unsafe { (*WATCHED.0.get()).dropped };
    assert_eq!(dropped, 0, "the letter is read after it was dropped");
    known().owners -= 1;
    drop(owner);
    assert!(
        !MEMORY.is_used_after(),
        "the memory is freed, and the count in it is used"
    );
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
    judge.every_order("the last owner drops the letter, and no other", || {
        let one = write();
        let (two, three) = (clone(&one), clone(&one));
        let four = clone(&three);
        for owner in [three, one, four] {
            read(owner);
            assert_eq!(
                known().dropped,
                0,
                "the letter is dropped while somebody owns it"
            );
        }
        read(two);
        dropped_once();
        read(write());
        dropped_once();
    });
    judge.every_order("there can be thousands of owners", || {
        let one = write();
        let others: Vec<_> = (0..tries()).map(|_| clone(&one)).collect();
        others.into_iter().for_each(read);
        assert_eq!(known().dropped, 0, "the letter is dropped while somebody owns it");
        read(one);
        dropped_once();
    });
    judge.every_order("two owners end at the same time", || {
        let one = write();
        let two = clone(&one);
        let reader = thread::spawn(|| read(two));
        read(one);
        reader.join().expect("it does not panic");
        dropped_once();
    });
    judge.every_order("three owners end at the same time", || {
        let one = write();
        let readers =
            [clone(&one), clone(&one)].map(|owner| thread::spawn(|| read(owner)));
        read(one);
        readers
            .into_iter()
            .for_each(|reader| reader.join().expect("it does not panic"));
        dropped_once();
    });
    judge.every_order("two owners are cloned at the same time", || {
        let one = write();
        let two = clone(&one);
        let reader = thread::spawn(|| {
            read(clone(&two));
            read(two);
        });
        read(clone(&one));
        read(one);
        reader.join().expect("it does not panic");
        dropped_once();
    });
    judge.every_order("one owner ends while another is cloned again and again", || {
        let one = write();
        let two = clone(&one);
        let reader = thread::spawn(|| read(two));
        for _ in 0..4 {
            read(clone(&one));
        }
        reader.join().expect("it does not panic");
        read(one);
        dropped_once();
    });
    judge.every_order("one owner is cloned by two threads at the same time", || {
        let one = write();
        thread::scope(|threads| {
            threads.spawn(|| read(clone(&one)));
            threads.spawn(|| read(clone(&one)));
        });
        read(one);
        dropped_once();
    });
}

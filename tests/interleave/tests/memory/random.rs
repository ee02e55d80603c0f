//! Programs made at random: few atomics, and many swaps and fences, since what is easy to get wrong lies there.

use std::sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst};

use crate::program::{Kind, Op, Program};

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % end as u64).expect("it is small")
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// The program of this number.
pub fn program(number: u64) -> Program {
    let mut random = Random(number);
    let shapes: [&[usize]; 9] =
        [&[2, 2], &[3, 2], &[3, 3], &[2, 2, 1], &[2, 2, 2], &[1, 2, 2], &[1, 1, 2, 2], &[3, 2, 1], &[4, 2]];
    let shape = random.one(&shapes);
    let kinds = random.one(&[
        &[Kind::Load, Kind::Store][..],
        &[Kind::Load, Kind::Store, Kind::Swap],
        &[Kind::Load, Kind::Store, Kind::Swap, Kind::Swap],
    ]);
    let fences = random.one(&[
        &[][..],
        &[SeqCst],
        &[Release, Acquire],
        &[AcqRel, SeqCst],
        &[Release, Acquire, AcqRel, SeqCst],
    ]);
    // Of three loads, and of three other accesses, so many are relaxed.
    let relaxed = [random.below(4), random.below(4)];
    let atomics = 2 + usize::from(random.below(4) == 0);
    let mut value = 0;
    let mut thread = |steps: usize| {
        let first = random.below(atomics);
        let mut ops = Vec::new();
        for step in 0..steps {
            if step > 0 && !fences.is_empty() && random.below(4) > 0 {
                ops.push(Op { kind: Kind::Fence, at: 0, value: 0, order: random.one(fences) });
            }
            let kind = random.one(kinds);
            let strong: &[Ordering] = match kind {
                Kind::Load => &[Acquire, SeqCst],
                Kind::Store => &[Release, SeqCst],
                _ => &[Acquire, Release, AcqRel, SeqCst],
            };
            let relaxed = relaxed[usize::from(kind != Kind::Load)];
            let order = if random.below(3) < relaxed { Relaxed } else { random.one(strong) };
            // Mostly one atomic after the other, since most mistakes need two.
            let at = if random.below(4) == 0 { random.below(atomics) } else { (first + step) % atomics };
            if kind != Kind::Load {
                value += 1;
            }
            ops.push(Op { kind, at, value: if kind == Kind::Load { 0 } else { value }, order });
        }
        ops
    };
    Program(shape.iter().map(|steps| thread(*steps)).collect())
}

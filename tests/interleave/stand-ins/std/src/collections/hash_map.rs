//! `HashMap`, in an order that is the same in every run.

use ::std::borrow::Borrow;
use ::std::cell::Cell;
use ::std::collections::hash_map as real;
use ::std::fmt;
use ::std::hash::{BuildHasher, DefaultHasher as Sip, Hash, Hasher};
use ::std::ops::{Deref, DerefMut, Index};

use interleave::execution;

pub use ::std::collections::hash_map::{
    Drain, Entry, IntoIter, IntoKeys, IntoValues, Iter, IterMut, Keys, OccupiedEntry, VacantEntry, Values,
    ValuesMut,
};
pub use ::std::hash::DefaultHasher;

/// The hash of std has a seed by chance, so a map may be in any order. Here the order is the same in every run, and of
/// two maps that a program makes one after the other, one has the order of the other turned round: a program that counts on
/// one order for both is not lucky by chance. Other orders are not tried.
#[derive(Clone, Debug)]
pub struct RandomState {
    turned: bool,
}

thread_local! {
    /// The execution, and whether its latest one was turned.
    static LATEST: Cell<(u64, bool)> = const { Cell::new((0, true)) };
}

impl RandomState {
    /// One more.
    pub fn new() -> Self {
        let now = if execution::is_explored() { execution::execution() } else { 0 };
        let (execution, turned) = LATEST.get();
        let turned = execution == now && !turned;
        LATEST.set((now, turned));
        RandomState { turned }
    }
}

impl Default for RandomState {
    fn default() -> Self {
        Self::new()
    }
}

impl BuildHasher for RandomState {
    type Hasher = Fixed;

    fn build_hasher(&self) -> Fixed {
        Fixed { hash: Sip::new(), writes: 0, number: 0, turned: self.turned }
    }
}

/// The hasher of [`RandomState`].
#[derive(Clone, Debug)]
pub struct Fixed {
    hash: Sip,
    writes: u32,
    /// The number that was written last.
    number: u64,
    turned: bool,
}

macro_rules! numbers {
    ($($write:ident $number:ty)*) => { $(
        fn $write(&mut self, number: $number) {
            self.number = number as u64;
            self.write(&number.to_ne_bytes());
        }
    )* };
}

impl Hasher for Fixed {
    fn finish(&self) -> u64 {
        // Small numbers lie in their own order, so that the other order is its very reverse.
        let lies = if self.writes == 1 { self.number & 0xFFFF } else { self.hash.finish() & 0xFFFF };
        let hash = self.hash.finish() & !0xFFFF | lies;
        if self.turned { !hash } else { hash }
    }

    fn write(&mut self, bytes: &[u8]) {
        self.writes += 1;
        self.hash.write(bytes);
    }

    numbers!(write_u8 u8 write_u16 u16 write_u32 u32 write_u64 u64 write_usize usize);
}

/// See [`std::collections::HashMap`]: all that it has, by `Deref`.
pub struct HashMap<K, V, S = RandomState>(real::HashMap<K, V, S>);

impl<K, V> HashMap<K, V> {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty one with room.
    pub fn with_capacity(capacity: usize) -> Self {
        Self::with_capacity_and_hasher(capacity, RandomState::new())
    }
}

impl<K, V, S> HashMap<K, V, S> {
    /// An empty one that hashes so.
    pub const fn with_hasher(hasher: S) -> Self {
        HashMap(real::HashMap::with_hasher(hasher))
    }

    /// An empty one with room that hashes so.
    pub fn with_capacity_and_hasher(capacity: usize, hasher: S) -> Self {
        HashMap(real::HashMap::with_capacity_and_hasher(capacity, hasher))
    }

    /// Its keys, of a map that is used up.
    pub fn into_keys(self) -> IntoKeys<K, V> {
        self.0.into_keys()
    }

    /// Its values, of a map that is used up.
    pub fn into_values(self) -> IntoValues<K, V> {
        self.0.into_values()
    }
}

impl<K, V, S> Deref for HashMap<K, V, S> {
    type Target = real::HashMap<K, V, S>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<K, V, S> DerefMut for HashMap<K, V, S> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<K, V, S: Default> Default for HashMap<K, V, S> {
    fn default() -> Self {
        HashMap(real::HashMap::default())
    }
}

impl<K: Clone, V: Clone, S: Clone> Clone for HashMap<K, V, S> {
    fn clone(&self) -> Self {
        HashMap(self.0.clone())
    }
}

impl<K: fmt::Debug, V: fmt::Debug, S> fmt::Debug for HashMap<K, V, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K: Eq + Hash, V: PartialEq, S: BuildHasher> PartialEq for HashMap<K, V, S> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<K: Eq + Hash, V: Eq, S: BuildHasher> Eq for HashMap<K, V, S> {}

impl<K: Eq + Hash, V, S: BuildHasher + Default> FromIterator<(K, V)> for HashMap<K, V, S> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        HashMap(pairs.into_iter().collect())
    }
}

impl<K: Eq + Hash, V, const N: usize> From<[(K, V); N]> for HashMap<K, V> {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl<K: Eq + Hash, V, S: BuildHasher> Extend<(K, V)> for HashMap<K, V, S> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, pairs: I) {
        self.0.extend(pairs);
    }
}

impl<'a, K: Eq + Hash + Copy, V: Copy, S: BuildHasher> Extend<(&'a K, &'a V)> for HashMap<K, V, S> {
    fn extend<I: IntoIterator<Item = (&'a K, &'a V)>>(&mut self, pairs: I) {
        self.0.extend(pairs);
    }
}

impl<K: Eq + Hash + Borrow<Q>, Q: Eq + Hash + ?Sized, V, S: BuildHasher> Index<&Q> for HashMap<K, V, S> {
    type Output = V;

    fn index(&self, key: &Q) -> &V {
        &self.0[key]
    }
}

impl<K, V, S> IntoIterator for HashMap<K, V, S> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    fn into_iter(self) -> IntoIter<K, V> {
        self.0.into_iter()
    }
}

impl<'a, K, V, S> IntoIterator for &'a HashMap<K, V, S> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Iter<'a, K, V> {
        self.0.iter()
    }
}

impl<'a, K, V, S> IntoIterator for &'a mut HashMap<K, V, S> {
    type Item = (&'a K, &'a mut V);
    type IntoIter = IterMut<'a, K, V>;

    fn into_iter(self) -> IterMut<'a, K, V> {
        self.0.iter_mut()
    }
}

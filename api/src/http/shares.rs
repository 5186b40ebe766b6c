//! Places that all requests share, of which no one address or owner has more than its share. While half of them are free a
//! share is what was promised; then it shrinks with what is left, so that a few who have all that they may leave something
//! for everybody else.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::error::Error;

/// So many places in all, and so many for each key. A place may be whatever is counted: a connection, a feed, a KiB.
#[derive(Debug)]
pub(crate) struct Shares<Key: Eq + Hash>(Arc<Inner<Key>>);

#[derive(Debug)]
struct Inner<Key: Eq + Hash> {
    all: usize,
    for_each: usize,
    taken: Mutex<Taken<Key>>,
}

#[derive(Debug)]
struct Taken<Key> {
    in_all: usize,
    /// Only keys that have places.
    by_key: HashMap<Key, usize>,
}

/// Places that are taken, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place<Key: Eq + Hash> {
    shares: Arc<Inner<Key>>,
    key: Key,
    count: usize,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoPlace {
    /// All places are taken.
    AllTaken,
    /// The key has its share already.
    ShareTaken,
}

impl<Key: Eq + Hash + Clone> Shares<Key> {
    pub(crate) fn new(all: usize, for_each: usize) -> Self {
        let taken = Mutex::new(Taken { in_all: 0, by_key: HashMap::new() });
        Self(Arc::new(Inner { all, for_each, taken }))
    }

    /// Takes `count` places for `key`, or none.
    pub(crate) fn take(&self, key: Key, count: usize) -> Result<Place<Key>, NoPlace> {
        let mut taken = self.0.lock();
        let own = taken.by_key.get(&key).copied().unwrap_or_default();
        if own + count > self.0.for_each {
            return Err(NoPlace::ShareTaken);
        }
        if taken.in_all + count > self.0.all {
            return Err(NoPlace::AllTaken);
        }
        if own + count > self.0.share(taken.in_all) {
            return Err(NoPlace::ShareTaken);
        }
        taken.in_all += count;
        if count > 0 {
            taken.by_key.insert(key.clone(), own + count);
        }
        Ok(Place { shares: self.0.clone(), key, count })
    }

    /// How many places are taken.
    pub(crate) fn taken(&self) -> usize {
        self.0.lock().in_all
    }

    /// How many places there are.
    pub(crate) fn all(&self) -> usize {
        self.0.all
    }
}

impl<Key: Eq + Hash + Clone> Place<Key> {
    /// Takes so many places more, or none.
    pub(crate) fn grow(&mut self, more: usize) -> Result<(), NoPlace> {
        // The new ones are given back with the others, not by themselves.
        let mut grown = Shares(self.shares.clone()).take(self.key.clone(), more)?;
        self.count += std::mem::take(&mut grown.count);
        Ok(())
    }
}

impl<Key: Eq + Hash> Clone for Shares<Key> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<Key: Eq + Hash> Inner<Key> {
    /// How many one key may have while so many are taken: as if the other half were divided anew. With ten keys of a tenth
    /// each a third stays free, with a hundred a twentieth. Where one key may have all, there are no shares.
    fn share(&self, taken: usize) -> usize {
        let (free, half) = (self.all.saturating_sub(taken), self.all / 2);
        if self.for_each >= self.all || free >= half {
            return self.for_each;
        }
        // Below the product of two numbers of places, none of which fills memory.
        self.for_each.saturating_mul(free).div_ceil(half)
    }

    /// Nothing that could panic half-way runs under this lock.
    fn lock(&self) -> MutexGuard<'_, Taken<Key>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Key: Eq + Hash> Drop for Place<Key> {
    fn drop(&mut self) {
        let mut taken = self.shares.lock();
        taken.in_all -= self.count;
        if let Some(own) = taken.by_key.get_mut(&self.key) {
            *own -= self.count;
            if *own == 0 {
                taken.by_key.remove(&self.key);
            }
        }
    }
}

impl From<NoPlace> for Error {
    fn from(why: NoPlace) -> Self {
        match why {
            NoPlace::AllTaken => Self::Busy,
            NoPlace::ShareTaken => Self::TooManyAtOnce,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_keys_that_take_what_they_can_leave_something_for_others() {
        let shares = Shares::new(10_000, 1_000);
        let mut kept = Vec::new();
        for key in 0..20 {
            while let Ok(place) = shares.take(key, 1) {
                kept.push(place);
            }
        }
        assert!(shares.all() - shares.taken() > 200, "{}", shares.taken());
        let own = |key| kept.iter().filter(|place: &&Place<i32>| place.key == key).count();
        assert_eq!((own(0), own(4)), (1_000, 1_000), "the first ones have all that was promised");
        assert!(own(5) < 1_000 && own(19) < own(5));
        assert!(shares.take(40, 1).is_ok());
        kept.clear();
        assert!(shares.take(40, 1_000).is_ok());
        let one_may_have_all = Shares::new(4, 4);
        assert!(one_may_have_all.take("me", 4).is_ok());
    }

    #[test]
    fn a_key_has_its_share_and_leaves_the_rest_to_others() {
        let shares = Shares::new(5, 3);
        let mine: Vec<_> = (0..3).map(|_| shares.take("me", 1).unwrap()).collect();
        assert_eq!(shares.take("me", 1).unwrap_err(), NoPlace::ShareTaken);
        let yours = shares.take("you", 2).unwrap();
        assert_eq!(shares.take("her", 1).unwrap_err(), NoPlace::AllTaken);
        drop(mine);
        assert_eq!(shares.take("you", 2).unwrap_err(), NoPlace::ShareTaken, "all of them or none");
        assert_eq!(shares.0.lock().in_all, 2);
        drop(yours);
        assert_eq!(shares.0.lock().in_all, 0);
        assert!(shares.0.lock().by_key.is_empty(), "nothing is remembered of those who left");
    }
}

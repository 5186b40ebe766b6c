//! Which upload has how much of the memory for uploads, and who gets the next step.
//!
//! Most of the budget is common: there an address and an owner have a share, and within it each upload takes the next
//! step at once while any is free. The rest, as much as the largest part needs, is the reserve, from which only one
//! part at a time takes: one that waited. So that one can always be filled, stored and given back, however many hold
//! something and wait for more. Whose turn it is goes round by address, then by owner, then by how long each waits.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use receipt::MAX_PICTURE_BYTES;
use tokio::{sync::oneshot, time::Instant};

use crate::{
    http::{ClientAddress, LeastRate},
    uploads::sender::{Party, Sender},
};

const KIB: usize = 1024;
pub(super) const STEP_BYTES: usize = 64 * KIB;
/// An address has a fourth of the budget, an owner a fifth, and whoever's turn it is has the reserve.
const SHARE_OF_ADDRESS: usize = 4;
const SHARE_OF_PARTY: usize = 5;
/// What those must keep who stand in the way of others.
const LEAST_RATE: LeastRate = LeastRate { start: Duration::from_secs(2), bytes_per_second: 32 * KIB };
/// It doubles each time that others, from elsewhere, have waited so long in vain, but not more often than that.
const DOUBLES_EVERY: Duration = Duration::from_secs(4);
const MOST_DOUBLINGS: u32 = 3;

#[derive(Debug)]
pub(super) struct Accounts {
    common: usize,
    reserve: usize,
    for_address: usize,
    for_party: usize,
    /// By their age.
    parts: BTreeMap<u64, Part>,
    next_id: u64,
    /// Takes from the reserve.
    favourite: Option<u64>,
    /// What is taken of the common part, and by whom.
    taken: usize,
    by_address: HashMap<ClientAddress, usize>,
    by_party: HashMap<Party, usize>,
    /// When they last had the reserve, of those who have parts under way.
    turns_of_address: HashMap<ClientAddress, u64>,
    turns_of_party: HashMap<Party, u64>,
    turn: u64,
}

#[derive(Debug)]
struct Part {
    sender: Sender,
    most: usize,
    of_common: usize,
    of_reserve: usize,
    waiting: Option<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    since: Instant,
    step: usize,
    granted: oneshot::Sender<()>,
}

/// What an upload waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WaitsFor {
    Party,
    Address,
    Anyone,
}

impl Accounts {
    /// The highest rate that is ever asked.
    pub(super) const MOST_ASKED: LeastRate =
        LeastRate { bytes_per_second: LEAST_RATE.bytes_per_second << MOST_DOUBLINGS, ..LEAST_RATE };

    pub(super) fn new(all: usize) -> Self {
        // A part that is larger than the whole budget has it alone.
        let reserve = all.min(MAX_PICTURE_BYTES);
        Self {
            common: all - reserve,
            reserve,
            for_address: all / SHARE_OF_ADDRESS,
            for_party: all / SHARE_OF_PARTY,
            parts: BTreeMap::new(),
            next_id: 0,
            favourite: None,
            taken: 0,
            by_address: HashMap::new(),
            by_party: HashMap::new(),
            turns_of_address: HashMap::new(),
            turns_of_party: HashMap::new(),
            turn: 0,
        }
    }

    pub(super) fn open(&mut self, sender: Sender, most: usize) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        let most = most.min(self.reserve);
        self.parts.insert(id, Part { sender, most, of_common: 0, of_reserve: 0, waiting: None });
        id
    }

    pub(super) fn close(&mut self, id: u64) {
        let Some(part) = self.parts.remove(&id) else { return };
        self.taken -= part.of_common;
        give_back(&mut self.by_address, &part.sender.address, part.of_common);
        give_back(&mut self.by_party, &part.sender.party, part.of_common);
        if self.favourite == Some(id) {
            self.favourite = None;
        }
        self.settle();
    }

    /// Grants what the part lacks, or says where that will be told.
    pub(super) fn ask(&mut self, id: u64, bytes: usize, now: Instant) -> Option<oneshot::Receiver<()>> {
        let part = self.parts.get(&id)?;
        let held = part.of_common + part.of_reserve;
        let step = bytes.next_multiple_of(STEP_BYTES).min(part.most).saturating_sub(held);
        if step == 0 || self.grant(id, step) {
            return None;
        }
        let (granted, told) = oneshot::channel();
        self.parts.get_mut(&id)?.waiting = Some(Waiting { since: now, step, granted });
        self.settle();
        Some(told)
    }

    pub(super) fn wait_no_more(&mut self, id: u64) {
        if let Some(part) = self.parts.get_mut(&id) {
            part.waiting = None;
        }
    }

    /// Grants what can be granted to those that wait; if the reserve is nobody's, to one of them.
    fn settle(&mut self) {
        let mut waiting: Vec<_> =
            self.parts.iter().filter_map(|(id, part)| Some((part.waiting.as_ref()?.since, *id))).collect();
        waiting.sort_unstable();
        waiting.retain(|(_, id)| !self.grant_to_waiting(*id));
        if self.favourite.is_some() {
            return;
        }
        let turns = |(since, id): &(Instant, u64)| {
            let sender = &self.parts.get(id)?.sender;
            let of_address = self.turns_of_address.get(&sender.address).copied().unwrap_or_default();
            let of_party = self.turns_of_party.get(&sender.party).copied().unwrap_or_default();
            Some((of_address, of_party, *since, *id))
        };
        if let Some((.., id)) = waiting.iter().filter_map(turns).min() {
            self.favour(id);
            self.grant_to_waiting(id);
        }
    }

    fn favour(&mut self, id: u64) {
        let Self { parts, turns_of_address, turns_of_party, turn, .. } = self;
        let Some(part) = parts.get(&id) else { return };
        *turn += 1;
        turns_of_address.insert(part.sender.address, *turn);
        turns_of_party.insert(part.sender.party.clone(), *turn);
        // Those who have left are forgotten, once they are more than those who are here.
        if turns_of_party.len() > 2 * parts.len() {
            turns_of_address.retain(|address, _| parts.values().any(|part| part.sender.address == *address));
            turns_of_party.retain(|party, _| parts.values().any(|part| part.sender.party == *party));
        }
        self.favourite = Some(id);
    }

    /// Grants a waiting part its step, if it can be.
    fn grant_to_waiting(&mut self, id: u64) -> bool {
        let step = self.parts.get(&id).and_then(|part| Some(part.waiting.as_ref()?.step));
        let Some(step) = step.filter(|step| self.grant(id, *step)) else { return false };
        debug_assert!(step > 0);
        let waiting = self.parts.get_mut(&id).and_then(|part| part.waiting.take());
        // One that has given up in this moment gives back all that it holds.
        waiting.is_some_and(|waiting| waiting.granted.send(()).is_ok())
    }

    fn grant(&mut self, id: u64, step: usize) -> bool {
        if self.favourite == Some(id) {
            if let Some(part) = self.parts.get_mut(&id) {
                part.of_reserve += step;
            }
            return true;
        }
        if self.obstacle(id, step).is_some() {
            return false;
        }
        let Some(part) = self.parts.get_mut(&id) else { return false };
        part.of_common += step;
        self.taken += step;
        *self.by_address.entry(part.sender.address).or_default() += step;
        *self.by_party.entry(part.sender.party.clone()).or_default() += step;
        true
    }

    /// Why a part cannot have so much more of the common part.
    fn obstacle(&self, id: u64, step: usize) -> Option<WaitsFor> {
        let sender = &self.parts.get(&id)?.sender;
        if self.by_party.get(&sender.party).copied().unwrap_or_default() + step > self.for_party {
            Some(WaitsFor::Party)
        } else if self.by_address.get(&sender.address).copied().unwrap_or_default() + step > self.for_address {
            Some(WaitsFor::Address)
        } else if self.taken + step > self.common {
            Some(WaitsFor::Anyone)
        } else {
            None
        }
    }

    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.parts.values().map(|part| part.of_common + part.of_reserve).sum()
    }

    /// At which rate a part's client must send, if others wait for what it holds.
    pub(super) fn least_rate(&self, id: u64, now: Instant) -> Option<LeastRate> {
        let own = &self.parts.get(&id)?.sender;
        let rates = self.parts.iter().filter_map(|(other, part)| {
            let waiting = part.waiting.as_ref()?;
            let waits_for_this = *other != id
                && match self.obstacle(*other, waiting.step)? {
                    WaitsFor::Party => part.sender.party == own.party,
                    WaitsFor::Address => part.sender.address == own.address,
                    WaitsFor::Anyone => true,
                };
            // Nobody raises it for others by waiting at the same address.
            let is_from_elsewhere = part.sender.address != own.address;
            let waited = if is_from_elsewhere { now.duration_since(waiting.since) } else { Duration::ZERO };
            waits_for_this.then(|| LEAST_RATE.bytes_per_second << doublings(waited))
        });
        rates.max().map(|bytes_per_second| LeastRate { bytes_per_second, ..LEAST_RATE })
    }
}

fn doublings(waited: Duration) -> u32 {
    let times = waited.as_secs() / DOUBLES_EVERY.as_secs();
    u32::try_from(times).unwrap_or(MOST_DOUBLINGS).min(MOST_DOUBLINGS)
}

fn give_back<Key: Eq + std::hash::Hash>(taken: &mut HashMap<Key, usize>, key: &Key, bytes: usize) {
    if let Some(left) = taken.get_mut(key) {
        *left -= bytes;
        if *left == 0 {
            taken.remove(key);
        }
    }
}

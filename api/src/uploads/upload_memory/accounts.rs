//! Which upload has how much of the memory for uploads, and who gets the next step.
//!
//! Most of the budget is common: there an address and an owner have a share, and within it each upload takes the next
//! step at once while any is free. The rest is the reserve: to parts that waited it is promised as a whole, all that they may
//! still need. So some can always be filled, stored and given back, however many hold something and wait for more. A third
//! of it is for small parts, which never wait for large ones.
//!
//! Whose client let us wait little lately goes first (`usage`): of addresses, then of owners; of several the one that came
//! last, since those before may be such as never end. For him others who stop sending give way, as many as he needs. So
//! those who send drop by drop, from however many addresses, keep each other waiting, and not those who come, send and go.

mod asked;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

use receipt::MAX_PICTURE_BYTES;
use tokio::{sync::oneshot, time::Instant};

use super::usage::Usage;
use crate::{
    http::ClientAddress,
    uploads::sender::{Party, Sender},
};

const KIB: usize = 1024;
pub(super) const STEP_BYTES: usize = 64 * KIB;
/// An address has a fourth of the budget, an owner a fifth.
const SHARE_OF_ADDRESS: usize = 4;
const SHARE_OF_PARTY: usize = 5;
/// The reserve has three eighths of the budget, or what the largest part needs. A part of a sixth of it is small.
const EIGHTHS_IN_RESERVE: usize = 3;
const SMALL: usize = 6;
/// Below that no difference is made.
const LITTLE_BYTE_SECONDS: u64 = 64 * KIB as u64;
#[derive(Debug)]
pub(super) struct Accounts {
    common: usize,
    reserve: usize,
    for_address: usize,
    for_party: usize,
    /// By their age.
    parts: BTreeMap<u64, Part>,
    next_id: u64,
    /// What of the reserve is promised, to large and to small parts.
    promised_to_large: usize,
    promised_to_small: usize,
    /// What is taken of the common part, and by whom.
    taken: usize,
    by_address: HashMap<ClientAddress, usize>,
    by_party: HashMap<Party, usize>,
    usage_of_address: Usage<ClientAddress>,
    usage_of_party: Usage<Party>,
}

#[derive(Debug)]
struct Part {
    sender: Sender,
    most: usize,
    of_common: usize,
    of_reserve: usize,
    /// Of the reserve, to be taken as it is needed.
    promised: usize,
    waiting: Option<Waiting>,
    /// It was told to.
    gives_way: bool,
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
    pub(super) fn new(all: usize) -> Self {
        // A part that is larger than the whole budget has it alone.
        let reserve = (all / 8 * EIGHTHS_IN_RESERVE).max(MAX_PICTURE_BYTES).min(all);
        Self {
            common: all - reserve,
            reserve,
            for_address: all / SHARE_OF_ADDRESS,
            for_party: all / SHARE_OF_PARTY,
            parts: BTreeMap::new(),
            next_id: 0,
            promised_to_large: 0,
            promised_to_small: 0,
            taken: 0,
            by_address: HashMap::new(),
            by_party: HashMap::new(),
            usage_of_address: Usage::new(),
            usage_of_party: Usage::new(),
        }
    }

    pub(super) fn open(&mut self, sender: Sender, most: usize) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        let most = most.min(self.reserve);
        self.parts.insert(
            id,
            Part { sender, most, of_common: 0, of_reserve: 0, promised: 0, waiting: None, gives_way: false },
        );
        id
    }

    pub(super) fn close(&mut self, id: u64, now: Instant) {
        let Some(part) = self.parts.remove(&id) else { return };
        self.taken -= part.of_common;
        give_back(&mut self.by_address, &part.sender.address, part.of_common);
        give_back(&mut self.by_party, &part.sender.party, part.of_common);
        self.usage_of_address.give_back(&part.sender.address, part.held(), now);
        self.usage_of_party.give_back(&part.sender.party, part.held(), now);
        *self.promised_like(part.promised) -= part.promised;
        self.settle(now);
    }

    /// Grants what the part lacks, or says where that will be told.
    pub(super) fn ask(&mut self, id: u64, bytes: usize, now: Instant) -> Option<oneshot::Receiver<()>> {
        let part = self.parts.get(&id)?;
        let step = bytes.next_multiple_of(STEP_BYTES).min(part.most).saturating_sub(part.held());
        if step == 0 || self.grant(id, step, now) {
            return None;
        }
        let (granted, told) = oneshot::channel();
        let part = self.parts.get_mut(&id)?;
        part.waiting = Some(Waiting { since: now, step, granted });
        // Now it waits for us, and not we for its client.
        self.usage_of_address.give_back(&part.sender.address, part.held(), now);
        self.usage_of_party.give_back(&part.sender.party, part.held(), now);
        self.settle(now);
        Some(told)
    }

    pub(super) fn wait_no_more(&mut self, id: u64, now: Instant) {
        let Some(part) = self.parts.get_mut(&id) else { return };
        if part.waiting.take().is_some() {
            self.usage_of_address.take(&part.sender.address, part.held(), now);
            self.usage_of_party.take(&part.sender.party, part.held(), now);
        }
    }

    /// Grants what can be granted to those that wait, and promises the reserve to the first of the others.
    fn settle(&mut self, now: Instant) {
        let mut waiting: Vec<_> =
            self.parts.iter().filter_map(|(id, part)| Some((part.turn(self, now)?, *id))).collect();
        waiting.sort_unstable();
        // Nobody takes what lies ready for one who goes before him and needs more than that.
        let mut is_passed_over = false;
        waiting.retain(|(_, id)| {
            let is_granted = !is_passed_over && self.grant_to_waiting(*id, now);
            is_passed_over |= !is_granted && self.waits_for(*id) == Some(WaitsFor::Anyone);
            !is_granted
        });
        for (_, id) in waiting {
            if self.promise(id) {
                self.grant_to_waiting(id, now);
            }
        }
    }

    /// Promises a part all that it may need, if the reserve has it. One large part has it always.
    fn promise(&mut self, id: u64) -> bool {
        let Some(part) = self.parts.get(&id) else { return false };
        let needed = part.most.saturating_sub(part.of_common);
        let for_small = self.reserve / 3;
        let room = if self.is_small(needed) { for_small } else { self.reserve - for_small };
        let promised = self.promised_like(needed);
        let fits = *promised + needed <= room || (*promised == 0 && needed > 0);
        if fits {
            *promised += needed;
            if let Some(part) = self.parts.get_mut(&id) {
                part.promised = needed;
            }
        }
        fits
    }

    fn is_small(&self, needed: usize) -> bool {
        needed <= self.reserve / SMALL
    }

    fn promised_like(&mut self, needed: usize) -> &mut usize {
        if self.is_small(needed) { &mut self.promised_to_small } else { &mut self.promised_to_large }
    }

    /// Grants a waiting part its step, if it can be.
    fn grant_to_waiting(&mut self, id: u64, now: Instant) -> bool {
        let step = self.parts.get(&id).and_then(|part| Some(part.waiting.as_ref()?.step));
        let Some(step) = step.filter(|step| self.grant(id, *step, now)) else { return false };
        let Some(part) = self.parts.get_mut(&id) else { return false };
        let held_before = part.held() - step;
        self.usage_of_address.take(&part.sender.address, held_before, now);
        self.usage_of_party.take(&part.sender.party, held_before, now);
        // One that has given up in this moment gives back all that it holds.
        part.waiting.take().is_some_and(|waiting| waiting.granted.send(()).is_ok())
    }

    fn grant(&mut self, id: u64, step: usize, now: Instant) -> bool {
        let is_promised = self.parts.get(&id).is_some_and(|part| part.promised > 0);
        if !is_promised && self.obstacle(id, step).is_some() {
            return false;
        }
        let Some(part) = self.parts.get_mut(&id) else { return false };
        let Sender { address, party } = &part.sender;
        if is_promised {
            part.of_reserve += step;
        } else {
            part.of_common += step;
            self.taken += step;
            *self.by_address.entry(*address).or_default() += step;
            *self.by_party.entry(party.clone()).or_default() += step;
        }
        self.usage_of_address.take(address, step, now);
        self.usage_of_party.take(party, step, now);
        true
    }

    fn waits_for(&self, id: u64) -> Option<WaitsFor> {
        self.obstacle(id, self.parts.get(&id)?.waiting.as_ref()?.step)
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
        self.parts.values().map(Part::held).sum()
    }
}

impl Part {
    fn held(&self) -> usize {
        self.of_common + self.of_reserve
    }

    /// What says who goes first of those that wait; `None` of those that do not.
    fn turn(&self, accounts: &Accounts, now: Instant) -> Option<(u64, u64, Reverse<Instant>)> {
        let since = self.waiting.as_ref()?.since;
        let Sender { address, party } = &self.sender;
        let (of_address, of_party) =
            (accounts.usage_of_address.of(address, now), accounts.usage_of_party.of(party, now));
        Some((of_address / LITTLE_BYTE_SECONDS, of_party / LITTLE_BYTE_SECONDS, Reverse(since)))
    }
}

fn give_back<Key: Eq + std::hash::Hash>(taken: &mut HashMap<Key, usize>, key: &Key, bytes: usize) {
    if let Some(left) = taken.get_mut(key) {
        *left -= bytes;
        if *left == 0 {
            taken.remove(key);
        }
    }
}

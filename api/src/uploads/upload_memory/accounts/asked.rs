//! What is asked of those who have memory that others wait for.

use std::time::Duration;

use tokio::time::Instant;

use super::{Accounts, WaitsFor};
use crate::{http::LeastRate, uploads::pace::KEEPS_UP_BYTES_PER_SECOND};

/// What those must keep who stand in the way of others.
const LEAST_RATE: LeastRate = LeastRate { start: Duration::from_secs(2), bytes_per_second: KEEPS_UP_BYTES_PER_SECOND };
/// It doubles each time that others, from elsewhere, who had less memory lately, have waited so long in vain, but not more
/// often than that.
const DOUBLES_EVERY: Duration = Duration::from_secs(4);
const MOST_DOUBLINGS: u32 = 3;

/// What a client must do to keep what it holds.
#[derive(Debug, Clone, Copy)]
pub(in crate::uploads::upload_memory) struct Asked {
    pub(in crate::uploads::upload_memory) least: LeastRate,
    /// Not to stop sending: less is given back than those who go before it wait for.
    pub(in crate::uploads::upload_memory) no_stop: bool,
}

impl Accounts {
    /// The highest rate that is ever asked.
    pub(in crate::uploads::upload_memory) const MOST_ASKED: LeastRate =
        LeastRate { bytes_per_second: LEAST_RATE.bytes_per_second << MOST_DOUBLINGS, ..LEAST_RATE };

    /// What is asked of a part's client, if others wait for what it holds.
    pub(in crate::uploads::upload_memory) fn asked(&self, id: u64, now: Instant) -> Option<Asked> {
        let own = &self.parts.get(&id)?.sender;
        let own_usage = self.usage_of_address.of(&own.address, now);
        let (mut doubled, mut wanted, mut promised) = (None, 0, 0);
        for (other, part) in &self.parts {
            if part.gives_way {
                promised += part.held();
            }
            let Some(waiting) = part.waiting.as_ref().filter(|_| *other != id) else { continue };
            let waits_for_this = match self.waits_for(*other) {
                Some(WaitsFor::Party) => part.sender.party == own.party,
                Some(WaitsFor::Address) => part.sender.address == own.address,
                Some(WaitsFor::Anyone) => true,
                None => false,
            };
            if !waits_for_this {
                continue;
            }
            // Nobody asks more of others by waiting at the same address, nor of those who had less than he.
            let address = part.sender.address;
            let is_first = address != own.address && self.usage_of_address.of(&address, now) < own_usage;
            let in_vain = if is_first { now.duration_since(waiting.since) } else { Duration::ZERO };
            doubled = doubled.max(Some(doublings(in_vain)));
            wanted += if is_first { waiting.step } else { 0 };
        }
        let bytes_per_second = LEAST_RATE.bytes_per_second << doubled?;
        Some(Asked { least: LeastRate { bytes_per_second, ..LEAST_RATE }, no_stop: wanted > promised })
    }

    /// What it holds is soon given back.
    pub(in crate::uploads::upload_memory) fn expect_back(&mut self, id: u64) {
        if let Some(part) = self.parts.get_mut(&id) {
            part.gives_way = true;
        }
    }
}

fn doublings(waited: Duration) -> u32 {
    let times = waited.as_secs() / DOUBLES_EVERY.as_secs();
    u32::try_from(times).unwrap_or(MOST_DOUBLINGS).min(MOST_DOUBLINGS)
}

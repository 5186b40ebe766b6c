//! How many uploads an owner and an address may send in a minute, and at once.
//!
//! What is counted is what costs: an upload of which nothing was stored gives back what it took. Trying itself has a limit
//! of its own, much higher. People behind one address share it, so it must not be one stranger's: those without a cookie
//! have half of the address at most, all of them together. Cookies cost nothing, so one who makes many can take the rest
//! from others who have only that; but owners whose pictures were taken from this address before, the first of them
//! [`regulars::AT_AN_ADDRESS`], have a little that is theirs alone.

use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use super::{
    places::{Place, Places},
    regulars::Regulars,
    sender::{Party, Sender},
};
use crate::{
    error::{Error, TooOften},
    http::{ClientAddress, RateLimit},
};

/// People behind one address share it: a household, an office, a mobile network.
const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(10).expect("10 is not 0");
const PER_STRANGERS: NonZeroU32 = NonZeroU32::new(5).expect("5 is not 0");
/// What a regular has where the address has nothing left, as a part of what an owner has.
const SHARE_OF_REGULAR: u32 = 10;
/// How often it may be tried, for each upload that may be stored.
const TRIES: NonZeroU32 = NonZeroU32::new(10).expect("10 is not 0");

#[derive(Debug)]
pub(super) struct Admission {
    /// None: no limit.
    per_minute: Option<NonZeroU32>,
    tries: RateLimit<Counted>,
    uploads: RateLimit<Counted>,
    places: Places,
    regulars: Regulars,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Counted {
    Party(Party),
    Address(ClientAddress),
    /// A regular beyond what his address has.
    Regular(Party),
}

type Allowances = [(Counted, NonZeroU32); 2];

/// An upload that was let in. Where nothing of it was stored, it gives back what it took of the limits.
#[derive(Debug)]
pub(super) struct Admitted {
    admission: Arc<Admission>,
    pub(super) sender: Sender,
    counted: Option<Allowances>,
    is_stored: AtomicBool,
    _place: Place,
}

impl Admission {
    pub(super) fn new(per_minute: Option<NonZeroU32>) -> Arc<Self> {
        Arc::new(Self {
            per_minute,
            tries: RateLimit::new(),
            uploads: RateLimit::new(),
            places: Places::new(),
            regulars: Regulars::new(),
        })
    }

    /// Lets one more upload in.
    pub(super) fn admit(self: &Arc<Self>, sender: Sender) -> Result<Admitted, Error> {
        let now = Instant::now();
        let is_regular = self.regulars.are(&sender, now);
        let counted = self.count(&sender, is_regular, now).map_err(Error::TooManyUploads)?;
        // From here on, what was counted is given back where it ends.
        let place = self.places.take(&sender, is_regular).inspect_err(|_| self.give_back(counted.clone()))?;
        let is_stored = AtomicBool::new(false);
        Ok(Admitted { admission: self.clone(), sender, counted, is_stored, _place: place })
    }

    fn count(&self, sender: &Sender, is_regular: bool, now: Instant) -> Result<Option<Allowances>, TooOften> {
        let Some(per_minute) = self.per_minute else { return Ok(None) };
        count(&self.tries, sender, is_regular, per_minute.saturating_mul(TRIES), now)?;
        count(&self.uploads, sender, is_regular, per_minute, now).map(Some)
    }

    fn give_back(&self, counted: Option<Allowances>) {
        if let Some(counted) = counted {
            self.uploads.give_back(counted);
        }
    }
}

/// Takes from the allowances of a party and its address; a regular takes from his own where the address has none.
fn count(
    limit: &RateLimit<Counted>,
    sender: &Sender,
    is_regular: bool,
    per_minute: NonZeroU32,
    now: Instant,
) -> Result<Allowances, TooOften> {
    let of_party = match &sender.party {
        Party::Known(_) => per_minute,
        Party::StrangersAt(_) => per_minute.saturating_mul(PER_STRANGERS),
    };
    let party = (Counted::Party(sender.party.clone()), of_party);
    let address = (Counted::Address(sender.address), per_minute.saturating_mul(PER_ADDRESS));
    let shared = [party.clone(), address];
    match limit.admit(shared.clone(), now) {
        Ok(()) => Ok(shared),
        Err(_) if is_regular => {
            let least = NonZeroU32::new(per_minute.get() / SHARE_OF_REGULAR).unwrap_or(NonZeroU32::MIN);
            let own = [party, (Counted::Regular(sender.party.clone()), least)];
            limit.admit(own.clone(), now).map(|()| own)
        }
        Err(refused) => Err(refused),
    }
}

impl Admitted {
    /// From here on it counts, whatever becomes of it.
    pub(super) fn mark_stored(&self) {
        self.is_stored.store(true, Ordering::Relaxed);
    }

    /// Its picture was taken.
    pub(super) fn mark_taken(&self) {
        self.admission.regulars.add(&self.sender, Instant::now());
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        if !*self.is_stored.get_mut() {
            self.admission.give_back(self.counted.take());
        }
    }
}

#[cfg(test)]
mod tests;

//! The pictures that are read in a day: each costs the operator money, whoever sends it.
//!
//! The ledger counts for all tasks. A task takes several pictures of the day at once and gives them out by itself, so that
//! not every upload waits for a write on one item; those of an address are counted one by one.

use std::{
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use ledger::{AddressHash, Ledger};
use receipt::utc_day;
use tracing::warn;

use crate::{
    error::{Error, TooOften, chain},
    shared::Lifecycle,
};

/// How many a task takes at once, at most.
const BLOCK: u32 = 10;
/// What an address has where nothing else is said, as a part of all.
const SHARE_OF_ADDRESS: u32 = 10;

/// How many pictures are read in a day, in all and from one address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PicturesPerDay {
    all: NonZeroU32,
    of_address: u32,
}

#[derive(Debug)]
pub(super) struct DayPictures {
    limit: PicturesPerDay,
    ledger: Ledger,
    lifecycle: Lifecycle,
    block: Mutex<Block>,
}

/// Pictures that were taken from the ledger and are not given out yet.
#[derive(Debug, Default)]
struct Block {
    day: Date,
    left: u32,
}

/// A picture that may be read. Unless it is used, it is given back when it is dropped.
#[derive(Debug)]
struct Reserved {
    pictures: Arc<DayPictures>,
    day: Date,
    address: AddressHash,
    is_used: bool,
}

/// The pictures of one upload, counted as they come.
#[derive(Debug)]
pub(super) struct CountedPictures<'a> {
    /// None where there is no limit.
    day: Option<&'a Arc<DayPictures>>,
    address: &'a AddressHash,
    now: Timestamp,
    reserved: Vec<Reserved>,
}

impl<'a> CountedPictures<'a> {
    pub(super) fn new(day: Option<&'a Arc<DayPictures>>, address: &'a AddressHash, now: Timestamp) -> Self {
        Self { day, address, now, reserved: Vec::new() }
    }

    /// Counts so many in all, if the day has them.
    pub(super) async fn count_up_to(&mut self, number: u8) -> Result<(), Error> {
        while let Some(day) = self.day.filter(|_| self.reserved.len() < number.into()) {
            self.reserved.push(day.reserve(self.address.clone(), self.now).await?);
        }
        Ok(())
    }

    /// The upload was taken. Otherwise they are given back when they are dropped.
    pub(super) fn use_up(self) {
        self.reserved.into_iter().for_each(Reserved::use_up);
    }
}

impl PicturesPerDay {
    /// `None` without a limit, which 0 means. For an address 0 means a tenth.
    pub(crate) fn new(all: u32, of_address: u32) -> Option<Self> {
        let all = NonZeroU32::new(all)?;
        let of_address = if of_address == 0 { all.get().div_ceil(SHARE_OF_ADDRESS) } else { of_address };
        Some(Self { all, of_address })
    }
}

impl DayPictures {
    pub(super) fn new(limit: PicturesPerDay, ledger: Ledger, lifecycle: Lifecycle) -> Arc<Self> {
        let pictures = Arc::new(Self { limit, ledger, lifecycle, block: Mutex::default() });
        pictures.lifecycle.tasks.spawn(pictures.clone().return_at_the_end());
        pictures
    }

    /// A picture from this address, if there is one left.
    async fn reserve(self: &Arc<Self>, address: AddressHash, now: Timestamp) -> Result<Reserved, Error> {
        let day = utc_day(now);
        if !self.ledger.take_picture_of(&address, day, self.limit.of_address).await? {
            return Err(Error::DayBudgetUsedUp(until_tomorrow(now)));
        }
        // From here on, what was counted for the address is given back where there is none for all.
        let mut reserved = Reserved { pictures: self.clone(), day, address, is_used: false };
        if self.block().take(day) {
            return Ok(reserved);
        }
        let all = self.limit.all.get();
        let block = BLOCK.min(all.div_ceil(100));
        match self.ledger.take_pictures(day, block, all).await {
            Ok(more @ 1..) => {
                self.block().add(day, more - 1);
                Ok(reserved)
            }
            nothing => {
                reserved.is_used = true;
                reserved.return_address();
                nothing?;
                Err(Error::DayBudgetUsedUp(until_tomorrow(now)))
            }
        }
    }

    fn block(&self) -> MutexGuard<'_, Block> {
        // Nothing that could panic half-way runs under this lock.
        self.block.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn return_at_the_end(self: Arc<Self>) {
        self.lifecycle.stopping.cancelled().await;
        let Block { day, left } = std::mem::take(&mut *self.block());
        if left > 0
            && let Err(error) = self.ledger.return_pictures(day, left).await
        {
            warn!("{left} pictures of the day were not given back: {}", chain(&error));
        }
    }
}

impl Block {
    fn take(&mut self, day: Date) -> bool {
        let has_one = self.day == day && self.left > 0;
        if has_one {
            self.left -= 1;
        }
        has_one
    }

    /// What is left of another day is worth nothing.
    fn add(&mut self, day: Date, more: u32) {
        if self.day != day {
            *self = Self { day, left: 0 };
        }
        self.left += more;
    }
}

impl Reserved {
    fn use_up(mut self) {
        self.is_used = true;
    }

    fn return_address(&self) {
        let (ledger, address) = (self.pictures.ledger.clone(), self.address.clone());
        self.pictures.lifecycle.tasks.spawn(async move {
            if let Err(error) = ledger.return_picture_of(&address).await {
                warn!("a picture of an address was not given back: {}", chain(&error));
            }
        });
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if !self.is_used {
            self.pictures.block().add(self.day, 1);
            self.return_address();
        }
    }
}

fn until_tomorrow(now: Timestamp) -> TooOften {
    let midnight = (utc_day(now) + 1.day()).to_zoned(TimeZone::UTC).map_or(now, |midnight| midnight.timestamp());
    TooOften(Duration::from_secs(midnight.duration_since(now).as_secs().unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_ends_at_midnight_by_utc() {
        let wait = |at: &str| until_tomorrow(at.parse().unwrap()).retry_after_seconds();
        assert_eq!(wait("2026-03-14T23:59:50Z"), 11);
        assert_eq!(wait("2026-03-14T00:00:00Z"), 86_401);
    }

    #[test]
    fn a_block_is_of_one_day() {
        let (today, tomorrow) = (jiff::civil::date(2026, 3, 14), jiff::civil::date(2026, 3, 15));
        let mut block = Block::default();
        block.add(today, 2);
        assert!(block.take(today));
        assert!(!block.take(tomorrow));
        block.add(tomorrow, 1);
        assert!(block.take(tomorrow));
        assert!(!block.take(tomorrow) && !block.take(today));
    }

    #[test]
    fn an_address_has_a_tenth_if_nothing_else_is_said() {
        let of_address = |all, of_address| PicturesPerDay::new(all, of_address).map(|limit| limit.of_address);
        assert_eq!(of_address(0, 5), None);
        assert_eq!(of_address(5000, 0), Some(500));
        assert_eq!(of_address(3, 0), Some(1));
        assert_eq!(of_address(5000, 40), Some(40));
    }
}

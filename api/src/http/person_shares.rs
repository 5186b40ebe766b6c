//! Places of which neither one owner nor one address has more than its share: cookies are free, and an address has many people.

use receipt::OwnerId;

use super::{
    client_address::ClientAddress,
    shares::{NoPlace, Place, Shares},
};

#[derive(Debug)]
pub(crate) struct PersonShares {
    by_owner: Shares<OwnerId>,
    by_address: Shares<ClientAddress>,
}

/// A place, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct PersonPlace {
    _of_owner: Place<OwnerId>,
    _of_address: Place<ClientAddress>,
}

impl PersonShares {
    pub(crate) fn new(all: usize, for_each_owner: usize, for_each_address: usize) -> Self {
        Self { by_owner: Shares::new(all, for_each_owner), by_address: Shares::new(all, for_each_address) }
    }

    pub(crate) fn take(&self, owner: &OwnerId, address: ClientAddress) -> Result<PersonPlace, NoPlace> {
        let of_owner = self.by_owner.take(owner.clone(), 1)?;
        let of_address = self.by_address.take(address, 1)?;
        Ok(PersonPlace { _of_owner: of_owner, _of_address: of_address })
    }

    /// How many places are taken, and how many there are.
    pub(crate) fn places(&self) -> Shares<ClientAddress> {
        self.by_address.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn neither_many_cookies_nor_many_addresses_get_more_than_a_share() {
        let shares = PersonShares::new(10, 2, 3);
        let address = |last: u8| ClientAddress(IpAddr::from([192, 0, 2, last]));
        let owner = OwnerId::random();
        let _taken = [shares.take(&owner, address(1)).unwrap(), shares.take(&owner, address(2)).unwrap()];
        assert_eq!(shares.take(&owner, address(3)).unwrap_err(), NoPlace::ShareTaken);
        let _others: Vec<_> = (0..2).map(|_| shares.take(&OwnerId::random(), address(1)).unwrap()).collect();
        assert_eq!(shares.take(&OwnerId::random(), address(1)).unwrap_err(), NoPlace::ShareTaken);
        assert_eq!(shares.places().taken(), 4, "who was refused has taken nothing");
        assert!(shares.take(&OwnerId::random(), address(3)).is_ok());
    }
}

//! Tickets: each allows its bearer to watch one image, once, for a short time.
//!
//! Keys: a ticket is `pk = ticket#HASH, sk = ticket`. Its attributes for image and holder have other names, since an
//! item with `owner` and `image_id` would be in the owner's list.

use std::{collections::HashMap, fmt};

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::delete_item::DeleteItemError,
    types::{AttributeValue, ReturnValue},
};
use jiff::Timestamp;
use receipt::{ImageId, OwnerId, hex};
use serde::Deserialize;

use crate::{
    Error, Ledger,
    item::{Item, from_item, text},
};

/// The SHA-256 of a ticket: the table never has the ticket itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TicketHash([u8; 32]);

#[derive(Debug, Deserialize)]
struct TicketItem {
    holder: OwnerId,
}

impl Ledger {
    /// Records a ticket of `owner` for `image`, valid until `expires` (in whole seconds).
    pub async fn issue_ticket(
        &self,
        hash: TicketHash,
        image: ImageId,
        owner: &OwnerId,
        expires: Timestamp,
    ) -> Result<(), Error> {
        let mut item = ticket_key(hash);
        item.extend([
            ("image".to_owned(), text(&image)),
            ("holder".to_owned(), text(owner)),
            ("expires_at".to_owned(), seconds(expires)),
        ]);
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item)).send().await;
        put.map(drop).map_err(Error::unavailable("issue a ticket"))
    }

    /// Redeems a ticket: its holder, if the ticket exists, is for `image` and still valid at `now`. Of any number of
    /// concurrent calls one gets it. If its answer is lost, the ticket is lost, too, and the client needs a new one.
    pub async fn spend_ticket(
        &self,
        hash: TicketHash,
        image: ImageId,
        now: Timestamp,
    ) -> Result<Option<OwnerId>, Error> {
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(ticket_key(hash)))
            .condition_expression("image = :image AND expires_at > :now")
            .expression_attribute_values(":image", text(&image))
            .expression_attribute_values(":now", seconds(now))
            .return_values(ReturnValue::AllOld)
            .send()
            .await;
        match deleted.map_err(SdkError::into_service_error) {
            Ok(deleted) => {
                let ticket = deleted.attributes.map(from_item::<TicketItem>).transpose()?;
                Ok(ticket.map(|ticket| ticket.holder))
            }
            Err(DeleteItemError::ConditionalCheckFailedException(_)) => Ok(None),
            Err(error) => Err(Error::Unavailable { operation: "spend a ticket", source: error.into() }),
        }
    }
}

impl From<[u8; 32]> for TicketHash {
    fn from(hash: [u8; 32]) -> Self {
        Self(hash)
    }
}

impl fmt::Debug for TicketHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TicketHash(…)")
    }
}

fn ticket_key(TicketHash(hash): TicketHash) -> Item {
    let partition = format!("ticket#{}", hex(&hash));
    HashMap::from([("pk".to_owned(), text(&partition)), ("sk".to_owned(), text(&"ticket"))])
}

fn seconds(at: Timestamp) -> AttributeValue {
    AttributeValue::N(at.as_second().to_string())
}

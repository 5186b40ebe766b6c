//! Transactions of two writes: both are made or neither.

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{CancellationReason, TransactWriteItem},
};

use crate::{Error, Ledger, acceptance::is_refused};

/// How often a transaction that conflicts with another is sent.
const TRIES: u32 = 4;

/// The result of two writes. A refused one has the item in the table, if the request asked for it.
pub(crate) enum Both {
    Written,
    Refused { first: Option<CancellationReason>, second: Option<CancellationReason> },
}

impl Ledger {
    /// Two writes, both or neither.
    pub(crate) async fn write_both(
        &self,
        writes: [TransactWriteItem; 2],
        operation: &'static str,
    ) -> Result<Both, Error> {
        let mut tries = 0;
        loop {
            let send = self.client.transact_write_items().set_transact_items(Some(writes.to_vec()));
            let Err(error) = send.send().await.map_err(SdkError::into_service_error) else { return Ok(Both::Written) };
            let reasons = match &error {
                TransactWriteItemsError::TransactionCanceledException(canceled) => canceled.cancellation_reasons(),
                _ => &[],
            };
            let refused = |index: usize| reasons.get(index).filter(|reason| is_refused(reason)).cloned();
            let (first, second) = (refused(0), refused(1));
            if first.is_some() || second.is_some() {
                return Ok(Both::Refused { first, second });
            }
            // A conflict with a concurrent write, which the SDK does not retry.
            tries += 1;
            let in_conflict = reasons.iter().any(|reason| reason.code.as_deref() == Some("TransactionConflict"));
            if !in_conflict || tries == TRIES {
                return Err(Error::Unavailable { operation, source: error.into() });
            }
        }
    }
}

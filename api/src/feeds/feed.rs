//! The frames of one image, as a feed sends them: the state as it is now, then each newer one.

use std::sync::Arc;

use receipt::{ImageId, OwnerId};
use tokio::sync::broadcast::error::RecvError;

use super::state::FeedsState;
use crate::{
    error::Error,
    hub::Watch,
    shared::{Frame, find_owned},
};

/// Frames of one image, each newer than the one before.
pub(super) struct Feed {
    state: Arc<FeedsState>,
    owner: OwnerId,
    id: ImageId,
    watch: Watch,
    /// What [`Feed::next`] returns first.
    first: Option<Frame>,
    sent: u64,
}

impl Feed {
    /// Subscribes, then reads the ledger, so that no frame is missed in between. Versions up to `seen` are not sent again.
    pub(super) async fn open(state: Arc<FeedsState>, owner: OwnerId, id: ImageId, seen: u64) -> Result<Self, Error> {
        let watch = state.hub.watch(id).await?;
        let first: Frame = find_owned(&state.ledger, &owner, id).await?.into();
        let sent = seen.min(first.version);
        Ok(Self { state, owner, id, watch, first: Some(first), sent })
    }

    /// The watcher has seen the last state already.
    pub(super) fn is_over(&self) -> bool {
        self.first.as_ref().is_some_and(|first| first.is_last && first.version <= self.sent)
    }

    /// The next newer frame. Cancel safe. An error means that the ledger could not be asked or has no such image any more.
    pub(super) async fn next(&mut self) -> Result<Frame, Error> {
        loop {
            let frame = match self.first.take() {
                Some(frame) => frame,
                None => match self.watch.frames.recv().await {
                    Ok(frame) => frame,
                    // Only older frames were lost: those that are kept come next.
                    Err(RecvError::Lagged(_)) => continue,
                    // The image has ended or is gone: the ledger has which.
                    Err(RecvError::Closed) => {
                        let frame: Frame = Box::pin(find_owned(&self.state.ledger, &self.owner, self.id)).await?.into();
                        if frame.version <= self.sent {
                            return Err(Error::Busy);
                        }
                        frame
                    }
                },
            };
            if frame.version > self.sent {
                self.sent = frame.version;
                return Ok(frame);
            }
        }
    }
}

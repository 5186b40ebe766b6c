//! The hub as the rooms see it.

use std::sync::Arc;

use ledger::Ledger;
use receipt::{ImageId, ImageStatus};

use super::{
    image_channels::{ImageChannels, Watch},
    relay::StatusRelay,
    relay_url::RelayUrl,
    watched_images::WatchedImages,
};
use crate::{error::Error, identity::SessionKeys, shared::Lifecycle};

#[derive(Debug, Clone)]
pub(crate) struct StatusHub {
    channels: Arc<ImageChannels>,
    /// To the other tasks, where there are any.
    relay: Option<Arc<StatusRelay>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RelayState {
    /// None is configured.
    Off,
    Connected,
    Down,
}

impl StatusHub {
    /// Runs until the service stops. With a relay, its connection is kept in the background.
    pub(crate) fn start(
        ledger: Ledger,
        relay: Option<&RelayUrl>,
        keys: &SessionKeys,
        lifecycle: &Lifecycle,
    ) -> anyhow::Result<Self> {
        let Some(url) = relay else {
            return Ok(Self { channels: ImageChannels::new(ledger, None, lifecycle.tasks.clone()), relay: None });
        };
        let watched = Arc::new(WatchedImages::default());
        let (relay, task) = StatusRelay::new(url, keys, watched.clone())?;
        let channels = ImageChannels::new(ledger, Some(watched), lifecycle.tasks.clone());
        lifecycle.tasks.spawn(task.keep(channels.clone(), lifecycle.stopping.clone()));
        Ok(Self { channels, relay: Some(relay) })
    }

    /// Subscribes to an image, and waits, for 50 ms at most, until the relay delivers statuses from other tasks. A caller that
    /// then reads the ledger misses nothing: what comes after is pushed.
    pub(crate) async fn watch(&self, image_id: ImageId) -> Result<Watch, Error> {
        let watch = self.channels.watch(image_id).map_err(|_| Error::Busy)?;
        if let Some(relay) = &self.relay {
            relay.caught_up().await;
        }
        Ok(watch)
    }

    /// Passes a status of the topic to the feeds here and, by the relay, on other tasks. Never waits.
    pub(crate) fn publish(&self, status: ImageStatus) {
        self.channels.post(status.clone());
        if let Some(relay) = &self.relay {
            relay.publish(status);
        }
    }

    /// Re-reads an image now, if it is watched here: the ledger has changed.
    pub(crate) fn reread(&self, image_id: ImageId) {
        self.channels.reread(image_id);
    }

    pub(crate) fn relay_state(&self) -> RelayState {
        match &self.relay {
            None => RelayState::Off,
            Some(relay) if relay.is_connected() => RelayState::Connected,
            Some(_) => RelayState::Down,
        }
    }
}

//! What the routes of this room need.

use std::sync::Arc;

use aws_config::SdkConfig;
use tokio::sync::watch;

use super::{
    certificates::Certificates,
    subscription::{self, Subscription},
};
use crate::{http::BaseUrl, hub::StatusHub, shared::Lifecycle};

#[derive(Debug)]
pub(crate) struct StatusesState {
    pub(super) hub: StatusHub,
    pub(super) certificates: Certificates,
    pub(super) subscription: Arc<Subscription>,
}

impl StatusesState {
    pub(crate) fn new(
        aws: &SdkConfig,
        topic_arn: &str,
        hub: StatusHub,
        lifecycle: &Lifecycle,
    ) -> anyhow::Result<Arc<Self>> {
        let certificates = Certificates::new(aws, topic_arn, lifecycle.tasks.clone())?;
        let subscription = Arc::new(Subscription::new(aws, topic_arn));
        Ok(Arc::new(Self { hub, certificates, subscription }))
    }

    /// Whether SNS has confirmed that it posts statuses to us.
    pub(crate) fn is_confirmed(&self) -> watch::Receiver<bool> {
        self.subscription.is_confirmed()
    }

    /// Subscribes to the topic, and keeps the subscription until the service stops. SNS posts to `url`.
    pub(crate) fn keep_subscribed(&self, url: BaseUrl, lifecycle: &Lifecycle) {
        lifecycle.spawn_until_stopped(subscription::keep(self.subscription.clone(), url));
    }
}

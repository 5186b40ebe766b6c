//! How many uploads a person and an address may begin.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::header,
    middleware::Next,
    response::Response,
};
use futures_util::StreamExt;
use receipt::OwnerId;

use crate::{
    Config, Error,
    app::App,
    client_address::ProxyHops,
    incoming_picture::MAX_IMAGE_BYTES,
    rate_limit::{RateLimit, TooOften},
    session::Owner,
};

/// People behind one address share it: a household, an office, a mobile network.
const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(10).expect("10 is not 0");
/// How long a refused sender may go on sending before it is cut off.
const DRAIN_WITHIN: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(crate) struct UploadLimits {
    /// None: no limit.
    per_minute: Option<NonZeroU32>,
    hops: ProxyHops,
    limit: RateLimit<Who>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Owner(OwnerId),
    Address(IpAddr),
}

/// Middleware before an upload: answers 429 before anything of the body is read.
pub(crate) async fn limit(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Owner(owner): Owner,
    request: Request,
    next: Next,
) -> Result<Response, Error> {
    let address = app.upload_limits.hops.client(request.headers(), peer);
    match app.upload_limits.admit(owner, address, Instant::now()) {
        Ok(()) => Ok(next.run(request).await),
        Err(refused) => {
            // A client that waits to be asked for the body sends none.
            if !request.headers().contains_key(header::EXPECT) {
                let stopping = app.stopping.clone();
                app.tasks.spawn(async move { stopping.run_until_cancelled(drain(request)).await });
            }
            Err(Error::TooManyUploads(refused))
        }
    }
}

/// Reads on for a while after the answer: a browser that is still sending hears a reset sooner than the answer.
async fn drain(request: Request) {
    let mut body = request.into_body().into_data_stream();
    let mut left = 2 * MAX_IMAGE_BYTES;
    let reading = async {
        while let Some(Ok(chunk)) = body.next().await {
            left = left.saturating_sub(chunk.len());
            if left == 0 {
                return;
            }
        }
    };
    // In time or not: the body is dropped.
    let _ = tokio::time::timeout(DRAIN_WITHIN, reading).await;
}

impl UploadLimits {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            per_minute: NonZeroU32::new(config.uploads_per_minute),
            hops: ProxyHops(config.trusted_proxy_hops),
            limit: RateLimit::new(),
        }
    }

    fn admit(&self, owner: OwnerId, address: IpAddr, now: Instant) -> Result<(), TooOften> {
        let Some(per_minute) = self.per_minute else { return Ok(()) };
        let address_per_minute = per_minute.saturating_mul(PER_ADDRESS);
        self.limit.admit([(Who::Owner(owner), per_minute), (Who::Address(address), address_per_minute)], now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(per_minute: u32) -> UploadLimits {
        UploadLimits { per_minute: NonZeroU32::new(per_minute), hops: ProxyHops(0), limit: RateLimit::new() }
    }

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn a_person_has_so_many_and_others_at_the_same_address_too() {
        let (limits, owner, now) = (limits(30), OwnerId::random(), Instant::now());
        assert_eq!((0..40).filter(|_| limits.admit(owner.clone(), HERE, now).is_ok()).count(), 30);
        assert_eq!(limits.admit(OwnerId::random(), HERE, now), Ok(()));
    }

    #[test]
    fn an_address_has_ten_times_as_much_however_many_people_it_claims_to_be() {
        let (limits, now) = (limits(3), Instant::now());
        assert_eq!((0..100).filter(|_| limits.admit(OwnerId::random(), HERE, now).is_ok()).count(), 30);
    }

    #[test]
    fn nought_is_no_limit() {
        let (limits, owner) = (limits(0), OwnerId::random());
        assert!((0..1000).all(|_| limits.admit(owner.clone(), HERE, Instant::now()).is_ok()));
    }
}

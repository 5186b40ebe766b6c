//! How many uploads a person and an address may begin. Each task counts for itself.
//!
//! A bucket of tokens in the form of one instant (GCRA): when it would be full again. A full bucket is no entry at all, so
//! entries go by themselves, in sweeps that come the more rarely the more there are.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
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

use crate::{Config, Error, app::App, client_address::ProxyHops, incoming_picture::MAX_IMAGE_BYTES, session::Owner};

/// People behind one address share it: a household, an office, a mobile network.
const PER_ADDRESS: u32 = 10;
const MINUTE: Duration = Duration::from_mins(1);
/// So many are remembered at most. Who is new while all places are taken is let through.
const MAX_ENTRIES: usize = 50_000;
const FIRST_SWEEP: usize = 1024;
const FULL_SWEEP_EVERY: Duration = Duration::from_secs(1);
/// How long a refused sender may go on sending before it is cut off.
const DRAIN_WITHIN: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(crate) struct UploadLimits {
    per_minute: u32,
    hops: ProxyHops,
    buckets: Mutex<Buckets>,
}

#[derive(Debug)]
struct Buckets {
    /// When each one's bucket is full again.
    full_at: HashMap<Who, Instant>,
    /// Swept when there are so many.
    sweep_at: usize,
    swept: Instant,
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
        Err(wait) => {
            // A client that waits to be asked for the body sends none.
            if !request.headers().contains_key(header::EXPECT) {
                let stopping = app.stopping.clone();
                app.tasks.spawn(async move { stopping.run_until_cancelled(drain(request)).await });
            }
            // Whole seconds, and then surely.
            Err(Error::TooManyUploads { retry_after_seconds: wait.as_secs() + 1 })
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
            per_minute: config.uploads_per_minute,
            hops: ProxyHops(config.trusted_proxy_hops),
            buckets: Mutex::new(Buckets::new()),
        }
    }

    /// Takes a token from both buckets, or none and says after how long there will be one in each.
    fn admit(&self, owner: OwnerId, address: IpAddr, now: Instant) -> Result<(), Duration> {
        if self.per_minute == 0 {
            return Ok(());
        }
        // Nothing that could panic half-way runs under this lock.
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let both = [
            (Who::Owner(owner), MINUTE / self.per_minute),
            (Who::Address(address), MINUTE / self.per_minute.saturating_mul(PER_ADDRESS)),
        ];
        let both = both.map(|(who, token)| {
            let full_at = buckets.full_at.get(&who).map_or(now, |full_at| *full_at.max(&now));
            (who, full_at + token)
        });
        // A bucket that takes more than a minute to fill holds less than nothing.
        let wait = both.iter().map(|(_, full_at)| full_at.duration_since(now).saturating_sub(MINUTE)).max();
        if let Some(wait) = wait.filter(|wait| !wait.is_zero()) {
            return Err(wait);
        }
        buckets.sweep(now);
        for (who, full_at) in both {
            if buckets.full_at.len() < MAX_ENTRIES || buckets.full_at.contains_key(&who) {
                buckets.full_at.insert(who, full_at);
            }
        }
        Ok(())
    }
}

impl Buckets {
    fn new() -> Self {
        Self { full_at: HashMap::new(), sweep_at: FIRST_SWEEP, swept: Instant::now() }
    }

    /// Forgets the full ones, when there are twice as many entries as the last sweep left, or no place is left.
    fn sweep(&mut self, now: Instant) {
        let entries = self.full_at.len();
        if entries >= self.sweep_at || (entries >= MAX_ENTRIES && now.duration_since(self.swept) > FULL_SWEEP_EVERY) {
            self.full_at.retain(|_, full_at| *full_at > now);
            self.sweep_at = (2 * self.full_at.len()).max(FIRST_SWEEP);
            self.swept = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(per_minute: u32) -> UploadLimits {
        UploadLimits { per_minute, hops: ProxyHops(0), buckets: Mutex::new(Buckets::new()) }
    }

    fn entries(limits: &UploadLimits) -> usize {
        limits.buckets.lock().unwrap().full_at.len()
    }

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn a_person_has_a_burst_and_then_one_after_the_other() {
        let (limits, owner, now) = (limits(30), OwnerId::random(), Instant::now());
        for _ in 0..30 {
            assert_eq!(limits.admit(owner.clone(), HERE, now), Ok(()));
        }
        let wait = limits.admit(owner.clone(), HERE, now).unwrap_err();
        assert_eq!(wait, Duration::from_secs(2));
        assert_eq!(limits.admit(owner.clone(), HERE, now + wait), Ok(()));
        assert!(limits.admit(owner.clone(), HERE, now + wait).is_err());
        assert_eq!(limits.admit(OwnerId::random(), HERE, now), Ok(()), "somebody else at the same address");
        assert_eq!((0..40).filter(|_| limits.admit(owner.clone(), HERE, now + 2 * MINUTE).is_ok()).count(), 30);
    }

    #[test]
    fn an_address_has_ten_times_as_much_however_many_people_it_claims_to_be() {
        let (limits, now) = (limits(3), Instant::now());
        assert_eq!((0..100).filter(|_| limits.admit(OwnerId::random(), HERE, now).is_ok()).count(), 30);
        assert_eq!(entries(&limits), 31, "who was refused is not remembered");
    }

    #[test]
    fn nothing_is_remembered_for_long_and_never_too_much() {
        let (limits, now) = (limits(3), Instant::now());
        let address = |n: usize| IpAddr::from(u32::try_from(n).unwrap().to_be_bytes());
        for n in 0..MAX_ENTRIES {
            assert_eq!(limits.admit(OwnerId::random(), address(n), now), Ok(()));
        }
        assert_eq!(entries(&limits), MAX_ENTRIES);
        assert_eq!(limits.admit(OwnerId::random(), HERE, now + MINUTE), Ok(()));
        for n in 0..2 * MAX_ENTRIES {
            limits.admit(OwnerId::random(), address(n), now + 2 * MINUTE + Duration::from_millis(n as u64)).unwrap();
        }
        assert!(entries(&limits) <= MAX_ENTRIES);
    }

    #[test]
    fn nought_is_no_limit() {
        let (limits, owner) = (limits(0), OwnerId::random());
        assert!((0..1000).all(|_| limits.admit(owner.clone(), HERE, Instant::now()).is_ok()));
        assert_eq!(entries(&limits), 0);
    }
}

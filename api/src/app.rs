//! The service as a whole: its parts, its start and its end.

mod quotas;
mod routes;

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use anyhow::Context;
use aws_config::SdkConfig;
use ledger::Ledger;
use quotas::Quotas;
pub(crate) use routes::DESCRIPTION;
use routes::{Around, BODIES_COUNTED_BY_ROOMS, States};
use tokio::net::TcpListener;
use tracing::{info, warn};

use crate::{
    config::Config,
    feeds::FeedsState,
    http::{BaseUrl, Connections, ProxyHops, RequestBodies},
    hub::StatusHub,
    identity::{AddressHasher, Issuer, Sessions},
    receipts::ReceiptsState,
    recovery::Sweep,
    shared::{Bucket, Lifecycle, NewImageTopic},
    site::{PlacesInUse, SiteState},
    statuses::StatusesState,
    uploads::{PicturesPerDay, UploadsState},
};

/// How long uploads in flight and closing sockets may take after the signal to stop. ECS kills after 30 s by default.
pub(crate) const GRACE: Duration = Duration::from_secs(20);

/// Serves until `shutdown` resolves, then lets what is in flight finish, for a while.
pub async fn serve(
    listener: TcpListener,
    config: Config,
    aws: &SdkConfig,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let Lifecycle { stopping, tasks } = &Lifecycle::default();
    let connections = Connections::new(config.http.connections, ProxyHops(config.trusted_proxy_hops));
    let lifecycle = Lifecycle { stopping: stopping.clone(), tasks: tasks.clone() };
    let routes = start(&config, aws, &connections, &lifecycle)?;
    info!("listening on {}", listener.local_addr().context("read the listener's address")?);
    let stop = async {
        shutdown.await;
        info!("told to stop");
        stopping.cancel();
    };
    tokio::join!(stop, connections.serve(listener, routes, tasks, stopping));
    tasks.close();
    if tokio::time::timeout(GRACE, tasks.wait()).await.is_err() {
        warn!("some connections did not end within {GRACE:?}");
    }
    info!("stopped");
    Ok(())
}

/// Makes the state of each room, starts what runs beside the requests, and returns the routes.
fn start(
    config: &Config,
    aws: &SdkConfig,
    connections: &Connections,
    lifecycle: &Lifecycle,
) -> anyhow::Result<axum::Router> {
    let ledger = Ledger::new(aws_sdk_dynamodb::Client::new(aws), &config.table);
    let bucket = Bucket::new(aws, config.bucket.clone());
    let new_images = NewImageTopic::new(aws, config.topics.new_image.clone());
    let hub = StatusHub::start(ledger.clone(), config.relay_url(), &config.session_keys, lifecycle)?;
    let issuer = Issuer::of(config.oidc_issuer.as_ref(), config.oidc_audience.as_deref(), &lifecycle.tasks)?;
    let statuses = StatusesState::new(aws, &config.image_status_topic, hub.clone(), lifecycle)?;

    if let Some(url) = config.public_url() {
        statuses.keep_subscribed(url, lifecycle);
    } else {
        warn!("neither PUBLIC_BASE_URL nor COPILOT_LB_DNS is set: statuses will arrive late, by re-reading");
    }
    let sweep =
        Sweep { ledger: ledger.clone(), bucket: bucket.clone(), hub: hub.clone(), new_images: new_images.clone() };
    sweep.keep(lifecycle);
    if let Some(issuer) = issuer.clone() {
        lifecycle.tasks.spawn(async move { issuer.prepare().await });
    }

    let bodies = RequestBodies::new(config.http.bodies, BODIES_COUNTED_BY_ROOMS);
    let feeds = FeedsState::new(ledger.clone(), hub.clone(), config.sockets, lifecycle.clone());
    let places = PlacesInUse { connections: connections.places(), feeds: feeds.places(), body_bytes: bodies.memory() };

    let states = States {
        uploads: UploadsState::new(
            ledger.clone(),
            bucket.clone(),
            new_images,
            config.upload_memory_mib,
            (
                NonZeroU32::new(config.uploads_per_minute),
                PicturesPerDay::new(config.pictures_per_day, config.pictures_per_address_per_day),
            ),
            AddressHasher::new(&config.session_keys),
            lifecycle.clone(),
        ),
        receipts: ReceiptsState::new(ledger.clone(), bucket, hub.clone(), config.pictures, lifecycle),
        feeds,
        site: Arc::new(SiteState {
            description: &DESCRIPTION,
            stopping: lifecycle.stopping.clone(),
            is_subscribed: statuses.is_confirmed(),
            issuer: issuer.clone(),
            hub,
            places,
        }),
        statuses,
    };
    let is_https = config.public_base_url.as_ref().is_some_and(BaseUrl::is_https);
    let sessions = Arc::new(Sessions::new(config.session_keys.clone(), is_https, issuer));
    let around = Around {
        sessions,
        allowed_origins: config.allowed_origins.clone(),
        quotas: Quotas::new(config.http),
        bodies,
        is_https,
        web_root: config.web_root.clone(),
    };
    Ok(routes::routes(states, around))
}

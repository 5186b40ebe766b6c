//! The relay between the tasks of this service: SNS posts a status to one of them, its watchers may be on another.
//!
//! One connection to Redis or Valkey carries everything. A task subscribes to the channels of the images that are watched
//! on it, and publishes what SNS brings it. Nothing depends on the relay: what it loses, feeds get from the ledger.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use anyhow::Context;
use receipt::{ImageId, ImageStatus};
use redis::{
    AsyncConnectionConfig, Client, ConnectionAddr, IntoConnectionInfo, ProtocolVersion, PushInfo, PushKind, RedisError,
    Value, aio::MultiplexedConnection, io::tcp::TcpSettings,
};
use service::jittered;
use tokio::{
    sync::{Notify, mpsc, watch},
    time::{Instant, MissedTickBehavior},
};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::{
    image_channels::ImageChannels,
    relay_url::RelayUrl,
    status_signer::StatusSigner,
    watched_images::{Changes, WatchedImages},
};
use crate::{identity::SessionKeys, shared::LogThrottle};

/// Statuses that wait for the relay. More than that is dropped.
const OUTGOING: usize = 1024;
/// How many statuses are published at a time.
const BATCH: usize = 64;
/// How many channels one command names.
const CHANNELS_AT_ONCE: usize = 1000;
/// How long a feed waits for its subscription. That takes one round trip, far less than a read of the ledger.
const CAUGHT_UP_WITHIN: Duration = Duration::from_millis(50);
const CONNECTED_WITHIN: Duration = Duration::from_secs(3);
const ANSWERED_WITHIN: Duration = Duration::from_secs(2);
/// A connection that broke without notice is detected within this time.
const PING_EVERY: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// After a connection that lasted this long, pauses begin anew.
const STEADY: Duration = Duration::from_secs(30);

/// The relay as the hub sees it. Nothing here waits for it but [`StatusRelay::caught_up`].
#[derive(Debug)]
pub(super) struct StatusRelay {
    watched: Arc<WatchedImages>,
    outgoing: mpsc::Sender<ImageStatus>,
    link: watch::Sender<Link>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Link {
    connected: bool,
    /// Up to which of the changes of [`WatchedImages`] the relay has confirmed.
    confirmed: u64,
}

/// Keeps the connection, in the background.
pub(super) struct RelayTask {
    relay: Arc<StatusRelay>,
    client: Client,
    signer: StatusSigner,
    outgoing: mpsc::Receiver<ImageStatus>,
    /// Counts messages that are not our tasks'.
    ignored: Arc<LogThrottle>,
}

struct Connection {
    redis: MultiplexedConnection,
    lost: Arc<Notify>,
}

impl StatusRelay {
    /// Connects to nothing yet.
    pub(super) fn new(
        url: &RelayUrl,
        keys: &SessionKeys,
        watched: Arc<WatchedImages>,
    ) -> anyhow::Result<(Arc<Self>, RelayTask)> {
        let client = client(url).context("STATUS_RELAY_URL is no address of a Redis or Valkey")?;
        let (outgoing, receiver) = mpsc::channel(OUTGOING);
        let relay = Arc::new(Self { watched, outgoing, link: watch::Sender::default() });
        let (signer, ignored) = (StatusSigner::new(keys), Arc::default());
        let task = RelayTask { relay: relay.clone(), client, signer, outgoing: receiver, ignored };
        Ok((relay, task))
    }

    pub(super) fn is_connected(&self) -> bool {
        self.link.borrow().connected
    }

    /// Passes on a status of the topic. Never waits; a status that cannot be queued at once is dropped.
    pub(super) fn publish(&self, status: ImageStatus) {
        if self.is_connected() && self.outgoing.try_send(status).is_err() {
            debug!("the status relay is slow: a status was not passed on");
        }
    }

    /// Waits until this task is subscribed to everything that is watched now. Not for long, and not while the relay is down:
    /// what comes in between is then found by re-reading.
    pub(super) async fn caught_up(&self) {
        let changes = self.watched.changes();
        let mut link = self.link.subscribe();
        let caught_up = link.wait_for(|link| !link.connected || link.confirmed >= changes);
        let _ = tokio::time::timeout(CAUGHT_UP_WITHIN, caught_up).await;
    }
}

impl RelayTask {
    /// Keeps the connection until the service stops.
    pub(super) async fn keep(mut self, channels: Arc<ImageChannels>, stopping: CancellationToken) {
        // There is nothing to finish.
        let _ = stopping.run_until_cancelled(self.keep_for_ever(&channels)).await;
        self.relay.link.send_modify(|link| link.connected = false);
    }

    async fn keep_for_ever(&mut self, channels: &Arc<ImageChannels>) {
        let (mut pause, mut is_known_to_be_down) = (FIRST_PAUSE, false);
        loop {
            let error = match self.connect(channels).await {
                Ok(connection) => {
                    info!("connected to the status relay");
                    is_known_to_be_down = false;
                    let since = Instant::now();
                    // Statuses until now may have been missed.
                    channels.reread_all_soon();
                    let error = self.carry(connection).await;
                    self.relay.link.send_modify(|link| link.connected = false);
                    channels.reread_all_soon();
                    if since.elapsed() > STEADY {
                        pause = FIRST_PAUSE;
                    }
                    error
                }
                Err(error) => error,
            };
            if is_known_to_be_down {
                debug!("the status relay is still down: {error}");
            } else {
                warn!("the status relay is down, statuses arrive by re-reading: {error}");
                is_known_to_be_down = true;
            }
            tokio::time::sleep(jittered(pause)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Returns once this task is subscribed to everything that is watched on it.
    async fn connect(&self, channels: &Arc<ImageChannels>) -> Result<Connection, RedisError> {
        let lost = Arc::new(Notify::new());
        let on_push = {
            let (signer, channels, ignored, lost) =
                (self.signer.clone(), channels.clone(), self.ignored.clone(), lost.clone());
            move |push: PushInfo| {
                match push.kind {
                    PushKind::Message if accept(&signer, &channels, &push.data) => {}
                    PushKind::Message => {
                        ignored.add();
                        report(&ignored);
                    }
                    PushKind::Disconnection => lost.notify_one(),
                    _ => {}
                }
                Ok::<(), Infallible>(())
            }
        };
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECTED_WITHIN))
            .set_response_timeout(Some(ANSWERED_WITHIN))
            .set_push_sender(on_push);
        let mut redis = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        let everything = self.relay.watched.take_all();
        subscribe(&mut redis, &everything).await?;
        self.relay.link.send_replace(Link { connected: true, confirmed: everything.up_to });
        Ok(Connection { redis, lost })
    }

    /// Returns why the connection could not go on.
    async fn carry(&mut self, Connection { mut redis, lost }: Connection) -> RedisError {
        let mut ping = tokio::time::interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut statuses = Vec::with_capacity(BATCH);
        loop {
            let done = tokio::select! {
                () = lost.notified() => Err(io::Error::from(io::ErrorKind::ConnectionReset).into()),
                () = self.relay.watched.changed() => {
                    let changes = self.relay.watched.take_changes();
                    let subscribed = subscribe(&mut redis, &changes).await;
                    if subscribed.is_ok() {
                        self.relay.link.send_modify(|link| link.confirmed = changes.up_to);
                    }
                    subscribed
                }
                _ = self.outgoing.recv_many(&mut statuses, BATCH) => publish(&mut redis, &self.signer, &mut statuses).await,
                _ = ping.tick() => {
                    report(&self.ignored);
                    redis::cmd("PING").exec_async(&mut redis).await
                }
            };
            if let Err(error) = done {
                return error;
            }
        }
    }
}

fn client(url: &RelayUrl) -> Result<Client, RedisError> {
    let info = url.as_str().into_connection_info()?;
    if matches!(info.addr(), ConnectionAddr::Unix(_)) {
        return Err(io::Error::from(io::ErrorKind::Unsupported).into());
    }
    // RESP3 lets one connection publish and be subscribed.
    let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    Client::open(info.set_redis_settings(settings).set_tcp_settings(TcpSettings::default().set_nodelay(true)))
}

fn channel(image_id: ImageId) -> String {
    format!("receipts:status:{image_id}")
}

fn channels(images: &[ImageId]) -> Vec<String> {
    images.iter().copied().map(channel).collect()
}

async fn subscribe(redis: &mut MultiplexedConnection, changes: &Changes) -> Result<(), RedisError> {
    for images in changes.added.chunks(CHANNELS_AT_ONCE) {
        redis.subscribe(channels(images)).await?;
    }
    for images in changes.removed.chunks(CHANNELS_AT_ONCE) {
        redis.unsubscribe(channels(images)).await?;
    }
    Ok(())
}

async fn publish(
    redis: &mut MultiplexedConnection,
    signer: &StatusSigner,
    statuses: &mut Vec<ImageStatus>,
) -> Result<(), RedisError> {
    let mut pipeline = redis::pipe();
    for status in statuses.drain(..) {
        pipeline.cmd("PUBLISH").arg(channel(status.image_id)).arg(signer.sign(&status));
    }
    pipeline.exec_async(redis).await
}

/// Posts a status that another task published, or our own, which comes back and by its version is nothing new then.
/// False for a message that is neither.
fn accept(signer: &StatusSigner, channels: &ImageChannels, push: &[Value]) -> bool {
    let [Value::BulkString(name), Value::BulkString(message)] = push else { return false };
    match signer.verify(message) {
        Ok(status) if channel(status.image_id).as_bytes() == name => {
            channels.post(status);
            true
        }
        Ok(status) => {
            debug!(image.id = %status.image_id, "a status of {} came on another channel", status.image_id);
            false
        }
        Err(error) => {
            debug!("a message on the status relay was ignored: {error}");
            false
        }
    }
}

fn report(ignored: &LogThrottle) {
    if let Some(messages) = ignored.due(std::time::Instant::now()) {
        warn!(
            messages,
            "messages on the status relay were ignored, {messages} since the last such line: they are not our tasks'"
        );
    }
}

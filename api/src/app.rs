//! The service as a whole: its parts, its routes, its start and its end.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use aws_config::SdkConfig;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, header},
    middleware,
    routing::{get, post},
};
use ledger::Ledger;
use receipt::OwnerId;
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::{
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    trace::TraceLayer,
};
use tracing::{info, warn};

use crate::{
    Config, Error, SocketLimits,
    certificates::Certificates,
    connections, corrections, event_stream, feed, health,
    issuer::Issuer,
    openapi, origin, page,
    picture_store::PictureStore,
    rate_limit::RateLimit,
    receipts, reference,
    session::{self, Sessions},
    status_board::StatusBoard,
    status_relay::StatusRelay,
    subscription::{self, Subscription},
    sweep, ticket, upload,
    upload_limits::{self, UploadLimits},
    webhook,
};

/// How long uploads in flight and closing sockets may take after the signal to stop. ECS kills after 30 s by default.
pub(crate) const GRACE: Duration = Duration::from_secs(20);

/// What is logged of a request's id; ours have 36.
const MAX_REQUEST_ID_BYTES: usize = 64;

/// What the handlers share.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) ledger: Ledger,
    pub(crate) pictures: PictureStore,
    pub(crate) upload_limits: UploadLimits,
    pub(crate) ticket_limit: RateLimit<OwnerId>,
    pub(crate) correction_limit: RateLimit<OwnerId>,
    pub(crate) sns: aws_sdk_sns::Client,
    pub(crate) new_image_topic: String,
    pub(crate) image_status_topic: String,
    pub(crate) board: Arc<StatusBoard>,
    /// To the other tasks, where there are any.
    pub(crate) relay: Option<Arc<StatusRelay>>,
    pub(crate) certificates: Certificates,
    pub(crate) subscription: Subscription,
    /// Whose tokens are taken.
    pub(crate) issuer: Option<Arc<Issuer>>,
    /// Cancelled when the service is told to stop.
    pub(crate) stopping: CancellationToken,
    /// One permit for each open feed.
    pub(crate) sockets: Arc<Semaphore>,
    pub(crate) socket_limits: SocketLimits,
    /// Everything that must end before the service does.
    pub(crate) tasks: TaskTracker,
}

/// Serves until `shutdown` resolves, then lets what is in flight finish, for a while.
pub async fn serve(
    listener: TcpListener,
    config: Config,
    aws: &SdkConfig,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let stopping = CancellationToken::new();
    let tasks = TaskTracker::new();
    let ledger = Ledger::new(aws_sdk_dynamodb::Client::new(aws), &config.table);
    let relay = config.relay_url().map(|url| StatusRelay::new(url, &config.session_keys)).transpose()?;
    let (relay, relay_keeper) = relay.unzip();
    let board = StatusBoard::new(ledger.clone(), relay.clone(), tasks.clone());
    if let Some(keeper) = relay_keeper {
        tasks.spawn(keeper.keep(board.clone(), stopping.clone()));
    }
    let app = Arc::new(App {
        pictures: PictureStore::new(aws, &config),
        upload_limits: UploadLimits::new(&config),
        ticket_limit: RateLimit::new(),
        correction_limit: RateLimit::new(),
        sns: aws_sdk_sns::Client::new(aws),
        new_image_topic: config.topics.new_image.clone(),
        image_status_topic: config.image_status_topic.clone(),
        certificates: Certificates::new(aws, &config.image_status_topic)?,
        subscription: Subscription::default(),
        issuer: Issuer::of(&config, &tasks)?,
        sockets: Arc::new(Semaphore::new(config.sockets.most)),
        socket_limits: config.sockets,
        stopping: stopping.clone(),
        tasks: tasks.clone(),
        board,
        relay,
        ledger,
    });
    if let Some(url) = config.public_url() {
        tasks.spawn(subscription::keep(app.clone(), url));
    } else {
        warn!("neither PUBLIC_BASE_URL nor COPILOT_LB_DNS is set: statuses will arrive late, by re-reading");
    }
    tasks.spawn(sweep::keep(app.clone()));
    if let Some(issuer) = app.issuer.clone() {
        tasks.spawn(async move { issuer.prepare().await });
    }
    let routes = routes(app, &config);
    info!("listening on {}", listener.local_addr().context("read the listener's address")?);
    let stop = async {
        shutdown.await;
        info!("told to stop");
        stopping.cancel();
    };
    tokio::join!(stop, connections::serve(listener, routes, &tasks, &stopping));
    tasks.close();
    if tokio::time::timeout(GRACE, tasks.wait()).await.is_err() {
        warn!("some connections did not end within {GRACE:?}");
    }
    info!("stopped");
    Ok(())
}

fn routes(app: Arc<App>, config: &Config) -> Router {
    let sessions = Arc::new(Sessions::new(config, app.issuer.clone()));
    let limit = middleware::from_fn_with_state(app.clone(), upload_limits::limit);
    let identified = Router::new()
        .route("/upload", post(upload::upload).layer(DefaultBodyLimit::disable()).route_layer(limit))
        .route("/receipts", get(receipts::list))
        .route("/receipts/{id}", get(receipts::one).delete(receipts::remove).merge(corrections::route()))
        .route("/receipts/{id}/image", get(receipts::picture))
        .layer(middleware::from_fn_with_state(sessions.clone(), session::identify))
        .layer(middleware::from_fn_with_state(config.allowed_origins.clone(), origin::check))
        .with_state(app.clone());
    let watching = Router::new()
        .route("/imageStatus/{id}/ws", get(feed::web_socket))
        .route("/imageStatus/{id}/events", get(event_stream::events))
        .route("/imageStatus/{id}/ticket", post(ticket::issue))
        .layer(middleware::from_fn_with_state(sessions.clone(), session::recognise))
        .layer(middleware::from_fn_with_state(config.allowed_origins.clone(), origin::check))
        // A ticket stands in the address.
        .layer(SetResponseHeaderLayer::overriding(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        .with_state(app.clone());
    let anonymous = Router::new()
        .route("/imageStatus", post(webhook::receive))
        .route("/livez", get(health::live))
        .route("/readyz", get(health::ready))
        .route("/version", get(health::version))
        .route("/docs", get(reference::page))
        .route("/openapi.json", get(openapi::document))
        .route("/frame.schema.json", get(openapi::frame_schema))
        .with_state(app);
    let request_id = HeaderName::from_static("x-request-id");
    Router::new()
        .merge(identified)
        .merge(watching)
        .merge(anonymous)
        .method_not_allowed_fallback(async || Error::MethodNotAllowed)
        .fallback_service(page::files(&config.web_root, sessions))
        // Around all of it: a preflight's method is none that a route knows.
        .layer(origin::cors(&config.allowed_origins))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(PropagateRequestIdLayer::new(request_id.clone()))
        .layer(TraceLayer::new_for_http().make_span_with(|request: &axum::extract::Request| {
            let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
            // Who sends one of their own may send a long one.
            let id = id.get(..MAX_REQUEST_ID_BYTES).unwrap_or(id);
            tracing::info_span!("request", http.method = %request.method(), http.path = request.uri().path(), request.id = id)
        }))
        .layer(SetRequestIdLayer::new(request_id, MakeRequestUuid))
}

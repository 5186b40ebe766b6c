//! The HTTP connections: taken, each served in a task of its own, and ended in order.
//!
//! Not by `axum::serve`, which reads up to 400 KiB ahead on each connection and waits for a request's head without limit.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service as _;
use tracing::{debug, warn};

/// Further ones wait in the kernel's queue. A connection that has become a WebSocket does not count any more.
const MAX_CONNECTIONS: usize = 10_000;
/// How far a connection is read ahead of its handler, and the longest head of a request.
const READ_AHEAD_BYTES: usize = 16 * 1024;
/// How long a connection may stand idle, or take over a request's head: longer than the 120 s after which our load
/// balancer drops it, so that the balancer never sends a request on a connection that we are about to close.
pub(crate) const IDLE_WITHIN: Duration = Duration::from_secs(130);
/// How long a client may leave unread what was sent to it, also one that vanished without closing the connection.
#[cfg(target_os = "linux")]
const UNREAD_WITHIN: Duration = Duration::from_mins(1);
/// Before the next try where no connection can be taken, as every file is open.
const PAUSE: Duration = Duration::from_secs(1);

/// Takes connections until `stopping`; `tasks` ends when the last request is answered.
pub(crate) async fn serve(listener: TcpListener, routes: Router, tasks: &TaskTracker, stopping: &CancellationToken) {
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    while let Some(next) = stopping.run_until_cancelled(next(&listener, &permits)).await {
        match next {
            Ok((stream, peer, permit)) => {
                tasks.spawn(serve_one(stream, peer, routes.clone(), stopping.clone(), permit));
            }
            Err(error) if is_client_gone(&error) => {}
            Err(error) => {
                warn!("no connection can be taken: {error}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn next(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = permits.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, permit))
}

async fn serve_one(
    stream: TcpStream,
    peer: SocketAddr,
    routes: Router,
    stopping: CancellationToken,
    _permit: OwnedSemaphorePermit,
) {
    if let Err(error) = set_options(&stream) {
        debug!("a connection from {peer} is gone: {error}");
    }
    let answer = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        routes.clone().call(request)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(IDLE_WITHIN).max_buf_size(READ_AHEAD_BYTES);
    let mut connection = std::pin::pin!(http.serve_connection(TokioIo::new(stream), answer).with_upgrades());
    let served = tokio::select! {
        served = &mut connection => served,
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = served {
        debug!("a connection from {peer} broke: {error}");
    }
}

fn set_options(stream: &TcpStream) -> io::Result<()> {
    // A frame is small and must not wait for the acknowledgement of the one before.
    stream.set_nodelay(true)?;
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(stream).set_tcp_user_timeout(Some(UNREAD_WITHIN))?;
    Ok(())
}

/// The connection was gone before it was taken.
fn is_client_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

//! The connections on which only health checks are answered, where there is no place for more.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, body::Body, response::IntoResponse};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tower::Service as _;
use tracing::debug;

use super::{
    client_address::ClientAddress,
    connections::READ_AHEAD_BYTES,
    shares::{NoPlace, Place},
};
use crate::error::Error;

/// What is answered on the reserve, and in spite of an address's share.
const HEALTH_CHECKS: [&str; 2] = ["/livez", "/readyz"];
/// For the head, and for all, of a request on the reserve.
const RESERVED_HEAD_WITHIN: Duration = Duration::from_secs(2);
const RESERVED_WITHIN: Duration = Duration::from_secs(5);

/// Answers one request, which others must not be able to prevent for long.
pub(super) async fn serve_health_check(
    stream: TcpStream,
    peer: SocketAddr,
    routes: Router,
    _place: Place<ClientAddress>,
    why: NoPlace,
) {
    let answer = service_fn(move |request: Request<Incoming>| {
        let mut routes = routes.clone();
        async move {
            if !is_health_check(&request) {
                return Ok(Error::from(why).into_response());
            }
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ClientAddress::of_peer(peer.ip()));
            routes.call(request).await
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(RESERVED_HEAD_WITHIN).keep_alive(false);
    let served = http.max_buf_size(READ_AHEAD_BYTES).serve_connection(TokioIo::new(stream), answer);
    match tokio::time::timeout(RESERVED_WITHIN, served).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => debug!("a connection from {peer} broke: {error}"),
        Err(_) => debug!("a connection from {peer} took too long"),
    }
}

pub(super) fn is_health_check<B>(request: &Request<B>) -> bool {
    HEALTH_CHECKS.contains(&request.uri().path())
}

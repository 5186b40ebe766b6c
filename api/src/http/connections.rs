//! The HTTP connections: taken, each served in a task of its own, and ended in order.
//!
//! Not by `axum::serve`, which reads up to 400 KiB ahead on each connection and waits for a request's head without limit.
//!
//! Every connection is taken at once. One that finds no place, or whose address has its share, gets one of a reserve, on
//! which health checks are answered and all else is refused; where that is taken too, it is closed. While places are short,
//! those that stand idle make way.

use std::{
    convert::Infallible,
    future, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Notify,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service as _;
use tracing::{debug, warn};

use super::{
    answer_body::AnswerBody,
    client_address::{ClientAddress, ProxyHops},
    limits::ConnectionLimits,
    reserved::{is_health_check, serve_health_check},
    shares::{NoPlace, Place, Shares},
    turns::Turns,
    watched_stream::{LongHeads, Phase, WatchedStream},
};
use crate::{error::Error, shared::LogThrottle};

/// How far a connection is read ahead of its handler, and the longest head of a request.
pub(super) const READ_AHEAD_BYTES: usize = 16 * 1024;
/// How much the kernel takes in advance for a client that does not read.
#[cfg(target_os = "linux")]
const UNSENT_BYTES: u32 = 64 * 1024;
/// How much it keeps at most of what was sent and is not confirmed, for a client that lets much be sent and then confirms
/// nothing; Linux doubles it for its own book-keeping. At 60 ms there and back it is 2 to 4 MB/s.
const SEND_BUFFER_BYTES: usize = 128 * 1024;
/// How long a client that vanished without closing the connection may leave unconfirmed what was sent to it.
#[cfg(target_os = "linux")]
const UNCONFIRMED_WITHIN: Duration = Duration::from_mins(1);
/// Where what succeeds is counted by its room, or was signed by SNS.
const COUNTED_ELSEWHERE: [&str; 2] = ["/upload", "/imageStatus"];
/// Before the next try where no connection can be taken, as every file is open.
const PAUSE: Duration = Duration::from_secs(1);
/// How often connections are told that places are short, and how long one that makes way has for what is still unsent.
const TOLD_EVERY: Duration = Duration::from_secs(1);
const CLOSED_WITHIN: Duration = Duration::from_secs(1);
/// The reserve of this machine: its container asks whether the service is healthy.
const RESERVED_FOR_OURSELVES: usize = 16;

#[derive(Debug)]
pub(crate) struct Connections {
    hops: ProxyHops,
    limits: Arc<ConnectionLimits>,
    places: Shares<ClientAddress>,
    reserve: Shares<ClientAddress>,
    reserve_for_ourselves: Shares<ClientAddress>,
    /// Of requests in flight, behind a proxy.
    requests: Shares<ClientAddress>,
    long_heads: Shares<ClientAddress>,
    turns: Turns,
    refused: LogThrottle,
    /// Told while places are short, to those that wait for it.
    short: Notify,
    last_told: Mutex<Option<Instant>>,
}

/// What a connection is good for.
enum Admitted {
    ToAll(Place<ClientAddress>),
    ToHealthChecks(Place<ClientAddress>, NoPlace),
}

/// Kept until an answer is sent or given up.
struct InFlight {
    phase: Arc<Phase>,
    place: Option<Place<ClientAddress>>,
}

impl Connections {
    pub(crate) fn new(limits: ConnectionLimits, hops: ProxyHops) -> Arc<Self> {
        let ConnectionLimits { in_all, for_each_address, reserve, reserve_for_each_address, .. } = limits;
        let ConnectionLimits { long_heads, long_heads_for_each_address, .. } = limits;
        // The proxy's connections are those of all its clients.
        let for_each = |share, all| if hops.is_none() { share } else { all };
        Arc::new(Self {
            hops,
            turns: Turns::new(&limits),
            limits: Arc::new(limits),
            places: Shares::new(in_all, for_each(for_each_address, in_all)),
            reserve: Shares::new(reserve, for_each(reserve_for_each_address, reserve)),
            reserve_for_ourselves: Shares::new(RESERVED_FOR_OURSELVES, RESERVED_FOR_OURSELVES),
            requests: Shares::new(usize::MAX, for_each_address),
            long_heads: Shares::new(long_heads, for_each(long_heads_for_each_address, long_heads)),
            refused: LogThrottle::default(),
            short: Notify::new(),
            last_told: Mutex::new(None),
        })
    }

    pub(crate) fn places(&self) -> Shares<ClientAddress> {
        self.places.clone()
    }

    /// Takes connections until `stopping`; `tasks` ends when the last request is answered.
    pub(crate) async fn serve(
        self: Arc<Self>,
        listener: TcpListener,
        routes: Router,
        tasks: &TaskTracker,
        stopping: &CancellationToken,
    ) {
        while let Some(next) = stopping.run_until_cancelled(listener.accept()).await {
            let (stream, peer) = match next {
                Ok(next) => next,
                Err(error) if is_client_gone(&error) => continue,
                Err(error) => {
                    warn!("no connection can be taken: {error}");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            if let Err(error) = set_options(&stream) {
                debug!("a connection from {peer} is gone: {error}");
            }
            match self.admit(peer.ip()) {
                Some(Admitted::ToAll(place)) => {
                    tasks.spawn(self.clone().serve_one(stream, peer, routes.clone(), stopping.clone(), place));
                }
                Some(Admitted::ToHealthChecks(place, why)) => {
                    tasks.spawn(serve_health_check(stream, peer, routes.clone(), place, why));
                }
                None => drop(stream),
            }
        }
    }

    fn admit(&self, peer: IpAddr) -> Option<Admitted> {
        let address = ClientAddress::of_peer(peer);
        if self.places_are_short() {
            self.tell_that_places_are_short();
        }
        let why = match self.places.take(address, 1) {
            Ok(place) => return Some(Admitted::ToAll(place)),
            Err(why) => why,
        };
        self.refused.add();
        if let Some(refused) = self.refused.due(Instant::now()) {
            let (taken, all) = (self.places.taken(), self.places.all());
            let reason = match why {
                NoPlace::AllTaken => "all are taken".to_owned(),
                NoPlace::ShareTaken => format!("{peer} has its share"),
            };
            warn!("{refused} connections found no place: {reason}; {taken} of {all} are taken");
        }
        let is_ours = peer == Ipv4Addr::LOCALHOST || peer == Ipv6Addr::LOCALHOST;
        let reserve = if is_ours { &self.reserve_for_ourselves } else { &self.reserve };
        reserve.take(address, 1).ok().map(|place| Admitted::ToHealthChecks(place, why))
    }

    async fn serve_one(
        self: Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        routes: Router,
        stopping: CancellationToken,
        _place: Place<ClientAddress>,
    ) {
        let phase = Arc::<Phase>::default();
        let (waiting, connections) = (phase.clone(), self.clone());
        let peer_address = ClientAddress::of_peer(peer.ip());
        let long_heads = LongHeads { shares: self.long_heads.clone(), peer: peer_address, place: None };
        let stream = WatchedStream::new(stream, self.limits.clone(), phase.clone(), long_heads);
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(self.limits.idle_within).max_buf_size(READ_AHEAD_BYTES);
        let answer = service_fn(move |request| self.clone().answer(request, peer, routes.clone(), phase.clone()));
        let mut connection = std::pin::pin!(http.serve_connection(TokioIo::new(stream), answer).with_upgrades());
        let served = tokio::select! {
            served = &mut connection => served,
            () = stopping.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
            () = connections.must_make_way(&waiting) => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    served = &mut connection => served,
                    // One that never had a request is still waited for by hyper.
                    () = waiting.is_idle_after(CLOSED_WITHIN) => Ok(()),
                }
            }
        };
        if let Err(error) = served {
            debug!("a connection from {peer} broke: {error}");
        }
    }

    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: SocketAddr,
        mut routes: Router,
        phase: Arc<Phase>,
    ) -> Result<Response<AnswerBody<InFlight>>, Infallible> {
        phase.begin_request();
        let mut in_flight = InFlight { phase, place: None };
        let address = ClientAddress(self.hops.client(request.headers(), peer));
        if !self.hops.is_none() && !is_health_check(&request) {
            match self.requests.take(address, 1) {
                Ok(place) => in_flight.place = Some(place),
                Err(why) => return Ok(Error::from(why).into_response().map(|body| AnswerBody::new(body, in_flight))),
            }
        }
        self.turns.wait(&address).await;
        let has_own_limit = COUNTED_ELSEWHERE.contains(&request.uri().path());
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(address);
        let mut answer = routes.call(request).await?;
        if !(has_own_limit && answer.status().is_success()) {
            self.turns.count(address);
        }
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            in_flight.phase.upgrade();
        } else if self.places_are_short() {
            // Nobody keeps a place for what may come.
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        Ok(answer.map(|body| AnswerBody::new(body, in_flight)))
    }

    /// Returns once places were short for as long as this connection was idle.
    async fn must_make_way(&self, phase: &Phase) {
        if !self.hops.is_none() {
            return future::pending().await;
        }
        loop {
            self.short.notified().await;
            let heads = phase.heads();
            // In a box: few connections ever wait here, and all have room for it.
            Box::pin(tokio::time::sleep(self.limits.idle_within_when_short)).await;
            if phase.is_idle() && phase.heads() == heads && self.places_are_short() {
                return;
            }
        }
    }

    /// Once a second at most: each connection hears it.
    fn tell_that_places_are_short(&self) {
        let mut last = self.last_told.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|last| last.elapsed() >= TOLD_EVERY) {
            *last = Some(Instant::now());
            self.short.notify_waiters();
        }
    }

    fn places_are_short(&self) -> bool {
        self.places.taken() >= self.places.all() - self.places.all() / 10
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.phase.end_request();
        drop(self.place.take());
    }
}

fn set_options(stream: &TcpStream) -> io::Result<()> {
    // A frame is small and must not wait for the acknowledgement of the one before.
    stream.set_nodelay(true)?;
    let socket = socket2::SockRef::from(stream);
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    #[cfg(target_os = "linux")]
    {
        socket.set_tcp_user_timeout(Some(UNCONFIRMED_WITHIN))?;
        socket.set_tcp_notsent_lowat(UNSENT_BYTES)?;
    }
    Ok(())
}

/// The connection was gone before it was taken.
fn is_client_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

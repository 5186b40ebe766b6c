//! `GET /imageStatus/{id}/events`: the same feed as server-sent events, for networks on which WebSockets break.
//!
//! Each event's id is the frame's version. A browser that lost its connection comes back by itself with the last id it saw
//! and gets only newer frames; after the last frame the answer is 204, which ends its reconnecting.
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::{Stream, stream};
use receipt::ImageId;
use tokio::time::Instant;

use super::{
    feed::Feed,
    state::{FeedPlace, FeedsState},
    ticket::WatchedImage,
};
use crate::{error::Error, http::ClientAddress, shared};

/// How long a browser waits before it comes back.
const COME_BACK_AFTER: Duration = Duration::from_secs(1);

/// The same as server-sent events; each event's id is the frame's version.
#[utoipa::path(
    get,
    path = "/imageStatus/{id}/events",
    tag = "event_stream",
    params(
        ("id" = ImageId, Path),
        ("ticket" = Option<String>, Query, description = "Of `POST /imageStatus/{id}/ticket`, in place of cookie and token"),
        ("Last-Event-ID" = Option<u64>, Header, description = "Of frames up to this version nothing comes again")
    ),
    responses(
        (status = 200, description = "Events whose data is a frame", body = shared::State, content_type = "text/event-stream"),
        (status = 204, description = "The last frame has been seen: do not come back")
    )
)]
pub(super) async fn events(
    State(state): State<Arc<FeedsState>>,
    WatchedImage { id, owner }: WatchedImage,
    address: ClientAddress,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let place = state.admit(&owner, address)?;
    let feed = Feed::open(state.clone(), owner, id, last_seen(&headers)).await?;
    if feed.is_over() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let alive = KeepAlive::new().interval(state.limits.ping_every);
    let events = Sse::new(events_of(feed, place, state)).keep_alive(alive);
    let mut response = events.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx buffers an answer, unless this header says otherwise.
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

/// Until the last frame, until the service stops, or for so long as a stream may last: then the browser comes back, maybe to
/// another task. It does so too where the last frame, which alone is long, finds no room to wait in.
fn events_of(feed: Feed, place: FeedPlace, state: Arc<FeedsState>) -> impl Stream<Item = Result<Event, Infallible>> {
    let ends = Instant::now() + state.limits.events_end_after;
    stream::unfold((feed, place, None), move |(mut feed, place, room)| {
        let state = state.clone();
        async move {
            // The stream is asked again once most of the last frame has gone.
            if room.is_some() {
                return None;
            }
            let next = tokio::time::timeout_at(ends, feed.next());
            let frame = state.lifecycle.stopping.run_until_cancelled(next).await?.ok()?.ok()?;
            let room = if frame.is_last { Some(place.room_for(frame.json.len()).ok()?) } else { None };
            let event = Event::default().id(frame.version.to_string()).retry(COME_BACK_AFTER).data(frame.json.as_str());
            Some((Ok(event), (feed, place, room)))
        }
    })
}

/// The version that the browser saw last; none where the header is absent or no version.
fn last_seen(headers: &HeaderMap) -> u64 {
    let id = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    id.and_then(|id| id.parse().ok()).unwrap_or_default()
}

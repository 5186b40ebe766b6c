//! `GET /imageStatus/{id}/ws`: an image's state as it is now, then each newer one until the last.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code, rejection::WebSocketUpgradeRejection},
    },
    response::Response,
};
use receipt::ImageId;
use tokio::time::{Instant, MissedTickBehavior};

use super::{feed::Feed, socket_limits::SocketLimits, state::FeedsState, ticket::WatchedImage};
use crate::{error::Error, http::ClientAddress};

const CLOSE_WITHIN: Duration = Duration::from_secs(5);
/// tungstenite's own default is 128 KiB a socket.
const READ_BUFFER_BYTES: usize = 128;
const MAX_INCOMING_BYTES: usize = 1024;
/// Of the codes for private use: what 404 is in HTTP.
const NOT_FOUND: u16 = 4404;

/// A WebSocket with the image's state as it is now, then each newer one. The last carries `receipt` and `verdict`, and is
/// followed by Close 1000; 1001 and 1013 mean: connect again.
#[utoipa::path(
    get,
    path = "/imageStatus/{id}/ws",
    tag = "feed",
    params(
        ("id" = ImageId, Path),
        ("ticket" = Option<String>, Query, description = "Of `POST /imageStatus/{id}/ticket`, in place of cookie and token")
    ),
    responses(
        (status = 101, description = "Frames, each as `/frame.schema.json` says")
    )
)]
pub(super) async fn web_socket(
    State(state): State<Arc<FeedsState>>,
    WatchedImage { id, owner }: WatchedImage,
    address: ClientAddress,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Error> {
    // A connection that is about to be closed cannot become a socket any more.
    if state.lifecycle.stopping.is_cancelled() {
        return Err(Error::Busy);
    }
    let place = state.admit(&owner, address)?;
    let feed = Feed::open(state.clone(), owner, id, 0).await?;
    let upgrade = upgrade.map_err(|_| Error::BadRequest("this address speaks WebSocket"))?;
    let running = state.lifecycle.tasks.token();
    Ok(upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_message_size(MAX_INCOMING_BYTES)
        .max_frame_size(MAX_INCOMING_BYTES)
        .on_upgrade(move |socket| async move {
            run(socket, feed, &state).await;
            drop((running, place));
        }))
}

async fn run(mut socket: WebSocket, mut feed: Feed, state: &FeedsState) {
    let SocketLimits { ping_every, dead_after, slow_after, .. } = state.limits;
    let mut ping = tokio::time::interval_at(Instant::now() + ping_every, ping_every);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last_received = Instant::now();
    let closing = loop {
        let message = tokio::select! {
            () = state.lifecycle.stopping.cancelled() => break Closing::away(),
            frame = feed.next() => match frame {
                Ok(frame) if frame.is_last => {
                    match send(&mut socket, Message::Text(frame.json), slow_after).await {
                        Ok(()) => break Closing::done(),
                        Err(SendError::Slow) => break Closing::again(),
                        Err(SendError::Gone) => return,
                    }
                }
                Ok(frame) => Message::Text(frame.json),
                Err(Error::NotFound) => break Closing::deleted(),
                Err(_) => break Closing::again(),
            },
            incoming = socket.recv() => match incoming {
                // The answer to a close is sent by reading on.
                Some(Ok(Message::Close(_))) => return drop(tokio::time::timeout(CLOSE_WITHIN, socket.recv()).await),
                Some(Err(_)) | None => return,
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Text(_) | Message::Binary(_))) => {
                    last_received = Instant::now();
                    continue;
                }
            },
            _ = ping.tick() => {
                if last_received.elapsed() > dead_after {
                    return;
                }
                Message::Ping(bytes::Bytes::new())
            }
        };
        match send(&mut socket, message, slow_after).await {
            Ok(()) => {}
            Err(SendError::Slow) => break Closing::again(),
            Err(SendError::Gone) => return,
        }
    };
    drop(feed);
    // Boxed: what is seldom needed takes no memory in every idle socket.
    Box::pin(closing.finish(socket)).await;
}

enum SendError {
    Slow,
    Gone,
}

async fn send(socket: &mut WebSocket, message: Message, slow_after: Duration) -> Result<(), SendError> {
    match tokio::time::timeout(slow_after, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(SendError::Gone),
        Err(_) => Err(SendError::Slow),
    }
}

/// How a socket is closed: RFC 6455 §7.4.
struct Closing(CloseFrame);

impl Closing {
    fn done() -> Self {
        Self(CloseFrame { code: close_code::NORMAL, reason: "the image has ended".into() })
    }

    fn away() -> Self {
        Self(CloseFrame { code: close_code::AWAY, reason: "this server stops; connect again".into() })
    }

    fn deleted() -> Self {
        Self(CloseFrame { code: NOT_FOUND, reason: "there is nothing here any more".into() })
    }

    fn again() -> Self {
        Self(CloseFrame { code: close_code::AGAIN, reason: "connect again".into() })
    }

    /// Sends the close frame and waits a moment for the peer's.
    async fn finish(self, mut socket: WebSocket) {
        let closing = async {
            if socket.send(Message::Close(Some(self.0))).await.is_ok() {
                while let Some(Ok(_)) = socket.recv().await {}
            }
        };
        // A peer that does not answer is cut off.
        let _ = tokio::time::timeout(CLOSE_WITHIN, closing).await;
    }
}

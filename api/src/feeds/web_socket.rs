//! `GET /imageStatus/{id}/ws`: an image's state as it is now, then each newer one until the last.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{
        State, WebSocketUpgrade,
        ws::{CloseFrame, Message, close_code, rejection::WebSocketUpgradeRejection},
    },
    response::Response,
};
use receipt::ImageId;
use tokio::time::{Instant, MissedTickBehavior};

use super::{
    feed::Feed,
    peer::{Heard, Peer, Unsent},
    socket_limits::SocketLimits,
    state::FeedsState,
    ticket::WatchedImage,
};
use crate::{
    error::Error,
    http::ClientAddress,
    shared::{Frame, Lifecycle},
};

const CLOSE_WITHIN: Duration = Duration::from_secs(5);
/// tungstenite's own default is 128 KiB a socket.
const READ_BUFFER_BYTES: usize = 128;
const MAX_INCOMING_BYTES: usize = 1024;
/// A frame, and beside it a ping, an answer to one and a close. tungstenite's own default is no bound.
const MAX_UNSENT_BYTES: usize = Frame::MAX_BYTES + 1024;
/// Of the codes for private use: what 404 is in HTTP.
const NOT_FOUND: u16 = 4404;

/// A WebSocket with the image's state as it is now, then each newer one. The last carries `receipt` and `verdict`, and is
/// followed by Close 1000; 1001 and 1013 mean: connect again, 1008 that the client said more than answers to pings.
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
    // Boxed, like the peer: it moves from future to future, and each would have room for it while the socket is idle.
    let feed = Box::new(Feed::open(state.clone(), owner, id, 0).await?);
    let upgrade = upgrade.map_err(|_| Error::BadRequest("this address speaks WebSocket"))?;
    let running = state.lifecycle.tasks.token();
    Ok(upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(MAX_UNSENT_BYTES)
        .max_message_size(MAX_INCOMING_BYTES)
        .max_frame_size(MAX_INCOMING_BYTES)
        .on_upgrade(move |socket| async move {
            let peer = Box::new(Peer::new(socket, place, state.limits.slow_after));
            run(peer, feed, state.limits, &state.lifecycle).await;
            drop(running);
        }))
}

async fn run(mut peer: Box<Peer>, mut feed: Box<Feed>, limits: SocketLimits, lifecycle: &Lifecycle) {
    let SocketLimits { ping_every, dead_after, .. } = limits;
    let mut ping = tokio::time::interval_at(Instant::now() + ping_every, ping_every);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let closing = loop {
        let sent = tokio::select! {
            () = lifecycle.stopping.cancelled() => break Closing::away(),
            frame = feed.next() => match frame {
                Ok(frame) => {
                    let sent = peer.send(Message::Text(frame.json)).await;
                    if frame.is_last && sent.is_ok() {
                        break Closing::done();
                    }
                    sent
                }
                Err(Error::NotFound) => break Closing::deleted(),
                Err(_) => break Closing::again(),
            },
            heard = peer.listen() => match heard {
                Heard::Close => return Box::pin(peer.answer_close(CLOSE_WITHIN)).await,
                Heard::TooMuch => break Closing::talks(),
                Heard::TakesNothing => break Closing::again(),
                Heard::Gone => return,
            },
            _ = ping.tick() => {
                if peer.silent_for() > dead_after {
                    return;
                }
                peer.ping().await
            }
        };
        match sent {
            Ok(()) => {}
            Err(Unsent::Slow) => break Closing::again(),
            Err(Unsent::Gone) => return,
        }
    };
    drop(feed);
    // Boxed: what is seldom needed takes no memory in every idle socket.
    Box::pin(peer.close(Message::Close(Some(closing.0)), CLOSE_WITHIN)).await;
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

    /// Not by a library's pings, nor by a browser, which says nothing by itself.
    fn talks() -> Self {
        Self(CloseFrame { code: close_code::POLICY, reason: "a feed listens to nothing".into() })
    }
}

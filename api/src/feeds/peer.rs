//! A WebSocket's client. What waits to be taken by it is bounded, nothing is read from it meanwhile, and it may say little:
//! a feed needs nothing of its client but answers to pings and a close.

use std::{pin::pin, task::Poll, time::Duration};

use axum::{
    Error as SocketError,
    extract::ws::{Message, WebSocket},
};
use futures_util::{SinkExt, StreamExt, future::poll_fn, poll};
use tokio::time::Instant;

use super::state::FeedPlace;

/// What a client may say at once, and how soon it may say one more. Answers to our pings do not count. There are libraries
/// that send pings of their own, every ten or twenty seconds.
const MESSAGES_AT_ONCE: u32 = 16;
const ONE_MORE_EACH: Duration = Duration::from_secs(3);
/// How often something may come that completes no message, between two messages of ours: endless fragments, single bytes.
const MAX_FRUITLESS_READS: u32 = 64;

/// What is still read of both while a close is to be answered: what was under way when ours went.
const MESSAGES_AFTER_CLOSE: u32 = 64;
const FRUITLESS_READS_AFTER_CLOSE: u32 = 8;

pub(super) struct Peer {
    socket: WebSocket,
    place: FeedPlace,
    slow_after: Duration,
    last_received: Instant,
    /// Of our pings.
    unanswered: u32,
    /// When it might again say as much at once as it may: the form of `http::RateLimit`.
    quiet_at: Instant,
    fruitless_reads: u32,
    /// The longest message so far: the socket keeps that much room.
    longest: usize,
}

/// Why a message could not be sent.
pub(super) enum Unsent {
    /// The client does not take what is sent.
    Slow,
    Gone,
}

/// What a client has to say that ends its feed.
pub(super) enum Heard {
    Close,
    TooMuch,
    TakesNothing,
    Gone,
}

impl Peer {
    pub(super) fn new(socket: WebSocket, place: FeedPlace, slow_after: Duration) -> Self {
        let now = Instant::now();
        let (unanswered, fruitless_reads, longest) = (0, 0, 0);
        Self { socket, place, slow_after, last_received: now, unanswered, quiet_at: now, fruitless_reads, longest }
    }

    /// How long nothing has come from the client.
    pub(super) fn silent_for(&self) -> Duration {
        self.last_received.elapsed()
    }

    pub(super) async fn ping(&mut self) -> Result<(), Unsent> {
        self.unanswered = self.unanswered.saturating_add(1);
        self.send(Message::Ping(bytes::Bytes::new())).await
    }

    /// Returns when the client has taken it. One that does not take it at once needs room in which it waits.
    pub(super) async fn send(&mut self, message: Message) -> Result<(), Unsent> {
        self.fruitless_reads = 0;
        self.longest = self.longest.max(length(&message));
        let mut sending = pin!(self.socket.send(message));
        let sent = match poll!(sending.as_mut()) {
            Poll::Ready(sent) => sent,
            Poll::Pending => {
                let _room = self.place.room_for(self.longest).map_err(|_| Unsent::Gone)?;
                tokio::time::timeout(self.slow_after, sending).await.map_err(|_| Unsent::Slow)?
            }
        };
        sent.map_err(|_| Unsent::Gone)
    }

    /// Reads until something ends the feed. Cancel safe where a message is sent next, which sends what this left unsent.
    pub(super) async fn listen(&mut self) -> Heard {
        loop {
            let message = match self.next().await {
                Some(Ok(message)) => message,
                Some(Err(TooFruitless)) => return Heard::TooMuch,
                None => return Heard::Gone,
            };
            self.last_received = Instant::now();
            match message {
                Message::Close(_) => return Heard::Close,
                Message::Pong(_) if self.unanswered > 0 => self.unanswered -= 1,
                Message::Ping(_) | Message::Pong(_) | Message::Text(_) | Message::Binary(_) => {
                    if self.says_too_much() {
                        return Heard::TooMuch;
                    }
                    // The socket answers a ping by itself, but would read on while that is unsent.
                    match tokio::time::timeout(self.slow_after, self.socket.flush()).await {
                        Ok(Ok(())) => {}
                        Ok(Err(_)) => return Heard::Gone,
                        Err(_) => return Heard::TakesNothing,
                    }
                }
            }
        }
    }

    /// Answers to a close: the socket does so by reading on.
    pub(super) async fn answer_close(mut self, within: Duration) {
        let _ = tokio::time::timeout(within, self.next()).await;
    }

    /// Sends a close frame and waits a moment for the client's. One that does not answer is cut off, one that talks on too.
    pub(super) async fn close(mut self, frame: Message, within: Duration) {
        self.fruitless_reads = MAX_FRUITLESS_READS - FRUITLESS_READS_AFTER_CLOSE;
        let closing = async {
            if self.socket.send(frame).await.is_err() {
                return;
            }
            // The room of what was sent is kept meanwhile.
            let Ok(_room) = self.place.room_for(self.longest) else { return };
            let mut messages = 0;
            while messages < MESSAGES_AFTER_CLOSE && matches!(self.next().await, Some(Ok(_))) {
                messages += 1;
            }
        };
        let _ = tokio::time::timeout(within, closing).await;
    }

    /// The next message; none where the connection is gone. Cancel safe.
    async fn next(&mut self) -> Option<Result<Message, TooFruitless>> {
        poll_fn(|context| match self.socket.poll_next_unpin(context) {
            Poll::Ready(next) => Poll::Ready(next.and_then(|next: Result<_, SocketError>| next.ok()).map(Ok)),
            Poll::Pending if self.fruitless_reads < MAX_FRUITLESS_READS => {
                self.fruitless_reads += 1;
                Poll::Pending
            }
            Poll::Pending => Poll::Ready(Some(Err(TooFruitless))),
        })
        .await
    }

    fn says_too_much(&mut self) -> bool {
        let now = Instant::now();
        self.quiet_at = self.quiet_at.max(now) + ONE_MORE_EACH;
        self.quiet_at.duration_since(now) > ONE_MORE_EACH * MESSAGES_AT_ONCE
    }
}

struct TooFruitless;

fn length(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
        Message::Close(_) => 0,
    }
}

//! WebSockets that talk, never read, or are many.

use std::time::Duration;

use super::{
    attacker::Attacker,
    plan::{Plan, Program, Reads, Then, frame},
};

const PING: u8 = 0x89;
const TEXT: u8 = 0x81;
/// A continuation that is not the last.
const FRAGMENT: u8 = 0x00;
const FIRST_FRAGMENT: u8 = 0x01;
/// The longest ping that there may be.
const PING_BYTES: usize = 125;
/// How many frames are sent with one system call.
const FRAMES: usize = 2000;
const COME_BACK_AFTER: Duration = Duration::from_millis(50);

pub(super) async fn pings(attacker: &Attacker) -> anyhow::Result<Plan> {
    let flood = flood(&frame(PING, &[b'x'; PING_BYTES])?);
    talking(attacker, 1, flood, Reads::OneHead).await
}

pub(super) async fn talk(attacker: &Attacker) -> anyhow::Result<Plan> {
    let flood = flood(&frame(PING, &[b'x'; PING_BYTES])?);
    talking(attacker, 1, flood, Reads::Everything).await
}

pub(super) async fn texts(attacker: &Attacker) -> anyhow::Result<Plan> {
    let flood = flood(&frame(TEXT, &[b'x'; 1000])?);
    talking(attacker, 100, flood, Reads::OneHead).await
}

pub(super) async fn fragments(attacker: &Attacker) -> anyhow::Result<Plan> {
    let mut bytes = frame(FIRST_FRAGMENT, b"x")?;
    bytes.extend(frame(FRAGMENT, b"x")?.repeat(FRAMES));
    talking(attacker, 100, bytes, Reads::OneHead).await
}

pub(super) async fn many(attacker: &Attacker) -> anyhow::Result<Plan> {
    plan(attacker, 6000, Then::Nothing, Reads::Everything, Duration::from_secs(5)).await
}

fn flood(frame: &[u8]) -> Vec<u8> {
    frame.repeat(FRAMES)
}

/// Those that are closed come back.
async fn talking(attacker: &Attacker, sockets: usize, bytes: Vec<u8>, reads: Reads) -> anyhow::Result<Plan> {
    plan(attacker, sockets, Then::flood(bytes.into(), sockets), reads, COME_BACK_AFTER).await
}

async fn plan(
    attacker: &Attacker,
    sockets: usize,
    then: Then,
    reads: Reads,
    again_after: Duration,
) -> anyhow::Result<Plan> {
    let opening = handshake(attacker).await?.into();
    Ok(Plan::of_same(sockets, again_after, Program { source: attacker.source, opening, then, reads }))
}

async fn handshake(attacker: &Attacker) -> anyhow::Result<String> {
    let (visitor, id) = attacker.upload(1000).await?;
    Ok(format!(
        "{}Cookie: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        attacker.head(&format!("GET /imageStatus/{id}/ws")),
        visitor.cookie
    ))
}

//! Bodies that strangers send: to `POST /imageStatus`, where only SNS has anything to say, and elsewhere.

use std::{iter, time::Duration};

use bytes::Bytes;

use super::{
    attacker::Attacker,
    plan::{Plan, Program, Reads, Then},
};

const COME_BACK_AFTER: Duration = Duration::from_millis(100);
/// As many bytes as axum takes by itself.
const LARGE: usize = 2_000_000;

pub(super) fn webhook(attacker: &Attacker) -> Plan {
    large_bodies(attacker, head(attacker, LARGE))
}

/// The same where a body is taken from everybody.
pub(super) async fn corrections(attacker: &Attacker) -> anyhow::Result<Plan> {
    let (visitor, id) = attacker.upload(1000).await?;
    let head = attacker.head(&format!("PATCH /receipts/{id}"));
    let cookie = &visitor.cookie;
    let head = format!(
        "{head}Cookie: {cookie}\r\nContent-Type: application/merge-patch+json\r\nContent-Length: {LARGE}\r\n\r\n"
    );
    Ok(large_bodies(attacker, head.into()))
}

fn large_bodies(attacker: &Attacker, mut opening: Vec<u8>) -> Plan {
    opening.extend(iter::repeat_n(b' ', LARGE - 1));
    plan(attacker, 300, opening, Then::Nothing, COME_BACK_AFTER)
}

pub(super) fn stopped(attacker: &Attacker) -> Plan {
    let mut opening = head(attacker, 100_000);
    opening.push(b'{');
    plan(attacker, 10_100, opening, Then::Nothing, Duration::from_secs(5))
}

pub(super) fn trickle(attacker: &Attacker) -> Plan {
    let then = Then::Repeat { bytes: Bytes::from_static(b" "), every: Duration::from_secs(1) };
    plan(attacker, 500, head(attacker, 100_000), then, COME_BACK_AFTER)
}

fn head(attacker: &Attacker, length: usize) -> Vec<u8> {
    let head = attacker.head("POST /imageStatus");
    format!(
        "{head}x-amz-sns-message-type: Notification\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n"
    )
    .into()
}

fn plan(attacker: &Attacker, at_once: usize, opening: Vec<u8>, then: Then, again_after: Duration) -> Plan {
    let program = Program { source: attacker.source, opening: opening.into(), then, reads: Reads::OneAnswer };
    Plan::of_same(at_once, again_after, program)
}

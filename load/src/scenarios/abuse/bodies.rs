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
    holding(attacker, 300, opening, COME_BACK_AFTER)
}

pub(super) fn stopped(attacker: &Attacker) -> Plan {
    let mut opening = head(attacker, 100_000);
    opening.push(b'{');
    holding(attacker, 10_100, opening, Duration::from_secs(5))
}

pub(super) fn trickle(attacker: &Attacker) -> Plan {
    let (source, opening) = (attacker.source, Bytes::from(head(attacker, 100_000)));
    Plan {
        at_once: 500,
        a_second: 0,
        again_after: Some(COME_BACK_AFTER),
        program: Box::new(move |_| Program {
            source,
            opening: opening.clone(),
            then: Then::Repeat { bytes: Bytes::from_static(b" "), every: Duration::from_secs(1) },
            reads: Reads::OneAnswer,
        }),
    }
}

fn head(attacker: &Attacker, length: usize) -> Vec<u8> {
    let head = attacker.head("POST /imageStatus");
    format!(
        "{head}x-amz-sns-message-type: Notification\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n"
    )
    .into()
}

fn holding(attacker: &Attacker, at_once: usize, opening: Vec<u8>, again_after: Duration) -> Plan {
    let (source, opening) = (attacker.source, Bytes::from(opening));
    Plan {
        at_once,
        a_second: 0,
        again_after: Some(again_after),
        program: Box::new(move |_| Program {
            source,
            opening: opening.clone(),
            then: Then::Nothing,
            reads: Reads::OneAnswer,
        }),
    }
}

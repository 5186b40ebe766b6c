//! Answers that are asked for and not read.

use std::time::Duration;

use bytes::Bytes;

use super::{
    attacker::Attacker,
    plan::{Plan, Program, Reads, Then},
};
use crate::null::PICTURE_BYTES;

const COME_BACK_AFTER: Duration = Duration::from_secs(1);
const READERS: usize = 1600;

/// As many as owners and their shares allow: a cookie costs nothing.
pub(super) async fn events(attacker: &Attacker) -> anyhow::Result<Plan> {
    const OWNERS: usize = 60;
    const READERS_EACH: usize = 100;
    let mut requests = Vec::with_capacity(OWNERS);
    for _ in 0..OWNERS {
        let (visitor, id) = attacker.upload(1000).await?;
        let head = attacker.head(&format!("GET /imageStatus/{id}/events"));
        requests.push(Bytes::from(format!("{head}Cookie: {}\r\n\r\n", visitor.cookie)));
    }
    let reader = reader(attacker, Bytes::new(), Reads::Nothing);
    let program =
        Box::new(move |number: usize| Program { opening: requests[number % OWNERS].clone(), ..reader.clone() });
    Ok(Plan { at_once: OWNERS * READERS_EACH, a_second: 0, again_after: Some(COME_BACK_AFTER), program })
}

pub(super) async fn pictures(attacker: &Attacker) -> anyhow::Result<Plan> {
    Ok(readers(attacker, READERS, picture(attacker).await?, Reads::Nothing))
}

pub(super) async fn slow_pictures(attacker: &Attacker) -> anyhow::Result<Plan> {
    Ok(readers(attacker, READERS, picture(attacker).await?, Reads::Slowly))
}

/// More answers, one after another, than the buffers of the connection hold.
pub(super) fn answers(attacker: &Attacker) -> Plan {
    let requests = Bytes::from((attacker.head("GET /openapi.json") + "\r\n").repeat(1000));
    readers(attacker, 500, requests, Reads::Nothing)
}

async fn picture(attacker: &Attacker) -> anyhow::Result<Bytes> {
    let (visitor, id) = attacker.upload(PICTURE_BYTES).await?;
    let head = attacker.head(&format!("GET /receipts/{id}/image"));
    Ok(format!("{head}Cookie: {}\r\n\r\n", visitor.cookie).into())
}

fn readers(attacker: &Attacker, at_once: usize, request: Bytes, reads: Reads) -> Plan {
    Plan::of_same(at_once, COME_BACK_AFTER, reader(attacker, request, reads))
}

fn reader(attacker: &Attacker, request: Bytes, reads: Reads) -> Program {
    Program { source: attacker.source, opening: request, then: Then::Nothing, reads }
}

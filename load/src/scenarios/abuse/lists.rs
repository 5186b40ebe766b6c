//! Requests that each ask the ledger.

use std::time::Duration;

use bytes::Bytes;

use super::{
    attacker::Attacker,
    plan::{Plan, Program, Reads, Then},
};

pub(super) fn without_cookie(attacker: &Attacker) -> Plan {
    flood(attacker, attacker.head("GET /receipts") + "\r\n")
}

pub(super) async fn with_cookie(attacker: &Attacker) -> anyhow::Result<Plan> {
    let cookie = attacker.visit().await?.cookie;
    Ok(flood(attacker, format!("{}Cookie: {cookie}\r\n\r\n", attacker.head("GET /receipts"))))
}

/// On 32 connections, whether the answers have come or not.
fn flood(attacker: &Attacker, request: String) -> Plan {
    let (source, bytes) = (attacker.source, Bytes::from(request));
    Plan {
        at_once: 32,
        a_second: 0,
        again_after: Some(Duration::from_millis(100)),
        program: Box::new(move |_| Program {
            source,
            opening: Bytes::new(),
            then: Then::Repeat { bytes: bytes.clone(), every: Duration::from_millis(10) },
            reads: Reads::Everything,
        }),
    }
}

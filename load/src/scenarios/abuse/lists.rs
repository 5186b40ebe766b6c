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
    let then = Then::Repeat { bytes: request.into(), every: Duration::from_millis(10) };
    let program = Program { source: attacker.source, opening: Bytes::new(), then, reads: Reads::Everything };
    Plan::of_same(32, Duration::from_millis(100), program)
}

//! Connections that are only held, with no request, a part of its head or one that is answered, and such as ask without end.

use std::time::Duration;

use bytes::Bytes;

use super::{
    attacker::Attacker,
    plan::{Plan, Program, Reads, Then},
};

/// More than `api` takes at once.
const ALL: usize = 10_100;
const COME_BACK_AFTER: Duration = Duration::from_secs(5);

pub(super) fn idle(attacker: &Attacker) -> Plan {
    holding(attacker, ALL, Bytes::new(), Then::Nothing)
}

pub(super) fn idle_from_everywhere(attacker: &Attacker) -> Plan {
    idle(attacker).spread_over(attacker.target, 101)
}

pub(super) fn used_from_everywhere(attacker: &Attacker) -> Plan {
    let opening = attacker.head("GET /version") + "\r\n";
    holding_and_reading(attacker, ALL, opening.into(), Then::Nothing).spread_over(attacker.target, 101)
}

/// As many requests in one piece as a connection is read ahead.
pub(super) fn requests(attacker: &Attacker) -> Plan {
    const ASKING: usize = 1000;
    const IN_ONE_PIECE: usize = 100;
    let requests = Bytes::from((attacker.head("GET /livez") + "\r\n").repeat(IN_ONE_PIECE));
    let then = Then::flood(requests.clone(), ASKING);
    holding_and_reading(attacker, ASKING, requests, then)
}

pub(super) fn half_heads(attacker: &Attacker) -> Plan {
    let opening = attacker.head("GET /livez") + "X-Half: ";
    holding(attacker, ALL, opening.into(), Then::Nothing)
}

pub(super) fn slow_heads(attacker: &Attacker) -> Plan {
    let opening = attacker.head("GET /livez") + "X-Slow: ";
    let then = Then::Repeat { bytes: Bytes::from_static(b"x"), every: Duration::from_secs(1) };
    holding(attacker, 1000, opening.into(), then)
}

pub(super) fn long_heads(attacker: &Attacker) -> Plan {
    let opening = attacker.head("GET /livez") + "X-Long: " + &"x".repeat(15 * 1024);
    holding(attacker, 1000, opening.into(), Then::Nothing)
}

/// Answers are read, until the connection is closed.
fn holding_and_reading(attacker: &Attacker, at_once: usize, opening: Bytes, then: Then) -> Plan {
    let program = Program { source: attacker.source, opening, then, reads: Reads::Everything };
    Plan::of_same(at_once, COME_BACK_AFTER, program)
}

fn holding(attacker: &Attacker, at_once: usize, opening: Bytes, then: Then) -> Plan {
    let program = Program { source: attacker.source, opening, then, reads: Reads::OneAnswer };
    Plan::of_same(at_once, COME_BACK_AFTER, program)
}

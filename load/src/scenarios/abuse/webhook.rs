//! What strangers post to `POST /imageStatus`, where only SNS has anything to say.

use std::time::Duration;

use bytes::Bytes;
use rand::random;
use receipt::ImageId;

use super::{
    attacker::Attacker,
    plan::{Plan, Program, Reads, Then},
};
use crate::{null::answers::STATUS_TOPIC, scenarios::status};

const COME_BACK_AFTER: Duration = Duration::from_millis(100);

pub(super) fn bodies(attacker: &Attacker) -> Plan {
    const DECLARED: usize = 2_000_000;
    let mut opening = head(attacker, DECLARED);
    opening.extend(std::iter::repeat_n(b'x', DECLARED - 1));
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

/// Each names another certificate where SNS's are.
pub(super) fn forged(attacker: &Attacker) -> anyhow::Result<Plan> {
    let (source, genuine, known) = (attacker.source, post(attacker)?, attacker.authority.certificate_url());
    let (before, after) = genuine.split_once(&known).unwrap_or_default();
    let (before, after) = (before.to_owned(), after.to_owned());
    // As long as the real name, so that the length that is declared stays right.
    let directory = known[..known.len() - 36].to_owned();
    Ok(Plan {
        at_once: 0,
        a_second: 300,
        again_after: None,
        program: Box::new(move |_| Program {
            source,
            opening: format!("{before}{directory}{:032x}.pem{after}", random::<u128>()).into(),
            then: Then::Nothing,
            reads: Reads::OneAnswer,
        }),
    })
}

/// Their text is not what was signed.
pub(super) fn bad_signatures(attacker: &Attacker) -> anyhow::Result<Plan> {
    let bytes = Bytes::from(post(attacker)?.replace("The text is being read.", "The text was never read."));
    let source = attacker.source;
    Ok(Plan {
        at_once: 32,
        a_second: 0,
        again_after: Some(COME_BACK_AFTER),
        program: Box::new(move |_| Program {
            source,
            opening: Bytes::new(),
            then: Then::Repeat { bytes: bytes.clone(), every: Duration::from_millis(16) },
            reads: Reads::Everything,
        }),
    })
}

/// A request that SNS could have sent.
fn post(attacker: &Attacker) -> anyhow::Result<String> {
    let signer = attacker.authority.signer(STATUS_TOPIC)?;
    let request = status::started(&signer, attacker.target, ImageId::new(), 2)?;
    Ok(String::from_utf8(request.into())?)
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

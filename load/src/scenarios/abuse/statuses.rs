//! Statuses that strangers post in SNS's name.

use std::time::Duration;

use bytes::Bytes;
use rand::random;
use receipt::ImageId;

use super::{
    attacker::Attacker,
    plan::{Plan, Program, Reads, Then},
};
use crate::{null::answers::STATUS_TOPIC, scenarios::status};

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
    let then = Then::Repeat { bytes, every: Duration::from_millis(16) };
    let program = Program { source: attacker.source, opening: Bytes::new(), then, reads: Reads::Everything };
    Ok(Plan::of_same(32, Duration::from_millis(100), program))
}

/// A request that SNS could have sent.
fn post(attacker: &Attacker) -> anyhow::Result<String> {
    let signer = attacker.authority.signer(STATUS_TOPIC)?;
    let request = status::started(&signer, attacker.target, ImageId::new(), 2)?;
    Ok(String::from_utf8(request.into())?)
}

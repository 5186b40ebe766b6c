//! Reading and judging the receipt in Textract's answer, and recording the verdict.

use std::time::Duration;

use anyhow::bail;
use jiff::Timestamp;
use ledger::{Analysis, Image, Ledger, Recorded};
use receipt::{
    FingerprintKey, Fingerprints, Receipt, Rules,
    fingerprint::Printed,
    judge, read_pages,
    second_reading::{Agreed, Agreement},
    utc_day,
    verdict::Facts,
};
use tokio::time::sleep;
use tracing::info;

use crate::{Config, text_detection::DetectedText};

/// How often a receipt is judged because others were accepted in the meantime.
const MAX_TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);

#[derive(Debug)]
pub(crate) struct Judge {
    ledger: Ledger,
    rules: Rules,
    key: FingerprintKey,
}

impl Judge {
    pub(crate) fn new(ledger: Ledger, config: &Config) -> Self {
        Self { ledger, rules: config.rules.clone(), key: config.fingerprint_key.clone() }
    }

    /// Records the image as accepted or rejected, with the result. Of two photos of one receipt that are judged at the
    /// same time one is recorded first; the other is then judged again, by what is known by then.
    pub(crate) async fn judge_and_record(&self, image: &Image, text: &DetectedText) -> anyhow::Result<Image> {
        let DetectedText { answer, pages, second_answer, has_thumbnail: _ } = text;
        let mut receipt = read_pages(answer, pages);
        if let Some(second_answer) = second_answer {
            compare(&mut receipt, &read_pages(second_answer, pages), image);
        }
        let printed = Printed::of(answer);
        let prints = Fingerprints::of(&receipt, &printed, &image.owner, image.sha256.as_ref(), &self.key);
        for _ in 0..MAX_TRIES {
            let now = Timestamp::now();
            let (known, limits) = tokio::try_join!(
                self.ledger.facts(image, &prints, now),
                self.ledger.day_limits(image, &self.rules, now),
            )?;
            let facts = Facts {
                today: Some(utc_day(now)),
                legibility: Some(answer.legibility()),
                same_image: known.same_image,
                same_receipt: known.same_receipt,
                is_only_alike: known.is_only_alike,
                accepted_today: Some(known.accepted_today),
                earned_at_address: limits.earned_at_address,
                payable_today: limits.payable(),
                known_by: Some(image.sender.known_by),
            };
            let verdict = judge(&receipt, &facts, &self.rules);
            let analysis = Analysis { receipt: receipt.clone(), verdict };
            match self.ledger.record_verdict(image, analysis, &prints, &known, &limits, now).await? {
                Recorded::Done(image) => return Ok(*image),
                Recorded::Conflict => sleep(service::jittered(PAUSE)).await,
            }
        }
        bail!("other receipts were accepted in between, {MAX_TRIES} times in a row");
    }
}

/// Doubts what two readers disagree on, and says how they agree, for whoever wants to know which is better.
fn compare(receipt: &mut Receipt, second: &Receipt, image: &Image) {
    let Agreement { total, date, merchant } = receipt.compare_with(second);
    let all = [total, date, merchant];
    let agreed = all.iter().filter(|agreed| **agreed == Agreed::Yes).count();
    info!(
        readers.agreed = agreed,
        readers.compared = all.len(),
        readers.total = total.as_str(),
        readers.date = date.as_str(),
        readers.merchant = merchant.as_str(),
        "both readers agree on {agreed} of {} fields of image {}",
        all.len(),
        image.image_id,
    );
}

//! Five hundred photos: what each shows, Textract's answer, and the end it should have.

use local::DetectionError;
use rand::{rngs::StdRng, seq::SliceRandom as _};
use receipt::{
    Orientation, Rules, judge, read,
    textract::DetectDocumentText,
    verdict::{Facts, Outcome},
};
use testbed::{a_jpeg, lines};

pub(crate) const PHOTOS: usize = 500;
const UNLUCKY: usize = 2;

/// What a photo shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Shown {
    /// The receipt of this number.
    Receipt(usize),
    /// Something else.
    NoReceipt,
    /// Textract says that the file is damaged.
    Broken,
    /// Textract fails at every call.
    Unlucky,
}

/// One photo, as it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Photo {
    pub(crate) shown: Shown,
    /// What it shows is in its bytes too, so that two photos of one receipt differ, as real ones do.
    pub(crate) bytes: Vec<u8>,
}

/// Most receipts are photographed once, some twice or three times, and some photos are sent twice. In a random order,
/// but first those that take longest.
pub(crate) fn photos(rng: &mut StdRng) -> Vec<Photo> {
    let mut all = Vec::with_capacity(PHOTOS);
    all.extend((0..UNLUCKY).map(|n| Photo::new(Shown::Unlucky, n)));
    all.extend((0..10).map(|n| Photo::new(Shown::NoReceipt, n)));
    all.extend((0..8).map(|n| Photo::new(Shown::Broken, n)));
    let mut receipt = 0;
    while all.len() < PHOTOS {
        let photos = [1, 1, 1, 1, 1, 1, 1, 2, 2, 3][receipt % 10].min(PHOTOS - all.len());
        // Every twentieth receipt's photo is sent again as it is.
        let differ = receipt % 20 != 7;
        all.extend((0..photos).map(|n| Photo::new(Shown::Receipt(receipt), if differ { n } else { 0 })));
        receipt += 1;
    }
    all[UNLUCKY..].shuffle(rng);
    all
}

impl Photo {
    fn new(shown: Shown, photo: usize) -> Self {
        let mut bytes = a_jpeg(1500);
        bytes.extend(format!("|{shown:?}|{photo}").bytes());
        Self { shown, bytes }
    }
}

/// Textract's answer for a photo, by the text at its end.
pub(crate) fn recorded(photo: &[u8]) -> Result<DetectDocumentText, DetectionError> {
    let text = String::from_utf8_lossy(photo);
    let mut fields = text.rsplit('|');
    let (Some(number), Some(shown)) = (fields.next(), fields.next()) else {
        return Err(DetectionError::Bad("no photo of ours".to_owned()));
    };
    match shown {
        "NoReceipt" => Ok(lines(&["DO NOT LEAN", "YOUR BICYCLE", "AGAINST", "THIS WALL", number])),
        "Broken" => Err(DetectionError::Bad("the file is damaged".to_owned())),
        "Unlucky" => Err(DetectionError::Internal("as always".to_owned())),
        receipt => {
            let receipt = receipt.trim_start_matches("Receipt(").trim_end_matches(')');
            receipt.parse().map(|receipt| a_receipt(receipt, number)).map_err(|_| DetectionError::Unsupported)
        }
    }
}

/// No two numbers have the same total, so that no two receipts are alike.
fn a_receipt(number: usize, photo: &str) -> DetectDocumentText {
    const TRADES: [&str; 5] = ["BOOKS", "TEA HOUSE", "HARDWARE", "BAKERY", "PHARMACY"];
    let sen = 700 + number * 3;
    let amount = |sen: usize| format!("{}.{:02}", sen / 100, sen % 100);
    lines(&[
        &format!("CORNER {} SDN BHD", TRADES[number % TRADES.len()]),
        "12 JALAN MAWAR",
        "50000 KUALA LUMPUR",
        &format!("Date: {:02}/{:02}/2018 8:{:02} PM", number % 28 + 1, number / 28 % 12 + 1, number % 60),
        &format!("PENCIL 2B    {}", amount(sen - 500)),
        "NOTEBOOK A5    5.00",
        &format!("TOTAL RM {}", amount(sen)),
        &format!("CASH {}", amount(sen + 100)),
        "CHANGE 1.00",
        // Without meaning: two photos are never read exactly alike.
        ["THANK YOU", "THANK Y0U", "THANKYOU"][photo.len() % 3],
    ])
}

pub(crate) fn rules() -> Rules {
    Rules { max_per_day: None, ..Rules::default().for_trying_out() }
}

#[test]
fn each_receipt_alone_would_be_accepted_and_nothing_else() {
    let mut rng = rand::SeedableRng::seed_from_u64(1);
    for Photo { shown, bytes } in photos(&mut rng) {
        let outcome = recorded(&bytes).map(|answer| {
            let facts = Facts { legibility: Some(answer.legibility()), ..Facts::default() };
            judge(&read(&answer, Orientation::Upright), &facts, &rules()).outcome
        });
        match shown {
            Shown::Receipt(_) => assert_eq!(outcome, Ok(Outcome::Accepted), "{shown:?}"),
            Shown::NoReceipt => assert_eq!(outcome, Ok(Outcome::Rejected), "{shown:?}"),
            Shown::Broken | Shown::Unlucky => assert!(outcome.is_err(), "{shown:?}"),
        }
    }
}

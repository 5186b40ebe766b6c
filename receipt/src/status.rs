//! The states of an image and the ways between them.

use serde::{Deserialize, Serialize};

use crate::listed_enum::listed_enum;

listed_enum! {
    /// How far an image has come.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
    #[serde(rename_all = "snake_case")]
    pub enum Status {
        /// In the bucket and in the ledger; no worker has it yet.
        Uploaded,
        /// A worker has it in hand.
        Started,
        /// Its text is known.
        TextDetected,
        /// A receipt that we take.
        Accepted,
        /// A receipt, or another picture, that we do not take; the verdict says why.
        Rejected,
        /// We could not read it, through no fault of the picture or because its file is broken; the reason says which.
        Failed,
    }
}

impl Status {
    /// Whether work on the image has ended.
    pub fn is_final(self) -> bool {
        match self {
            Self::Uploaded | Self::Started | Self::TextDetected => false,
            Self::Accepted | Self::Rejected | Self::Failed => true,
        }
    }

    /// The states that may follow this one. These are all the steps there are: the ledger refuses every other.
    pub fn next(self) -> &'static [Self] {
        match self {
            // `uploaded` again to say that it takes long.
            Self::Uploaded => &[Self::Uploaded, Self::Started, Self::Failed],
            // `started` again, here and below: it says that it waits, or another worker takes over where one died.
            Self::Started => &[Self::Started, Self::TextDetected, Self::Accepted, Self::Rejected, Self::Failed],
            Self::TextDetected => &[Self::Started, Self::Accepted, Self::Rejected, Self::Failed],
            Self::Accepted | Self::Rejected => &[],
            // The only way out of a final state: an operator has it tried again.
            Self::Failed => &[Self::Uploaded],
        }
    }

    /// Whether an image in this state may come into `next`.
    pub fn may_become(self, next: Self) -> bool {
        self.next().contains(&next)
    }

    /// The spelling in JSON and in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Started => "started",
            Self::TextDetected => "text_detected",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_as_str_spell_alike() {
        for status in Status::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }

    /// Down the side the state before, across the top the state after.
    const STEPS: &str = "
                       uploaded  started  text_detected  accepted  rejected  failed
        uploaded       yes       yes      .              .         .         yes
        started        .         yes      yes            yes       yes       yes
        text_detected  .         yes      .              yes       yes       yes
        accepted       .         .        .              .         .         .
        rejected       .         .        .              .         .         .
        failed         yes       .        .              .         .         .
    ";

    #[test]
    fn every_pair_of_states_is_a_step_or_none_as_the_table_says() {
        let mut rows =
            STEPS.lines().map(|row| row.split_whitespace().collect::<Vec<_>>()).filter(|row| !row.is_empty());
        assert_eq!(rows.next().unwrap(), Status::ALL.map(Status::as_str));
        let mut pairs = 0;
        for (from, row) in Status::ALL.into_iter().zip(rows.by_ref()) {
            assert_eq!((row[0], row.len()), (from.as_str(), 7));
            for (to, cell) in Status::ALL.into_iter().zip(&row[1..]) {
                assert_eq!(from.may_become(to), *cell == "yes", "{from:?} → {to:?}");
                pairs += 1;
            }
        }
        assert_eq!((pairs, rows.next()), (36, None));
    }

    #[test]
    fn from_every_state_an_image_can_end_unless_it_has() {
        for from in Status::ALL.into_iter().filter(|status| !status.is_final()) {
            assert!(from.next().contains(&Status::Failed), "{from:?}");
        }
    }

    #[test]
    fn architecture_md_draws_exactly_these_steps() {
        let page = include_str!("../../ARCHITECTURE.md");
        let (_, drawing) = page.split_once("stateDiagram-v2").expect("there is a drawing");
        let (drawing, _) = drawing.split_once("```").expect("the drawing ends");
        let drawn = drawing.trim().lines().map(|line| {
            let arrow = line.split_once(':').map_or(line, |(arrow, _)| arrow);
            let (from, to) = arrow.split_once("-->").unwrap_or_else(|| panic!("no arrow: {line}"));
            (from.trim(), to.trim())
        });
        let steps =
            Status::ALL.into_iter().flat_map(|from| from.next().iter().map(move |to| (from.as_str(), to.as_str())));
        let ends = Status::ALL.into_iter().filter(|status| status.is_final()).map(|end| (end.as_str(), "[*]"));
        let mut expected: Vec<_> = std::iter::once(("[*]", "uploaded")).chain(steps).chain(ends).collect();
        let mut drawn: Vec<_> = drawn.collect();
        expected.sort_unstable();
        drawn.sort_unstable();
        assert_eq!(drawn, expected);
    }
}

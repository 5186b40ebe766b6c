//! Names that go on on the next row.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    company_name::Name,
    line_features::LineFeatures,
    line_patterns::LEGAL_FORM,
    name_score::{TALL, may_be_a_name},
};
use crate::{
    reading::page::Page,
    text::{fold, regex},
};

static OPEN_END: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:&|(?-u:\b)(?:AND|SDN))[^A-Z0-9]*$"));
static OPEN_START: LazyLock<Regex> = LazyLock::new(|| regex(r"^[^A-Z0-9]*(?:&|AND(?-u:\b))"));

/// In usual lines: words of a logo that stand one below the other are as high as this.
const STACKED: f32 = 1.8;

/// Whether a row goes on with the name that the row above it began.
pub(crate) fn joins(page: &Page, features: &[LineFeatures], names: &[Name], row: usize) -> bool {
    let above = &names[row - 1].folded;
    names[row].starts_in_legal_form && !features[row].registration
        || above.matches('(').count() > above.matches(')').count() && names[row].folded.contains(')')
        || OPEN_END.is_match(above)
        || OPEN_START.is_match(&page.rows[row].text)
        || features[row].generic && (features[row].legal_form || LEGAL_FORM.is_match(&fold(&names[row].printed)))
        || names_a_kind(&features[..row]) && goes_on_with_name(&features[row]) && !features[row].generic
        || is_stacked(features, names, row)
}

/// Words of a logo, one below the other: as tall, and taller than the rest.
fn is_stacked(features: &[LineFeatures], names: &[Name], row: usize) -> bool {
    let (above, it) = (&features[row - 1], &features[row]);
    let one_word = |row: usize| !names[row].folded.contains(' ');
    let tall = if it.generic && one_word(row) { TALL } else { STACKED };
    above.height >= tall
        && it.height >= tall
        && (0.75..=1.33).contains(&(it.height / above.height))
        && above.room_below <= above.height + it.height
        && (one_word(row - 1) || one_word(row))
        && !above.legal_form
        && !it.legal_form
        && goes_on_with_name(it)
}

/// Whether a name ends or begins in the middle of one.
pub(crate) fn is_open(page: &Page, first: usize, last: usize) -> bool {
    OPEN_END.is_match(&page.rows[last].text) || OPEN_START.is_match(&page.rows[first].text)
}

/// "KEDAI MAKAN" alone on the last of these rows: a kind of shop, with its name on the next row, unless a taller name is above.
fn names_a_kind(rows: &[LineFeatures]) -> bool {
    let Some((it, above)) = rows.split_last() else { return false };
    let below_its_name = above.last().is_some_and(|above| above.height > it.height && may_be_a_name(above));
    it.generic && !it.legal_form && may_be_a_name(it) && !below_its_name
}

fn goes_on_with_name(features: &LineFeatures) -> bool {
    let address = features.numbered
        || features.address_words > 0
        || features.postcode
        || features.commas > 0
        || features.only_place;
    may_be_a_name(features) && !address && !features.bracketed
}

//! How much a span of rows looks like the name of a shop, or of the company behind it.

use std::ops::Range;

use super::{
    company_name::Name,
    given,
    header::Header,
    line_features::LineFeatures,
    mentions::{Mentions, Support, telling_words},
    name_joins::{is_open, joins},
    name_points as points,
};
use crate::{
    reading::{
        language::{Introduction, is_message},
        page::{Page, Row, median},
    },
    text::{essence, letters},
};

/// What stands this many lines above the next row was not printed with it: a stamp, handwriting.
const ROOM: f32 = 3.5;
/// Rows of a name.
pub(crate) const MAX_ROWS: usize = 3;
/// In usual lines: what is higher was printed to be seen.
pub(crate) const TALL: f32 = 1.35;
/// A shorter name needs something that speaks for it.
const SHORT_NAME: usize = 6;
/// Words of a slogan.
const SLOGAN: usize = 3;
/// What the OCR read so much less surely than the rest is rather on the back of the paper, or no print.
const FAINT: Range<f32> = 0.04..0.12;

/// What is the same for all spans.
#[derive(Debug)]
pub(crate) struct Scorer<'a> {
    page: &'a Page,
    header: &'a Header,
    mentions: &'a Mentions<'a>,
    names: &'a [Name],
    /// The features of each row, without what stands beside its name.
    features: Vec<LineFeatures>,
    tallest: f32,
    first_address: usize,
    /// Rows of the header with a legal form.
    legal: Vec<usize>,
    /// How many rows above each could be a name.
    names_above: Vec<f32>,
    /// How sure the OCR was of most rows.
    ocr_confidence: f32,
    /// The first row of what was bought.
    items: usize,
}

impl<'a> Scorer<'a> {
    pub(crate) fn new(page: &'a Page, header: &'a Header, mentions: &'a Mentions<'a>, names: &'a [Name]) -> Self {
        let features: Vec<LineFeatures> = header
            .features
            .iter()
            .zip(names)
            .enumerate()
            .map(|(row, (it, name))| of_name(page, row, *it, name))
            .collect();
        let head = 0..header.end;
        let mut above = 0.0;
        let names_above = features.iter().map(|it| {
            let now: f32 = above;
            if !(it.never_a_name || it.registration || it.phone) {
                above += 1.0;
            }
            now.min(4.0)
        });
        let names_above = names_above.collect();
        Self {
            tallest: features[head.clone()].iter().map(|it| it.height).fold(1e-5, f32::max),
            first_address: head.clone().find(|&row| header.address[row] > 0.8).unwrap_or(header.end),
            legal: legal_rows(&features, head),
            names_above,
            ocr_confidence: median(&mut page.rows.iter().map(Row::ocr_confidence).collect::<Vec<_>>()).unwrap_or(1.0),
            items: first_item(page),
            page,
            header,
            mentions,
            names,
            features,
        }
    }

    pub(crate) fn features(&self, row: usize) -> &LineFeatures {
        &self.features[row]
    }

    /// How a name on these rows is said elsewhere.
    pub(crate) fn support(&self, first: usize, last: usize) -> Support {
        let telling: Vec<&str> =
            (first..=last).flat_map(|row| telling_words(self.page, row, &self.names[row].range)).collect();
        self.mentions.support(&(first..last + 1), &telling)
    }

    /// Whether a name is printed to be seen, or said elsewhere.
    pub(crate) fn stands_out(&self, first: usize, last: usize) -> bool {
        let it = &self.features[first];
        let words_only = it.share_of_digits == 0.0 && it.commas == 0;
        it.height >= TALL || words_only && self.support(first, last) != Support::default()
    }

    /// What a name without a legal form loses because another row has one.
    pub(crate) fn taken_off_beside_a_company(&self, first: usize, last: usize) -> f32 {
        let legal = self.legal.iter().any(|row| (first..=last).contains(row));
        if self.legal.is_empty() || legal { 0.0 } else { points::LEGAL_FORM_ELSEWHERE }
    }

    pub(crate) fn score(&self, first: usize, last: usize, text: &str) -> f32 {
        let (a, b) = (&self.features[first], &self.features[last]);
        let support = self.support(first, last);
        let seen = a.height >= TALL
            || support != Support::default()
            || self.names[first].introduced.is_some()
            || self.names[last].ends_in_legal_form;
        let mut score = self.by_kind(first, last)
            + self.by_place(first, last)
            + given(essence(text).len() < SHORT_NAME && !seen, points::SHORT)
            + given(is_open(self.page, first, last), points::OPEN)
            + given(self.is_slogan(first, last), points::MESSAGE)
            + given(self.is_echoed(first), points::ECHOED)
            + points::FAINT * self.faintness(first, last)
            + points::HEIGHT * a.height / self.tallest
            + given(b.room_below > ROOM.max(2.0 * b.height), points::FAR_ABOVE);
        if (first + 1..=last).all(|row| joins(self.page, &self.features, self.names, row)) {
            score += points::PROMINENT * (a.height - TALL).clamp(0.0, 1.0) * (1.0 - self.faintness(first, last))
                + given(support.domain, points::DOMAIN)
                + given(support.greeting, points::GREETING)
                + points::SAID_ELSEWHERE * f32::from(u8::try_from(support.rows.min(2)).unwrap_or(2));
        }
        for row in first + 1..=last {
            score += if joins(self.page, &self.features, self.names, row) { points::JOINT } else { points::APART }
                + given(self.names[row - 1].introduced.is_some(), points::JOINED_TO_INTRODUCED);
        }
        score
    }

    /// By what its words and figures are.
    #[expect(clippy::cast_precision_loss, reason = "a row has few words")]
    fn by_kind(&self, first: usize, last: usize) -> f32 {
        let Self { header, names, features, .. } = self;
        let (a, b) = (&features[first], &features[last]);
        let mut score = given(names[last].ends_in_legal_form, points::ENDS_IN_LEGAL_FORM)
            + given(self.legal.first().is_some_and(|row| (first..=last).contains(row)), points::FIRST_LEGAL_FORM)
            + self.taken_off_beside_a_company(first, last)
            + given(names[first].starts_in_legal_form, points::STARTS_IN_LEGAL_FORM)
            + given(names[last].ends_in_business, points::ENDS_IN_BUSINESS)
            + given(names[first..=last].iter().any(|name| name.shortened), points::HAD_REGISTRATION)
            + given(features[first..=last].iter().any(|it| it.registered), points::REGISTERED)
            + given(a.business, points::BUSINESS)
            + given(a.never_a_name, points::NEVER_A_NAME)
            + given(a.registration, points::REGISTRATION)
            + given(a.phone, points::PHONE)
            + given(a.postcode, points::OTHER)
            + given(a.tax, points::OTHER)
            + given(a.date, points::OTHER)
            + given(a.amount, points::OTHER)
            + given(a.web, points::WEB)
            + given(a.generic && first > 0, points::GENERIC);
        if !a.legal_form {
            score += points::ADDRESS_WORD * a.address_words.min(3) as f32
                + points::DIGITS * if a.height >= TALL && may_be_a_name(a) { 0.0 } else { a.share_of_digits }
                + points::ADDRESS * if self.is_address(first) { header.address[first].clamp(0.0, 2.0) } else { 0.0 }
                + given(a.numbered, points::NUMBERED);
        }
        if last > first {
            let complete = a.legal_form && names[first].ends_in_legal_form && names[first].is_company();
            score += given(b.never_a_name, points::NEVER_A_NAME)
                + given(b.registration, points::REGISTRATION)
                + given(b.address_words > 0, points::LAST_ADDRESS_ROW)
                + given(b.phone, points::OTHER)
                + given(b.numbered, points::OTHER)
                + given(complete, points::COMPLETE_BEFORE);
        }
        score
    }

    /// By where it stands among the other rows.
    #[expect(clippy::cast_precision_loss, reason = "a page has few rows")]
    fn by_place(&self, first: usize, last: usize) -> f32 {
        let Self { header, names, features, .. } = self;
        let below = features.get(last + 1).copied().unwrap_or_default();
        let legal_here = self.legal.iter().any(|row| (first..=last).contains(row));
        let score = points::HIGH_UP * (1.0 - first.min(12) as f32 / 12.0)
            + given(first == 0, points::TOP)
            + given(last + 1 == self.first_address, points::ADDRESS_BELOW)
            + given(below.registration, points::REGISTRATION_BELOW)
            + given(names.get(last + 1).is_some_and(Name::starts_with_form), points::LEGAL_FORM_FOLLOWS)
            + given(features[first.saturating_sub(1)..=first].iter().any(|row| row.customer), points::CUSTOMER);
        if self.is_introduced(first) {
            return score + given(first < header.end, points::INTRODUCED);
        }
        if first >= header.end && first == last && features[first].strong_form {
            return score + points::FAR_BELOW;
        }
        score
            + points::NAME_ABOVE * self.names_above[first]
            + given(first >= self.first_address, points::BELOW_ADDRESS)
            + given(first >= header.end, points::BELOW_HEAD)
            + given(first > header.sale, points::BELOW_SALE)
            + given(first > header.numbers + 1, points::BELOW_ITS_NUMBERS)
            + given(first >= self.items && !legal_here, points::ITEM)
    }

    /// Whether the words before it say that it is the shop's name.
    fn is_introduced(&self, row: usize) -> bool {
        let of_the_shop = |kind: Introduction| match kind {
            Introduction::Shop | Introduction::Greeting => true,
            Introduction::Company => false,
        };
        let above = || row.checked_sub(1).and_then(|above| self.mentions.introduced(above));
        let ends_row = |row: usize, from: usize| letters(&self.page.rows[row].text[from..]) == 0;
        self.names[row].introduced.is_some_and(of_the_shop)
            || above().is_some_and(|it| of_the_shop(it.kind) && ends_row(row - 1, it.from))
    }

    /// Whether a row is one of an address, and not only called after a place.
    fn is_address(&self, row: usize) -> bool {
        let it = &self.features[row];
        let numbered = it.postcode || it.numbered;
        !self.names[row].partial && (numbered || it.address_words > 0 && row > 0 || it.street)
    }

    /// "EXPRESS" alone, where another row of the head has it with the name.
    fn is_echoed(&self, row: usize) -> bool {
        let words = self.names[row].folded.trim();
        let holds = |other: usize| {
            let text = &self.names[other].folded;
            text.len() > words.len() && text.split(' ').any(|word| word == words)
        };
        self.features[row].generic && (0..self.header.end).any(|other| other != row && holds(other))
    }

    fn is_slogan(&self, first: usize, last: usize) -> bool {
        let text = || self.names[first..=last].iter().map(|name| name.folded.as_str());
        let words = text().flat_map(|text| text.split(' ')).filter(|word| letters(word) > 0).count();
        (words >= SLOGAN || self.names[first].introduced.is_some())
            && !self.names[last].ends_in_legal_form
            && text().any(is_message)
    }

    /// 0 to 1: how much less surely than the rest the OCR read it. Logos are hard to read, too, but they are tall.
    fn faintness(&self, first: usize, last: usize) -> f32 {
        let row = |row: usize| {
            let share =
                (self.ocr_confidence - self.page.rows[row].ocr_confidence() - FAINT.start) / (FAINT.end - FAINT.start);
            share.clamp(0.0, if self.features[row].height >= TALL { 0.5 } else { 1.0 })
        };
        (first..=last).map(row).fold(0.0, f32::max)
    }
}

/// The features of a row without what stands beside its name.
fn of_name(page: &Page, row: usize, it: LineFeatures, name: &Name) -> LineFeatures {
    if name.partial { it.within(page, row, &name.range) } else { it }
}

/// The first row with an amount, or the one above it that says what it is for.
fn first_item(page: &Page) -> usize {
    let rows = 0..page.rows.len();
    let first = rows.clone().find(|&row| page.amounts_of(row).any(|amount| amount.decimals)).unwrap_or(rows.end);
    if first < rows.end && letters(&page.rows[first].text) < 3 { first.saturating_sub(1) } else { first }
}

/// The rows with a legal form; where one is unmistakable, those with such a form, and not "& CO" above "SDN BHD".
fn legal_rows(features: &[LineFeatures], head: Range<usize>) -> Vec<usize> {
    let rows: Vec<usize> = head.filter(|&row| features[row].legal_form && !features[row].never_a_name).collect();
    let strong: Vec<usize> = rows.iter().copied().filter(|&row| features[row].strong_form).collect();
    let near = |first: &usize| rows.first().is_some_and(|row| first - row <= MAX_ROWS);
    if strong.first().is_some_and(near) { strong } else { rows }
}

pub(crate) fn may_be_a_name(features: &LineFeatures) -> bool {
    let number = features.registration || features.phone || features.date || features.amount;
    let figures = if features.height >= TALL { FIGURES_OF_LOGO } else { FIGURES };
    !(number || features.never_a_name || features.web || features.share_of_digits > figures)
}

/// The share of figures in a name, and in one that is printed as a logo: "A101".
const FIGURES: f32 = 0.3;
const FIGURES_OF_LOGO: f32 = 0.75;

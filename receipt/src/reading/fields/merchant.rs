//! The merchant: the name of the company that sold, found among one to three rows near the top, and what its shop calls
//! itself.

use std::ops::Range;

use super::{
    company_name::{Name, name},
    confidence::{self, Evidence},
    header::Header,
    mentions::Mentions,
    name_score::{MAX_ROWS, Scorer, may_be_a_name},
};
use crate::{
    reading::{
        page::{Page, Row},
        receipt::Field,
    },
    text::essence,
};

/// Below this even the best row is no name: the top of the receipt was cut off.
const LEAST: f32 = -1.5;
const MAX_LENGTH: usize = 75;
/// Of the name of a domain, against those of rows.
const DOMAIN: f32 = 2.0;
/// What the shop calls itself has more points than this.
const LEAST_OF_TRADE: f32 = 2.0;

#[derive(Debug)]
struct Candidate {
    first: usize,
    last: usize,
    text: String,
    /// Where it stands on its row, if on one only.
    range: Option<Range<usize>>,
    score: f32,
    /// Where it may be what the shop calls itself: its score as such.
    trade_score: Option<f32>,
    /// Only a domain on the web says so.
    domain: bool,
}

/// How sure a trade name is: the likeliest name beside the company's. Not calibrated.
const TRADE_NAME: f32 = 0.6;

/// The names on a receipt.
#[derive(Debug)]
pub(crate) struct Names {
    /// The company that sold.
    pub(crate) merchant: Field<String>,
    /// What its shop calls itself, where that is another name.
    pub(crate) trade: Option<Field<String>>,
}

pub(crate) fn names(page: &Page, header: &Header) -> Option<Names> {
    let mentions = Mentions::new(page, header);
    // What stands alone far below is no name.
    let begins = |row: usize| header.features[row].legal_form || mentions.introduced(row).is_some();
    let may_hold = |row: usize| row < header.end + MAX_ROWS || (row + 1 - MAX_ROWS..=row).any(begins);
    let name = |row: usize| if may_hold(row) { name(page, row, mentions.introduced(row)) } else { Name::default() };
    let names: Vec<Name> = (0..page.rows.len()).map(name).collect();
    let scorer = Scorer::new(page, header, &mentions, &names);
    let mut candidates = candidates(page, header, &names, &scorer);
    let domain = by_domain(page, &mentions, &candidates, &scorer);
    candidates.extend(domain);
    let best = candidates.iter().reduce(|best, it| if it.score > best.score { it } else { best })?;
    if best.score < LEAST {
        return None;
    }
    let own = essence(&best.text);
    let rival =
        candidates.iter().filter(|it| essence(&it.text) != own).map(|it| it.score).fold(f32::NEG_INFINITY, f32::max);
    let mut margin = best.score - rival;
    // Where the OCR missed the name, something below the address wins.
    let vouched = names[best.first].introduced.is_some() && scorer.support(best.first, best.last).domain;
    if best.domain || !vouched && (0..best.first.min(header.end)).any(|row| header.address[row] > SURELY_ADDRESS) {
        margin = margin.min(0.0) - BELOW_ADDRESS;
    }
    let evidence = Evidence { margin, ocr_confidence: ocr_confidence(page, best) };
    let (company, shop) = company_and_shop(header, &scorer, &mentions, &candidates, best);
    let own = essence(&company.text);
    let spell =
        |it: &Candidate| if names[it.last].ends_in_legal_form { it.text.clone() } else { mentions.spell(&it.text) };
    let trade = shop
        .map(|it| field(page, it, spell(it), TRADE_NAME * ocr_confidence(page, it)))
        .filter(|it| !own.contains(&essence(&it.value)));
    Some(Names { merchant: field(page, company, spell(company), confidence::merchant(evidence)), trade })
}

/// The company by its registered name, if the receipt has it anywhere, and what its shop calls itself.
fn company_and_shop<'a>(
    header: &Header,
    scorer: &Scorer,
    mentions: &Mentions,
    candidates: &'a [Candidate],
    best: &'a Candidate,
) -> (&'a Candidate, Option<&'a Candidate>) {
    let is_company = |it: &Candidate| !it.domain && (it.first..=it.last).any(|row| scorer.features(row).legal_form);
    if is_company(best) {
        // Below the company stand streets and branches, too.
        let apart =
            |it: &&Candidate| it.last < best.first || best.last < it.first && scorer.stands_out(it.first, it.last);
        let score = |it: &Candidate| it.trade_score.filter(|score| *score > LEAST_OF_TRADE);
        let shops = candidates.iter().filter(apart).filter_map(|it| Some((it, score(it)?)));
        let shop = shops.reduce(|best, it| if it.1 > best.1 { it } else { best });
        return (best, shop.map(|(it, _)| it));
    }
    let below = candidates.iter().filter(|it| it.first >= header.end && is_company(it));
    match below
        .filter(|it| mentions.are_alike(&best.text, &it.text))
        .reduce(|best, it| if it.score > best.score { it } else { best })
    {
        Some(company) => (company, Some(best)),
        None => (best, None),
    }
}

/// The shop's domain on the web, where no name of the head is called so.
fn by_domain(page: &Page, mentions: &Mentions, candidates: &[Candidate], scorer: &Scorer) -> Option<Candidate> {
    let domain = mentions.domains.iter().find(|it| it.certain)?;
    let said = candidates.iter().any(|it| scorer.support(it.first, it.last).domain);
    (!said).then(|| Candidate {
        first: domain.row,
        last: domain.row,
        text: page.rows[domain.row].printed(&domain.name).to_owned(),
        range: Some(domain.name.clone()),
        score: DOMAIN,
        trade_score: None,
        domain: true,
    })
}

/// A row with this many points is one of an address.
const SURELY_ADDRESS: f32 = 2.0;
/// Taken off the margin of a name below an address: such names are wrong more often than not.
const BELOW_ADDRESS: f32 = 1.0;

fn ocr_confidence(page: &Page, it: &Candidate) -> f32 {
    page.rows[it.first..=it.last].iter().map(Row::ocr_confidence).fold(1.0, f32::min)
}

fn field(page: &Page, it: &Candidate, text: String, confidence: f32) -> Field<String> {
    let place = |row: usize| {
        let whole = || 0..page.rows[row].text.len();
        page.rows[row].shown(&it.range.clone().unwrap_or_else(whole))
    };
    let bounds = (it.first..=it.last).map(place).reduce(crate::BoundingBox::union);
    Field {
        value: text.clone(),
        text,
        confidence,
        alternatives: Vec::new(),
        bounds: bounds.unwrap_or(crate::BoundingBox::new([0.0; 4])),
    }
}

fn candidates(page: &Page, header: &Header, names: &[Name], scorer: &Scorer) -> Vec<Candidate> {
    let rows = page.rows.len();
    let in_head = 0..header.end;
    let below_head =
        (header.end..rows).filter(|&row| header.features[row].legal_form || names[row].introduced.is_some());
    let mut candidates = Vec::new();
    for first in in_head.chain(below_head) {
        for last in first..(first + MAX_ROWS).min(rows) {
            let text = names[first..=last].iter().map(|name| name.printed.as_str()).collect::<Vec<_>>().join(" ");
            let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
            let initials = letters < 3 && text.contains(' ') && !text.contains('&');
            if letters < 2 || initials || text.chars().count() > MAX_LENGTH {
                continue;
            }
            let range = Some(names[first].range.clone()).filter(|_| first == last && names[first].partial);
            let score = scorer.score(first, last, &text);
            let trade_score = (first < header.end
                && !names[last].ends_in_legal_form
                && header.address[first] <= 0.0
                && may_be_a_name(scorer.features(first)))
            .then(|| score - scorer.taken_off_beside_a_company(first, last));
            candidates.push(Candidate { first, last, text, range, score, trade_score, domain: false });
        }
    }
    candidates
}

//! The currency of a receipt: what its signs may mean, and what speaks for the countries that use them, added up.

use std::{collections::BTreeMap, ops::Range};

use jiff::civil::Date;

use super::confidence::{self, Evidence};
use crate::{
    Currency,
    reading::{
        language::{Class, CurrencySign, KnownCurrency, Language, currency_before, currency_sign_length},
        page::{Amount, Page},
        receipt::Field,
    },
};

/// What a sign must come to, to count as printed. Beside decimals or a sum it is proof by itself.
const PROVEN: usize = 2;

mod points {
    /// A sign that is proven, each further time that it stands there, and at most for these.
    pub(crate) const SIGN: f32 = 5.0;
    pub(crate) const REPEATED: f32 = 0.25;
    pub(crate) const MOST_REPEATED: f32 = 2.0;
    /// A sign that may be chance, and one that only says what another means.
    pub(crate) const ONE_WITNESS: f32 = 1.0;
    pub(crate) const ASIDE: f32 = 0.7;
    /// For the currency that a sign of several means where nothing tells which.
    pub(crate) const USUAL: f32 = 0.6;
    /// Letters glued to amounts that are, or are taken for, its sign.
    pub(crate) const LETTERS: f32 = 1.5;
    pub(crate) const MISREAD: f32 = 1.0;
}

/// By so much a country must be ahead to mean its own currency by a sign that is not its own ("$" is money anywhere), and
/// the most that it then counts to be ahead.
const CONTRADICTED: f32 = 2.0;
const DOUBTFUL: f32 = 2.0;
/// Below so many points, nothing is known; and letters alone must put one currency so far ahead of the others.
const ENOUGH: f32 = 1.5;
const CLEAR: f32 = 0.5;

/// The currency of a receipt, and where it is printed.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) currency: &'static KnownCurrency,
    evidence: Evidence,
    row: usize,
    range: Range<usize>,
    /// Only the country speaks for it.
    is_concluded: bool,
    /// The others that its sign means as well, where hardly anything tells which: the likeliest first.
    others: Vec<Currency>,
}

/// The currency for which most speaks.
pub(crate) fn find(page: &Page) -> Option<Found> {
    decide(page, None)
}

/// The same with the total known: a second currency beside that of the total is for information only.
pub(crate) fn of_total(page: &Page, total: &Amount) -> Option<Found> {
    decide(page, Some(total))
}

impl Found {
    pub(crate) fn field(&self, page: &Page) -> Option<Field<Currency>> {
        let confidence = confidence::currency(self.evidence);
        let field = page.field(self.row, &self.range, self.currency.code.parse().ok()?, confidence);
        Some(Field { alternatives: self.others.clone(), ..field })
    }

    /// Where only the country speaks: the currency that it had on that day.
    pub(crate) fn dated(self, page: &Page, day: Date) -> Self {
        let country = page.origin.country().map(|(country, _)| country);
        let formerly = country.filter(|country| country.currency == self.currency.code && self.is_concluded);
        let formerly = formerly.and_then(|country| country.formerly.as_ref()).filter(|formerly| day <= formerly.until);
        match formerly.and_then(|formerly| KnownCurrency::of(&formerly.currency)) {
            Some(currency) => Self { currency, ..self },
            None => self,
        }
    }
}

/// What is printed, by what it may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark<'a> {
    Sign(CurrencySign),
    /// Letters glued before figures.
    Letters(&'a str),
}

/// A mark on a row.
struct Printed<'a> {
    mark: Mark<'a>,
    weight: usize,
    row: usize,
    range: Range<usize>,
}

/// A mark, and all places where it is printed, together.
#[derive(Debug, Clone)]
struct Marked {
    weight: usize,
    times: usize,
    first: (usize, Range<usize>),
    is_of_total: bool,
}

/// What speaks for a currency.
#[derive(Debug, Clone, Default)]
struct Case {
    points: f32,
    /// A proven sign, or letters before most amounts.
    is_printed: bool,
    /// Such a sign is its own.
    is_own: bool,
    is_of_total: bool,
    place: Option<(usize, Range<usize>)>,
}

fn decide(page: &Page, total: Option<&Amount>) -> Option<Found> {
    let mut marked: BTreeMap<Mark, Marked> = BTreeMap::new();
    for it in printed(page) {
        let is_of_total = total.is_some_and(|total| is_of(total, &it));
        let mark = marked.entry(it.mark).or_insert(Marked {
            weight: 0,
            times: 0,
            first: (it.row, it.range.clone()),
            is_of_total: false,
        });
        mark.weight += it.weight;
        mark.times += 1;
        if is_of_total && !mark.is_of_total {
            (mark.first, mark.is_of_total) = ((it.row, it.range), true);
        }
    }
    let mut cases: BTreeMap<&str, Case> = BTreeMap::new();
    for (mark, it) in &marked {
        for (currency, points, is_printed) in meanings(*mark, it, page) {
            let case = cases.entry(currency.code.as_str()).or_default();
            case.points += points;
            if case.place.is_none() || is_printed && !case.is_printed || it.is_of_total && !case.is_of_total {
                case.place = Some(it.first.clone());
            }
            case.is_printed |= is_printed;
            case.is_own |= is_printed && matches!(mark, Mark::Sign(CurrencySign::One(_)));
            case.is_of_total |= is_printed && it.is_of_total;
        }
    }
    for (currency, points) in page.origin.points_for_currencies() {
        cases.entry(currency.code.as_str()).or_default().points += points;
    }
    let any = |fits: fn(&Case) -> bool| cases.values().any(fits);
    let (of_total, is_printed) = (any(|case| case.is_of_total), any(|case| case.is_printed));
    let may_be = |case: &Case| if of_total { case.is_of_total } else { case.is_printed || !is_printed };
    // Of several with as many points the one in use now, which stands before what it replaced.
    let rank = |code: &str| KnownCurrency::place_of(code);
    let most = |may_be: &dyn Fn(&Case) -> bool| {
        let cases = cases.iter().filter(|(_, case)| may_be(case));
        cases.max_by(|a, b| a.1.points.total_cmp(&b.1.points).then_with(|| rank(b.0).cmp(&rank(a.0))))
    };
    let (mut code, mut best) = most(&may_be)?;
    let (likely, case) = most(&|_| true)?;
    let is_contradicted = !best.is_own && case.points - best.points >= CONTRADICTED;
    if is_contradicted {
        (code, best) = (likely, case);
    }
    let rival = |other: &str| other != *code && !page.origin.is_same_country(other, code);
    let next = cases.iter().filter(|(other, _)| rival(other)).map(|(_, case)| case.points).fold(0.0, f32::max);
    let margin = (best.points - next).min(if is_contradicted { DOUBTFUL } else { f32::INFINITY });
    let only_letters =
        best.is_printed && !marked.iter().any(|(mark, it)| matches!(mark, Mark::Sign(_)) && it.weight > 0);
    if best.points < ENOUGH || only_letters && margin < CLEAR {
        return None;
    }
    let mut others: Vec<(&str, f32)> = Vec::new();
    if !best.is_own && best.is_printed && margin < DOUBTFUL {
        let alike = |(other, case): &(&&str, &Case)| rival(other) && case.is_printed && !case.is_own;
        let near = cases.iter().filter(alike).filter(|(_, case)| best.points - case.points < DOUBTFUL);
        others.extend(near.map(|(other, case)| (*other, case.points)));
        others.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| rank(a.0).cmp(&rank(b.0))));
    }
    let others = others.into_iter().filter_map(|(code, _)| code.parse().ok()).collect();
    let currency = KnownCurrency::of(code)?;
    let place = best.place.clone().or_else(|| page.origin.place_of(code)).or_else(|| word_of(page, currency));
    let (row, range) = place?;
    let evidence = Evidence { margin, ocr_confidence: page.rows[row].ocr_confidence() };
    Some(Found { currency, evidence, row, range, is_concluded: best.place.is_none(), others })
}

/// Whether a sign is the total's: beside it, or on its row where none is beside it.
fn is_of(total: &Amount, it: &Printed) -> bool {
    it.row == total.row
        && match (total.currency, it.mark) {
            (Some(own), Mark::Sign(sign)) => own == sign,
            (Some(_), Mark::Letters(_)) => false,
            (None, _) => it.weight > 0,
        }
}

/// The currencies that a mark may mean, with what it is worth for each, and whether that is proof.
fn meanings(mark: Mark, it: &Marked, page: &Page) -> Vec<(&'static KnownCurrency, f32, bool)> {
    #[expect(clippy::cast_precision_loss, reason = "counts are small")]
    let repeated = (points::REPEATED * it.times.saturating_sub(1) as f32).min(points::MOST_REPEATED);
    let is_printed = it.weight >= PROVEN;
    let of_sign = match it.weight {
        0 => points::ASIDE,
        1 => points::ONE_WITNESS,
        2.. => points::SIGN + repeated,
    };
    match mark {
        Mark::Sign(CurrencySign::One(code)) => {
            KnownCurrency::of(code).map(|currency| (currency, of_sign, is_printed)).into_iter().collect()
        }
        Mark::Sign(CurrencySign::Shared(sign)) => {
            let usual = |currency: &KnownCurrency| if currency.is_usual_for(sign) { points::USUAL } else { 0.0 };
            KnownCurrency::sharing(sign).map(|currency| (currency, of_sign + usual(currency), is_printed)).collect()
        }
        Mark::Letters(letters) => {
            let is_printed = it.times > 1 && it.times * 2 >= page.amounts.len();
            let own = KnownCurrency::sharing(letters).map(|it| (it, points::LETTERS));
            let misread = KnownCurrency::misread_as(letters).map(|it| (it, points::MISREAD));
            own.chain(misread).map(|(currency, points)| (currency, points + repeated, is_printed)).collect()
        }
    }
}

/// The signs beside amounts, then those that stand alone, as in "Amount (RM)", then letters glued to amounts.
fn printed(page: &Page) -> impl Iterator<Item = Printed<'_>> {
    let beside = page.amounts.iter().filter_map(|amount| {
        let sign = amount.currency?;
        let text = &page.rows[amount.row].text;
        let figures = text[amount.reach.clone()].find(|c: char| c.is_ascii_digit()).unwrap_or(0) + amount.reach.start;
        let range = match currency_before(text, figures, &page.local_signs) {
            Some((from, before)) if before == sign => {
                from..from + currency_sign_length(&text[from..], sign).unwrap_or(1)
            }
            Some(_) | None => amount.reach.clone(),
        };
        let of_a_sum = page.classes[amount.row].any(&OF_SUMS);
        let proven = if page.origin.is_chance_word(sign, ENOUGH) { of_a_sum } else { amount.decimals || of_a_sum };
        let weight = if proven { PROVEN } else { 1 };
        Some(Printed { mark: Mark::Sign(sign), weight, row: amount.row, range })
    });
    let alone = page.signs_alone.iter().map(|it| {
        let (row, range, text) = (it.row, it.range.clone(), &page.rows[it.row].text);
        let speaks_of_money = page.classes[row].any(&OF_SUMS) || page.classes[row].has(Class::Column);
        let is_word = text[range.clone()].starts_with(|c: char| c.is_ascii_uppercase());
        let is_all = text.trim() == &text[range.clone()];
        let bracketed = text[..range.start].ends_with('(') && text[range.end..].starts_with(')');
        // Letters in running text may be anything, an address more often than not: they only say what "$" means.
        let weight = if !is_word || speaks_of_money || is_all || bracketed { PROVEN } else { 0 };
        Printed { mark: Mark::Sign(it.sign), weight, row, range }
    });
    let letters = page.amounts.iter().filter_map(|amount| {
        let range = amount.unknown_sign.clone()?;
        let text = page.rows[amount.row].text.get(range.clone())?;
        let letters = text.trim_end_matches(|c: char| !c.is_ascii_uppercase());
        Some(Printed { mark: Mark::Letters(letters), weight: 1, row: amount.row, range })
    });
    beside.chain(alone).chain(letters)
}

/// Of words beside which a sign is one of money.
const OF_SUMS: [Class; 8] = [
    Class::Total,
    Class::StrongTotal,
    Class::RoundedTotal,
    Class::Subtotal,
    Class::Cash,
    Class::Card,
    Class::Change,
    Class::Tax,
];

/// A word of a language that speaks for a currency.
fn word_of(page: &Page, currency: &KnownCurrency) -> Option<(usize, Range<usize>)> {
    let countries = page.origin.speaking(page.languages, &currency.code);
    page.hits.iter().enumerate().find_map(|(row, hits)| {
        let hit = hits.iter().find(|hit| countries.shares(hit.languages) && !hit.is_of(Language::English.into()))?;
        Some((row, hit.range.clone()))
    })
}

#[cfg(test)]
mod tests {
    use crate::{
        Orientation,
        reading::{
            read,
            tests::photograph::{Pose, photograph},
        },
    };

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let receipt = read(&photograph(text, Pose::default()), Orientation::Upright);
        let code = receipt.currency.map(|currency| currency.value.to_string()).unwrap_or_default();
        assert_eq!(code, expected, "{text}");
    }

    #[test]
    fn a_currency_is_what_stands_beside_the_amounts() {
        check("SHOP\nTOTAL  RM 5.00", "MYR");
        check("SHOP\nTOTAL  5,00 €", "EUR");
        check("SHOP\nTOTAL EUR  5,00", "EUR");
        check("SHOP\nSUMA PLN  5,00", "PLN");
        check("SHOP\nTOTAL  £5.00", "GBP");
    }

    #[test]
    fn a_dollar_is_the_country_s() {
        check("SHOP\nTOTAL  $5.00", "USD");
        check("SHOP\nSYDNEY AUSTRALIA\nTOTAL  $5.00", "AUD");
        check("SHOP\nORCHARD ROAD SINGAPORE\nTOTAL  $5.00", "SGD");
        check("SHOP\nTORONTO ONTARIO\nTOTAL  $5.00", "CAD");
        check("SHOP\nHST 13%  $0.65\nTOTAL  $5.00", "CAD");
    }

    #[test]
    fn a_sign_of_several_currencies_leaves_them_open_where_nothing_tells_which() {
        let others = |text: &str| {
            let receipt = read(&photograph(text, Pose::default()), Orientation::Upright);
            receipt.currency.map(|it| it.alternatives.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        let lone = others("SHOP\nTEA  $2.00\nTOTAL  $5.00").unwrap();
        assert!(["AUD", "CAD", "SGD", "MXN"].iter().all(|code| lone.iter().any(|other| other == code)), "{lone:?}");
        assert!(!lone.contains(&"USD".to_owned()) && !lone.contains(&"EUR".to_owned()));
        assert_eq!(others("SHOP\nSYDNEY NSW 2000 AUSTRALIA\nTOTAL  $5.00"), Some(Vec::new()));
        assert_eq!(others("SHOP\nTOTAL  RM 5.00"), Some(Vec::new()));
    }

    #[test]
    fn the_total_s_own_currency_is_the_receipt_s() {
        check("SHOP\nTEA  EUR 5.00\nCAKE  EUR 3.00\nTOTAL  CHF 8.00\nIN EUR  EUR 8.50", "CHF");
        let confidence = |foot: &str| {
            let prices = format!("SHOP\nTEA  CHF 8.00\nTOTAL  CHF 8.00\n{foot}");
            let receipt = read(&photograph(&prices, Pose::default()), Orientation::Upright);
            receipt.currency.map(|currency| currency.confidence)
        };
        assert_eq!(confidence("All prices in CHF, thank you"), confidence("Thank you"), "the foot takes nothing away");
        assert!(confidence("Thank you") > Some(0.9));
    }

    #[test]
    fn letters_in_an_address_or_before_a_room_are_hardly_a_currency() {
        check("SHOP\nATATURK CAD. 12\nTOTAL  5.00", "");
        check("LOKANTA\nATATURK CAD. 12\nTOPKDV  0.05\nTOPLAM  5.00", "TRY");
        let room = read(&photograph("HOTEL\nRM 204\nTOTAL  25.00", Pose::default()), Orientation::Upright);
        assert!(room.currency.is_none_or(|currency| currency.confidence < 0.5));
    }

    #[test]
    fn without_a_sign_the_words_speak_for_a_country() {
        check("KEDAI MAJU SDN BHD\nJALAN MAWAR\nJUMLAH  5.00\nTUNAI  10.00", "MYR");
        check("Laden\nZwischensumme  5,00\nGegeben  10,00\nRückgeld  5,00", "EUR");
        check("SHOP\nTOTAL  5.00", "");
    }
}

//! The currency of a receipt: by its signs and codes, else by the language.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use crate::{
    Currency,
    reading::{
        language::{
            Class, Classes, CurrencySign, KnownCurrency, Language, currencies_alone, currency_before,
            currency_sign_length,
        },
        page::{Amount, Page},
        receipt::Field,
    },
};

/// How sure a currency is that is printed, one that follows from the country, and one for which a single sign speaks that
/// may mean something else: "RM 204" is a room, "CAD." a street.
const PRINTED: f32 = 0.97;
const CONCLUDED: f32 = 0.7;
const DOUBTFUL: f32 = 0.45;
/// What a sign must come to, to count as printed. Beside decimals or a sum it is proof by itself.
const PROVEN: usize = 2;

/// The currency of a receipt, and where it is printed.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) currency: &'static KnownCurrency,
    row: usize,
    range: Range<usize>,
    confidence: f32,
}

/// The currency whose signs are most frequent; where there are none, the country's.
pub(crate) fn find(page: &Page) -> Option<Found> {
    let votes = votes(page);
    // Of two that are as frequent, a sign of one currency decides rather than a shared one.
    let most = votes
        .iter()
        .filter(|(_, weight)| **weight > 0)
        .max_by_key(|(sign, weight)| (**weight, !sign.is_shared()))
        .map(|(sign, _)| *sign);
    match most {
        Some(most) => meant_by(most, page, &votes),
        None => of_the_country(page),
    }
}

/// The currency of the amount that is the total: a second one beside it is for information only.
pub(crate) fn of_total(page: &Page, total: &Amount) -> Option<Found> {
    meant_by(total.currency?, page, &votes(page))
}

/// What all that is printed of each sign comes to.
fn votes(page: &Page) -> BTreeMap<CurrencySign, usize> {
    let mut votes = BTreeMap::new();
    for it in signs(page) {
        *votes.entry(it.sign).or_default() += it.weight;
    }
    votes
}

fn meant_by(sign: CurrencySign, page: &Page, votes: &BTreeMap<CurrencySign, usize>) -> Option<Found> {
    let (currency, is_certain) = match sign {
        CurrencySign::One(code) => (KnownCurrency::of(code)?, true),
        CurrencySign::Shared(shared) => {
            let currency = whose(shared, page, votes)?;
            (currency, currency.place().is_none())
        }
    };
    let own = CurrencySign::One(&currency.code);
    let first = signs(page).find(|it| it.sign == own || it.sign == sign)?;
    let weight: usize = [own, sign].iter().collect::<BTreeSet<_>>().into_iter().filter_map(|it| votes.get(it)).sum();
    let confidence = match (weight >= PROVEN, first.sign == own || is_certain) {
        (false, _) => DOUBTFUL,
        (true, true) => PRINTED,
        (true, false) => CONCLUDED,
    };
    Some(Found { currency, row: first.row, range: first.range, confidence })
}

impl Found {
    pub(crate) fn field(&self, page: &Page) -> Option<Field<Currency>> {
        Some(page.field(self.row, &self.range, self.currency.code.parse().ok()?, self.confidence))
    }
}

/// A sign of a currency on a row.
struct Printed {
    sign: CurrencySign,
    weight: usize,
    row: usize,
    range: Range<usize>,
}

/// The signs beside amounts, then those that stand alone, as in "Amount (RM)".
fn signs(page: &Page) -> impl Iterator<Item = Printed> {
    let beside = page.amounts.iter().filter_map(|amount| {
        let sign = amount.currency?;
        let text = &page.rows[amount.row].text;
        let figures = text[amount.reach.clone()].find(|c: char| c.is_ascii_digit()).unwrap_or(0) + amount.reach.start;
        let range = match currency_before(text, figures) {
            Some((from, before)) if before == sign => {
                from..from + currency_sign_length(&text[from..], sign).unwrap_or(1)
            }
            Some(_) | None => amount.reach.clone(),
        };
        let of_a_sum = page.classes[amount.row].any(&OF_SUMS);
        let weight = if amount.decimals || of_a_sum { PROVEN } else { 1 };
        Some(Printed { sign, weight, row: amount.row, range })
    });
    let alone = page.rows.iter().enumerate().flat_map(move |(row, it)| {
        let speaks_of_money = page.classes[row].any(&OF_SUMS) || page.classes[row].has(Class::Column);
        currencies_alone(&it.text).map(move |(range, sign)| {
            let is_word = it.text[range.clone()].starts_with(|c: char| c.is_ascii_uppercase());
            let is_all = it.text.trim() == &it.text[range.clone()];
            let bracketed = it.text[..range.start].ends_with('(') && it.text[range.end..].starts_with(')');
            // Letters in running text may be anything, an address more often than not: they only say what "$" means.
            let weight = if !is_word || speaks_of_money || is_all || bracketed { PROVEN } else { 0 };
            Printed { sign, weight, row, range }
        })
    });
    beside.chain(alone)
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

/// Which currency a shared sign means: the one with another sign on the receipt, else the one whose place is named.
fn whose(sign: &str, page: &Page, votes: &BTreeMap<CurrencySign, usize>) -> Option<&'static KnownCurrency> {
    let sharing = KnownCurrency::sharing(sign);
    let named = sharing.iter().find(|it| votes.contains_key(&CurrencySign::One(&it.code)));
    let is_there = |it: &&&KnownCurrency| {
        it.place().is_none_or(|place| {
            place.language().is_none_or(|language| page.languages.has(language))
                && page.rows.iter().any(|row| place.words.iter().any(|word| has_word(&row.text, word.trim())))
        })
    };
    named.or_else(|| sharing.iter().find(is_there)).copied()
}

/// Whether a text has a word or words that stand free.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let free = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
        free(text[..at].chars().next_back()) && free(text[at + word.len()..].chars().next())
    })
}

/// The currency of the language on the receipt, and a word of it.
fn of_the_country(page: &Page) -> Option<Found> {
    let word = |language: Language, classes: Option<Classes>| {
        page.hits.iter().enumerate().find_map(|(row, hits)| {
            let hit = hits.iter().find(|hit| match classes {
                Some(classes) => classes.has(hit.class) && hit.is_of(language.into()),
                None => hit.is_of(language.into()) && !hit.is_of(Language::English.into()),
            })?;
            Some((row, hit.range.clone()))
        })
    };
    let spoken = || page.leading.iter().filter_map(|it| Some((it, KnownCurrency::of(it.currency()?)?)));
    let surely = spoken().find_map(|(language, currency)| {
        let classes = language.spoken_only_there().iter().copied().collect();
        Some((currency, word(language, Some(classes))?))
    });
    let (currency, (row, range)) = surely.or_else(|| {
        let (language, currency) = spoken().next()?;
        Some((currency, word(language, None)?))
    })?;
    Some(Found { currency, row, range, confidence: CONCLUDED })
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
    fn the_total_s_own_currency_is_the_receipt_s() {
        check("SHOP\nTEA  EUR 5.00\nCAKE  EUR 3.00\nTOTAL  CHF 8.00\nIN EUR  EUR 8.50", "CHF");
        let prices = "SHOP\nTEA  CHF 8.00\nTOTAL  CHF 8.00\nAll prices in CHF, thank you";
        let receipt = read(&photograph(prices, Pose::default()), Orientation::Upright);
        assert_eq!(
            receipt.currency.map(|currency| currency.confidence),
            Some(super::PRINTED),
            "the foot takes nothing away"
        );
    }

    #[test]
    fn letters_in_an_address_or_before_a_room_are_hardly_a_currency() {
        check("LOKANTA\nATATURK CAD. 12\nTOPLAM  5.00", "");
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

//! Where a receipt comes from: all that speaks for a country adds up.

use std::{ops::Range, sync::LazyLock};

use super::rows::Row;
use crate::reading::language::{
    Clue, Country, CurrencySign, FirstInDates, KnownCurrency, Languages, LocalSigns, Words, countries,
    known_currencies, numbers_of_countries, writing_of_countries,
};

/// What speaks for each country.
#[derive(Debug, Default)]
pub(crate) struct Origin {
    /// In the order of [`countries`].
    scores: Vec<Score>,
    /// Of the country with each currency that has most points, in the order of [`known_currencies`].
    by_currency: Vec<f32>,
}

#[derive(Debug, Clone, Default)]
struct Score {
    by_clue: [f32; Clue::COUNT],
    language: f32,
    /// Where its best clue stands, and what that is worth.
    place: Option<(usize, Range<usize>, f32)>,
}

/// The language of most words, if it is spoken in a country, and more where the receipts in it that show no country mostly
/// come from there; and any other language on the receipt.
const LANGUAGE: f32 = 2.0;
const OTHER_LANGUAGE: f32 = 0.7;
const USUAL_LANGUAGE: f32 = 1.5;
/// From so many points on, and with this share of those of the country that has most, letters that mean something else
/// elsewhere are signs of a country's currency.
const ENOUGH_FOR_LOCAL_SIGNS: f32 = 2.0;
const SHARE_FOR_LOCAL_SIGNS: f32 = 0.6;

/// Whether a row has a price: what stands beside it is bought, and may be called after any place ("TURKEY SANDWICH 4.50").
fn has_price(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = |at: usize| bytes.get(at).is_none_or(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'));
    bytes
        .windows(4)
        .enumerate()
        .any(|(at, four)| matches!(four, [b'0'..=b'9', b'.' | b',', b'0'..=b'9', b'0'..=b'9']) && ends(at + four.len()))
}

/// The places of each country's currencies in the table of currencies, in the order of [`countries`].
static PLACES_OF_CURRENCIES: LazyLock<Vec<Vec<usize>>> = LazyLock::new(|| {
    countries().iter().map(|it| it.currencies().filter_map(KnownCurrency::place_of).collect()).collect()
});

impl Origin {
    /// From the rows, the languages on them, and those of most words.
    pub(crate) fn of(rows: &[Row], languages: Languages, leading: Languages) -> Self {
        let mut origin = Self {
            scores: vec![Score::default(); countries().len()],
            by_currency: vec![0.0; known_currencies().len()],
        };
        for (at, row) in rows.iter().enumerate() {
            let of_goods = has_price(&row.text);
            for (range, clue, country) in Words::of(&row.text).clues() {
                if !of_goods || !matches!(clue, Clue::Name | Clue::City) {
                    origin.add(country, clue, at, range);
                }
            }
            for (clue, country) in numbers_of_countries(&row.text) {
                origin.add(country, clue, at, 0..row.text.len());
            }
        }
        let printed: String = rows.iter().map(|row| row.printed.as_str()).collect();
        for (clue, country) in writing_of_countries(&printed) {
            let row = rows.iter().position(|row| !row.printed.is_ascii()).unwrap_or_default();
            origin.add(country, clue, row, 0..rows.get(row).map_or(0, |row| row.text.len()));
        }
        for (score, country) in origin.scores.iter_mut().zip(countries()) {
            if country.speaks_one_of(leading) {
                let usual = leading.iter().any(|language| language.currency() == Some(country.currency.as_str()));
                score.language = LANGUAGE + if usual { USUAL_LANGUAGE } else { 0.0 };
            } else if country.speaks_one_of(languages) {
                score.language = OTHER_LANGUAGE;
            }
        }
        for (score, currencies) in origin.scores.iter().zip(PLACES_OF_CURRENCIES.iter()) {
            for place in currencies {
                let most = &mut origin.by_currency[*place];
                *most = most.max(score.points());
            }
        }
        origin
    }

    fn add(&mut self, country: usize, clue: Clue, row: usize, range: Range<usize>) {
        let Some(score) = self.scores.get_mut(country) else { return };
        let (points, most) = clue.points();
        let of_clue = &mut score.by_clue[clue as usize];
        *of_clue = (*of_clue + points).min(most);
        if score.place.as_ref().is_none_or(|(_, _, best)| points > *best) {
            score.place = Some((row, range, points));
        }
    }

    fn all(&self) -> impl Iterator<Item = (&'static Country, &Score)> {
        countries().iter().zip(&self.scores)
    }

    /// The points of the country with a currency that has most of them.
    pub(crate) fn points_for(&self, currency: &str) -> f32 {
        KnownCurrency::place_of(currency).map_or(0.0, |place| self.by_currency[place])
    }

    /// The currencies for which something speaks, with their points.
    pub(crate) fn points_for_currencies(&self) -> impl Iterator<Item = (&'static KnownCurrency, f32)> {
        known_currencies().iter().zip(self.by_currency.iter().copied()).filter(|(_, points)| *points > 0.0)
    }

    /// Whether a sign is a code that is a word, too, and less than `enough` points speak for its currency: "CAD 12" is a
    /// street.
    pub(crate) fn is_chance_word(&self, sign: CurrencySign, enough: f32) -> bool {
        match sign {
            CurrencySign::One(code) => {
                KnownCurrency::of(code).is_some_and(|it| it.code_is_a_word) && self.points_for(code) < enough
            }
            CurrencySign::Shared(_) => false,
        }
    }

    /// Where the best clue for a currency stands.
    pub(crate) fn place_of(&self, currency: &str) -> Option<(usize, Range<usize>)> {
        let of_currency = self.all().filter(|(country, _)| country.uses(currency));
        let best = of_currency.max_by(|(_, a), (_, b)| a.points().total_cmp(&b.points()))?;
        best.1.place.as_ref().map(|(row, range, _)| (*row, range.clone()))
    }

    /// Whether two currencies are those of one country, now and before.
    pub(crate) fn is_same_country(&self, a: &str, b: &str) -> bool {
        self.all().any(|(country, score)| {
            score.points() > 0.0 && country.formerly.is_some() && [a, b].iter().all(|it| country.uses(it))
        })
    }

    /// Of the languages of a receipt those that countries with a currency speak.
    pub(crate) fn speaking(&self, languages: Languages, currency: &str) -> Languages {
        let spoken = languages.iter().filter(|language| {
            let speaks = |country: &Country| country.speaks_one_of((*language).into());
            self.all().any(|(country, _)| country.uses(currency) && speaks(country))
        });
        spoken.fold(Languages::default(), |all, language| all.with(language.into()))
    }

    /// The country with most points, and by how many it is ahead of the next.
    pub(crate) fn country(&self) -> Option<(&'static Country, f32)> {
        let (best, most) = self.best(|_| true)?;
        let next = self.best(|country| country.code != best.code).map_or(0.0, |(_, points)| points);
        Some((best, most - next))
    }

    /// Whether some country whose currency is not so is that many points ahead of all where it is.
    pub(crate) fn is_elsewhere(&self, is_so: fn(&KnownCurrency) -> bool, ahead: f32) -> bool {
        let fits = |country: &Country| KnownCurrency::of(&country.currency).is_some_and(is_so);
        let points = |best: Option<(&Country, f32)>| best.map_or(0.0, |(_, points)| points);
        points(self.best(|country| !fits(country))) >= points(self.best(fits)) + ahead
    }

    /// What comes first in dates where the receipt comes from, and how many points speak for that rather than for another
    /// order.
    pub(crate) fn dates(&self) -> Option<(FirstInDates, f32)> {
        let (best, most) = self.best(|_| true)?;
        let next = self.best(|country| country.first_in_dates != best.first_in_dates).map_or(0.0, |(_, points)| points);
        Some((best.first_in_dates, most - next))
    }

    fn best(&self, fits: impl Fn(&Country) -> bool) -> Option<(&'static Country, f32)> {
        let fitting = self.all().filter(|(country, _)| fits(country)).map(|(country, score)| (country, score.points()));
        // The first of those with as many.
        fitting.filter(|(_, points)| *points > 0.0).reduce(|best, it| if it.1 > best.1 { it } else { best })
    }

    /// The letters that are signs of currencies here.
    pub(crate) fn local_signs(&self) -> LocalSigns {
        let most = self.scores.iter().map(Score::points).fold(0.0, f32::max);
        let enough = ENOUGH_FOR_LOCAL_SIGNS.max(most * SHARE_FOR_LOCAL_SIGNS);
        let known: Vec<&str> = self
            .all()
            .filter(|(_, score)| score.points() >= enough)
            .flat_map(|(country, _)| country.currencies())
            .collect();
        LocalSigns::of(|currency| known.contains(&currency.code.as_str()))
    }
}

impl Score {
    fn points(&self) -> f32 {
        self.by_clue.iter().sum::<f32>() + self.language
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::page::rows::row_of;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let rows: Vec<Row> = text.lines().map(row_of).collect();
        let found = Origin::of(&rows, Languages::default(), Languages::default()).country();
        assert_eq!(found.map(|(country, _)| country.code.as_str()).unwrap_or_default(), expected, "{text}");
    }

    #[test]
    fn what_speaks_for_a_country_adds_up() {
        check("SHOP\n1 MAIN ST, AUSTIN TX 78701\nSALES TAX 1.00", "US");
        check("SHOP\n1 KING ST, TORONTO ON M5V 2T6\nHST 1.30", "CA");
        check("LOJA\nCNPJ 12.345.678/0001-90\nNOVA LIMA - MG", "BR");
        check("SHOP\nCAPE TOWN\nVAT NO 4012345678", "ZA");
        check("MARKET\nATATURK CAD NO 12 IZMIR\nTOPKDV 1,20", "TR");
        check("SHOP\nKATHMANDU\nVAT NO 610123456", "NP");
        check("SHOP", "");
    }

    #[test]
    fn goods_that_are_called_after_a_place_say_nothing() {
        check("TURKEY SANDWICH 4.50\nVIENNA COFFEE 3.20", "");
    }

    #[test]
    fn the_order_of_dates_is_the_country_s() {
        let order = |text: &str| {
            let rows: Vec<Row> = text.lines().map(row_of).collect();
            Origin::of(&rows, Languages::default(), Languages::default()).dates().map(|(order, _)| order)
        };
        assert_eq!(order("AUSTIN TX 78701"), Some(FirstInDates::Month));
        assert_eq!(order("QUITO\nRUC 1234567890001"), Some(FirstInDates::Day));
        assert_eq!(order("SEOUL KOREA"), Some(FirstInDates::Year));
    }
}

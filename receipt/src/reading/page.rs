//! The page: rows with the keywords and amounts on each of them. Every field is read from it.

use std::{ops::Range, slice, sync::LazyLock};

use regex::Regex;

mod amounts;
mod deskew;
mod doubts;
mod links;
mod number_shapes;
mod origin;
mod rows;
mod warp;

#[cfg(test)]
pub(crate) use self::rows::row_of;
pub(crate) use self::{
    amounts::Amount,
    deskew::{CHARACTER_WIDTH, Fragment, Sheet, fragments, fragments_each_way, median},
    origin::Origin,
    rows::{Row, rows},
};
use self::{
    amounts::{Amounts, SignAlone, amounts},
    rows::rows_by,
};
use super::{
    language::{self, Class, Classes, Hit, Languages, LocalSigns, Spoken},
    receipt::Field,
};
use crate::{
    text::{letters, regex, without_accent},
    textract::DetectDocumentText,
};

#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) rows: Vec<Row>,
    /// The keywords on each row, of the languages that the receipt is in.
    pub(crate) hits: Vec<Vec<Hit>>,
    /// The classes of all keywords on each row.
    pub(crate) classes: Vec<Classes>,
    pub(crate) amounts: Vec<Amount>,
    /// Which of them is the first on each row or below it.
    first_amounts: Vec<usize>,
    pub(crate) signs_alone: Vec<SignAlone>,
    pub(crate) languages: Languages,
    /// The one that has most of its words; several where they have the same.
    pub(crate) leading: Languages,
    pub(crate) origin: Origin,
    pub(crate) local_signs: LocalSigns,
    /// Nothing says whether "6.750" is a little, or six thousand.
    pub(crate) is_scale_unsure: bool,
    /// Rows below the heading of a table of taxes.
    pub(crate) in_tax_table: Vec<bool>,
    /// The height of a usual line.
    pub(crate) line: f32,
}

impl Page {
    pub(crate) fn new(answer: &DetectDocumentText, sheet: Sheet) -> Self {
        Self::of(fragments(answer, sheet))
    }

    /// Of some of the fragments of one picture.
    pub(crate) fn of(fragments: Vec<Fragment>) -> Self {
        Self::of_rows(rows(fragments))
    }

    /// The same page with the figures at the right edge so many rows higher or lower: on each picture that it is of.
    pub(crate) fn shifted(&self, by: f32) -> Self {
        let of_pictures = self.rows.chunk_by(|a, b| a.sheet() == b.sheet());
        let fragments = |rows: &[Row]| rows.iter().flat_map(|row| row.fragments.iter().cloned()).collect();
        Self::of_rows(of_pictures.flat_map(|rows| rows_by(fragments(rows), by)).collect())
    }

    /// Whether the figures of a row, or of the next to it, may stand on another.
    pub(crate) fn is_in_doubt(&self, row: usize) -> bool {
        self.rows[row.saturating_sub(1)..].iter().take(3).any(|row| row.in_doubt)
    }

    /// Of rows that stand one below the other, or that are to be read so.
    pub(crate) fn of_rows(rows: Vec<Row>) -> Self {
        let mut hits: Vec<Vec<Hit>> = rows.iter().map(|row| language::hits(&row.text)).collect();
        let all = rows.iter().zip(&hits).flat_map(|(row, hits)| hits.iter().map(|hit| (row.text.as_str(), hit)));
        let Spoken { all: languages, leading } = language::spoken(all);
        for hits in &mut hits {
            hits.retain(|hit| hit.is_of(languages));
            language::settle(hits, leading);
        }
        let classes = hits.iter().map(|hits| classes_of(hits.iter())).collect();
        let origin = Origin::of(&rows, languages, leading);
        let local_signs = origin.local_signs();
        let Amounts { all: amounts, is_scale_unsure, signs_alone } = amounts(&rows, &origin, &local_signs);
        let mut heights: Vec<f32> = rows.iter().flat_map(|row| row.fragments.iter().map(|f| f.height)).collect();
        let mut page = Self {
            line: median(&mut heights).unwrap_or(1e-5),
            in_tax_table: Vec::new(),
            first_amounts: first_amounts(rows.len(), &amounts),
            rows,
            hits,
            classes,
            amounts,
            signs_alone,
            languages,
            leading,
            origin,
            local_signs,
            is_scale_unsure,
        };
        page.in_tax_table = page.tax_table();
        page
    }

    /// A field that stands on a byte range of one row.
    pub(crate) fn field<T>(&self, row: usize, range: &Range<usize>, value: T, confidence: f32) -> Field<T> {
        let it = &self.rows[row];
        // Where the OCR read letters for figures, the figures are what was printed.
        let mended = it.figures.get(range.clone()).filter(|figures| it.text.get(range.clone()) != Some(figures));
        let text = mended.unwrap_or_else(|| it.printed(range)).trim().to_owned();
        Field { text, value, confidence, alternatives: Vec::new(), bounds: it.shown(range) }
    }

    /// The classes of the words to the left of a byte.
    pub(crate) fn classes_before(&self, row: usize, byte: usize) -> Classes {
        classes_of(self.hits[row].iter().filter(|hit| hit.range.end <= byte))
    }

    pub(crate) fn amounts_of(&self, row: usize) -> slice::Iter<'_, Amount> {
        let first = |row: usize| self.first_amounts.get(row).copied().unwrap_or(self.amounts.len());
        self.amounts[first(row)..first(row + 1)].iter()
    }

    pub(crate) fn has_amount(&self, row: usize) -> bool {
        self.amounts_of(row).next().is_some()
    }

    /// The text to the left of an amount, other amounts left out.
    pub(crate) fn label(&self, amount: &Amount) -> String {
        let text = &self.rows[amount.row].text;
        let mut label = String::with_capacity(amount.reach.start + 1);
        let mut from = 0;
        for other in self.amounts_of(amount.row).filter(|other| other.reach.start < amount.reach.start) {
            label.push_str(text.get(from..other.reach.start).unwrap_or_default());
            label.push(' ');
            from = other.reach.end;
        }
        label.push_str(text.get(from..amount.reach.start).unwrap_or_default());
        label
    }

    /// Whether a row is the heading of columns.
    pub(crate) fn is_heading(&self, row: usize) -> bool {
        if !self.classes[row].has(Class::Column) {
            return false;
        }
        let text = &self.rows[row].text;
        let words: Vec<Range<usize>> = WORD.find_iter(text).map(|word| word.range()).collect();
        let is_column = |hit: &Hit| matches!(hit.class, Class::Column | Class::ColumnSide);
        let named = |word: &Range<usize>| self.hits[row].iter().any(|hit| is_column(hit) && hit.covers(word));
        let share = words.iter().filter(|word| named(word)).count();
        (2..=14).contains(&words.len())
            && share >= 2
            && share * 5 >= words.len() * 3
            && !words.iter().any(|word| text[word.clone()].bytes().filter(u8::is_ascii_digit).count() > 1)
    }

    fn tax_table(&self) -> Vec<bool> {
        let mut inside = false;
        (0..self.rows.len())
            .map(|row| {
                let classes = self.classes[row];
                if classes.has(Class::TaxSummary) || classes.has(Class::TaxTable) && !self.is_heading(row) {
                    inside = row * 20 > self.rows.len() * 7;
                }
                inside
            })
            .collect()
    }

    /// Without the accents that the OCR made up: where none of the languages on the page is written with accents.
    pub(crate) fn spell(&self, text: &str) -> String {
        if self.languages.is_plain() {
            let known = |c: char| matches!(c, 'é' | 'É' | 'ñ' | 'Ñ' | 'ü' | 'Ü');
            text.chars().map(|c| if known(c) { c } else { without_accent(c) }).collect()
        } else {
            text.to_owned()
        }
    }

    /// Where the last fragment of a row begins, if it is a word that no name holds: "POSTED", "COPY".
    pub(crate) fn tail_that_is_no_name(&self, row: usize) -> Option<usize> {
        let place = self.rows[row].places.iter().skip(1).next_back()?;
        let said = |hit: &Hit| hit.class == Class::NotCompany && hit.range == *place;
        self.hits[row].iter().any(said).then_some(place.start)
    }

    /// Whether a row has a word.
    pub(crate) fn has_words(&self, row: usize) -> bool {
        letters(&self.rows[row].text) >= 3
    }
}

fn first_amounts(rows: usize, amounts: &[Amount]) -> Vec<usize> {
    let mut at = 0;
    let first = |row: usize| {
        at += amounts[at..].iter().take_while(|amount| amount.row < row).count();
        at
    };
    (0..rows).map(first).collect()
}

static WORD: LazyLock<Regex> = LazyLock::new(|| regex("[A-Z0-9]+"));

pub(crate) fn classes_of<'a>(hits: impl Iterator<Item = &'a Hit>) -> Classes {
    hits.map(|hit| hit.class).collect()
}

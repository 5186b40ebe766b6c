//! What words and signs mean on a receipt, in two tables: the languages (a file each in `language/languages/`) and the
//! currencies (`language/currencies.toml`).

mod class;
mod currencies;
mod keyword_tree;
mod keywords;
mod languages;

#[cfg(test)]
pub(crate) use self::currencies::currencies;
pub(crate) use self::{
    class::{Class, Classes},
    currencies::{
        KnownCurrency, Mark, MonthFirst, any_mark, any_mark_of_letters, is_mark, mark_after, mark_before, mark_length,
        marks_alone,
    },
    keyword_tree::Hit,
    keywords::{hits, misread_place, month, spoken},
    languages::{Language, Languages},
};

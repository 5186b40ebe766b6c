//! What words and signs mean on a receipt, in two tables: the languages (a file each in `language/languages/`) and the
//! currencies (`language/currencies.toml`).

mod class;
mod currencies;
mod keyword_tree;
mod keywords;
mod languages;
mod names;

#[cfg(test)]
pub(crate) use self::currencies::currencies;
pub(crate) use self::{
    class::{Class, Classes},
    currencies::{
        CurrencySign, KnownCurrency, MonthFirst, any_currency_sign, any_currency_word, currencies_alone,
        currency_after, currency_before, currency_sign_length, is_currency_sign,
    },
    keyword_tree::Hit,
    keywords::{Spoken, hits, misread_place, month, settle, spoken},
    languages::{Language, Languages},
    names::{Introduction, domain, introduction, is_message, legal_form, legal_form_at_end, starts_with_legal_form},
};

//! What words and signs mean on a receipt, in three tables: the languages (a file each in `language/languages/`), the
//! currencies (`language/currencies.toml`) and the countries (`language/countries.toml`).

mod class;
mod countries;
mod currencies;
mod keyword_tree;
mod keywords;
mod languages;
mod names;

pub(crate) use self::{
    class::{Class, Classes},
    countries::{Clue, Country, FirstInDates, Words, countries, numbers_of_countries, writing_of_countries},
    currencies::{
        CurrencySign, KnownCurrency, LocalSigns, MonthFirst, any_currency_sign, currencies_alone, currency_after,
        currency_before, currency_sign_length, is_currency_sign, known_currencies, unmistakable_currency_words,
    },
    keyword_tree::Hit,
    keywords::{Spoken, begins_month, hits, misread_place, month, settle, spoken},
    languages::{Language, Languages},
    names::{
        Introduction, any_legal_form, domain, has_legal_form, introduction, is_message, legal_form, legal_form_at_end,
        starts_with_legal_form,
    },
};

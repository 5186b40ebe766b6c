//! What is asked of a receipt, and what an accepted one earns: data that an operator may replace.

use std::{collections::BTreeSet, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::Currency;

const DEFAULT: &str = include_str!("rules.toml");

/// The rules as TOML has them; `rules.toml` beside this file says what each means. What is absent is not checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// A field below this confidence counts as not seen.
    pub min_confidence: f32,
    /// The same of the merchant, whom no amount depends on; as for other fields where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_merchant_confidence: Option<f32>,
    #[serde(default)]
    pub required: BTreeSet<Requirement>,
    /// Refunds, cancelled sales, offers and statements are refused.
    #[serde(default)]
    pub only_sales: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_age_days: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currencies: Option<Vec<Currency>>,
    /// In the receipt's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum_tolerance: Option<Decimal>,
    /// Of one owner, by UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_per_day: Option<u32>,
    /// Of those sent from one address in one day (UTC), how many are accepted that earn something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_per_address: Option<u32>,
    #[serde(default)]
    pub earns: Earners,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legibility: Option<LegibilityRules>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rebate: Option<RebateRules>,
}

/// Whose receipts earn something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Earners {
    #[default]
    Everyone,
    /// Those who sent a token with the picture; a cookie is anybody's.
    SignedIn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    Merchant,
    Date,
    Total,
    Items,
}

/// When a photo is called unreadable.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegibilityRules {
    pub min_lines: usize,
    /// Of the median line, 0 to 1.
    pub min_confidence: f32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RebateRules {
    /// In which all of it is paid, whatever the receipt's currency.
    pub currency: Currency,
    /// For every accepted receipt.
    pub base: Decimal,
    /// All that is paid in one day (UTC), to everybody together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_per_day: Option<Decimal>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Offer>,
}

/// What an item earns beside the base.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// For the person who earns it.
    pub name: String,
    /// Words that follow each other in an item's description.
    pub pattern: String,
    pub amount: Decimal,
}

#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    #[error("the rules cannot be read: {0}")]
    Toml(#[from] toml::de::Error),
    #[error("{0} must lie between 0 and 1")]
    NotAShare(&'static str),
    #[error("{0} must not be negative")]
    Negative(&'static str),
    #[error("currencies names none: leave it out to take any")]
    NoCurrency,
    #[error("the offer {0:?} has no words in its pattern")]
    EmptyPattern(String),
}

impl Default for Rules {
    fn default() -> Self {
        DEFAULT.parse().expect("the rules inside the program are tested")
    }
}

impl Rules {
    /// The same for trying out: for receipts of any age, and as many as one likes from one address, which all people on a
    /// machine have.
    #[must_use]
    pub fn for_trying_out(self) -> Self {
        Self { max_age_days: None, max_per_address: None, ..self }
    }

    /// How sure a field must be to count as seen.
    pub fn min_confidence_of(&self, required: Requirement) -> f32 {
        match required {
            Requirement::Merchant => self.min_merchant_confidence.unwrap_or(self.min_confidence),
            Requirement::Date | Requirement::Total | Requirement::Items => self.min_confidence,
        }
    }

    /// As `RECEIPT_RULES` takes them.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("rules have no map that TOML cannot write")
    }

    fn checked(self) -> Result<Self, RulesError> {
        let shares = [
            ("min_confidence", Some(self.min_confidence)),
            ("min_merchant_confidence", self.min_merchant_confidence),
            ("legibility.min_confidence", self.legibility.map(|legibility| legibility.min_confidence)),
        ];
        for (name, share) in shares {
            if share.is_some_and(|share| !(0.0..=1.0).contains(&share)) {
                return Err(RulesError::NotAShare(name));
            }
        }
        let offers = self.rebate.iter().flat_map(|rebate| &rebate.offers);
        let amounts = [
            ("sum_tolerance", self.sum_tolerance),
            ("rebate.base", self.rebate.as_ref().map(|it| it.base)),
            ("rebate.max_per_day", self.rebate.as_ref().and_then(|it| it.max_per_day)),
        ];
        let of_offers = offers.clone().map(|offer| ("an offer's amount", Some(offer.amount)));
        for (name, amount) in amounts.into_iter().chain(of_offers) {
            if amount.is_some_and(|amount| amount.is_sign_negative()) {
                return Err(RulesError::Negative(name));
            }
        }
        if self.currencies.as_ref().is_some_and(Vec::is_empty) {
            return Err(RulesError::NoCurrency);
        }
        match offers.into_iter().find(|offer| !offer.pattern.contains(char::is_alphanumeric)) {
            Some(offer) => Err(RulesError::EmptyPattern(offer.name.clone())),
            None => Ok(self),
        }
    }
}

impl FromStr for Rules {
    type Err = RulesError;

    /// Reads TOML. An empty text, as an unset variable is passed on by some, means the default.
    fn from_str(text: &str) -> Result<Self, RulesError> {
        let text = if text.trim().is_empty() { DEFAULT } else { text };
        toml::from_str::<Self>(text)?.checked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut rules = Rules { currencies: Some(vec!["EUR".parse().unwrap()]), ..Rules::default() };
        let offer = Offer { name: "Tea".to_owned(), pattern: "green tea".to_owned(), amount: Decimal::new(50, 2) };
        rules.rebate.as_mut().unwrap().offers.push(offer);
        assert_eq!(rules.to_toml().parse::<Rules>().unwrap(), rules);
        assert_eq!(rules.for_trying_out().max_age_days, None);
    }

    #[test]
    fn compose_yaml_has_the_rules_for_trying_out() {
        let compose = include_str!("../../compose.yaml");
        let (_, rules) = compose.split_once("RECEIPT_RULES: |\n").unwrap();
        let lines: Vec<&str> = rules.lines().map_while(|line| line.strip_prefix("        ")).collect();
        assert_eq!(lines.join("\n").parse::<Rules>().unwrap(), Rules::default().for_trying_out());
    }

    #[test]
    fn rules_that_make_no_sense_are_refused_and_named() {
        let check = |toml: &str, expected: &str| {
            let error = toml.parse::<Rules>().unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        check("min_confidence = 1.5", "min_confidence must lie between 0 and 1");
        check(
            "min_confidence = 0.5\nmin_merchant_confidence = -0.5",
            "min_merchant_confidence must lie between 0 and 1",
        );
        check("min_confidence = 0.5\nmax_age = 3", "max_age");
        check("required = []", "min_confidence");
        check("min_confidence = 0.5\nrequired = [\"cashier\"]", "cashier");
        check("min_confidence = 0.5\nsum_tolerance = \"-1\"", "sum_tolerance must not be negative");
        check("min_confidence = 0.5\nearns = \"nobody\"", "nobody");
        check("min_confidence = 0.5\ncurrencies = []", "names none");
        let budget = "min_confidence = 0.5\n[rebate]\ncurrency = \"EUR\"\nbase = \"1\"\nmax_per_day = \"-5\"";
        check(budget, "rebate.max_per_day must not be negative");
        check("min_confidence = 0.5\ncurrencies = [\"euro\"]", "three capital letters");
        let offer =
            "min_confidence = 0.5\n[rebate]\ncurrency = \"EUR\"\nbase = \"0\"\n[[rebate.offers]]\nname = \"x\"\n";
        check(&format!("{offer}pattern = \"*\"\namount = \"1\""), "no words");
        check(&format!("{offer}pattern = \"a\"\namount = \"-1\""), "must not be negative");
    }

    #[test]
    fn an_empty_text_means_the_default() {
        assert_eq!(" \n".parse::<Rules>().unwrap(), Rules::default());
    }
}

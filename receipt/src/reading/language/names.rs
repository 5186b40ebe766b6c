//! What tells names of shops from other lines, as `names.toml` lists it: legal forms, words before a name, words of slogans.

use std::{fmt::Write, ops::Range, sync::LazyLock};

use regex::{Regex, RegexSet};
use serde::Deserialize;

use crate::text::regex;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Definition {
    legal_forms: LegalForms,
    introductions: Introductions,
    messages: Messages,
    domains: Domains,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LegalForms {
    anywhere: Vec<String>,
    at_the_end: Vec<String>,
    at_the_start: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Introductions {
    of_the_shop: Vec<String>,
    greetings: Vec<String>,
    of_the_company: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Messages {
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Domains {
    not_the_shops: Vec<String>,
}

static DEFINITION: LazyLock<Definition> =
    LazyLock::new(|| toml::from_str(include_str!("names.toml")).unwrap_or_else(|error| panic!("names.toml: {error}")));

/// What the words before a name say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Introduction {
    /// It is the shop's.
    Shop,
    /// The shop greets or thanks with it.
    Greeting,
    /// It is that of the company which runs the shop.
    Company,
}

static ANYWHERE: LazyLock<Regex> =
    LazyLock::new(|| words(DEFINITION.legal_forms.anywhere.iter(), r"(?:^|[^A-Z0-9])(", r")(?:[^A-Z0-9]|$)"));
static AT_THE_END: LazyLock<Regex> = LazyLock::new(|| {
    let LegalForms { anywhere, at_the_end, .. } = &DEFINITION.legal_forms;
    words(anywhere.iter().chain(at_the_end), r"[A-Z0-9][^A-Z0-9]+(", r")[^A-Z0-9]*$")
});
static AT_THE_START: LazyLock<Regex> = LazyLock::new(|| {
    words(
        DEFINITION.legal_forms.at_the_start.iter(),
        r"^[^A-Z0-9]*(",
        r")[. ]+[^A-Z0-9]?[A-Z]{3}|^(?:株式会社|有限会社)",
    )
});
static INTRODUCTIONS: LazyLock<[(Introduction, Regex); 3]> = LazyLock::new(|| {
    let Introductions { of_the_shop, greetings, of_the_company } = &DEFINITION.introductions;
    [
        (Introduction::Shop, words(of_the_shop.iter(), r"^[^A-Z0-9]*(", r")[ .]*:")),
        (Introduction::Greeting, words(greetings.iter(), r"(?:^|[^A-Z0-9])(", r")(?:[ :.]|$)")),
        (Introduction::Company, words(of_the_company.iter(), r"^[^A-Z0-9]*(", r")(?:[ :.]+|$)")),
    ]
});
/// Most rows have none, and to see so takes one look for all of them.
static ANY_INTRODUCTION: LazyLock<RegexSet> = LazyLock::new(|| {
    let patterns = INTRODUCTIONS.iter().map(|(_, pattern)| pattern.as_str());
    RegexSet::new(patterns).expect("names.toml is part of the program and tested")
});
static MESSAGE: LazyLock<Regex> =
    LazyLock::new(|| words(DEFINITION.messages.words.iter(), r"(?:^|[^A-Z0-9])(", r")(?:[^A-Z0-9]|$)"));
static DOMAIN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:((?-u:\b)WWW ?[.,] ?|HTTPS?:?//(?:WWW\.)?|@)|^|[ :(])(?:[A-Z0-9][A-Z0-9-]*\.)*?([A-Z0-9][A-Z0-9-]*)(?:\.(?:CO|COM|ORG|NET|OR|AC|EDU|GOV|GOB|GOUV|GO))?\.([A-Z]{2,10})(?:[^A-Z0-9.]|\.?$|\. )",
    )
});

/// One pattern of many words.
fn words<'a>(words: impl Iterator<Item = &'a String>, before: &str, after: &str) -> Regex {
    let mut words: Vec<&String> = words.collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut pattern = before.to_owned();
    for (at, word) in words.into_iter().enumerate() {
        pattern.push_str(if at == 0 { "" } else { "|" });
        for letter in word.chars() {
            match letter {
                '.' => pattern.push_str("[./ ]{0,2}"),
                ' ' => pattern.push_str("[ .,]{0,3}"),
                letter => {
                    // A string takes every character.
                    let _ = write!(pattern, "{}", regex::escape(letter.encode_utf8(&mut [0; 4])));
                }
            }
        }
    }
    regex(&(pattern + after))
}

/// Bytes of a line that may be a name, or what introduces one. No more is looked at.
const LINE: usize = 120;

/// A legal form that means nothing else, in a folded text.
pub(crate) fn legal_form(text: &str) -> Option<Range<usize>> {
    if text.len() > LINE {
        return None;
    }
    ANYWHERE.captures(text).and_then(|found| found.get(1)).map(|form| form.range())
}

/// Whether a folded text has a legal form that means nothing else.
pub(crate) fn has_legal_form(text: &str) -> bool {
    text.len() <= LINE && ANYWHERE.is_match(text)
}

/// For patterns: a legal form that means nothing else.
pub(crate) fn any_legal_form() -> &'static str {
    ANYWHERE.as_str()
}

/// The legal form with which a folded name ends.
pub(crate) fn legal_form_at_end(name: &str) -> Option<Range<usize>> {
    AT_THE_END.captures(name).and_then(|found| found.get(1)).map(|form| form.range())
}

pub(crate) fn starts_with_legal_form(name: &str) -> bool {
    AT_THE_START.is_match(name)
}

/// What in a folded text introduces a name, and where the name begins; at the end of the text where it is on the next row.
pub(crate) fn introduction(text: &str) -> Option<(Introduction, usize)> {
    if text.len() > LINE || !ANY_INTRODUCTION.is_match(text) {
        return None;
    }
    INTRODUCTIONS.iter().find_map(|(kind, pattern)| pattern.find(text).map(|found| (*kind, found.end())))
}

/// Whether a folded text speaks to people, as slogans do.
pub(crate) fn is_message(text: &str) -> bool {
    MESSAGE.is_match(text)
}

/// A shop's own domain on the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Domain {
    /// "SHOP" of "WWW.SHOP.CO.UK".
    pub(crate) name: Range<usize>,
    /// Whether "www" or the like leaves no doubt that it is one.
    pub(crate) certain: bool,
}

/// The shop's own domain in a folded text.
pub(crate) fn domain(text: &str) -> Option<Domain> {
    let divides = |two: &[u8]| matches!(two, [b'.', b'A'..=b'Z']);
    if text.len() > LINE || !text.as_bytes().windows(2).any(divides) {
        return None;
    }
    let of_the_shop = |label: &str| !DEFINITION.domains.not_the_shops.iter().any(|it| it == label);
    DOMAIN.captures_iter(text).find_map(|found| {
        let (name, ending) = (found.get(2)?, found.get(3)?.as_str());
        let certain = found.get(1).is_some() || ending == "COM";
        let fits = name.len() >= 2 && of_the_shop(name.as_str());
        (fits && (certain || ENDINGS.contains(&ending) && name.len() >= 4))
            .then(|| Domain { name: name.range(), certain })
    })
}

/// Of domains that stand without "www": those that are no usual abbreviation.
const ENDINGS: [&str; 30] = [
    "NET", "ORG", "INFO", "SHOP", "STORE", "EU", "DE", "FR", "IT", "ES", "PT", "NL", "BE", "UK", "IE", "CH", "SE",
    "DK", "FI", "PL", "CZ", "HU", "RO", "LT", "LV", "TR", "AU", "NZ", "BR", "RU",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legal_forms_of_all_countries_are_known() {
        for name in [
            "ZWEIG GMBH",
            "ZWEIG GMBH & CO. KG",
            "TWIG LTD.",
            "TWIG PTY LTD",
            "RAMO S.A.",
            "RAMO, S.L.",
            "RAMEAU SARL",
            "RAMO S.P.A.",
            "RAMO S. R. L.",
            "TAK B.V.",
            "GREN AB",
            "GREN A/S",
            "GREN APS",
            "OKSA OY",
            "OKS OU",
            "GALAZ SP. Z O.O.",
            "VETEV S.R.O.",
            "VETEV, A.S.",
            "GRANA D.O.O.",
            "AG KFT.",
            "DAL A.S.",
            "DAL LTD. STI.",
            "RAMO LTDA",
            "RAMO S.A. DE C.V.",
            "DAHAN SDN BHD",
            "CABANG TBK",
            "VETKA EOOD",
            "KLADI A.E.",
        ] {
            assert!(legal_form_at_end(name).is_some(), "{name}");
        }
        for name in ["PT DAHAN HIJAU", "SIA ZARS", "UAB \"SAKA\"", "OOO \"VETKA\"", "株式会社枝"] {
            assert!(starts_with_legal_form(name), "{name}");
        }
        for text in ["THE SHOP", "PT 33122", "NO. 5", "MARKT"] {
            assert!(legal_form_at_end(text).is_none() && !starts_with_legal_form(text), "{text}");
        }
    }

    #[test]
    fn words_introduce_a_name() {
        let check = |text: &str, expected: Option<(Introduction, &str)>| {
            assert_eq!(introduction(text).map(|(kind, at)| (kind, text[at..].trim())), expected, "{text}");
        };
        check("THANK YOU FOR SHOPPING AT GREEN LEAF", Some((Introduction::Greeting, "GREEN LEAF")));
        check("WILLKOMMEN BEI", Some((Introduction::Greeting, "")));
        check("MERCHANT: GREEN LEAF", Some((Introduction::Shop, "GREEN LEAF")));
        check("OWNED AND OPERATED BY: LEAFY LTD", Some((Introduction::Company, "LEAFY LTD")));
        check("MERCHANT ID: 4711", None);
        check("MERCHANT SQUARE", None);
    }

    #[test]
    fn the_shops_own_domain_is_told_from_others() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(domain(text).map(|found| &text[found.name]), expected, "{text}");
        };
        check("WWW.GREEN-LEAF.CO.UK", Some("GREEN-LEAF"));
        check("INFO@GREENLEAF.DE", Some("GREENLEAF"));
        check("VISIT GREENLEAF.COM/SURVEY", Some("GREENLEAF"));
        check("HTTPS://SHOP.GREENLEAF.SE", Some("GREENLEAF"));
        check("GREENLEAF@GMAIL.COM", None);
        check("BED.NR.:120", None);
        check("12.50 15.90", None);
    }
}

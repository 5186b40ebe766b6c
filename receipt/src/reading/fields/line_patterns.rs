//! The patterns by which rows of names and of addresses are known.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use crate::{
    reading::language::{self, Language},
    text::regex,
};

pub(super) static REGISTRATION: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^[^A-Z0-9]*(?:(?:CO|COMPANY|BUSINESS|SYARIKAT|REG[A-Z]*|PENDAFTARAN|ROC|ROB|SSM|BRN|UEN)[^A-Z0-9]*(?:NO[^A-Z0-9]*)?)*[A-Z]{0,3} ?\d{4,12} ?-? ?[A-Z]?(?:[^A-Z0-9]+\d{4,12} ?-? ?[A-Z]?)?[^A-Z0-9]*$",
    )
});
/// What follows "CO." where it is not the form of a company.
pub(super) static REGISTER: LazyLock<Regex> = LazyLock::new(|| regex(r"^[^A-Z0-9]*(?:REG|NO(?-u:\b)|ROC|[:#])"));
pub(super) static REGISTERED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"[A-Z]{3}.*[^A-Z0-9][\[(]? *(?:[A-Z]{1,3}\d{6,9}|\d{5,9}) ?- ?[A-Z](?:$|[^A-Z0-9])|[A-Z]{3}.*[\[(] *\d{5,12} ?[A-Z] *[\])]",
    )
});
pub(super) static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?-u:\b)TEL(?:E|EPH?ON[EO]?|EFAX|EFOON|P|F|EF|S)?(?-u:\b)|(?-u:\b)(?:FAX|PHONE|H/?P|HOTLINE|MOBILE|CALL|TLF|TALR)(?-u:\b)|^[^A-Z0-9]*\+?\d{2,3}[ -]?\d{3,4}[ -]?\d{3,4}[^A-Z0-9]*$|\(\d{3}\) ?\d{3}[- ]\d{4}",
    )
});
/// Five figures; with letters or a dash where other countries have them.
pub(super) static POSTCODE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:^|[^\d-])\d{5}(?:$|[^\d-])|(?-u:\b)[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}(?-u:\b)|(?-u:\b)LV-?\d{4}(?-u:\b)|(?:^|[^\d-])\d{2}-\d{3} [A-Z]|(?:^|[^\d-])\d{4}-\d{3} [A-Z]|(?-u:\b)\d{4} ?[A-Z]{2}(?-u:\b)  ?[A-Z]|(?-u:\b)[A-Z]{2},? \d{5}-\d{4}",
    )
});
/// "LOT 11995", "PT 33122": five figures that are no postcode.
pub(super) static LOT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?-u:\b)(?:LOT|P\.? ?T\.?|PTD|NO)[ .:]{0,3}\d{5}(?-u:\b)"));
/// A postcode and the start of a town.
pub(super) static POSTAL_TOWN: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|[^\d-])\d{5}[ ,.-]+[A-Z]{3}"));
pub(super) static NUMBERED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^[^A-Z0-9]*(?:HQ ADD[^A-Z0-9]*)?(?:(?:NO|LOT|LOP|UNIT|BLK|BLOCK|JALAN|JLN|LEVEL|SUITE|SHOP|GROUND|\d+(?:ST|ND|RD|TH)? +FL[A-Z]*|\d+[A-Z]? ?[,&-]|PT|[A-Z]{1,3}-?\d+[-\d]*,|GF|LG|G)(?-u:\b)|NO\.?\d|\d+[A-Z]{0,2}[-,&/ ]+ ?[A-Z0-9])",
    )
});
/// "#0471 MAIN STREET": the number of a branch.
pub(super) static SHOP_NUMBER: LazyLock<Regex> = LazyLock::new(|| regex(r"^[^A-Z0-9]*#\d{2,} "));
/// A street of one word, and a house number: "Gartenstr. 14".
pub(super) static STREET: LazyLock<Regex> = LazyLock::new(|| {
    // Swedish and Danish have no file yet.
    let endings: Vec<&str> = Language::all_street_endings().chain(["GATAN", "VAGEN", "VEJ", "GADE"]).collect();
    regex(&format!(r"[A-Z]{{3}}(?:{})\.? ?\d", endings.join("|")))
});
/// Words, and the number of a house behind or before them.
pub(super) static HOUSE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^[^A-Z0-9]*(?:[A-Z][A-Z.'-]*[ ,]+)*[A-Z.'-]{3,}[ ,]*(?:NO\.? ?|NR\.? ?)?\d{1,4} ?[A-Z]?(?: ?[-/] ?\d{1,4}[A-Z]?)?[^A-Z0-9]*$|^[^A-Z0-9]*\d{1,5}[A-Z]?,? (?:[A-Z.'-]+ ?){1,5}$",
    )
});
/// A postcode of another shape than five figures, and a town.
pub(super) static TOWN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^[^A-Z0-9]*(?:[A-Z]{1,2}-)?(?:\d{4,5}|\d{3} \d{2}) +[A-Z]{3,}[^0-9]*$|[A-Z]{3,},? [A-Z]{2} \d{5}$|^[A-Z .-]{3,}[ -]+\d{6}$|(?-u:\b)[A-Z]\d[A-Z] ?\d[A-Z]\d$",
    )
});
pub(super) static DATE: LazyLock<Regex> = LazyLock::new(|| regex(r"\d\d?[/-]\d\d?[/-]\d\d|(?-u:\b)\d\d:\d\d(?-u:\b)"));
pub(super) static WEB: LazyLock<Regex> =
    LazyLock::new(|| regex(r"WWW|\.COM|@|HTTP|\.(?:DE|FR|ES|IT|PT|NL|PL|LV|CO\.UK|NET|ORG)(?-u:\b)"));
/// A legal form through misread letters: "5/B", "SN BHD", "5DN. BHD".
pub(super) static LEGAL_FORM: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?-u:\b)(?:[S5]/[B8]|[S5][DO0]?N\.? ?[B8]HD|SDN|[B8]HD|SB|S\.A\.?|S\.L\.?|S\.R\.L\.?|S\.P\.A\.?|B\.V\.?|N\.V\.?|SP\.? ?Z ?\.?O\.? ?O)(?-u:\b)|SDN\.? *\.?BHD|SDNBHD",
    )
});

pub(super) static STRONG_FORM: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:[S5][DO0]?N\.? *\.?[B8]HD|[S5]/[B8]|(?-u:\b)(?:BHD|BERHAD|SB|PLT|LTD|LIMITED|PLC|LLC|INC|GMBH|SARL|S\.?R\.?L|S\.?P\.?A|LDA|LTDA|B\.?V|SP\.? ?Z ?O\.? ?O|SIA))(?-u:\b)",
    )
});

/// Whether a text has any of the words by which legal forms, phones, pages on the web, streets and days are known: most rows
/// have none,
/// and to see so takes one look for all of them.
pub(super) fn says_of_a_shop(text: &str) -> bool {
    OF_A_SHOP.is_match(text)
}

static OF_A_SHOP: LazyLock<RegexSet> = LazyLock::new(|| {
    let own = [&*PHONE, &*LEGAL_FORM, &*STRONG_FORM, &*WEB, &*STREET, &*DATE].map(Regex::as_str);
    let patterns = own.into_iter().chain([language::any_legal_form()]);
    RegexSet::new(patterns).expect("the patterns are part of the program and tested")
});

/// Figures of the longest number.
pub(super) fn longest_number(text: &str) -> usize {
    text.as_bytes().split(|byte| !byte.is_ascii_digit()).map(<[u8]>::len).max().unwrap_or_default()
}

/// `longest` is the longest number of the text, in figures.
pub(super) fn has_postcode(text: &str, longest: usize) -> bool {
    match longest {
        0 => false,
        1..4 => {
            // "W1A 1AA", "00-950 WARSZAWA"
            let ends = |three: &[u8]| matches!(three, [b'0'..=b'9', b'A'..=b'Z', b'A'..=b'Z']);
            let may_be_one = text.contains('-') || text.as_bytes().windows(3).any(ends);
            may_be_one && POSTCODE.is_match(text)
        }
        4 => POSTCODE.is_match(text),
        5.. => POSTCODE.is_match(&LOT.replace_all(text, "")),
    }
}

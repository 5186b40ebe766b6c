//! The name on a row, without registration numbers and whatever else is no name.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use crate::{
    reading::{language::Class, page::Page},
    text::{essence, regex},
};

/// A row without what does not belong to a name.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent observation that earns its own points")]
pub(crate) struct Name {
    pub(crate) printed: String,
    pub(crate) folded: String,
    pub(crate) shortened: bool,
    pub(crate) ends_in_legal_form: bool,
    pub(crate) ends_in_business: bool,
    pub(crate) starts_in_legal_form: bool,
}

impl Name {
    /// "SDN BHD" alone: it belongs to the name on the row above.
    pub(crate) fn starts_with_form(&self) -> bool {
        LONE_FORM.is_match(&self.folded)
    }

    /// Complete by the form of a company.
    pub(crate) fn is_company(&self) -> bool {
        COMPANY.is_match(&self.folded)
    }
}

static OWNER: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^[^A-Z0-9]*(?:DIMILIKI|OWNED? BY|OWNER BY|OWN BY|OPERATED BY|MANAGED BY|LICENSEE OF)(?: OLEH)? *[:.]? +")
});
static FORMERLY: LazyLock<Regex> = LazyLock::new(|| regex(r" +\(?(?:FKA|F\.K\.A|FORMERLY)(?-u:\b).*$"));
static REGISTRATION: LazyLock<Regex> =
    LazyLock::new(|| regex(r" *[\[(] *(?:CO\.?|COMPANY|REG|ROC)?[^()\[\]]*\d{4,}[^()\[\]]*[\])]? *\.?,?$"));
static BARE_REGISTRATION: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:[ ,.:(\[-]+(?:CO|COMPANY|BUSINESS|ROC|SSM))?(?:[ ,.:(\[-]+(?:REG[A-Z]{0,10}|NO))+[ .:-]*[A-Z]{0,3}\d{4,}.*$| +[\[(]?[A-Z]{0,3}\d{5,9} ?- ?[A-Z](?-u:\b).*$| +[\[(]?(?:19|20)\d{10}(?-u:\b).*$",
    )
});
static ENDS_IN_LEGAL_FORM: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?:[B8]HD|[S5]/[B8]|(?-u:\b)SB|(?-u:\b)CO)[^A-Z0-9]*$"));
static STARTS_IN_LEGAL_FORM: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^[^A-Z0-9]*(?:\(?[A-Z]\)? )?(?:S[DO0]?N(?-u:\b)|SDN|BHD|[S5]/[B8]|(?:CO|LTD|GMBH|ENTERPRISE|TRADING)(?-u:\b))",
    )
});

/// Nothing but a bracket follows "BHD".
static AFTER_LEGAL_FORM: LazyLock<Regex> = LazyLock::new(|| regex(r"([S5][DO0]?N\.? ?[B8]HD\.?)[ .,]+[A-Z]{1,3}\.?$"));
static MISREAD_SDN_BHD: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i-u)\b[S5][DO0]?[NH](\.?)( ?)[BD8]H[DO0](\.?)$"));
static MISREAD_S_B: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i-u)\b[S5]/[B8]$"));
static LONE_FORM: LazyLock<Regex> = LazyLock::new(|| regex(r"^[^A-Z0-9]*(?:\(?M\)? )?(?:SDN|BHD)"));
static COMPANY: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:BHD|S/B|GMBH|LTD|INC|LLC)[^A-Z0-9]*$"));

/// The name that a row may be.
pub(crate) fn name(page: &Page, row: usize) -> Name {
    let it = &page.rows[row];
    let text = it.text.as_str();
    let mut from = OWNER.find(text).map_or(0, |found| found.end());
    let mut end = text.len();
    let cut = |end: usize, pattern: &Regex| pattern.find(&text[from..end]).map_or(end, |found| from + found.start());
    end = cut(end, &FORMERLY);
    // The old number of a company and its new one.
    for _ in 0..2 {
        let without = cut(end, &REGISTRATION);
        end = if without == end { cut(end, &BARE_REGISTRATION) } else { without };
    }
    end = cut(end, &FORMERLY);
    // A quotation mark belongs to the name if its pair does.
    let paired = text[from..end].matches('"').count() == 2 && !text[from..end].trim_start().starts_with('"');
    let edge = |c: char| " ,:;-*=~".contains(c) || c == '"' && !paired;
    let kept = text[from..end].trim_end_matches(edge);
    end = from + kept.len();
    from = end - kept.trim_start_matches(edge).len();
    if let Some(tail) = page.tail_that_is_no_name(row).filter(|&tail| tail > from) {
        end = end.min(tail);
    }
    if let Some(form) = AFTER_LEGAL_FORM.captures(&text[from..end]).and_then(|found| found.get(1)) {
        end = from + form.end();
    }
    if from == end {
        (from, end) = (0, text.len());
    }
    let folded = text[from..end].to_owned();
    let ends_in = |class: Class| {
        let last = |range: &Range<usize>| text.get(range.end..end).is_some_and(|rest| essence(rest).is_empty());
        page.hits[row].iter().any(|hit| hit.class == class && last(&hit.range))
    };
    Name {
        printed: mend_name(&page.spell(it.printed(&(from..end)).trim())),
        shortened: folded.len() != text.len(),
        ends_in_business: ends_in(Class::Business),
        ends_in_legal_form: ends_in(Class::LegalForm) || ENDS_IN_LEGAL_FORM.is_match(&folded),
        starts_in_legal_form: STARTS_IN_LEGAL_FORM.is_match(&folded),
        folded,
    }
}

/// "5DN 8HD" and "5/B" are always misread legal forms.
fn mend_name(name: &str) -> String {
    let capitals = !name.bytes().any(|byte| byte.is_ascii_lowercase());
    let (long, short) = if capitals { ("SDN${1}${2}BHD${3}", "S/B") } else { ("Sdn${1}${2}Bhd${3}", "S/B") };
    let name = MISREAD_S_B.replace(&MISREAD_SDN_BHD.replace(name, long), short).into_owned();
    name.split(' ').map(mend_zero).collect::<Vec<_>>().join(" ")
}

/// The only figure among the letters of a word, if it is a zero, is an O: "HAI-0".
fn mend_zero(word: &str) -> String {
    let lone = word.bytes().filter(u8::is_ascii_digit).eq([b'0']);
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    if lone && letters >= 2 { word.replace('0', "O") } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misread_legal_forms_are_mended() {
        let check = |name: &str, expected: &str| assert_eq!(mend_name(name), expected);
        check("KEDAI MAJU 5DN BHD", "KEDAI MAJU SDN BHD");
        check("Kedai Maju Sn. Bhd.", "Kedai Maju Sdn. Bhd.");
        check("KEDAI MAJU SDN DHD", "KEDAI MAJU SDN BHD");
        check("SPEEDY MART 5/B", "SPEEDY MART S/B");
        check("HAI-0 TRADING", "HAI-O TRADING");
        check("ROUTE 505 DINER", "ROUTE 505 DINER");
    }
}

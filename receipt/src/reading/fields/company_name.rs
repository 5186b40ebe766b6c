//! The name on a row, without registration numbers and whatever else is no name.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use super::mentions::Introduced;
use crate::{
    reading::{
        language::{Class, Introduction, legal_form, legal_form_at_end, starts_with_legal_form},
        page::Page,
    },
    text::{digits, essence, letters, regex},
};

/// A row without what does not belong to a name.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent observation that earns its own points")]
pub(crate) struct Name {
    pub(crate) printed: String,
    pub(crate) folded: String,
    /// Where it stands on its row.
    pub(crate) range: Range<usize>,
    /// What the words before it say of it.
    pub(crate) introduced: Option<Introduction>,
    /// Whether it stands beside something that is no name.
    pub(crate) partial: bool,
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

static FORMERLY: LazyLock<Regex> = LazyLock::new(|| regex(r" +\(?(?:FKA|F\.K\.A|FORMERLY)(?-u:\b).*$"));
static REGISTRATION: LazyLock<Regex> =
    LazyLock::new(|| regex(r" *[\[(] *(?:CO\.?|COMPANY|REG|ROC)?[^()\[\]]*\d{4,}[^()\[\]]*[\])]? *\.?,?$"));
static BARE_REGISTRATION: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:[ ,.:(\[-]+(?:CO|COMPANY|BUSINESS|ROC|SSM))?(?:[ ,.:(\[-]+(?:REG[A-Z]{0,10}|NO))+[ .:-]*[A-Z]{0,3}\d{4,}.*$| +[\[(]?[A-Z]{0,3}\d{5,9} ?- ?[A-Z](?-u:\b).*$| +[\[(]?(?:19|20)\d{10}(?-u:\b).*$| +\d{6,7}-\d$",
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

/// "SHOP: 3322 " before a company: the number of a branch or of a till.
static BRANCH_NUMBER: LazyLock<Regex> = LazyLock::new(|| regex(r"^[^0-9:]{2,16}: ?\d{2,8} +[A-Z]{2}"));
/// What stands behind a legal form, apart from it: a branch, the town of a register.
static BEHIND_FORM: LazyLock<Regex> = LazyLock::new(|| regex(r"^[. ]{0,2}(?:[,;:|/]| [-–]) *[A-Z0-9]"));

/// The name that a row may be; `introduced` is what introduces it there.
pub(crate) fn name(page: &Page, row: usize, introduced: Option<Introduced>) -> Name {
    let it = &page.rows[row];
    let text = it.text.as_str();
    let introduced = introduced.filter(|it| letters(&text[it.from..]) > 1);
    let mut from = introduced.map_or(0, |it| it.from);
    let mut end = text.len();
    let cut = |end: usize, pattern: &Regex| pattern.find(&text[from..end]).map_or(end, |found| from + found.start());
    end = cut(end, &FORMERLY);
    // The old number of a company and its new one.
    for _ in 0..2 {
        let without = cut(end, &REGISTRATION);
        end = if without == end { cut(end, &BARE_REGISTRATION) } else { without };
    }
    end = cut(end, &FORMERLY);
    let before_tail = end;
    end = without_tail(page, row, from..end);
    if let Some(number) = BRANCH_NUMBER.find(&text[from..end]).filter(|_| legal_form(&text[from..end]).is_some()) {
        from += number.end() - 2;
    }
    let partial = introduced.is_some() || end < before_tail || from > introduced.map_or(0, |it| it.from);
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
        ends_in_legal_form: ends_in(Class::LegalForm)
            || ENDS_IN_LEGAL_FORM.is_match(&folded)
            || legal_form_at_end(&folded).is_some()
            || starts_with_legal_form(&folded),
        starts_in_legal_form: STARTS_IN_LEGAL_FORM.is_match(&folded),
        introduced: introduced.map(|it| it.kind),
        range: from..end,
        partial,
        folded,
    }
}

/// Where a name ends before a branch, an address or a number of the shop that stand on its row.
fn without_tail(page: &Page, row: usize, range: Range<usize>) -> usize {
    let text = &page.rows[row].text[range.clone()];
    if let Some(form) = legal_form(text).filter(|form| BEHIND_FORM.is_match(&text[form.end..])) {
        return range.start + form.end;
    }
    let number = page.hits[row].iter().filter(|hit| matches!(hit.class, Class::TaxNumber | Class::Phone)).find(|hit| {
        let place = hit.range.start.saturating_sub(range.start);
        hit.range.start > range.start
            && text.get(..place).is_some_and(|before| letters(before) >= 3)
            && text.get(place..).is_some_and(|rest| digits(rest) >= NUMBER)
    });
    if let Some(hit) = number {
        return hit.range.start;
    }
    let address = text.find(',').filter(|&comma| {
        let (before, rest) = text.split_at(comma);
        digits(before) == 0 && letters(before) >= 3 && digits(rest) > 0 && rest.matches(',').count() > 1
    });
    address.map_or(range.end, |comma| range.start + comma)
}

/// Figures of a number with the tax office, or of a phone.
const NUMBER: usize = 6;

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

//! Which characters a text that a person writes may have: those that are seen, and the blanks between them.
//!
//! By what is allowed, so that nothing turns the direction of what stands after it, hides behind another text, or stands
//! unseen before a sign that begins a formula.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::regex;

/// Letters, marks, numbers, punctuation, signs and blanks.
const SEEN: &str = r"\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}";
/// Of these, what is drawn as nothing: Unicode's list, and three that are not on it, which are Braille without a point, the
/// place of a note and that of an object.
const UNSEEN: &str = r"\p{Default_Ignorable_Code_Point}\u{2800}\u{1d159}\u{fffc}";
/// What stands on both sides of an unseen joiner: letters, as in Persian, and the parts of an emoji.
const JOINED: &str = r"\p{L}\p{M}\p{So}\p{Sk}";

static ALL_SEEN: LazyLock<Regex> = LazyLock::new(|| {
    let (seen, joined) = (format!("[{SEEN}--[{UNSEEN}]]"), format!("[{JOINED}--[{UNSEEN}]]"));
    let (joiner, drawn_so) = (r"[\u{200c}\u{200d}]", r"[\u{fe0e}\u{fe0f}]");
    regex(&format!("^(?:{joined}(?:{drawn_so}?{joiner}{joined})*{drawn_so}?|{seen})*$"))
});

/// Whether a text has no character that is not seen. No text begins with a mark: it would be drawn upon whatever stands before.
pub(super) fn is_seen(text: &str) -> bool {
    static BEGINS_WITH_A_MARK: LazyLock<Regex> = LazyLock::new(|| regex(r"^\p{M}"));
    ALL_SEEN.is_match(text) && !BEGINS_WITH_A_MARK.is_match(text)
}

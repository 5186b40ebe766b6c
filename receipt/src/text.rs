//! Text brought to one form for comparison: upper case, without accents, one character for one.

use regex::Regex;

/// A pattern that is written in the program.
pub(crate) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is part of the program and tested")
}

/// Upper case and without accents; as many characters as the text has, so that places in both agree.
pub(crate) fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

/// A letter without its accent, in its own case.
pub(crate) fn without_accent(c: char) -> char {
    let folded = fold_char(c);
    match (c.is_ascii(), c.is_lowercase(), folded.is_ascii_alphabetic()) {
        (false, true, true) => folded.to_ascii_lowercase(),
        (false, false, true) => folded,
        (true, _, _) | (false, _, false) => c,
    }
}

fn fold_char(c: char) -> char {
    match c {
        'a'..='z' => c.to_ascii_uppercase(),
        '\u{20}'..='\u{5f}' | '{'..='~' => c,
        'À'..='Å' | 'à'..='å' | 'Ā' | 'ā' | 'Ă' | 'ă' | 'Ą' | 'ą' | 'Æ' | 'æ' => 'A',
        'Ç' | 'ç' | 'Ć'..='č' => 'C',
        'Ð' | 'ð' | 'Ď'..='đ' => 'D',
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' => 'E',
        'Ĝ'..='ģ' => 'G',
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' => 'I',
        'Ķ' | 'ķ' => 'K',
        'Ĺ'..='ł' => 'L',
        'Ñ' | 'ñ' | 'Ń'..='ň' => 'N',
        'Ò'..='Ö' | 'ò'..='ö' | 'Ø' | 'ø' | 'Ō'..='ő' | 'Œ' | 'œ' => 'O',
        'Ŕ'..='ř' => 'R',
        'Ś'..='š' | 'ß' => 'S',
        'Ţ'..='ŧ' => 'T',
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' => 'U',
        'Ý' | 'ý' | 'ÿ' | 'Ÿ' => 'Y',
        'Ź'..='ž' => 'Z',
        '‘' | '’' | '´' | '`' => '\'',
        '‐'..='―' | '−' => '-',
        '０'..='９' => digit_of_full_width(c),
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

fn digit_of_full_width(c: char) -> char {
    u32::from(c).checked_sub(u32::from('０')).and_then(|digit| char::from_digit(digit, 10)).unwrap_or(c)
}

/// How many letters A to Z.
pub(crate) fn letters(folded: &str) -> usize {
    folded.bytes().filter(u8::is_ascii_uppercase).count()
}

/// How many figures 0 to 9.
pub(crate) fn digits(folded: &str) -> usize {
    folded.bytes().filter(u8::is_ascii_digit).count()
}

/// Only the letters and figures: what two spellings of one thing have in common.
pub(crate) fn essence(text: &str) -> String {
    fold(text).chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Replaces by figures the letters that a reader takes for them.
pub(crate) fn figures(text: &str) -> String {
    text.chars().map(as_figure).collect()
}

fn as_figure(c: char) -> char {
    match c {
        'O' | 'Q' | 'D' => '0',
        'I' | 'L' | '|' => '1',
        'Z' => '2',
        'S' => '5',
        'B' => '8',
        c => c,
    }
}

/// One letter for letters and figures that readers confuse.
pub(crate) fn confusable(letter: u8) -> u8 {
    match letter {
        b'0' => b'O',
        b'1' | b'L' => b'I',
        b'5' => b'S',
        b'8' => b'B',
        letter => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_keeps_the_number_of_characters() {
        let check = |text: &str, expected: &str| {
            assert_eq!(fold(text), expected);
            assert_eq!(fold(text).chars().count(), text.chars().count());
        };
        check("Jalan Kenanga 5", "JALAN KENANGA 5");
        check("Größe Zürich", "GROSE ZURICH");
        check("Łódź, Pērkonkrusta ielā", "LODZ, PERKONKRUSTA IELA");
        check("12,90 €", "12,90 €");
        check("1’250.00", "1'250.00");
    }
}

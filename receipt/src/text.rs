//! Text brought to one form for comparison: upper case, without accents, one character for one.

use regex::Regex;

/// A pattern that is written in the program.
pub(crate) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is part of the program and tested")
}

/// Upper case, without accents and in Latin letters; as many characters as the text has, so that places in both agree.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    folded.extend(text.chars().map(fold_char));
    folded
}

/// A Latin letter without its accent, in its own case.
pub(crate) fn without_accent(c: char) -> char {
    if !matches!(c, '\0'..='ʯ' | 'Ḁ'..='ỹ') {
        return c;
    }
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
        'À'..='Å' | 'à'..='å' | 'Ā' | 'ā' | 'Ă' | 'ă' | 'Ą' | 'ą' | 'Æ' | 'æ' | 'Ạ'..='ặ' => 'A',
        'Ç' | 'ç' | 'Ć'..='č' => 'C',
        'Ð' | 'ð' | 'Ď'..='đ' => 'D',
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' | 'Ə' | 'ə' | 'Ẹ'..='ệ' => 'E',
        'Ĝ'..='ģ' => 'G',
        'Ĥ'..='ħ' => 'H',
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' | 'Ỉ'..='ị' => 'I',
        'Ķ' | 'ķ' => 'K',
        'Ĺ'..='ł' => 'L',
        'Ñ' | 'ñ' | 'Ń'..='ň' => 'N',
        'Ò'..='Ö' | 'ò'..='ö' | 'Ø' | 'ø' | 'Ō'..='ő' | 'Œ' | 'œ' | 'Ơ' | 'ơ' | 'Ọ'..='ợ' => 'O',
        'Ŕ'..='ř' => 'R',
        'Ś'..='š' | 'ß' | 'ẞ' | 'Ș' | 'ș' => 'S',
        'Ţ'..='ŧ' | 'Ț' | 'ț' | 'Þ' | 'þ' => 'T',
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' | 'Ư' | 'ư' | 'Ụ'..='ự' => 'U',
        'Ŵ' | 'ŵ' => 'W',
        'Ý' | 'ý' | 'ÿ' | 'Ÿ' | 'Ŷ' | 'ŷ' | 'Ỳ'..='ỹ' => 'Y',
        'Ź'..='ž' => 'Z',
        'Ά'..='ώ' => c.to_uppercase().next().map_or(c, latin_of_greek),
        'Ѐ'..='ӿ' => c.to_uppercase().next().map_or(c, latin_of_cyrillic),
        '‘' | '’' | '´' | '`' => '\'',
        '‐'..='―' | '−' => '-',
        '０'..='９' => digit_of_full_width(c),
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

/// The Latin letter for the sound of a capital Greek one.
fn latin_of_greek(c: char) -> char {
    match c {
        'Α' | 'Ά' => 'A',
        'Β' => 'V',
        'Γ' => 'G',
        'Δ' => 'D',
        'Ε' | 'Έ' => 'E',
        'Ζ' => 'Z',
        'Η' | 'Ή' | 'Ι' | 'Ί' | 'Ϊ' => 'I',
        'Θ' | 'Τ' => 'T',
        'Κ' => 'K',
        'Λ' => 'L',
        'Μ' => 'M',
        'Ν' => 'N',
        'Ξ' => 'X',
        'Ο' | 'Ό' | 'Ω' | 'Ώ' => 'O',
        'Π' | 'Ψ' => 'P',
        'Ρ' => 'R',
        'Σ' => 'S',
        'Υ' | 'Ύ' | 'Ϋ' => 'Y',
        'Φ' => 'F',
        'Χ' => 'H',
        c => c,
    }
}

/// The Latin letter for the sound of a capital Cyrillic one: Serbian is the same in both.
fn latin_of_cyrillic(c: char) -> char {
    match c {
        'А' | 'Ъ' | 'Я' | 'Ә' => 'A',
        'Б' => 'B',
        'В' => 'V',
        'Г' | 'Ґ' | 'Ѓ' | 'Ғ' => 'G',
        'Д' | 'Ђ' | 'Џ' => 'D',
        'Е' | 'Ё' | 'Є' | 'Э' | 'Ѐ' => 'E',
        'Ж' | 'З' | 'Ѕ' => 'Z',
        'И' | 'І' | 'Ї' | 'Ѝ' => 'I',
        'Й' | 'Ј' | 'Ь' => 'J',
        'К' | 'Ќ' | 'Қ' => 'K',
        'Л' | 'Љ' => 'L',
        'М' => 'M',
        'Н' | 'Њ' | 'Ң' => 'N',
        'О' | 'Ө' => 'O',
        'П' => 'P',
        'Р' => 'R',
        'С' | 'Ш' | 'Щ' => 'S',
        'Т' => 'T',
        'У' | 'Ў' | 'Ү' | 'Ұ' | 'Ю' => 'U',
        'Ф' => 'F',
        'Х' | 'Һ' => 'H',
        'Ц' | 'Ч' | 'Ћ' => 'C',
        'Ы' => 'Y',
        c => c,
    }
}

/// What a reader of Latin letters makes of capital Greek or Cyrillic ones, where each of them looks like a Latin one.
pub(crate) fn read_as_latin(text: &str) -> Option<String> {
    let seen: Option<String> = text.chars().map(latin_lookalike).collect();
    seen.filter(|seen| seen != text)
}

fn latin_lookalike(c: char) -> Option<char> {
    Some(match c {
        ' ' => ' ',
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' => 'C',
        'Е' | 'Ё' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ї' | 'Ι' => 'I',
        'Ј' => 'J',
        'К' | 'Қ' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'Х' | 'Χ' => 'X',
        'У' | 'Ү' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        _ => return None,
    })
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
        check("Tổng cộng, Əsas məbləğ, Înghețată, Þrjú", "TONG CONG, ESAS MEBLEG, INGHETATA, TRJU");
        check("Готівка, Хлеб, Повраћај", "GOTIVKA, HLEB, POVRACAJ");
        check("Σύνολο, Μετρητά, ώρα", "SYNOLO, METRITA, ORA");
    }

    #[test]
    fn letters_that_look_latin_are_read_as_such() {
        assert_eq!(read_as_latin("ΜΕΤΡΗΤΑ").as_deref(), Some("METPHTA"));
        assert_eq!(read_as_latin("СУММА").as_deref(), Some("CYMMA"));
        assert_eq!(read_as_latin("ИТОГ"), None);
        assert_eq!(read_as_latin("TOTAL"), None);
    }
}

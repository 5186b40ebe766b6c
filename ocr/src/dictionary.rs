//! The characters that the recognition model distinguishes.

const LIST: &str = include_str!("../models/dict_small.txt");

/// One entry a class of the model: the blank, the characters of the list, the space.
#[derive(Debug)]
pub(crate) struct Dictionary {
    characters: Vec<char>,
}

/// The class for "no character here" of connectionist temporal classification (Graves et al., 2006).
pub(crate) const BLANK: usize = 0;

impl Dictionary {
    /// The list that belongs to the built-in model: one character a line, which may itself be white space to `trim`.
    pub(crate) fn built_in() -> Result<Self, Malformed> {
        let mut characters = vec!['\0'];
        for line in LIST.split_terminator('\n') {
            let mut rest = line.chars();
            match (rest.next(), rest.next()) {
                (Some(character), None) => characters.push(character),
                _ => return Err(Malformed { line: characters.len() }),
            }
        }
        characters.push(' ');
        Ok(Self { characters })
    }

    /// How many classes the model must tell apart.
    pub(crate) fn classes(&self) -> usize {
        self.characters.len()
    }

    /// `None` for the blank and for a class that the model cannot have.
    pub(crate) fn character(&self, class: usize) -> Option<char> {
        if class == BLANK { None } else { self.characters.get(class).copied() }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("line {line} of the dictionary is not one character")]
pub(crate) struct Malformed {
    line: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_blank_comes_first_and_the_space_last() {
        let dictionary = Dictionary::built_in().unwrap();

        assert_eq!(dictionary.classes(), LIST.lines().count() + 2);
        assert_eq!(dictionary.character(BLANK), None);
        assert_eq!(dictionary.character(1), Some('!'));
        assert_eq!(dictionary.character(dictionary.classes() - 1), Some(' '));
        assert_eq!(dictionary.character(dictionary.classes()), None);
    }
}

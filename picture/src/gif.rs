//! GIF's blocks: <https://www.w3.org/Graphics/GIF/spec-gif89a.txt>
//!
//! Kept are the screen, the colours and the first picture, with what makes a colour of it transparent: only that one is read.
//! The file ends behind it. Comments, what applications add, and text to be drawn become comments of as many zeros.

const HEAD: usize = 13;
/// Introducers.
const EXTENSION: u8 = 0x21;
const PICTURE: u8 = 0x2c;
const END: u8 = 0x3b;
/// Labels of extensions.
const CONTROL: u8 = 0xf9;
const COMMENT: u8 = 0xfe;

/// Cleans a whole file.
pub(crate) fn clean(file: &mut [u8]) {
    let end = kept_until(file).unwrap_or(HEAD).min(file.len());
    let mut rest = &mut file[end..];
    if let Some(first) = rest.first_mut() {
        *first = END;
        rest = &mut rest[1..];
    }
    rest.fill(0);
}

/// Where the first picture ends. What stands before it is cleaned.
fn kept_until(file: &mut [u8]) -> Option<usize> {
    let mut at = HEAD + colour_bytes(*file.get(10)?);
    let mut has_control = false;
    loop {
        match *file.get(at)? {
            EXTENSION => {
                let end = blocks_end(file, at + 2)?;
                if file[at + 1] == CONTROL && file[at + 2] == 4 && end == at + 8 && !has_control {
                    has_control = true;
                    // A delay is for what follows.
                    file[at + 4..at + 6].fill(0);
                } else {
                    file[at + 1] = COMMENT;
                    blank_blocks(file, at + 2);
                }
                at = end;
            }
            PICTURE => return blocks_end(file, at + 11 + colour_bytes(*file.get(at + 9)?)),
            END => return Some(at),
            _ => return None,
        }
    }
}

/// How many bytes the table of colours has that these flags announce.
fn colour_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Behind the empty block.
fn blocks_end(file: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let bytes = usize::from(*file.get(at)?);
        at += 1 + bytes;
        if bytes == 0 {
            return Some(at);
        }
    }
}

fn blank_blocks(file: &mut [u8], mut at: usize) {
    while let Some(bytes) = file.get(at).copied().filter(|bytes| *bytes > 0) {
        let next = at + 1 + usize::from(bytes);
        file[at + 1..next].fill(0);
        at = next;
    }
}

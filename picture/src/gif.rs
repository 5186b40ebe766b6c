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
            PICTURE => {
                let coded = at + 10 + colour_bytes(*file.get(at + 9)?);
                let end = blocks_end(file, coded + 1)?;
                blank_behind_last_code(file, coded, end);
                return Some(end);
            }
            END => return Some(at),
            _ => return None,
        }
    }
}

/// How many bytes the table of colours has that these flags announce.
fn colour_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Pixels end with a code, wherever their blocks do. `at` is how many bits a colour has; blocks follow.
fn blank_behind_last_code(file: &mut [u8], at: usize, end: usize) {
    let colour_bits = file[at];
    if !(1..=11).contains(&colour_bits) {
        return;
    }
    let (clear, last) = (1_u32 << colour_bits, (1_u32 << colour_bits) + 1);
    let (mut width, mut codes) = (u32::from(colour_bits) + 1, last + 1);
    let (mut ahead, mut bits) = (0_u32, 0);
    let mut has_ended = false;
    let mut is_first = true;
    let mut block = at + 1;
    while block < end && file[block] > 0 {
        let next = block + 1 + usize::from(file[block]);
        for byte in &mut file[block + 1..next] {
            if has_ended {
                *byte = 0;
                continue;
            }
            ahead |= u32::from(*byte) << bits;
            bits += 8;
            while bits >= width && !has_ended {
                let code = ahead & ((1 << width) - 1);
                ahead >>= width;
                bits -= width;
                if code == clear {
                    (width, codes, is_first) = (u32::from(colour_bits) + 1, last + 1, true);
                } else if code == last {
                    has_ended = true;
                    // Of this byte, what is of the next code.
                    *byte &= u8::try_from(0xff_u32 >> bits).unwrap_or(0xff);
                } else {
                    // The first code after a clearing makes no new one.
                    if !is_first && codes < 4096 {
                        codes += 1;
                        if codes == 1 << width && width < 12 {
                            width += 1;
                        }
                    }
                    is_first = false;
                }
            }
        }
        block = next;
    }
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

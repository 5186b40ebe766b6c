//! PNG's chunks: <https://www.w3.org/TR/png-3/#5DataRep>
//!
//! Kept are the header, palette, transparency, pixels and end, the few numbers that say what the colours are, and the
//! orientation. Every other chunk becomes one that no program knows, of the same length and full of zeros: text, EXIF's other
//! fields, colour profiles, the frames of an animation, provenance, what private programs add. Pixels end with the
//! first chunk behind them that has none, and with their stream; what the chunks hold behind it is blanked.

mod coded_pixels;

use receipt::Orientation;

use self::coded_pixels::CodedPixels;
use crate::exif;

const SIGNATURE: usize = 8;
/// Length and type before a chunk's data.
const HEAD: usize = 8;
const CRC: usize = 4;
/// A type that decoders pass over: ancillary, private, safe to copy.
const BLANK: &[u8; 4] = b"blNk";
const END: &[u8; 4] = b"IEND";

/// Colour types of the header.
const GREY: u8 = 0;
const COLOUR: u8 = 2;
const PALETTE: u8 = 3;

/// What was seen of a file.
#[derive(Default)]
struct Cleaner {
    colour_type: Option<u8>,
    /// How many colours the palette has.
    palette: usize,
    pixels: Pixels,
    coded: Option<CodedPixels>,
    orientation: Option<Orientation>,
    /// The types of chunks, other than pixels, that were kept: of each there is one.
    kept: Vec<[u8; 4]>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
enum Pixels {
    #[default]
    Ahead,
    Here,
    Behind,
}

/// What becomes of a chunk.
enum Fate {
    Kept,
    /// Its data were changed, its type stays.
    Changed,
    Blanked,
}

/// Cleans a whole file.
pub(crate) fn clean(file: &mut [u8]) -> Option<Orientation> {
    let mut cleaner = Cleaner::default();
    let mut rest = file.get_mut(SIGNATURE..)?;
    while let Some(bytes) = rest.first_chunk::<4>() {
        let data = usize::try_from(u32::from_be_bytes(*bytes)).unwrap_or(usize::MAX);
        let Some(bytes) = data.checked_add(HEAD + CRC).filter(|bytes| *bytes <= rest.len()) else { break };
        if rest[4..HEAD] == [0; 4] {
            // Blank already.
            break;
        }
        let (chunk, behind) = rest.split_at_mut(bytes);
        cleaner.clean_chunk(chunk);
        rest = behind;
        if cleaner.kept.contains(END) {
            break;
        }
    }
    // Behind the end; or a chunk that is cut off, which decoders do not take.
    rest.fill(0);
    cleaner.orientation
}

impl Cleaner {
    /// `chunk` is at least as long as a chunk without data.
    fn clean_chunk(&mut self, chunk: &mut [u8]) {
        let (head, rest) = chunk.split_at_mut(HEAD);
        let (data, crc) = rest.split_at_mut(rest.len() - CRC);
        let Some(kind) = head.last_chunk_mut::<4>() else { return };
        match self.fate(*kind, data) {
            Fate::Kept => return,
            Fate::Changed => {}
            Fate::Blanked => {
                *kind = *BLANK;
                data.fill(0);
            }
        }
        let mut hasher = crc32fast::Hasher::new();
        hasher.update(kind);
        hasher.update(data);
        crc.copy_from_slice(&hasher.finalize().to_be_bytes());
    }

    fn fate(&mut self, kind: [u8; 4], data: &mut [u8]) -> Fate {
        let is_pixels = &kind == b"IDAT";
        self.pixels = match (self.pixels, is_pixels) {
            (Pixels::Ahead | Pixels::Here, true) => Pixels::Here,
            (Pixels::Ahead, false) => Pixels::Ahead,
            (Pixels::Here, false) | (Pixels::Behind, true | false) => Pixels::Behind,
        };
        if is_pixels {
            if self.pixels != Pixels::Here || self.colour_type.is_none() {
                return Fate::Blanked;
            }
            let needed = self.coded.as_mut().map_or(data.len(), |coded| coded.needed_of(data));
            let rest = &mut data[needed..];
            if rest.iter().all(|byte| *byte == 0) {
                return Fate::Kept;
            }
            rest.fill(0);
            return Fate::Changed;
        }
        if self.kept.contains(&kind) {
            return Fate::Blanked;
        }
        let fate = match &kind {
            END if data.is_empty() => Fate::Kept,
            END => {
                data.fill(0);
                Fate::Changed
            }
            b"eXIf" => {
                self.orientation = exif::clean(data);
                self.orientation.map_or(Fate::Blanked, |_| Fate::Changed)
            }
            _ => match self.needed(kind, data) {
                Some(needed) if needed == data.len() => Fate::Kept,
                Some(needed) => {
                    data[needed..].fill(0);
                    Fate::Changed
                }
                None => Fate::Blanked,
            },
        };
        match fate {
            Fate::Kept | Fate::Changed => self.kept.push(kind),
            Fate::Blanked => {}
        }
        fate
    }

    /// How many bytes of this chunk the pixels to come are decoded by. Some decoders take a chunk that is longer than its type
    /// allows.
    fn needed(&mut self, kind: [u8; 4], data: &[u8]) -> Option<usize> {
        if &kind == b"IHDR" {
            let header = data.first_chunk::<13>().filter(|_| self.kept.is_empty())?;
            self.colour_type = Some(header[9]);
            self.coded = CodedPixels::of(header);
            return Some(header.len());
        }
        let numbers = |count: usize, most: u32| {
            let numbers = data.as_chunks::<4>().0.get(..count)?;
            numbers.iter().all(|number| u32::from_be_bytes(*number) <= most).then_some(4 * count)
        };
        let colour_type = self.colour_type.filter(|_| self.pixels == Pixels::Ahead)?;
        match (&kind, colour_type, data) {
            (b"PLTE", PALETTE, colours) => {
                self.palette = colours.len().min(768) / 3;
                Some(3 * self.palette)
            }
            (b"tRNS", _, [_, .., _]) if data.len() > 256 => None,
            (b"tRNS", PALETTE, shades) => Some(shades.len().min(self.palette)),
            (b"tRNS", GREY, [_, _, ..]) => Some(2),
            (b"tRNS", COLOUR, [_, _, _, _, _, _, ..]) => Some(6),
            // In 100,000ths: a gamma up to 10, and the places of white and of the primaries.
            (b"gAMA", ..) => numbers(1, 1_000_000),
            (b"cHRM", ..) => numbers(8, 200_000),
            (b"sRGB", _, [..4, ..]) => Some(1),
            // Numbers of ITU-T H.273.
            (b"cICP", _, [..=22, ..=18, 0, ..=1, ..]) => Some(4),
            _ => None,
        }
    }
}

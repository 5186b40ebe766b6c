//! WebP's chunks: <https://developers.google.com/speed/webp/docs/riff_container>
//!
//! Kept are the first picture's header, transparency and pixels, and the orientation. Every other chunk becomes one that no
//! program knows, of the same length and full of zeros: EXIF's other fields, XMP, a colour profile, the frames of an
//! animation behind the first, what private programs add, and what follows the end.

use std::ops::Range;

use receipt::Orientation;

use crate::exif;

/// `RIFF`, a length, `WEBP`.
const HEAD: usize = 12;
/// Kind and length before a chunk's data.
const CHUNK_HEAD: usize = 8;
const BLANK: &[u8; 4] = b"blNk";
/// Before the chunks of an animation's frame: its place, size, time and how it is drawn.
const FRAME_HEAD: usize = 16;

/// Flags of the extended header that may stay: a profile and XMP never do.
const TRANSPARENCY: u8 = 0x10;
const EXIF: u8 = 0x08;
const ANIMATION: u8 = 0x02;

#[derive(Default)]
struct Cleaner {
    /// Of the extended header.
    flags: u8,
    kept: Vec<[u8; 4]>,
    orientation: Option<Orientation>,
}

/// Cleans a whole file.
pub(crate) fn clean(file: &mut [u8]) -> Option<Orientation> {
    let declared = file.get(4..8)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes) as usize)?;
    let end = declared.saturating_add(8).min(file.len());
    let mut cleaner = Cleaner::default();
    cleaner.clean_chunks(file, HEAD.min(end)..end);
    file[end..].fill(0);
    if cleaner.orientation.is_none() && cleaner.kept.contains(b"VP8X") {
        // It is the first chunk, or it was not kept.
        file[HEAD + CHUNK_HEAD] &= !EXIF;
    }
    cleaner.orientation
}

impl Cleaner {
    fn clean_chunks(&mut self, file: &mut [u8], within: Range<usize>) {
        let mut at = within.start;
        while let Some(head) = file.get(at..within.end).and_then(|rest| rest.first_chunk::<CHUNK_HEAD>()) {
            let [kind @ .., _, _, _, _] = *head;
            let [_, _, _, _, bytes @ ..] = *head;
            if kind == [0; 4] {
                // Blank already.
                break;
            }
            let start = at + CHUNK_HEAD;
            let bytes = u32::from_le_bytes(bytes) as usize;
            let Some(data_end) = start.checked_add(bytes).filter(|end| *end <= within.end) else { break };
            if !self.keeps(file, kind, start..data_end, at == HEAD) {
                file[at..][..4].copy_from_slice(BLANK);
                file[start..data_end].fill(0);
            }
            // Chunks begin at even places.
            at = data_end + bytes % 2;
            if let Some(padding) = file.get_mut(data_end..at.min(within.end)) {
                padding.fill(0);
            }
        }
        if let Some(rest) = file.get_mut(at..within.end) {
            rest.fill(0);
        }
    }

    /// Whether a chunk stays; what of its data does not is blanked.
    fn keeps(&mut self, file: &mut [u8], kind: [u8; 4], data: Range<usize>, is_first: bool) -> bool {
        if self.kept.contains(&kind) {
            return false;
        }
        let has_pixels = self.kept.iter().any(|kept| matches!(kept, b"VP8 " | b"VP8L"));
        let stays = match &kind {
            b"VP8X" if is_first && data.len() >= 10 => {
                let header = &mut file[data];
                header[0] &= TRANSPARENCY | EXIF | ANIMATION;
                self.flags = header[0];
                header[1..4].fill(0);
                header[10..].fill(0);
                true
            }
            b"ANIM" if self.flags & ANIMATION != 0 && data.len() >= 6 => {
                file[data][6..].fill(0);
                true
            }
            b"ANMF" if self.flags & ANIMATION != 0 && data.len() >= FRAME_HEAD => {
                // A frame in a frame is none.
                self.kept.push(kind);
                self.clean_chunks(file, data.start + FRAME_HEAD..data.end);
                true
            }
            // Only pixels that have a loss need it, and then it stands before them.
            b"ALPH" if self.flags & TRANSPARENCY != 0 => !has_pixels && Self::is_followed_by_pixels(file, &data),
            b"VP8 " | b"VP8L" => !has_pixels,
            b"EXIF" => {
                self.orientation = exif::clean(&mut file[data]);
                // Only the first counts, whatever is in it.
                self.kept.push(kind);
                self.orientation.is_some()
            }
            _ => false,
        };
        if stays {
            self.kept.push(kind);
        }
        stays
    }

    fn is_followed_by_pixels(file: &[u8], data: &Range<usize>) -> bool {
        let next = data.end + data.len() % 2;
        file.get(next..).is_some_and(|rest| rest.starts_with(b"VP8 "))
    }
}

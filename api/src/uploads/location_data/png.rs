//! PNG's chunks: <https://www.w3.org/TR/png-3/#5DataRep>

use super::tiff;

const SIGNATURE: usize = 8;
/// Length and type before a chunk's data.
const HEAD: usize = 8;
const CRC: usize = 4;
/// How programs that keep EXIF, XMP or IPTC as text begin it. `ImageMagick`'s names end with the kind.
const TEXTS: [&[u8]; 2] = [b"XML:com.adobe.xmp\0", b"Raw profile type "];
/// What such a text becomes, before its spaces.
const NEUTRAL: &[u8] = b"Comment\0";

/// Blanks the location data in a whole file.
pub(super) fn clean(file: &mut [u8]) {
    let Some(mut rest) = file.get_mut(SIGNATURE..) else { return };
    while let Some(bytes) = rest.first_chunk::<4>() {
        let data = usize::try_from(u32::from_be_bytes(*bytes)).unwrap_or(usize::MAX);
        let Some((chunk, behind)) = data.checked_add(HEAD + CRC).and_then(|bytes| rest.split_at_mut_checked(bytes))
        else {
            // Readers ignore a chunk that is cut off.
            return;
        };
        clean_chunk(chunk);
        rest = behind;
    }
}

/// `chunk` is at least as long as a chunk without data.
fn clean_chunk(chunk: &mut [u8]) {
    let (head, rest) = chunk.split_at_mut(HEAD);
    let (data, crc) = rest.split_at_mut(rest.len() - CRC);
    match &head[4..] {
        // Some programs put JPEG's prefix before the TIFF.
        b"eXIf" => match data.strip_prefix(b"Exif\0\0") {
            Some(_) => tiff::clean(&mut data[6..]),
            None => tiff::clean(data),
        },
        b"iTXt" | b"tEXt" | b"zTXt" if TEXTS.iter().any(|begin| data.starts_with(begin)) => {
            head[4..].copy_from_slice(b"tEXt");
            let (keyword, text) = data.split_at_mut(NEUTRAL.len());
            keyword.copy_from_slice(NEUTRAL);
            text.fill(b' ');
        }
        _ => return,
    }
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&head[4..]);
    hasher.update(data);
    crc.copy_from_slice(&hasher.finalize().to_be_bytes());
}

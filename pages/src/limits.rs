//! How large a picture may be, how many pages a document, and what decoding may take.

/// Textract's limit, in pixels.
pub const MAX_SIDE: u32 = 10_000;

/// Enough for a phone of 50 megapixels.
pub const MAX_PIXELS: u64 = 54_000_000;

/// What decoding one picture may take, in bytes, beside the file and the models, so that reading stays below 200 MB in all.
/// It allows every JPEG of `MAX_PIXELS` that is not progressive; progressive ones of 40 megapixels with halved chrominance
/// (as most are) and of 20 with full; PNGs of 43 megapixels in colour; TIFFs, which are held twice, of 21. 16 bits a channel
/// halve the last two, shades of grey without colour take a third. WebP may have 28 megapixels, 18 without loss; GIF 32.
pub const MAX_DECODING_BYTES: u64 = 130_000_000;

/// What decoding what HEVC or AV1 coded as one picture, or a row of tiles, may take: a converter's 48 megapixels in one. Phones' have
/// tiles, which take a tenth of it.
pub const MAX_CODED_BYTES: u64 = 330_000_000;

/// The most pages of one document: those of a whole upload.
pub const MAX_PAGES: usize = receipt::MAX_PAGES as usize;

/// What a caller may allow less of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A document of more pages is refused.
    pub pages: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pages: MAX_PAGES }
    }
}

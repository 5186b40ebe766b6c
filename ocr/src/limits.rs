//! How large a picture may be.

/// Textract's limit, in pixels.
pub const MAX_SIDE: u32 = 10_000;

/// Enough for a phone of 50 megapixels.
pub const MAX_PIXELS: u64 = 54_000_000;

/// What decoding one picture may take, in bytes, beside the file and the models, so that reading stays below 200 MB in all.
/// It allows every JPEG of `MAX_PIXELS` that is not progressive; progressive ones of 40 megapixels with halved chrominance
/// (as most are) and of 20 with full; PNGs of 43 megapixels in colour; TIFFs, which are held twice, of 21. 16 bits a channel
/// halve the last two, shades of grey without colour take a third.
pub const MAX_DECODING_BYTES: u64 = 130_000_000;

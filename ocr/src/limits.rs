//! How large a picture may be, and how much may stand on it.

use std::time::Duration;

/// Textract's limit, in pixels.
pub const MAX_SIDE: u32 = 10_000;

/// Enough for a phone of 50 megapixels.
pub const MAX_PIXELS: u64 = 54_000_000;

/// What decoding one picture may take, in bytes, beside the file and the models, so that reading stays below 200 MB in all.
/// It allows every JPEG of `MAX_PIXELS` that is not progressive; progressive ones of 40 megapixels with halved chrominance
/// (as most are) and of 20 with full; PNGs of 43 megapixels in colour; TIFFs, which are held twice, of 21. 16 bits a channel
/// halve the last two, shades of grey without colour take a third.
pub const MAX_DECODING_BYTES: u64 = 130_000_000;

/// How many lines of text are read on one picture. A receipt of a hundred items, its columns apart, has 500.
pub const MAX_LINES: usize = 800;

/// How much text is read on one picture, by the columns of its lines at the size that the network reads: it reads some
/// 8,000 a second on each core.
pub const MAX_COLUMNS: usize = 150_000;

/// How long reading may take: what `MAX_COLUMNS` needs on one slow core. A part of a page would pass for the whole of it, so
/// none is returned.
pub const MAX_READING_TIME: Duration = Duration::from_secs(30);

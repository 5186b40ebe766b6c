//! From a photo to words with boxes and confidence, on this CPU, without a network.

/// The loaded models: made once, shared by all threads.
#[derive(Debug)]
pub struct Reader {}

/// What stands on one picture, in reading order.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub text: String,
    /// 0 to 1.
    pub confidence: f32,
    /// The corners from the text's own top left, clockwise as the text reads, in fractions of the stored raster's
    /// width and height (before EXIF orientation).
    pub corners: [Point; 4],
    pub words: Vec<Word>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    pub text: String,
    pub confidence: f32,
    pub corners: [Point; 4],
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub x: f32,
    pub y: f32,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("neither JPEG, PNG nor TIFF")]
    Unsupported,
    #[error("more than {max} pixels a side", max = MAX_SIDE)]
    TooLarge,
    #[error("the picture's data is broken")]
    Broken(#[source] image::ImageError),
    #[error("the text recognition stopped")]
    Recognition(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Textract's limit, in pixels.
pub const MAX_SIDE: u32 = 10_000;

impl Reader {
    /// Unpacks the models that are part of this program. `threads` is how many cores one picture may use.
    pub fn new(_threads: usize) -> Result<Self, Error> {
        Ok(Self {})
    }

    /// Reads one picture. Takes seconds of CPU: call it where blocking is allowed.
    pub fn read(&self, _picture: &[u8]) -> Result<Page, Error> {
        Ok(Page { lines: Vec::new() })
    }
}

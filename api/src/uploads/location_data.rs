//! The place where a photo was taken is removed from the picture's file before the file is stored.
//!
//! Nothing is encoded anew and no byte moves: location data are overwritten in place, so that offsets stay true,
//! the pixels stay the same to the bit, and the same file always becomes the same file. The orientation stays.
//!
//! What goes: the GPS directory of EXIF, wherever it is linked; all of XMP and IPTC, which hold places in many
//! forms and nothing that we need; what follows a JPEG's end, such as a motion photo's film, which has a place of its own. What is
//! left as it is: the makers' private notes in EXIF, and PDF.

mod jpeg;
mod png;
mod tiff;

use receipt::PictureFormat;

/// Blanks the location data in one picture's file, which comes part after part.
#[derive(Debug)]
pub(super) enum LocationRemover {
    Jpeg(jpeg::Cleaner),
    Png,
    Tiff,
    /// Stays as it is.
    Pdf,
}

impl LocationRemover {
    pub(super) fn new(format: PictureFormat) -> Self {
        match format {
            PictureFormat::Jpeg => Self::Jpeg(jpeg::Cleaner::default()),
            PictureFormat::Png => Self::Png,
            PictureFormat::Tiff => Self::Tiff,
            PictureFormat::Pdf => Self::Pdf,
        }
    }

    /// Whether the whole file must be one part: a TIFF's directories lie anywhere in it, a PNG's chunks before and after
    /// the pixels.
    pub(super) fn needs_whole_file(format: PictureFormat) -> bool {
        match format {
            PictureFormat::Png | PictureFormat::Tiff => true,
            PictureFormat::Jpeg | PictureFormat::Pdf => false,
        }
    }

    /// Takes the file's next part.
    pub(super) fn clean(&mut self, part: &mut [u8]) {
        match self {
            Self::Jpeg(cleaner) => cleaner.clean(part),
            Self::Png => png::clean(part),
            Self::Tiff => tiff::clean(part),
            Self::Pdf => {}
        }
    }
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

//! A file and its pages.

use image::ImageFormat;
use receipt::{PictureFormat, picture_format::FileKind};

use crate::{
    Error, Limits, Picture, TextLine, heif, pdf,
    raster::{self, ending_in_an_error},
    tiff,
};

/// A file that was looked into: what it is and how many pages it has.
#[derive(Debug)]
pub struct Document<'a> {
    file: &'a [u8],
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// One picture, which `image` decodes.
    Raster(ImageFormat),
    Heif,
    /// With where its pages begin.
    Tiff(Vec<u32>),
    Pdf(Box<pdf::Document>),
}

/// What is on a page.
#[derive(Debug)]
pub enum Page {
    Picture(Picture),
    /// The text of a page that is text throughout: exact, with nothing to recognise.
    Text(Vec<TextLine>),
}

/// Looks into a file, whichever format its first bytes say it is, without decoding pixels.
pub fn open(file: &[u8], limits: Limits) -> Result<Document<'_>, Error> {
    ending_in_an_error(|| {
        let kind = kind_of(file)?;
        let document = Document { file, kind };
        if document.len() > limits.pages { Err(Error::TooManyPages { most: limits.pages }) } else { Ok(document) }
    })
}

fn kind_of(file: &[u8]) -> Result<Kind, Error> {
    let FileKind::Picture(format) = FileKind::of(file) else { return Err(Error::Unsupported) };
    Ok(match format {
        PictureFormat::Jpeg => Kind::Raster(ImageFormat::Jpeg),
        PictureFormat::Png => Kind::Raster(ImageFormat::Png),
        PictureFormat::WebP => Kind::Raster(ImageFormat::WebP),
        PictureFormat::Gif => Kind::Raster(ImageFormat::Gif),
        PictureFormat::Tiff => Kind::Tiff(tiff::directories(file)?),
        PictureFormat::Pdf => Kind::Pdf(Box::new(pdf::Document::open(file)?)),
        PictureFormat::Heif | PictureFormat::Avif => {
            heif::check(file, format)?;
            Kind::Heif
        }
    })
}

impl Document<'_> {
    /// How many pages it has: of an animation, one.
    #[expect(clippy::len_without_is_empty, reason = "a document that opens has a page")]
    pub fn len(&self) -> usize {
        match &self.kind {
            Kind::Raster(_) | Kind::Heif => 1,
            Kind::Tiff(directories) => directories.len().max(1),
            Kind::Pdf(document) => document.len(),
        }
    }

    /// A page, counted from 1, as it is best read.
    pub fn page(&self, number: usize) -> Result<Page, Error> {
        let text = match &self.kind {
            Kind::Pdf(document) => ending_in_an_error(|| document.text(self.place_of(number)?))?,
            Kind::Raster(_) | Kind::Heif | Kind::Tiff(_) => None,
        };
        match text {
            Some(lines) => Ok(Page::Text(lines)),
            None => self.picture(number).map(Page::Picture),
        }
    }

    /// A page as it looks, also where it is text.
    pub fn picture(&self, number: usize) -> Result<Picture, Error> {
        let place = self.place_of(number)?;
        ending_in_an_error(|| {
            Ok(Picture::of(match &self.kind {
                Kind::Raster(format) => raster::decode(self.file, *format)?,
                Kind::Heif => heif::decode(self.file)?,
                Kind::Tiff(directories) => {
                    let file = match directories.get(place) {
                        Some(directory) => tiff::beginning_with(self.file, *directory),
                        None => self.file.into(),
                    };
                    tiff::decode(&file)?
                }
                Kind::Pdf(document) => document.picture(place)?,
            }))
        })
    }

    /// Counted from 0.
    fn place_of(&self, number: usize) -> Result<usize, Error> {
        let place = number.checked_sub(1).filter(|place| *place < self.len());
        place.ok_or(Error::NoSuchPage { number })
    }
}

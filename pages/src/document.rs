//! A file and its pages.

use image::ImageFormat;

use crate::{
    Error, Limits, Picture, TextLine,
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
    /// With where its pages begin.
    Tiff(Vec<u32>),
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
    Ok(match file {
        [0xff, 0xd8, 0xff, ..] => Kind::Raster(ImageFormat::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Kind::Raster(ImageFormat::Png),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Kind::Raster(ImageFormat::Gif),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Kind::Raster(ImageFormat::WebP),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Kind::Tiff(tiff::directories(file)?),
        _ => return Err(Error::Unsupported),
    })
}

impl Document<'_> {
    /// How many pages it has: of an animation, one.
    #[expect(clippy::len_without_is_empty, reason = "a document that opens has a page")]
    pub fn len(&self) -> usize {
        match &self.kind {
            Kind::Raster(_) => 1,
            Kind::Tiff(directories) => directories.len().max(1),
        }
    }

    /// A page, counted from 1, as it is best read.
    pub fn page(&self, number: usize) -> Result<Page, Error> {
        self.picture(number).map(Page::Picture)
    }

    /// A page as it looks, also where it is text.
    pub fn picture(&self, number: usize) -> Result<Picture, Error> {
        if !(1..=self.len()).contains(&number) {
            return Err(Error::NoSuchPage { number });
        }
        ending_in_an_error(|| {
            Ok(Picture::of(match &self.kind {
                Kind::Raster(format) => raster::decode(self.file, *format)?,
                Kind::Tiff(directories) => {
                    let file = match directories.get(number - 1) {
                        Some(directory) => tiff::beginning_with(self.file, *directory),
                        None => self.file.into(),
                    };
                    raster::decode(&file, ImageFormat::Tiff)?
                }
            }))
        })
    }
}

//! What reads pictures as Textract does: the `ocr` crate, on this CPU.

use std::{
    sync::{Arc, LazyLock},
    thread,
};

use receipt::{PictureFormat, picture_format::FileKind};

use crate::textract::{DetectionError, TextDetection};

/// What Textract says of the model that read.
const MODEL_VERSION: &str = "1.0";

/// Reads each picture on so many cores. The models are loaded in the background, from now on.
pub fn text_recognition(threads: usize) -> TextDetection {
    let reader = Arc::new(LazyLock::new(move || ocr::Reader::new(threads)));
    let loading = Arc::clone(&reader);
    thread::spawn(move || {
        if let Err(error) = &**loading {
            tracing::error!("the text recognition cannot be loaded: {error}");
        }
    });
    TextDetection::new(move |picture| {
        match FileKind::of(picture) {
            FileKind::Picture(PictureFormat::Pdf) => return Err(DetectionError::Pdf),
            FileKind::Picture(PictureFormat::Jpeg | PictureFormat::Png | PictureFormat::Tiff) => {}
            FileKind::Picture(PictureFormat::Heif | PictureFormat::Avif | PictureFormat::WebP | PictureFormat::Gif)
            | FileKind::Unknown => return Err(DetectionError::Unsupported),
        }
        let reader = reader.as_ref().as_ref().map_err(|error| DetectionError::Internal(error.to_string()))?;
        Ok(ocr::answer(&reader.read(picture)?, MODEL_VERSION))
    })
}

impl From<ocr::Error> for DetectionError {
    fn from(error: ocr::Error) -> Self {
        match error {
            ocr::Error::File(pages::Error::Unsupported) => Self::Unsupported,
            error @ (ocr::Error::File(_) | ocr::Error::TooMuchText | ocr::Error::TooSlow) => {
                Self::Bad(error.to_string())
            }
            error @ (ocr::Error::Model(_) | ocr::Error::Recognition(_)) => {
                Self::Internal(format!("{:#}", anyhow::Error::from(error)))
            }
        }
    }
}

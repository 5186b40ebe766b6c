//! Our own text recognition, on this machine: as many pages at once as there are cores.

use std::{
    num::NonZero,
    sync::{Arc, OnceLock},
    thread::available_parallelism,
};

use anyhow::anyhow;
use ocr::Reader;
use pages::Picture;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
};
use tracing::{info, warn};

/// Each page takes some 60 MB while it is read, and a task may have more cores than memory.
const MOST_AT_ONCE: usize = 4;

#[derive(Debug)]
pub(crate) struct OwnReader {
    /// Loaded by the first who needs it.
    reader: Arc<OnceLock<Result<Reader, ocr::Error>>>,
    places: Arc<Semaphore>,
}

/// The permission to read one page.
#[derive(Debug)]
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum OwnReaderError {
    /// More than this reader takes on; another reader may.
    #[error("the page is too much for this reader")]
    TooMuch(#[source] ocr::Error),
    #[error("the text recognition did not work")]
    Failed(#[source] anyhow::Error),
}

impl OwnReader {
    pub(crate) fn new() -> Self {
        Self { reader: Arc::default(), places: Arc::new(Semaphore::new(at_once())) }
    }

    /// Loads the models now, so that the first page need not wait for that.
    pub(crate) fn load(&self) {
        let reader = Arc::clone(&self.reader);
        drop(spawn_blocking(move || match loaded(&reader) {
            Ok(_) => info!("the models are loaded, to read {} pages at a time", at_once()),
            Err(error) => warn!("{:#}", anyhow::Error::from(error)),
        }));
    }

    /// Waits for a place, in order.
    pub(crate) async fn place(&self) -> Place {
        let permit = Arc::clone(&self.places).acquire_owned().await;
        Place { _permit: permit.expect("the semaphore is never closed") }
    }

    /// What stands on a picture. Abandoned, it goes on to its end, and keeps its place for as long.
    pub(crate) async fn read(&self, place: Place, picture: Picture) -> Result<ocr::Page, OwnReaderError> {
        let reader = Arc::clone(&self.reader);
        let reading = spawn_blocking(move || {
            let read = loaded(&reader).and_then(|reader| Ok(reader.read_picture(picture)?));
            drop(place);
            read
        });
        reading.await.unwrap_or_else(|error| Err(OwnReaderError::Failed(error.into())))
    }
}

/// As many pages as cores, of which each reading uses what the others leave free.
pub(crate) fn at_once() -> usize {
    cores().min(MOST_AT_ONCE)
}

fn cores() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

fn loaded(reader: &OnceLock<Result<Reader, ocr::Error>>) -> Result<&Reader, OwnReaderError> {
    let reader = reader.get_or_init(|| Reader::new(cores())).as_ref();
    reader.map_err(|error| OwnReaderError::Failed(anyhow!("{error}")))
}

impl From<ocr::Error> for OwnReaderError {
    fn from(error: ocr::Error) -> Self {
        match error {
            error @ (ocr::Error::TooMuchText | ocr::Error::TooSlow) => Self::TooMuch(error),
            error @ (ocr::Error::File(_) | ocr::Error::Model(_) | ocr::Error::Recognition(_)) => {
                Self::Failed(error.into())
            }
        }
    }
}

//! An image as its owner asks for it: the id in a path, and the record in the ledger.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use ledger::{Image, Ledger};
use receipt::{ImageId, OwnerId};

use crate::error::Error;

/// The image, if it is the owner's: another owner's is answered as an unknown one.
pub(crate) async fn find_owned(ledger: &Ledger, owner: &OwnerId, id: ImageId) -> Result<Image, Error> {
    let image = ledger.get(id).await?;
    image.filter(|image| image.owner == *owner).ok_or(Error::NotFound)
}

/// The image id in a path. A text that is no id is answered as an unknown image: 404.
pub(crate) struct ImagePath(pub(crate) ImageId);

impl<S: Send + Sync> FromRequestParts<S> for ImagePath {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Error::NotFound)?;
        id.parse().map(Self).map_err(|_| Error::NotFound)
    }
}

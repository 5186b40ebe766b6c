//! Many visitors from many addresses, since no owner and no address may have more than a share of what a server holds.

use std::sync::Arc;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use receipt::ImageId;

use crate::{target::Target, visitor::Visitor};

/// Below the shares of feeds that `api` gives to one owner and of connections to one address.
const IMAGES_A_VISITOR: usize = 50;
const VISITORS_AN_ADDRESS: usize = 10;

/// Visitors who have together so many images to watch.
#[derive(Debug)]
pub(crate) struct Crowd {
    visitors: Vec<Arc<Visitor>>,
    images: usize,
}

/// An image, and who uploaded it.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    pub(crate) visitor: Arc<Visitor>,
    pub(crate) id: ImageId,
}

impl Crowd {
    pub(crate) async fn arrive(target: Target, images: usize) -> anyhow::Result<Self> {
        const AT_ONCE: usize = 8;
        let arrive = |number: usize| Visitor::arrive(target, target.source(number / VISITORS_AN_ADDRESS));
        let visitors = stream::iter(0..images.div_ceil(IMAGES_A_VISITOR)).map(arrive).buffered(AT_ONCE);
        Ok(Self { visitors: visitors.map_ok(Arc::new).try_collect().await?, images })
    }

    /// Each uploads small pictures.
    pub(crate) async fn upload(&self) -> anyhow::Result<Vec<Watched>> {
        let mut images = Vec::with_capacity(self.images);
        for visitor in &self.visitors {
            let count = IMAGES_A_VISITOR.min(self.images - images.len());
            let ids = visitor.images(count).await?;
            images.extend(ids.into_iter().map(|id| Watched { visitor: visitor.clone(), id }));
        }
        Ok(images)
    }
}

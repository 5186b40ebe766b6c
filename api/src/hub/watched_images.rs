//! Which images are watched on this task, and which of these the relay is not subscribed to yet.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

use receipt::ImageId;
use tokio::sync::Notify;

/// Between the channels, which add and remove images, and the relay, which subscribes to them.
#[derive(Debug, Default)]
pub(super) struct WatchedImages {
    watched: Mutex<Watched>,
    changed: Notify,
}

/// No larger than the channels: an image is added with its first watcher and removed with the last.
#[derive(Debug, Default)]
struct Watched {
    images: HashSet<ImageId>,
    /// The images in which `images` differs from what was last taken: never more than both together.
    changed: HashSet<ImageId>,
    changes: u64,
}

/// Images to subscribe to, and to unsubscribe from.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) added: Vec<ImageId>,
    pub(super) removed: Vec<ImageId>,
    /// [`WatchedImages::changes`] as it was then.
    pub(super) up_to: u64,
}

impl WatchedImages {
    /// The first watcher of an image has come.
    pub(super) fn add(&self, image_id: ImageId) {
        self.watched().add(image_id);
        self.changed.notify_one();
    }

    /// The last watcher of an image has gone, or the image has ended.
    pub(super) fn remove(&self, image_id: ImageId) {
        self.watched().remove(image_id);
        self.changed.notify_one();
    }

    /// Returns when there may be changes to take. For one caller at a time.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// How often an image was added or removed, from the beginning.
    pub(super) fn changes(&self) -> u64 {
        self.watched().changes
    }

    /// What changed since the last call. An image that was added and removed in between is not in it.
    pub(super) fn take_changes(&self) -> Changes {
        self.watched().take_changes()
    }

    /// Everything that is watched, for a new connection.
    pub(super) fn take_all(&self) -> Changes {
        self.watched().take_all()
    }

    fn watched(&self) -> MutexGuard<'_, Watched> {
        // Nothing that could panic half-way runs under this lock.
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watched {
    fn add(&mut self, image_id: ImageId) {
        if self.images.insert(image_id) {
            self.change(image_id);
        }
    }

    fn remove(&mut self, image_id: ImageId) {
        if self.images.remove(&image_id) {
            self.change(image_id);
        }
    }

    fn take_changes(&mut self) -> Changes {
        let changed = std::mem::take(&mut self.changed);
        let (added, removed) = changed.into_iter().partition(|image_id| self.images.contains(image_id));
        Changes { added, removed, up_to: self.changes }
    }

    fn take_all(&mut self) -> Changes {
        self.changed = HashSet::new();
        Changes { added: self.images.iter().copied().collect(), removed: Vec::new(), up_to: self.changes }
    }

    fn change(&mut self, image_id: ImageId) {
        self.changes += 1;
        // The second change undoes the first.
        if !self.changed.remove(&image_id) {
            self.changed.insert(image_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_taken_once() {
        let (mut watched, id) = (Watched::default(), ImageId::new());
        watched.add(id);
        watched.add(id);
        assert_eq!(watched.take_changes(), Changes { added: vec![id], removed: vec![], up_to: 1 });
        assert_eq!(watched.take_changes(), Changes { added: vec![], removed: vec![], up_to: 1 });
        watched.remove(id);
        watched.remove(id);
        assert_eq!(watched.take_changes(), Changes { added: vec![], removed: vec![id], up_to: 2 });
    }

    #[test]
    fn an_image_added_and_removed_in_between_is_no_change() {
        let (mut watched, stays, passes) = (Watched::default(), ImageId::new(), ImageId::new());
        watched.add(stays);
        watched.take_changes();
        watched.add(passes);
        watched.remove(passes);
        watched.remove(stays);
        watched.add(stays);
        assert_eq!(watched.take_changes(), Changes { added: vec![], removed: vec![], up_to: 5 });
    }

    #[test]
    fn a_new_connection_gets_everything() {
        let (mut watched, id) = (Watched::default(), ImageId::new());
        watched.add(id);
        watched.take_changes();
        assert_eq!(watched.take_all().added, [id]);
        assert_eq!(watched.take_changes().added, []);
    }
}

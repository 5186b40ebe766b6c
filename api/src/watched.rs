//! Which images are watched on this task, and what of that the relay has not been asked for yet.

use std::collections::HashSet;

use receipt::ImageId;

/// No larger than the board, which adds an image with its first watcher and removes it with the last.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    images: HashSet<ImageId>,
    /// In which images the above differs from what was last handed out: never more than both together.
    changed: HashSet<ImageId>,
    changes: u64,
}

/// What is to be subscribed to, and what no longer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) added: Vec<ImageId>,
    pub(crate) removed: Vec<ImageId>,
    /// [`Watched::changes`] as it was then.
    pub(crate) up_to: u64,
}

impl Watched {
    pub(crate) fn add(&mut self, image_id: ImageId) {
        if self.images.insert(image_id) {
            self.change(image_id);
        }
    }

    pub(crate) fn remove(&mut self, image_id: ImageId) {
        if self.images.remove(&image_id) {
            self.change(image_id);
        }
    }

    /// How often an image was added or removed, from the beginning.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// What changed since the last call. Who comes and goes in between leaves no trace.
    pub(crate) fn take_changes(&mut self) -> Changes {
        let changed = std::mem::take(&mut self.changed);
        let (added, removed) = changed.into_iter().partition(|image_id| self.images.contains(image_id));
        Changes { added, removed, up_to: self.changes }
    }

    /// For somebody who knows nothing yet.
    pub(crate) fn take_all(&mut self) -> Changes {
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
    fn changes_are_told_once() {
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
    fn who_comes_and_goes_leaves_no_trace() {
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
    fn a_new_connection_is_told_everything() {
        let (mut watched, id) = (Watched::default(), ImageId::new());
        watched.add(id);
        watched.take_changes();
        assert_eq!(watched.take_all().added, [id]);
        assert_eq!(watched.take_changes().added, []);
    }
}

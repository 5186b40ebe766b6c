//! A page of an upload, what was read on it, and what was found on the way.

use ledger::Part;
use pages::prepare::Wanted;
use receipt::{Orientation, textract::DetectDocumentText};

/// A page of an uploaded file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageOfPart {
    pub(crate) part: Part,
    /// In the file, from 1.
    pub(crate) number: usize,
    /// Through all parts, from 1.
    pub(crate) page: u32,
    /// How many the file may have.
    pub(crate) most_pages: usize,
}

/// What was read on a page, and what was found on the way.
#[derive(Debug)]
pub(crate) struct ReadPage {
    pub(crate) answer: DetectDocumentText,
    pub(crate) found: Found,
}

/// What the preparation of a page, if there was one, brought beside it.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) pages_of_part: Option<usize>,
    pub(crate) preview: Option<Vec<u8>>,
    pub(crate) thumbnail: Option<Vec<u8>>,
}

impl PageOfPart {
    /// By which the page's answer is to be turned to be seen as it is shown.
    pub(crate) fn orientation(&self) -> Orientation {
        if self.part.key.format().is_read_by_textract() { self.part.orientation } else { Orientation::Upright }
    }

    /// Of the page's preparation, beside what its reader wants.
    pub(crate) fn wanted(&self) -> Wanted {
        let preview = !self.part.key.format().is_shown_by_browsers();
        Wanted { most_pages: self.most_pages, preview, thumbnail: self.page == 1, ..Wanted::default() }
    }
}

impl Found {
    /// These things, and of the others what is missing here.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            pages_of_part: self.pages_of_part.or(other.pages_of_part),
            preview: self.preview.or(other.preview),
            thumbnail: self.thumbnail.or(other.thumbnail),
        }
    }
}

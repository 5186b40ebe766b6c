//! How much may stand on a picture.

use std::time::Duration;

/// How many lines of text are read on one picture. A receipt of a hundred items, its columns apart, has 500.
pub const MAX_LINES: usize = 800;

/// How much text is read on one picture, by the columns of its lines at the size that the network reads: it reads some
/// 8,000 a second on each core.
pub const MAX_COLUMNS: usize = 150_000;

/// How long reading may take: what `MAX_COLUMNS` needs on one slow core. A part of a page would pass for the whole of it, so
/// none is returned.
pub const MAX_READING_TIME: Duration = Duration::from_secs(30);

//! Segments that a decoder reads: headers of frame and scan, and tables (ITU-T T.81, B.2.2 to B.2.5). They are kept as far as
//! they have the form that they must have; what else stands in them is blanked. They may end in a later part, so they are
//! read byte by byte; they are short.

/// A segment on its way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    kind: Kind,
    /// How much of the segment is still to come.
    left: usize,
    next: Next,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Frame,
    Scan,
    Quantization,
    Huffman,
    /// The arithmetic coder's conditions: two bytes each.
    Conditions,
    /// The restart interval. Not the number of lines (DNL), by which no decoder goes.
    Interval,
}

/// What the segment's next bytes are.
#[derive(Debug, Clone, Copy)]
enum Next {
    /// What a table or a header begins with; so many bytes of it have come.
    Head(usize),
    /// How many symbols a Huffman table has of each length: so many lengths are to come, so many symbols were counted.
    Counts { lengths: usize, symbols: usize },
    /// Bytes that are kept; then a table may follow, if it may for this kind.
    Values(usize),
    /// Nothing that is kept.
    Nothing,
}

/// Baseline to arithmetic frames; between them are codes with another meaning.
pub(super) fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

impl Table {
    /// `None` if the marker begins none of these segments.
    pub(super) fn of(marker: u8, payload: usize) -> Option<Self> {
        let (kind, next) = match marker {
            0xc4 => (Kind::Huffman, Next::Head(0)),
            0xcc => (Kind::Conditions, Next::Values(16)),
            0xda => (Kind::Scan, Next::Head(0)),
            0xdb => (Kind::Quantization, Next::Head(0)),
            0xdd => (Kind::Interval, Next::Values(2)),
            marker if is_frame(marker) => (Kind::Frame, Next::Head(0)),
            _ => return None,
        };
        Some(Self { kind, left: payload, next })
    }

    pub(super) fn left(&self) -> usize {
        self.left
    }

    pub(super) fn begins_scan(&self) -> bool {
        self.kind == Kind::Scan
    }

    /// Takes no more than what is left.
    pub(super) fn clean(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.left = self.left.saturating_sub(1);
            if !self.keeps(*byte) {
                *byte = 0;
            }
        }
    }

    fn keeps(&mut self, byte: u8) -> bool {
        match self.next {
            Next::Head(read) => self.head(read, byte),
            Next::Counts { lengths, symbols } => {
                let symbols = symbols + usize::from(byte);
                self.next = match lengths - 1 {
                    0 if symbols > self.left.min(256) => Next::Nothing,
                    0 => self.values(symbols),
                    lengths => Next::Counts { lengths, symbols },
                };
                true
            }
            Next::Values(left) => {
                self.next = self.values(left - 1);
                true
            }
            Next::Nothing => false,
        }
    }

    fn values(&self, left: usize) -> Next {
        match self.kind {
            _ if left > 0 => Next::Values(left),
            Kind::Quantization | Kind::Huffman => Next::Head(0),
            Kind::Frame | Kind::Scan | Kind::Conditions | Kind::Interval => Next::Nothing,
        }
    }

    fn head(&mut self, read: usize, byte: u8) -> bool {
        let (class, number) = (byte >> 4, byte & 15);
        self.next = match self.kind {
            // Precision and size, then how many colours of three bytes follow.
            Kind::Frame if read < 5 => Next::Head(read + 1),
            Kind::Frame if (1..=4).contains(&byte) => Next::Values(3 * usize::from(byte)),
            // How many colours of two bytes follow, and three bytes for all.
            Kind::Scan if (1..=4).contains(&byte) => Next::Values(2 * usize::from(byte) + 3),
            Kind::Quantization if class < 2 && number < 4 && self.left >= 64 << class => Next::Values(64 << class),
            Kind::Huffman if class < 2 && number < 4 && self.left >= 16 => Next::Counts { lengths: 16, symbols: 0 },
            Kind::Frame | Kind::Scan | Kind::Quantization | Kind::Huffman | Kind::Conditions | Kind::Interval => {
                Next::Nothing
            }
        };
        !matches!(self.next, Next::Nothing)
    }
}

//! TIFF's directories, in a file of that kind and inside EXIF: TIFF 6.0, <https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf>,
//! and the GPS directory of Exif 3.0 (CIPA DC-008), §4.6.6.

const ENTRY: usize = 12;
/// At most so many directories are read: a photo has five or so.
const MAX_DIRECTORIES: usize = 64;

const SUB_DIRECTORIES: u16 = 0x014a;
const XMP: u16 = 0x02bc;
const IPTC: u16 = 0x83bb;
const PHOTOSHOP: u16 = 0x8649;
const EXIF_DIRECTORY: u16 = 0x8769;
const GPS_DIRECTORY: u16 = 0x8825;

/// Blanks the GPS directory, XMP and IPTC, and takes their entries out. What is no TIFF stays as it is.
pub(super) fn clean(file: &mut [u8]) {
    let Some(order) = Order::of(file) else { return };
    let mut tiff =
        Tiff { budget: file.len().saturating_mul(4), file, order, pending: Vec::new(), gps_directories: Vec::new() };
    tiff.pending.extend(tiff.number_at(4));
    let mut seen = Vec::new();
    while let Some(directory) = tiff.pending.pop() {
        if directory != 0 && !seen.contains(&directory) && seen.len() < MAX_DIRECTORIES {
            seen.push(directory);
            tiff.clean_directory(directory);
        }
    }
    for directory in std::mem::take(&mut tiff.gps_directories) {
        tiff.wipe_directory(directory);
    }
}

#[derive(Debug, Clone, Copy)]
enum Order {
    Little,
    Big,
}

struct Tiff<'a> {
    file: &'a mut [u8],
    order: Order,
    /// How many bytes may still be read or overwritten. In a valid file nothing overlaps; in a forged one, a few bytes could
    /// cost much time.
    budget: usize,
    /// Directories still to be read.
    pending: Vec<usize>,
    /// GPS directories, which are wiped in the end.
    gps_directories: Vec<usize>,
}

/// One entry of a directory.
struct Entry {
    at: usize,
    tag: u16,
    /// Where its value lies: in the entry itself, or elsewhere.
    value: usize,
    bytes: usize,
}

impl Order {
    fn of(file: &[u8]) -> Option<Self> {
        match file {
            [b'I', b'I', 42, 0, ..] => Some(Self::Little),
            [b'M', b'M', 0, 42, ..] => Some(Self::Big),
            _ => None,
        }
    }
}

impl Tiff<'_> {
    /// Takes out location data, and notes the directories to which this one leads.
    fn clean_directory(&mut self, directory: usize) {
        let Some(count) = self.short_at(directory) else { return };
        let (mut kept, mut end) = (0, directory + 2);
        for _ in 0..count {
            let Some(entry) = self.entry(end) else { return };
            end += ENTRY;
            match entry.tag {
                GPS_DIRECTORY => {
                    let place = self.number_at(entry.value).filter(|_| self.gps_directories.len() < MAX_DIRECTORIES);
                    self.gps_directories.extend(place);
                    continue;
                }
                XMP | IPTC | PHOTOSHOP => {
                    self.wipe(entry.value, entry.bytes);
                    continue;
                }
                EXIF_DIRECTORY | SUB_DIRECTORIES => {
                    let offsets = (0..entry.bytes / 4).map_while(|n| self.number_at(entry.value + 4 * n));
                    let offsets: Vec<_> = offsets.take(MAX_DIRECTORIES.saturating_sub(self.pending.len())).collect();
                    self.pending.extend(offsets);
                }
                _ => {}
            }
            self.file.copy_within(entry.at..end, directory + 2 + kept * ENTRY);
            kept += 1;
        }
        self.pending.extend(self.number_at(end));
        if kept < usize::from(count) {
            self.close_up(directory, kept, end);
        }
    }

    /// Puts the next directory's offset, which is at `end`, behind the entries that were kept, and counts them.
    fn close_up(&mut self, directory: usize, kept: usize, end: usize) {
        let behind = directory + 2 + kept * ENTRY;
        let stop = (end + 4).min(self.file.len());
        self.file.copy_within(end..stop, behind);
        self.file[behind + stop - end..stop].fill(0);
        if let Ok(kept) = u16::try_from(kept) {
            self.file[directory..directory + 2].copy_from_slice(&match self.order {
                Order::Little => kept.to_le_bytes(),
                Order::Big => kept.to_be_bytes(),
            });
        }
    }

    /// Blanks a directory with all its values.
    fn wipe_directory(&mut self, directory: usize) {
        let Some(count) = self.short_at(directory) else { return };
        let mut end = directory + 2;
        for _ in 0..count {
            let Some(entry) = self.entry(end) else { break };
            end += ENTRY;
            // What fits into the entry goes with the entry.
            if entry.bytes > 4 {
                self.wipe(entry.value, entry.bytes);
            }
        }
        self.wipe(directory, end + 4 - directory);
    }

    fn wipe(&mut self, from: usize, bytes: usize) {
        let to = from.saturating_add(bytes.min(self.budget)).min(self.file.len());
        // The header stays, whatever a value claims.
        if let Some(range) = self.file.get_mut(from.max(8)..to) {
            self.budget -= range.len();
            range.fill(0);
        }
    }

    /// `None` where the file ends before the entry does, or it is enough.
    fn entry(&mut self, at: usize) -> Option<Entry> {
        self.budget = self.budget.checked_sub(ENTRY)?;
        let size = match self.short_at(at + 2)? {
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => 1,
        };
        let bytes = self.number_at(at + 4)?.saturating_mul(size);
        let inside = at + 8;
        let elsewhere = self.number_at(inside)?;
        Some(Entry { at, tag: self.short_at(at)?, value: if bytes <= 4 { inside } else { elsewhere }, bytes })
    }

    fn short_at(&self, at: usize) -> Option<u16> {
        let bytes = self.file.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(match self.order {
            Order::Little => u16::from_le_bytes(bytes),
            Order::Big => u16::from_be_bytes(bytes),
        })
    }

    /// Offsets and counts have 32 bits.
    fn number_at(&self, at: usize) -> Option<usize> {
        let bytes = self.file.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let number = match self.order {
            Order::Little => u32::from_le_bytes(bytes),
            Order::Big => u32::from_be_bytes(bytes),
        };
        usize::try_from(number).ok()
    }
}

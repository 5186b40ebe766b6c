//! Whether the items of a receipt add up, and whether they could.

use std::{fs, io, path::Path, sync::LazyLock};

use receipt::{Receipt, sum_check::Figures};
use regex::Regex;
use rust_decimal::Decimal;

/// "12.90", "1,234.50": an amount with its cents, alone or at the end or start of something.
static AMOUNT: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|[^\d.,])\d{1,3}(?:,?\d{3})*\.\d\d(?:$|[^\d.,%])"));
/// What stands beside the first sum of a receipt, or beside its payment.
static SUM: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)TOTAL|JUMLAH|AMOUNT|AMT|\bDUE\b|PAYABLE|ROUND|\bGST\b|\bTAX\b|\bCASH\b|CHANGE|TENDER|VISA|MASTER")
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("it is written here")
}

/// A printed line: its middle and its height in pixels, and its text.
struct Line {
    middle: f32,
    height: f32,
    text: String,
}

/// Whether an amount stands above the first sum.
///
/// `file` has a line for each printed line: four corners `x1,y1,…,x4,y4` in pixels, then the text. The first sum is the
/// highest line that names a total, a tax or a payment and has an amount in it or beside it (their middles less than
/// half the higher one's height apart). Where there is no sum, any amount will do.
pub(crate) fn are_priced(file: &Path) -> io::Result<bool> {
    let text = fs::read(file)?;
    let lines: Vec<Line> = String::from_utf8_lossy(&text).lines().filter_map(line).collect();
    let amounts: Vec<&Line> = lines.iter().filter(|line| AMOUNT.is_match(&line.text)).collect();
    let beside = |a: &Line, b: &Line| (a.middle - b.middle).abs() < a.height.max(b.height) / 2.0;
    let sums = lines.iter().filter(|line| SUM.is_match(&line.text) && amounts.iter().any(|it| beside(it, line)));
    let first = sums.min_by(|a, b| a.middle.total_cmp(&b.middle));
    Ok(amounts.iter().any(|it| first.is_none_or(|sum| it.middle < sum.middle && !beside(it, sum))))
}

fn line(line: &str) -> Option<Line> {
    let parts: Vec<&str> = line.splitn(9, ',').collect();
    let &[_, a, _, b, _, c, _, d, text] = parts.as_slice() else { return None };
    let ys: Vec<f32> = [a, b, c, d].iter().filter_map(|y| y.trim().parse().ok()).collect();
    let (top, bottom) = (ys.iter().copied().reduce(f32::min)?, ys.iter().copied().reduce(f32::max)?);
    Some(Line { middle: f32::midpoint(top, bottom), height: bottom - top, text: text.to_owned() })
}

/// Whether the items, of which each has an amount, come within a cent to the subtotal as read or to the total (the key's;
/// as read, where the key has none), by any of the ways that [`Figures`] knows.
pub(crate) fn add_up(receipt: &Receipt, total: Option<Decimal>) -> bool {
    let read = Figures::of(receipt);
    let figures = Figures { total: total.or(read.total), ..read };
    figures.items_fit(Decimal::new(1, 2)).unwrap_or_default()
}

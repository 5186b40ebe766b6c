//! `cargo bench -p ocr`: how long a receipt takes on one thread and on two.
//!
//! Reads a few scanned receipts from `../shared/data/sroie-dev/img`, seen from the workspace, where that folder is, and
//! otherwise the one that the tests draw.
#![expect(clippy::print_stderr, reason = "a person who measures must know what was measured")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "the drawing of the tests"
)]

use std::{fs, path::Path, time::Duration};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use ocr::Reader;

#[path = "../tests/it/drawing.rs"]
#[expect(dead_code, reason = "the tests draw more than this bench needs")]
mod drawing;

const RECEIPTS: usize = 5;

fn read(criterion: &mut Criterion) {
    let pictures = scanned().unwrap_or_else(|| {
        eprintln!("no scanned receipts in ../shared/data/sroie-dev/img: reading the drawn one");
        vec![("drawn".into(), drawing::receipt().jpeg())]
    });
    let mut group = criterion.benchmark_group("read");
    group.sample_size(10).measurement_time(Duration::from_secs(15));
    for threads in [1, 2] {
        let reader = Reader::new(threads).expect("the models are part of this program");
        for (name, picture) in &pictures {
            group.bench_with_input(
                BenchmarkId::new(format!("{threads} threads"), name),
                picture,
                |bencher, picture| {
                    bencher.iter(|| reader.read(picture));
                },
            );
        }
    }
    group.finish();
}

fn scanned() -> Option<Vec<(String, Vec<u8>)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/sroie-dev/img");
    let mut paths: Vec<_> = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
        .into_iter()
        .take(RECEIPTS)
        .map(|path| Some((path.file_stem()?.to_string_lossy().into_owned(), fs::read(&path).ok()?)))
        .collect()
}

criterion_group!(benches, read);
criterion_main!(benches);

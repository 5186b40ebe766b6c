//! `cargo bench -p ocr`: how long the receipt in `testdata/` takes on one thread and on two.
#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

use std::{fs, path::Path, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use ocr::{Picture, Reader};

fn read(criterion: &mut Criterion) {
    let file = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/corner-books.jpg")).unwrap();
    let mut group = criterion.benchmark_group("corner-books.jpg");
    group.sample_size(10).measurement_time(Duration::from_secs(8));
    for (name, threads) in [("read on one thread", 1), ("read on two threads", 2)] {
        let reader = Reader::new(threads).unwrap();
        group.bench_function(name, |bencher| bencher.iter(|| reader.read(&file).unwrap()));
    }
    group.bench_function("decode", |bencher| bencher.iter(|| Picture::decode(&file).unwrap()));
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);

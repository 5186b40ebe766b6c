//! The crates that `Cargo.toml` optimises in debug builds are those that have work to do for every pixel.

use std::{collections::BTreeSet, process::Command};

const MANIFEST: &str = include_str!("../../../Cargo.toml");
/// What the text recognition depends on and what does little for a pixel, or is inlined into those that do.
const OTHERS: [&str; 61] = [
    "adler2",
    "alloc-no-stdlib",
    "alloc-stdlib",
    "assert_matches",
    "atomig",
    "av-data",
    "bitflags",
    "brotli",
    "brotli-decompressor",
    "byte-slice-cast",
    "bytemuck",
    "byteorder",
    "byteorder-lite",
    "bytes",
    "color",
    "color_quant",
    "crossbeam-deque",
    "crossbeam-epoch",
    "crossbeam-utils",
    "either",
    "euclid",
    "foldhash",
    "font-types",
    "guillotiere",
    "half",
    "hashbrown",
    "hayro-cmap",
    "hayro-font",
    "hayro-postscript",
    "linebender_resource_handle",
    "linux-raw-sys",
    "lock_api",
    "log",
    "moxcms",
    "num-bigint",
    "num-integer",
    "num-rational",
    "num_cpus",
    "once_cell",
    "parking_lot",
    "parking_lot_core",
    "peniko",
    "phf",
    "phf_shared",
    "picture",
    "polycool",
    "pxfm",
    "quick-error",
    "raw-cpuid",
    "read-fonts",
    "rustix",
    "scopeguard",
    "siphasher",
    "stable_deref_trait",
    "static_assertions",
    "strum",
    "to_method",
    "typeid",
    "yoke",
    "zerocopy",
    "zerofrom",
];

#[test]
fn debug_builds_optimise_what_reads_pictures() {
    let (ocr, receipt) = (needed_by("ocr"), needed_by("receipt"));
    // What knows nothing of pixels is not optimised for them.
    let needed: BTreeSet<_> = ocr.difference(&receipt).map(String::as_str).collect();

    let names = MANIFEST.lines().filter_map(|line| line.strip_prefix("[profile.dev.package.")?.strip_suffix(']'));
    let optimised: BTreeSet<_> = names.filter(|name| *name != "\"*\"").collect();
    let sorted: BTreeSet<_> = optimised.iter().copied().chain(OTHERS).collect();
    let new: Vec<_> = needed.difference(&sorted).collect();
    assert!(new.is_empty(), "the root's Cargo.toml optimises them, or they belong to OTHERS here: {new:?}");
    let gone: Vec<_> = sorted.difference(&needed).collect();
    assert!(gone.is_empty(), "the text recognition does not need them any more: {gone:?}");
}

/// The crates that one of ours depends on, and itself.
fn needed_by(package: &str) -> BTreeSet<String> {
    let mut tree = Command::new(env!("CARGO"));
    tree.current_dir(env!("CARGO_MANIFEST_DIR"));
    tree.args(["tree", "--package", package, "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"]);
    let output = tree.args(["--offline", "--locked"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listed = String::from_utf8(output.stdout).unwrap();
    listed.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

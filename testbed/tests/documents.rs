//! The documents against the tree: what they name exists, and the structure that they draw is the folders'.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails like the test itself")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const DOCUMENTS: [&str; 5] =
    ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/operations.md", "docs/mined-data.md"];
/// Folders whose folders are rooms. `ARCHITECTURE.md` has a table for each, headed by its name.
const ROOM_PARENTS: [&str; 3] = ["api/src/", "receipt/src/reading/", "web/src/"];
const ENDINGS: [&str; 9] = [".rs", ".toml", ".ts", ".tsx", ".md", ".yml", ".yaml", ".py", ".json"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(document: &str) -> String {
    fs::read_to_string(root().join(document)).unwrap()
}

/// What stands between backticks, outside of blocks of code.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let outside = text.split("```").step_by(2);
    outside.flat_map(|prose| prose.split('`').skip(1).step_by(2))
}

/// Whether a quotation is a path in this tree: in a folder of it, or a file's name with its ending below one.
fn is_path(quoted: &str) -> bool {
    let plain = quoted.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c));
    let (first, rest) = quoted.split_once('/').unwrap_or_default();
    let in_the_tree = !first.is_empty() && root().join(first).is_dir();
    plain && in_the_tree && (rest.is_empty() || rest.ends_with('/') || ENDINGS.iter().any(|end| quoted.ends_with(end)))
}

/// The folders that the first cells of a table name. The table is found by how its head begins.
fn first_cells(document: &str, head: &str) -> BTreeSet<String> {
    let mut lines = document.lines().skip_while(|line| !line.starts_with(head));
    assert!(lines.next().is_some(), "no table begins with {head}");
    let rows = lines.skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|row| quoted(row).next().unwrap().trim_end_matches('/').to_owned()).collect()
}

fn is_crate(folder: &str) -> bool {
    root().join(folder).join("Cargo.toml").exists()
}

fn folders(path: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(path).unwrap().map(|entry| entry.unwrap());
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    folders.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

#[test]
fn every_path_that_a_document_names_exists() {
    let mut looked_at = 0;
    for document in DOCUMENTS {
        let text = read(document);
        for path in quoted(&text).filter(|quoted| is_path(quoted)) {
            assert!(root().join(path).exists(), "{document} names {path}, which is not there");
            looked_at += 1;
        }
    }
    assert!(looked_at > 20, "only {looked_at} paths were found in the documents");
}

#[test]
fn the_drawn_structure_is_the_folders() {
    let architecture = read("ARCHITECTURE.md");
    for parent in ROOM_PARENTS {
        let named = first_cells(&architecture, &format!("| `{parent}` |"));
        assert_eq!(named, folders(&root().join(parent)), "{parent}: ARCHITECTURE.md (left), and the folders (right)");
    }
    let shared = architecture.lines().find(|line| line.starts_with("| `shared/` |")).unwrap();
    let named: BTreeSet<String> = quoted(shared).skip(1).map(|name| name.trim_end_matches('/').to_owned()).collect();
    assert_eq!(named, folders(&root().join("web/src/shared")), "web/src/shared: ARCHITECTURE.md (left)");

    let named = first_cells(&architecture, "| folder |");
    let crates: BTreeSet<String> = folders(&root()).into_iter().filter(|folder| is_crate(folder)).collect();
    let unnamed: Vec<_> = crates.difference(&named).collect();
    assert!(unnamed.is_empty(), "ARCHITECTURE.md does not name {unnamed:?}");
    let gone: Vec<_> = named.iter().filter(|name| !root().join(name).is_dir()).collect();
    assert!(gone.is_empty(), "ARCHITECTURE.md names {gone:?}");
}

#[test]
fn the_drawing_has_each_dependency_between_crates() {
    let architecture = read("ARCHITECTURE.md");
    let drawing = architecture.split("```mermaid\n").find(|block| block.starts_with("flowchart")).unwrap();
    let drawing = drawing.split("```").next().unwrap();
    let mut drawn = BTreeSet::new();
    for line in drawing.lines() {
        if let Some((from, to)) = line.split_once(" --> ") {
            drawn.extend(to.split('&').map(|to| (from.trim().to_owned(), to.trim().to_owned())));
        }
    }
    let crates: BTreeSet<String> =
        folders(&root()).into_iter().filter(|folder| is_crate(folder) && folder != "fuzz").collect();
    let mut imported = BTreeSet::new();
    for name in &crates {
        let manifest = read(&format!("{name}/Cargo.toml"));
        let dependencies = manifest.split("\n[").find_map(|table| table.strip_prefix("dependencies]\n"));
        for line in dependencies.unwrap_or_default().lines() {
            let dependency = line.split([' ', '.']).next().unwrap_or_default();
            if crates.contains(dependency) {
                imported.insert((name.clone(), dependency.to_owned()));
            }
        }
    }
    assert_eq!(drawn, imported, "what ARCHITECTURE.md draws (left), and what the manifests say (right)");
}

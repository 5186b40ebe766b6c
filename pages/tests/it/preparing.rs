//! A file's pages from a process that may die.

use std::path::Path;

use pages::{
    Picture,
    prepare::{Failure, Preparation, PreparedPage, Wanted},
};

use crate::formats::{check_slip, sample};

const PROGRAM: &str = env!("CARGO_BIN_EXE_prepare-pages");

fn everything() -> Wanted {
    Wanted { pages: None, most_pages: pages::MAX_PAGES, pixels: true, jpeg: true, preview: true, thumbnail: true }
}

async fn prepared(file: &[u8], wanted: &Wanted) -> Result<Vec<PreparedPage>, Failure> {
    let mut preparation = Preparation::start(Path::new(PROGRAM), [""; 0], file, wanted).await?;
    let mut pages = Vec::new();
    while let Some(page) = preparation.next().await? {
        pages.push(page);
    }
    Ok(pages)
}

#[tokio::test]
async fn a_photo_comes_upright_with_all_that_was_wanted() {
    let pages = prepared(&sample("grid-turned.heic"), &everything()).await.unwrap();

    let [page] = &pages[..] else { panic!("{} pages", pages.len()) };
    assert_eq!((page.number, page.width, page.height), (1, 360, 480));
    assert_eq!(page.text, None);
    check_slip(page.picture.as_ref().unwrap());
    for jpeg in [&page.jpeg, &page.preview] {
        check_slip(&Picture::decode(jpeg.as_ref().unwrap()).unwrap());
    }
    assert_eq!(Picture::decode(page.thumbnail.as_ref().unwrap()).unwrap().height(), 320);
}

#[tokio::test]
async fn pages_of_text_come_as_text_with_their_previews() {
    let wanted = Wanted { pages: Some(vec![3, 2]), ..everything() };
    let pages = prepared(&sample("text-3-pages.pdf"), &wanted).await.unwrap();

    let numbers: Vec<usize> = pages.iter().map(|page| page.number).collect();
    assert_eq!(numbers, [3, 2]);
    for page in pages {
        assert_eq!(page.text.unwrap()[0].text, format!("Page {} of 3", page.number));
        assert!(page.preview.is_some() && page.thumbnail.is_none() && page.jpeg.is_none() && page.picture.is_none());
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_named() {
    let outcome = async |name: &str| prepared(&sample(name), &everything()).await.unwrap_err();
    assert!(matches!(outcome("encrypted.pdf").await, Failure::Encrypted));
    assert!(matches!(outcome("11-pages.pdf").await, Failure::TooManyPages));
    assert!(matches!(outcome("README.md").await, Failure::Unsupported));
    let cut = sample("slip.png");
    let cut = prepared(&cut[..cut.len() / 2], &everything()).await;
    assert!(matches!(cut, Err(Failure::Broken(_))), "{cut:?}");
}

#[tokio::test]
async fn a_program_that_is_none_is_no_fault_of_the_file() {
    for program in ["/nowhere", "/bin/true", "/bin/echo"] {
        let outcome = Preparation::start(Path::new(program), [""; 0], &sample("slip.png"), &everything()).await;
        assert!(matches!(outcome, Err(Failure::Machine(_))), "{program}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_child_that_is_late_is_ended() {
    tokio::time::pause();
    let outcome = Preparation::start(Path::new("/bin/sleep"), ["1000"], &sample("slip.png"), &everything()).await;
    assert!(matches!(outcome, Err(Failure::TooSlow)), "{outcome:?}");
}

#[tokio::test]
async fn a_child_that_dies_ends_its_file_and_no_more() {
    let outcome = async |script: &str| {
        Preparation::start(Path::new("/bin/sh"), ["-c", script], &sample("slip.png"), &everything()).await.unwrap_err()
    };
    // A crash, more of a core than it may have, and a kernel that ends what takes too much.
    for script in ["kill -SEGV $$", "ulimit -t 1; while :; do :; done", "kill -KILL $$"] {
        let failure = outcome(script).await;
        assert!(matches!(failure, Failure::Broken(_)), "{script}: {failure:?}");
    }
    // As Rust ends when it is denied memory.
    let failure = outcome("echo memory allocation of 999 bytes failed >&2; kill -ABRT $$").await;
    assert!(matches!(failure, Failure::TooLarge), "{failure:?}");
    let failure = outcome("exit 3").await;
    assert!(matches!(failure, Failure::Machine(_)), "{failure:?}");
}

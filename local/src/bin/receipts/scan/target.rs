//! Where `--draw` writes to. All of it is settled before anything is read.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use image::ImageFormat;

/// The picture that a file's drawing becomes.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) path: PathBuf,
    pub(super) format: ImageFormat,
}

/// One for each file, in their order.
pub(super) fn targets(draw: &Path, files: &[PathBuf]) -> anyhow::Result<Vec<Target>> {
    let targets = match files {
        files if draw.is_dir() => files.iter().map(|file| in_folder(draw, file)).collect::<anyhow::Result<_>>()?,
        [_] => vec![Target { path: draw.to_owned(), format: format_of(draw)? }],
        files => {
            let (count, draw) = (files.len(), draw.display());
            bail!("--draw: {count} files are drawn into a folder, and {draw} is none that exists");
        }
    };
    let mut taken: BTreeSet<PathBuf> = files.iter().filter_map(|file| fs::canonicalize(file).ok()).collect();
    for target in &targets {
        let path = fs::canonicalize(&target.path).unwrap_or_else(|_| target.path.clone());
        if !taken.insert(path) {
            bail!("--draw: {} is drawn from one file and is another's place", target.path.display());
        }
    }
    Ok(targets)
}

fn in_folder(folder: &Path, file: &Path) -> anyhow::Result<Target> {
    let stem = file.file_stem().with_context(|| format!("--draw: {} has no name", file.display()))?;
    let mut name: OsString = stem.to_owned();
    name.push(".drawn.jpg");
    Ok(Target { path: folder.join(name), format: ImageFormat::Jpeg })
}

fn format_of(path: &Path) -> anyhow::Result<ImageFormat> {
    match ImageFormat::from_path(path) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png)) => Ok(format),
        Ok(_) | Err(_) => bail!("--draw: {} is to end in .jpg or .png, or to be a folder that exists", path.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    #[test]
    fn one_picture_has_a_name_and_several_have_a_folder() {
        let one = targets(Path::new("seen.PNG"), &paths(&["a/photo.jpg"])).unwrap();
        assert_eq!((one[0].path.as_path(), one[0].format), (Path::new("seen.PNG"), ImageFormat::Png));

        let folder = tempfile::tempdir().unwrap();
        let several = targets(folder.path(), &paths(&["a/photo.jpg", "b/scan.tiff"])).unwrap();
        let names: Vec<_> = several.iter().map(|target| target.path.strip_prefix(folder.path()).unwrap()).collect();
        assert_eq!(names, [Path::new("photo.drawn.jpg"), Path::new("scan.drawn.jpg")]);
    }

    #[track_caller]
    fn check_refused(draw: &Path, files: &[PathBuf], because: &str) {
        let error = targets(draw, files).unwrap_err().to_string();
        assert!(error.contains(because), "{error}");
    }

    #[test]
    fn what_cannot_be_drawn_is_said_before_anything_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let photo = folder.path().join("photo.jpg");
        fs::write(&photo, b"").unwrap();

        check_refused(Path::new("seen.gif"), &paths(&["photo.jpg"]), "is to end in .jpg or .png");
        check_refused(Path::new("seen.jpg"), &paths(&["a.jpg", "b.jpg"]), "2 files are drawn into a folder");
        check_refused(folder.path(), &paths(&["a/photo.jpg", "b/photo.jpg"]), "another's place");
        check_refused(&photo, std::slice::from_ref(&photo), "another's place");
    }
}

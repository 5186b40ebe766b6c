//! Whoever has a file prepared.

use std::{ffi::OsStr, io, os::unix::process::ExitStatusExt as _, path::Path, process::Stdio, time::Duration};

use image::RgbImage;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use super::{Head, MAX_BLOB_BYTES, Refusal, Wanted, frames};
use crate::{Picture, TextLine};

/// How long a page may take, and looking into the file before the first.
const MAX_PAGE_TIME: Duration = Duration::from_secs(10);
/// What Rust says when it is denied memory.
const OUT_OF_MEMORY: &[u8] = b"memory allocation of";
/// Of what a child says on its standard error, so much is looked at.
const MAX_COMPLAINT_BYTES: u64 = 4096;

/// A file whose pages are being prepared. The child ends with it.
#[derive(Debug)]
pub struct Preparation {
    child: Child,
    output: ChildStdout,
    pages: usize,
}

/// A page that stands upright, whatever its file said.
#[derive(Debug)]
pub struct PreparedPage {
    /// From 1.
    pub number: usize,
    /// In pixels, as it is read.
    pub width: u32,
    pub height: u32,
    /// Of a page that is text throughout: there is nothing to be read, and so neither picture nor JPEG.
    pub text: Option<Vec<TextLine>>,
    pub picture: Option<Picture>,
    pub jpeg: Option<Vec<u8>>,
    pub preview: Option<Vec<u8>>,
    /// Of the first page.
    pub thumbnail: Option<Vec<u8>>,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("of no format that is read")]
    Unsupported,
    #[error("too large to be decoded")]
    TooLarge,
    #[error("too many pages")]
    TooManyPages,
    #[error("the document is encrypted")]
    Encrypted,
    #[error("the document has no such page")]
    NoSuchPage,
    #[error("a page took more than {} s", MAX_PAGE_TIME.as_secs())]
    TooSlow,
    #[error("the file is broken: {0}")]
    Broken(String),
    /// Nothing is wrong with the file.
    #[error("the file could not be prepared")]
    Machine(#[from] io::Error),
}

impl Preparation {
    /// Starts `program` with `args`, which call [`serve`](super::serve), and looks into the file.
    pub async fn start<Arg: AsRef<OsStr>>(
        program: &Path,
        args: impl IntoIterator<Item = Arg>,
        file: &[u8],
        wanted: &Wanted,
    ) -> Result<Self, Failure> {
        let mut command = Command::new(program);
        command.args(args).env_clear();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("a child was started without pipes").into());
        };
        let mut preparation = Self { child, output, pages: 0 };
        let send = async {
            let mut input = input;
            let mut frames = Vec::new();
            frames::write_json(&mut frames, wanted)?;
            frames::write(&mut frames, file)?;
            input.write_all(&frames).await
        };
        let opened = timeout(MAX_PAGE_TIME, async {
            // One that died says more by how it ended.
            let _ = send.await;
            preparation.head().await
        });
        match opened.await.map_err(|_| Failure::TooSlow)?? {
            Head::Opened { pages } => preparation.pages = pages,
            Head::Refused { why, cause } => return Err(Failure::of(why, cause)),
            Head::Page { .. } | Head::Done => return Err(out_of_order()),
        }
        Ok(preparation)
    }

    /// How many pages the document has.
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// The next of the wanted pages; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<PreparedPage>, Failure> {
        timeout(MAX_PAGE_TIME, self.next_within_time()).await.unwrap_or(Err(Failure::TooSlow))
    }

    async fn next_within_time(&mut self) -> Result<Option<PreparedPage>, Failure> {
        match self.head().await? {
            Head::Page { number, width, height, text, pixels, jpeg, preview, thumbnail } => {
                let pixels = self.blob(pixels).await?;
                let picture = pixels.and_then(|pixels| RgbImage::from_raw(width, height, pixels)).map(Picture::upright);
                let (jpeg, preview) = (self.blob(jpeg).await?, self.blob(preview).await?);
                let thumbnail = self.blob(thumbnail).await?;
                Ok(Some(PreparedPage { number, width, height, text, picture, jpeg, preview, thumbnail }))
            }
            Head::Done => Ok(None),
            Head::Refused { why, cause } => Err(Failure::of(why, cause)),
            Head::Opened { .. } => Err(out_of_order()),
        }
    }

    async fn head(&mut self) -> Result<Head, Failure> {
        match read_frame(&mut self.output, frames::MAX_HEAD_BYTES).await {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| Failure::Machine(error.into())),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(self.how_it_ended().await),
            Err(error) => Err(error.into()),
        }
    }

    async fn blob(&mut self, length: usize) -> Result<Option<Vec<u8>>, Failure> {
        if length == 0 {
            return Ok(None);
        }
        if length > MAX_BLOB_BYTES {
            return Err(frames::too_long().into());
        }
        let mut bytes = vec![0; length];
        match self.output.read_exact(&mut bytes).await {
            Ok(_) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(self.how_it_ended().await),
            Err(error) => Err(error.into()),
        }
    }

    /// A child that ended before it was done: by a signal, since its file made it.
    async fn how_it_ended(&mut self) -> Failure {
        let mut complaint = Vec::new();
        if let Some(errors) = self.child.stderr.take() {
            let _ = errors.take(MAX_COMPLAINT_BYTES).read_to_end(&mut complaint).await;
        }
        match self.child.wait().await {
            Ok(_) if complaint.starts_with(OUT_OF_MEMORY) => Failure::TooLarge,
            Ok(status) => match status.signal() {
                Some(signal) => Failure::Broken(format!("its decoder was ended by signal {signal}")),
                None => Failure::Machine(io::Error::other(format!(
                    "the child ended by itself, {status}: {}",
                    String::from_utf8_lossy(&complaint)
                ))),
            },
            Err(error) => error.into(),
        }
    }
}

async fn read_frame(from: &mut (impl AsyncRead + Unpin), most: usize) -> io::Result<Vec<u8>> {
    let length = from.read_u32().await? as usize;
    if length > most {
        return Err(frames::too_long());
    }
    let mut bytes = vec![0; length];
    from.read_exact(&mut bytes).await?;
    Ok(bytes)
}

fn out_of_order() -> Failure {
    Failure::Machine(io::Error::new(io::ErrorKind::InvalidData, "the child answers out of order"))
}

impl Failure {
    fn of(why: Refusal, cause: String) -> Self {
        match why {
            Refusal::Unsupported => Self::Unsupported,
            Refusal::TooLarge => Self::TooLarge,
            Refusal::TooManyPages => Self::TooManyPages,
            Refusal::Encrypted => Self::Encrypted,
            Refusal::NoSuchPage => Self::NoSuchPage,
            Refusal::Broken => Self::Broken(cause),
        }
    }
}

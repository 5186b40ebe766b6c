//! S3 by s3s and s3s-fs: objects are files under one folder, bodies are streamed.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use anyhow::{Context as _, anyhow};
use axum::{body::Body, response::Response};
use http::{Method, Request, StatusCode};
use s3s::{
    auth::SimpleAuth,
    service::{S3Service, S3ServiceBuilder},
};

use crate::protocol::AwsError;

#[derive(Debug)]
pub(crate) struct S3 {
    root: PathBuf,
    service: S3Service,
}

impl S3 {
    /// Objects lie in `root` as BUCKET/KEY.
    pub(crate) fn open(root: &Path, access_key: &str, secret_key: &str) -> anyhow::Result<Self> {
        fs::create_dir_all(root).with_context(|| format!("make the folder {}", root.display()))?;
        let files = s3s_fs::FileSystem::new(root)
            .map_err(|error| anyhow!("open the objects in {}: {error:?}", root.display()))?;
        let mut builder = S3ServiceBuilder::new(files);
        builder.set_auth(SimpleAuth::from_single(access_key, secret_key));
        Ok(Self { root: root.to_owned(), service: builder.build() })
    }

    pub(crate) fn ensure_bucket(&self, bucket: &str) -> anyhow::Result<()> {
        let folder = self.root.join(bucket);
        fs::create_dir_all(&folder).with_context(|| format!("make the bucket {}", folder.display()))
    }

    pub(crate) async fn call(&self, request: Request<Body>) -> Result<Response, AwsError> {
        // s3s-fs would create a missing bucket.
        if let (Some(bucket), Some(_)) = path(request.uri().path())
            && self.file(bucket, "x").is_none_or(|file| !file.with_file_name("").is_dir())
        {
            return Err(AwsError {
                status: StatusCode::NOT_FOUND,
                code: "NoSuchBucket".into(),
                message: "The specified bucket does not exist".to_owned(),
            });
        }
        let answer = self.service.call(request.map(s3s::Body::http_body_unsync)).await;
        match answer {
            Ok(answer) => Ok(answer.map(Body::new)),
            Err(error) => Err(AwsError::internal(&anyhow!("answer for S3: {error:?}"))),
        }
    }

    /// The object's bytes, or `None` if there is no such object.
    pub(crate) fn read(&self, bucket: &str, key: &str, most: u64) -> io::Result<Option<Object>> {
        let Some(file) = self.file(bucket, key) else { return Ok(None) };
        match fs::metadata(&file) {
            Ok(found) if !found.is_file() => Ok(None),
            Ok(found) if found.len() > most => Ok(Some(Object::TooLarge)),
            Ok(_) => fs::read(&file).map(|bytes| Some(Object::Bytes(bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn file(&self, bucket: &str, key: &str) -> Option<PathBuf> {
        let below = Path::new(bucket).join(key);
        let plain = below.components().all(|part| matches!(part, Component::Normal(_)));
        (plain && !bucket.is_empty() && !bucket.contains('/')).then(|| self.root.join(below))
    }
}

#[derive(Debug)]
pub(crate) enum Object {
    Bytes(Vec<u8>),
    TooLarge,
}

/// The operation's name in S3's API, as far as method and URL tell it.
pub(crate) fn operation(request: &Request<Body>) -> &'static str {
    let query = request.uri().query().unwrap_or_default();
    let has = |name: &str| query.split('&').any(|field| field.split('=').next() == Some(name));
    let (bucket, key) = path(request.uri().path());
    match (request.method(), bucket, key) {
        (&Method::PUT, Some(_), Some(_)) if has("uploadId") => "UploadPart",
        (&Method::PUT, Some(_), Some(_)) if request.headers().contains_key("x-amz-copy-source") => "CopyObject",
        (&Method::PUT, Some(_), Some(_)) => "PutObject",
        (&Method::POST, Some(_), Some(_)) if has("uploads") => "CreateMultipartUpload",
        (&Method::POST, Some(_), Some(_)) if has("uploadId") => "CompleteMultipartUpload",
        (&Method::DELETE, Some(_), Some(_)) if has("uploadId") => "AbortMultipartUpload",
        (&Method::DELETE, Some(_), Some(_)) => "DeleteObject",
        (&Method::GET, Some(_), Some(_)) if has("uploadId") => "ListParts",
        (&Method::GET, Some(_), Some(_)) => "GetObject",
        (&Method::HEAD, Some(_), Some(_)) => "HeadObject",
        (&Method::PUT, Some(_), None) => "CreateBucket",
        (&Method::HEAD, Some(_), None) => "HeadBucket",
        (&Method::DELETE, Some(_), None) => "DeleteBucket",
        (&Method::POST, Some(_), None) if has("delete") => "DeleteObjects",
        (&Method::GET, Some(_), None) if has("list-type") => "ListObjectsV2",
        (&Method::GET, Some(_), None) => "ListObjects",
        (&Method::GET, None, _) => "ListBuckets",
        _ => "another operation of S3",
    }
}

/// The key that a request is about, if it is about an object.
pub(crate) fn object(request: &Request<Body>) -> Option<&str> {
    path(request.uri().path()).1
}

/// Bucket and key of `/BUCKET/KEY`.
fn path(path: &str) -> (Option<&str>, Option<&str>) {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (bucket, key) = path.split_once('/').map_or((path, None), |(bucket, key)| (bucket, Some(key)));
    (Some(bucket).filter(|bucket| !bucket.is_empty()), key.filter(|key| !key.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: Method, address: &str, expected: &str) {
        let request = Request::builder().method(method).uri(address).body(Body::empty()).unwrap();
        assert_eq!(operation(&request), expected, "{address}");
    }

    #[test]
    fn operations_are_recognized_by_method_and_url() {
        check(Method::PUT, "/bucket/a/b.png?x-id=PutObject", "PutObject");
        check(Method::PUT, "/bucket/a/b.png?partNumber=1&uploadId=u", "UploadPart");
        check(Method::POST, "/bucket/a/b.png?uploads", "CreateMultipartUpload");
        check(Method::POST, "/bucket/a/b.png?uploadId=u", "CompleteMultipartUpload");
        check(Method::GET, "/bucket/a/b.png?x-id=GetObject", "GetObject");
        check(Method::GET, "/bucket/?list-type=2", "ListObjectsV2");
        check(Method::GET, "/", "ListBuckets");
    }
}

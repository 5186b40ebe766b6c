//! Objects: whole, in parts, and only where there is none yet.

use aws_sdk_s3::{
    error::ProvideErrorMetadata as _,
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};

use crate::clients::stand;

#[tokio::test]
async fn an_object_comes_back_as_it_was_put() {
    let stand = stand().await;
    let bytes: Vec<u8> = (0..10_485_760_u32).map(|n| n.to_le_bytes()[1]).collect();
    let put = stand.s3.put_object().bucket(stand.resources.bucket).key("uploads/a/image.png");
    put.content_type("image/png").body(ByteStream::from(bytes.clone())).send().await.unwrap();

    let got = stand.s3.get_object().bucket(stand.resources.bucket).key("uploads/a/image.png").send().await.unwrap();
    assert_eq!(got.content_type(), Some("image/png"));
    assert!(got.body.collect().await.unwrap().into_bytes() == bytes);
}

#[tokio::test]
async fn an_object_can_be_put_in_parts() {
    let stand = stand().await;
    let (bucket, key) = (stand.resources.bucket, "uploads/b/image.jpg");
    let upload = stand.s3.create_multipart_upload().bucket(bucket).key(key).send().await.unwrap();
    let id = upload.upload_id().unwrap();
    let parts = [vec![1; 5 * 1024 * 1024], vec![2; 1000]];
    let mut completed = CompletedMultipartUpload::builder();
    for (number, bytes) in (1..).zip(&parts) {
        let part = stand.s3.upload_part().bucket(bucket).key(key).upload_id(id).part_number(number);
        let part = part.body(ByteStream::from(bytes.clone())).send().await.unwrap();
        let e_tag = part.e_tag().unwrap();
        completed = completed.parts(CompletedPart::builder().part_number(number).e_tag(e_tag).build());
    }
    let complete = stand.s3.complete_multipart_upload().bucket(bucket).key(key).upload_id(id);
    complete.multipart_upload(completed.build()).send().await.unwrap();

    let got = stand.s3.get_object().bucket(bucket).key(key).send().await.unwrap();
    assert!(got.body.collect().await.unwrap().into_bytes() == parts.concat());
}

#[tokio::test]
async fn an_abandoned_upload_leaves_no_object() {
    let stand = stand().await;
    let (bucket, key) = (stand.resources.bucket, "uploads/c/image.jpg");
    let upload = stand.s3.create_multipart_upload().bucket(bucket).key(key).send().await.unwrap();
    let id = upload.upload_id().unwrap();
    stand.s3.abort_multipart_upload().bucket(bucket).key(key).upload_id(id).send().await.unwrap();
    let error = stand.s3.get_object().bucket(bucket).key(key).send().await.unwrap_err().into_service_error();
    assert!(error.is_no_such_key());
}

#[tokio::test]
async fn a_second_put_that_asks_for_none_to_be_there_is_refused() {
    let stand = stand().await;
    let put = || stand.s3.put_object().bucket(stand.resources.bucket).key("analysis/a.json").if_none_match("*");
    put().body(ByteStream::from_static(b"{}")).send().await.unwrap();
    let error = put().body(ByteStream::from_static(b"[]")).send().await.unwrap_err();
    assert_eq!(error.code(), Some("PreconditionFailed"));
}

#[tokio::test]
async fn a_missing_bucket_is_not_made_on_the_way() {
    let stand = stand().await;
    let put = stand.s3.put_object().bucket("elsewhere").key("a").body(ByteStream::from_static(b"a"));
    assert_eq!(put.send().await.unwrap_err().code(), Some("NoSuchBucket"));
}

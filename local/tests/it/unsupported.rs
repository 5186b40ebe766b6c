//! Operations without a stand-in.

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};

use crate::clients::stand;

fn check<E: ProvideErrorMetadata + std::fmt::Debug>(
    error: &SdkError<E, aws_sdk_s3::config::http::HttpResponse>,
    operation: &str,
) {
    assert_eq!(error.raw_response().map(|response| response.status().as_u16()), Some(501), "{error:?}");
    assert_eq!(error.code(), Some("NotImplemented"));
    assert!(error.message().is_some_and(|message| message.contains(operation)), "{error:?}");
}

#[tokio::test]
async fn an_operation_that_we_do_not_call_is_not_implemented() {
    let stand = stand().await;
    check(&stand.sqs.list_queues().send().await.unwrap_err(), "ListQueues");
    check(&stand.sns.list_topics().send().await.unwrap_err(), "ListTopics");
    check(&stand.textract.list_adapters().send().await.unwrap_err(), "ListAdapters");
    let acl = stand.s3.get_bucket_acl().bucket(stand.resources.bucket).send().await.unwrap_err();
    check(&acl, "GetBucketAcl");
}

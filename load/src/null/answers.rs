//! The constant answers of S3 and SNS, and the environment in which `api` finds them.

use std::net::SocketAddr;

use axum::{
    body::Bytes,
    http::{Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};

/// Part of what is signed.
pub(crate) const STATUS_TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:load-imageStatus";
const NEW_IMAGE_TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:load-newImage";

/// The variables for an `api` at `api`, as lines that a shell can read.
pub(super) fn environment(endpoint: &str, api: SocketAddr) -> String {
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint.to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "load".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "load-secret".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("RECEIPTUPLOADS_NAME", "load-uploads".to_owned()),
        ("RECEIPTS_TABLE", "load".to_owned()),
        ("COPILOT_SNS_TOPIC_ARNS", format!(r#"{{"newImage":"{NEW_IMAGE_TOPIC}"}}"#)),
        ("IMAGE_STATUS_SNS_TOPIC", STATUS_TOPIC.to_owned()),
        ("SESSION_KEY", "a key for benchmarks of more than 32 bytes".to_owned()),
        ("LISTEN_ADDR", api.to_string()),
        ("PUBLIC_BASE_URL", format!("http://{api}")),
    ];
    variables.iter().flat_map(|(name, value)| [*name, "='", value, "'\n"]).collect()
}

pub(crate) fn s3(method: &Method, query: &str) -> Response {
    let has = |name: &str| query.split('&').any(|field| field.split('=').next() == Some(name));
    let xml = |body: &'static str| ([(header::CONTENT_TYPE, "application/xml")], body).into_response();
    match *method {
        Method::PUT => [(header::ETAG, "\"00000000000000000000000000000000\"")].into_response(),
        Method::POST if has("uploads") => xml(concat!(
            "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId>",
            "</InitiateMultipartUploadResult>"
        )),
        Method::POST if has("uploadId") => xml(concat!(
            "<CompleteMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><ETag>\"0\"</ETag>",
            "</CompleteMultipartUploadResult>"
        )),
        Method::DELETE => StatusCode::NO_CONTENT.into_response(),
        _ => StatusCode::NOT_IMPLEMENTED.into_response(),
    }
}

/// An object, or the range of it that was asked for: `bytes=FROM-TO`, `bytes=FROM-`.
pub(super) fn object(object: &Bytes, range: Option<&str>) -> Response {
    const ETAG: (header::HeaderName, &str) = (header::ETAG, "\"00000000000000000000000000000000\"");
    let Some(range) = range else { return ([ETAG], object.clone()).into_response() };
    let size = object.len();
    let parse = |range: &str| {
        let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
        let to = if to.is_empty() { size } else { to.parse::<usize>().ok()?.saturating_add(1).min(size) };
        let from = from.parse().ok()?;
        (from < to).then_some(from..to)
    };
    let Some(range) = parse(range) else { return StatusCode::RANGE_NOT_SATISFIABLE.into_response() };
    let content_range = format!("bytes {}-{}/{size}", range.start, range.end - 1);
    (StatusCode::PARTIAL_CONTENT, [ETAG], [(header::CONTENT_RANGE, content_range)], object.slice(range)).into_response()
}

pub(crate) fn sns(form: &[u8]) -> Response {
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(form).unwrap_or_default();
    let field = |name| fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let action = field("Action");
    let result = match action {
        "Publish" => "<MessageId>00000000-0000-4000-8000-000000000000</MessageId>".to_owned(),
        "Subscribe" | "ConfirmSubscription" => {
            format!("<SubscriptionArn>{}:00000000-0000-4000-8000-000000000000</SubscriptionArn>", field("TopicArn"))
        }
        _ => return StatusCode::NOT_IMPLEMENTED.into_response(),
    };
    let body = format!(
        "<{action}Response xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></{action}Response>"
    );
    ([(header::CONTENT_TYPE, "text/xml")], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_object_comes_whole_or_as_the_range_that_was_asked_for() {
        let all = Bytes::from_static(b"0123456789");
        let cases = [
            (None, StatusCode::OK, "0123456789"),
            (Some("bytes=2-4"), StatusCode::PARTIAL_CONTENT, "234"),
            (Some("bytes=8-"), StatusCode::PARTIAL_CONTENT, "89"),
            (Some("bytes=8-100"), StatusCode::PARTIAL_CONTENT, "89"),
            (Some("bytes=10-"), StatusCode::RANGE_NOT_SATISFIABLE, ""),
            (Some("lines=1-2"), StatusCode::RANGE_NOT_SATISFIABLE, ""),
        ];
        for (range, status, body) in cases {
            let response = object(&all, range);
            assert_eq!(response.status(), status, "{range:?}");
            assert_eq!(axum::body::to_bytes(response.into_body(), 100).await.unwrap(), body, "{range:?}");
        }
    }
}

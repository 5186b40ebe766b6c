//! The services' names, and the formats of their answers and errors.

use std::borrow::Cow;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    S3,
    DynamoDb,
    Sns,
    Sqs,
    Textract,
}

/// An error that a service answers.
#[derive(Debug)]
pub(crate) struct AwsError {
    pub(crate) status: StatusCode,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
}

impl AwsError {
    /// 400 with AWS's name for it.
    pub(crate) fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: code.into(), message: message.into() }
    }

    /// An operation that the stand-in does not have.
    pub(crate) fn unsupported(operation: &str) -> Self {
        Self {
            status: StatusCode::NOT_IMPLEMENTED,
            code: "NotImplemented".into(),
            message: format!("{operation} is not supported by this stand-in"),
        }
    }

    /// A failure of the stand-in itself: in the log, and in the answer too, since the same person reads both.
    pub(crate) fn internal(error: &anyhow::Error) -> Self {
        tracing::error!("the stand-in failed: {error:#}");
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "InternalError".into(),
            message: format!("the stand-in failed: {error:#}"),
        }
    }
}

impl From<rusqlite::Error> for AwsError {
    fn from(error: rusqlite::Error) -> Self {
        Self::internal(&anyhow::Error::new(error).context("use the messages' database"))
    }
}

impl Service {
    /// The service's error for an internal failure.
    pub(crate) fn failure(self, status: u16) -> AwsError {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let code = match self {
            _ if status == StatusCode::SERVICE_UNAVAILABLE => "ServiceUnavailable",
            Self::S3 | Self::Sns | Self::Sqs => "InternalError",
            Self::DynamoDb | Self::Textract => "InternalServerError",
        };
        AwsError { status, code: code.into(), message: "a fault that was asked for".into() }
    }

    /// The service's error for a call above its quota.
    pub(crate) fn throttled(self) -> AwsError {
        let (status, code) = match self {
            Self::S3 => (StatusCode::SERVICE_UNAVAILABLE, "SlowDown"),
            Self::Sns => (StatusCode::BAD_REQUEST, "Throttling"),
            Self::Sqs => (StatusCode::BAD_REQUEST, "RequestThrottled"),
            Self::DynamoDb | Self::Textract => (StatusCode::BAD_REQUEST, "ProvisionedThroughputExceededException"),
        };
        AwsError { status, code: code.into(), message: "a throttling that was asked for".into() }
    }

    /// The service's error for a caller without the permission.
    pub(crate) fn denied(self) -> AwsError {
        let (status, code) = match self {
            Self::S3 => (StatusCode::FORBIDDEN, "AccessDenied"),
            Self::Sns => (StatusCode::FORBIDDEN, "AuthorizationError"),
            Self::Sqs | Self::DynamoDb | Self::Textract => (StatusCode::BAD_REQUEST, "AccessDeniedException"),
        };
        AwsError { status, code: code.into(), message: "a denial that was asked for".into() }
    }

    pub(crate) fn error_response(self, error: AwsError) -> Response {
        let AwsError { status, code, message } = error;
        match self {
            Self::S3 => {
                let (code, message) = (escape(&code), escape(&message));
                let body = format!("{XML}<Error><Code>{code}</Code><Message>{message}</Message></Error>");
                xml(status, body)
            }
            Self::Sns => {
                let kind = if status.is_server_error() { "Receiver" } else { "Sender" };
                let (code, message, id) = (escape(&code), escape(&message), Uuid::new_v4());
                let body = format!(
                    "<ErrorResponse xmlns=\"{SNS_NAMESPACE}\"><Error><Type>{kind}</Type><Code>{code}</Code>\
                     <Message>{message}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>"
                );
                xml(status, body)
            }
            Self::Sqs => {
                let kind = format!("com.amazonaws.sqs#{code}");
                let mut response = self.json(status, &ErrorBody { kind: &kind, message: &message });
                let fault = if status.is_server_error() { "Receiver" } else { "Sender" };
                if let Ok(value) = HeaderValue::from_str(&format!("{};{fault}", sqs_query_code(&code))) {
                    response.headers_mut().insert("x-amzn-query-error", value);
                }
                response
            }
            Self::DynamoDb => {
                let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
                self.json(status, &ErrorBody { kind: &kind, message: &message })
            }
            Self::Textract => self.json(status, &ErrorBody { kind: &code, message: &message }),
        }
    }

    /// AWS JSON, in the service's version.
    pub(crate) fn json(self, status: StatusCode, body: &impl Serialize) -> Response {
        let content_type = match self {
            Self::Textract => "application/x-amz-json-1.1",
            Self::S3 | Self::DynamoDb | Self::Sns | Self::Sqs => "application/x-amz-json-1.0",
        };
        match serde_json::to_vec(body) {
            Ok(body) => answer(status, content_type, body.into()),
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        }
    }
}

/// The codes of SQS's former query protocol, by which its clients still recognize errors.
fn sqs_query_code(code: &str) -> String {
    match code {
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue".to_owned(),
        "MessageNotInflight" | "TooManyEntriesInBatchRequest" => format!("AWS.SimpleQueueService.{code}"),
        _ => code.to_owned(),
    }
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    #[serde(rename = "__type")]
    kind: &'a str,
    message: &'a str,
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const SNS_NAMESPACE: &str = "http://sns.amazonaws.com/doc/2010-03-31/";

/// SNS's answer to `action`; `result` is XML already.
pub(crate) fn sns_answer(action: &str, result: &str) -> Response {
    let id = Uuid::new_v4();
    let body = format!(
        "<{action}Response xmlns=\"{SNS_NAMESPACE}\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{action}Response>"
    );
    xml(StatusCode::OK, body)
}

/// One XML element around a text.
pub(crate) fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escape(text))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn xml(status: StatusCode, body: String) -> Response {
    answer(status, "text/xml", body.into())
}

fn answer(status: StatusCode, content_type: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Ok(id) = HeaderValue::from_str(&Uuid::new_v4().to_string()) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    response
}

//! The one port for all services: a request's service is recognized by the marks of its protocol, and the call
//! dispatched.

use std::sync::Arc;

use anyhow::anyhow;
use axum::{
    Json, Router,
    body::Body,
    extract::State,
    middleware,
    response::{IntoResponse, Response},
    routing::{get, put},
};
use bytes::Bytes;
use futures_util::stream;
use http::{
    HeaderMap, Method, Request, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use http_body_util::BodyExt as _;

use crate::{
    CallLog, CallPhase, Faults, Service,
    call_log::{self, CallDetails, CallTarget},
    callers::{self, OwnHost},
    dynamodb::DynamoDb,
    faults::{CallFault, FaultRequest},
    protocol::AwsError,
    s3::{self, S3},
    sns::{Form, Sns},
    sqs::Sqs,
    textract::{self, Textract},
};

#[derive(Debug)]
pub(crate) struct Dispatcher {
    pub(crate) s3: Arc<S3>,
    pub(crate) dynamodb: DynamoDb,
    pub(crate) sqs: Sqs,
    pub(crate) sns: Sns,
    pub(crate) textract: Arc<Textract>,
    pub(crate) faults: Faults,
    pub(crate) call_log: Option<CallLog>,
}

/// A call of one of the services.
enum Call {
    S3(Request<Body>),
    DynamoDb { operation: String, headers: HeaderMap, body: Bytes },
    Sqs { operation: String, body: Bytes },
    Textract { operation: String, body: Bytes },
    Sns(Form),
}

pub(crate) fn router(dispatcher: Arc<Dispatcher>, own_host: OwnHost) -> Router {
    Router::new()
        .route("/_local/health", get(StatusCode::OK))
        .route("/_local/faults", put(set_fault).delete(clear_faults))
        .fallback(dispatch)
        .layer(middleware::from_fn_with_state(own_host, callers::refuse_strangers_pages))
        .with_state(dispatcher)
}

async fn set_fault(State(dispatcher): State<Arc<Dispatcher>>, Json(request): Json<FaultRequest>) -> StatusCode {
    dispatcher.faults.apply(request);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(dispatcher): State<Arc<Dispatcher>>) -> StatusCode {
    dispatcher.faults.clear();
    StatusCode::NO_CONTENT
}

async fn dispatch(State(dispatcher): State<Arc<Dispatcher>>, request: Request<Body>) -> Response {
    let signer = &dispatcher.sns.signer;
    if request.method() == Method::GET && request.uri().path() == signer.certificate_path() {
        return ([(CONTENT_TYPE, "application/x-pem-file")], signer.certificate().to_owned()).into_response();
    }
    let caller = dispatcher.call_log.as_ref().map(|_| call_log::caller(request.headers()).to_owned());
    match parse_call(request).await {
        Ok(call) => dispatcher.answer(call, caller.unwrap_or_default()).await,
        Err(response) => response,
    }
}

/// The service's call, with its body read, except S3's.
async fn parse_call(request: Request<Body>) -> Result<Call, Response> {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()).map(str::to_owned);
    if let Some(target) = target {
        let Some(service) = service_of(&target) else {
            return Err(Service::Textract.error_response(AwsError::unsupported(&target)));
        };
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let (parts, body) = request.into_parts();
        let body = read(body).await.map_err(|error| service.error_response(error))?;
        return Ok(match service {
            Service::DynamoDb => Call::DynamoDb { operation, headers: parts.headers, body },
            Service::Sqs => Call::Sqs { operation, body },
            Service::Textract | Service::S3 | Service::Sns => Call::Textract { operation, body },
        });
    }
    let signed = request.headers().contains_key(AUTHORIZATION);
    // The URLs in SNS's own messages call it by GET.
    let query = request.uri().query().filter(|_| request.method() == Method::GET && request.uri().path() == "/");
    if let Some(form) = query.and_then(|query| Form::parse(query.as_bytes(), signed)) {
        return Ok(Call::Sns(form));
    }
    let is_form = |value: &http::HeaderValue| value.as_bytes().starts_with(b"application/x-www-form-urlencoded");
    if request.method() == Method::POST && request.headers().get(CONTENT_TYPE).is_some_and(is_form) {
        let body = read(request.into_body()).await.map_err(|error| Service::Sns.error_response(error))?;
        let form = Form::parse(&body, signed);
        return form.map(Call::Sns).ok_or_else(|| {
            Service::Sns.error_response(AwsError::bad_request("MissingAction", "the form names no action"))
        });
    }
    Ok(Call::S3(request))
}

fn service_of(target: &str) -> Option<Service> {
    match target.split('.').next() {
        Some("DynamoDB_20120810") => Some(Service::DynamoDb),
        Some("AmazonSQS") => Some(Service::Sqs),
        Some("Textract") => Some(Service::Textract),
        _ => None,
    }
}

/// Textract takes 10 MiB, which base64 makes 14; DynamoDB takes 16.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

async fn read(body: Body) -> Result<Bytes, AwsError> {
    axum::body::to_bytes(body, MAX_BODY_BYTES).await.map_err(|error| AwsError {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        code: "RequestEntityTooLarge".into(),
        message: error.to_string(),
    })
}

impl Dispatcher {
    async fn answer(&self, call: Call, caller: String) -> Response {
        let logged = self.call_log.as_ref().map(|call_log| call_log.start(call.name().0, call.details(caller)));
        let (answer, end) = self.serve_or_fail(call).await;
        if let Some(logged) = logged {
            logged.end(end);
        }
        answer
    }

    /// Serves the call, or applies the injected fault that is due for it.
    async fn serve_or_fail(&self, call: Call) -> (Response, CallPhase) {
        let (service, operation) = call.name();
        let fault = self.faults.next_call_fault(service, operation);
        match fault {
            None => {}
            Some(CallFault::Delay(delay)) => tokio::time::sleep(delay).await,
            Some(CallFault::Error(status)) => {
                return (call.error_response(service.failure(status)).await, CallPhase::Refused);
            }
            Some(CallFault::Throttle) => return (call.error_response(service.throttled()).await, CallPhase::Refused),
            Some(CallFault::ThrottleByAccount) => {
                let code = match service {
                    Service::Textract | Service::DynamoDb => "ThrottlingException".into(),
                    Service::S3 | Service::Sns | Service::Sqs => service.throttled().code,
                };
                return (call.error_response(AwsError { code, ..service.throttled() }).await, CallPhase::Refused);
            }
            Some(CallFault::Deny) => return (call.error_response(service.denied()).await, CallPhase::Refused),
            Some(CallFault::LoseAnswer) => {
                let (parts, _) = self.serve(service, call).await.into_parts();
                let broken =
                    stream::once(async { Err::<Bytes, _>(anyhow!("the answer is lost by an injected fault")) });
                let end = if parts.status.is_success() { CallPhase::AnswerLost } else { CallPhase::Refused };
                return (Response::from_parts(parts, Body::from_stream(broken)), end);
            }
        }
        let answer = self.serve(service, call).await;
        let end = if answer.status().is_success() { CallPhase::Done } else { CallPhase::Refused };
        (answer, end)
    }

    async fn serve(&self, service: Service, call: Call) -> Response {
        let answer = match call {
            Call::S3(request) => self.s3.call(request).await,
            Call::DynamoDb { headers, body, .. } => self.dynamodb.call(headers, body).await,
            Call::Sqs { operation, body } => self.sqs.call(&operation, &body).await,
            Call::Textract { operation, body } => match self.faults.admit_textract_call() {
                Some(_permit) => self.textract.call(&operation, &body).await,
                None => Err(service.throttled()),
            },
            Call::Sns(form) => self.sns.call(&form),
        };
        answer.unwrap_or_else(|error| service.error_response(error))
    }
}

impl Call {
    fn name(&self) -> (Service, &str) {
        match self {
            Self::S3(request) => (Service::S3, s3::operation(request)),
            Self::DynamoDb { operation, .. } => (Service::DynamoDb, operation),
            Self::Sqs { operation, .. } => (Service::Sqs, operation),
            Self::Textract { operation, .. } => (Service::Textract, operation),
            Self::Sns(form) => (Service::Sns, form.action()),
        }
    }

    fn details(&self, caller: String) -> CallDetails {
        let object = |key: Option<String>| key.map_or(CallTarget::Whole, CallTarget::Object);
        let target = match self {
            Self::S3(request) => object(s3::object(request).map(str::to_owned)),
            Self::Textract { body, .. } => object(textract::object(body)),
            Self::DynamoDb { body, .. } | Self::Sqs { body, .. } => CallTarget::of_json(body),
            Self::Sns(form) => CallTarget::of_topic(form.get("TopicArn")),
        };
        CallDetails { caller, operation: self.name().1.to_owned(), target }
    }

    /// Answers with an error, but reads the whole body first: a client that is cut off while it sends sees another
    /// error.
    async fn error_response(self, error: AwsError) -> Response {
        let service = self.name().0;
        if let Self::S3(request) = self {
            let mut body = request.into_body();
            while let Some(Ok(_)) = body.frame().await {}
        }
        service.error_response(error)
    }
}

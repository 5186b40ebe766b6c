//! The one port: whose call a request is, by the marks that each service's protocol leaves on it.

use std::sync::Arc;

use anyhow::anyhow;
use axum::{
    Json, Router,
    body::Body,
    extract::State,
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
    call_log::{self, CallDetails},
    dynamodb::DynamoDb,
    faults::{self, CallFault},
    s3::{self, S3},
    sns::{Form, Sns},
    sqs::Sqs,
    textract::{self, Textract},
    wire::Refusal,
};

#[derive(Debug)]
pub(crate) struct Door {
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

pub(crate) fn router(door: Arc<Door>) -> Router {
    Router::new()
        .route("/_local/health", get(StatusCode::OK))
        .route("/_local/faults", put(order_fault).delete(clear_faults))
        .fallback(enter)
        .with_state(door)
}

async fn order_fault(State(door): State<Arc<Door>>, Json(order): Json<faults::Order>) -> StatusCode {
    door.faults.take(order);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(door): State<Arc<Door>>) -> StatusCode {
    door.faults.clear();
    StatusCode::NO_CONTENT
}

async fn enter(State(door): State<Arc<Door>>, request: Request<Body>) -> Response {
    let signer = &door.sns.signer;
    if request.method() == Method::GET && request.uri().path() == signer.certificate_path() {
        return ([(CONTENT_TYPE, "application/x-pem-file")], signer.certificate().to_owned()).into_response();
    }
    let caller = door.call_log.as_ref().map(|_| call_log::caller(request.headers()).to_owned());
    match tell(request).await {
        Ok(call) => door.answer(call, caller.unwrap_or_default()).await,
        Err(response) => response,
    }
}

/// Whose call it is. Only S3's body is left unread.
async fn tell(request: Request<Body>) -> Result<Call, Response> {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()).map(str::to_owned);
    if let Some(target) = target {
        let Some(service) = service_of(&target) else {
            return Err(Service::Textract.refuse(Refusal::unsupported(&target)));
        };
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let (parts, body) = request.into_parts();
        let body = read(body).await.map_err(|refusal| service.refuse(refusal))?;
        return Ok(match service {
            Service::DynamoDb => Call::DynamoDb { operation, headers: parts.headers, body },
            Service::Sqs => Call::Sqs { operation, body },
            Service::Textract | Service::S3 | Service::Sns => Call::Textract { operation, body },
        });
    }
    let signed = request.headers().contains_key(AUTHORIZATION);
    // The addresses in SNS's own messages call it by GET.
    let query = request.uri().query().filter(|_| request.method() == Method::GET && request.uri().path() == "/");
    if let Some(form) = query.and_then(|query| Form::parse(query.as_bytes(), signed)) {
        return Ok(Call::Sns(form));
    }
    let is_form = |value: &http::HeaderValue| value.as_bytes().starts_with(b"application/x-www-form-urlencoded");
    if request.method() == Method::POST && request.headers().get(CONTENT_TYPE).is_some_and(is_form) {
        let body = read(request.into_body()).await.map_err(|refusal| Service::Sns.refuse(refusal))?;
        let form = Form::parse(&body, signed);
        return form
            .map(Call::Sns)
            .ok_or_else(|| Service::Sns.refuse(Refusal::bad_request("MissingAction", "the form names no action")));
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

async fn read(body: Body) -> Result<Bytes, Refusal> {
    axum::body::to_bytes(body, MAX_BODY_BYTES).await.map_err(|error| Refusal {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        code: "RequestEntityTooLarge".into(),
        message: error.to_string(),
    })
}

impl Door {
    async fn answer(&self, call: Call, caller: String) -> Response {
        let logged = self.call_log.as_ref().map(|call_log| call_log.start(call.name().0, call.details(caller)));
        let (answer, end) = self.befall(call).await;
        if let Some(logged) = logged {
            logged.end(end);
        }
        answer
    }

    /// Serves the call, or does what a fault that was asked for does to it.
    async fn befall(&self, call: Call) -> (Response, CallPhase) {
        let (service, operation) = call.name();
        let fault = self.faults.strike_call(service, operation);
        match fault {
            None => {}
            Some(CallFault::Delay(delay)) => tokio::time::sleep(delay).await,
            Some(CallFault::Error(status)) => {
                return (call.refuse(service.failure(status)).await, CallPhase::Refused);
            }
            Some(CallFault::Throttle) => return (call.refuse(service.throttled()).await, CallPhase::Refused),
            Some(CallFault::ThrottleByAccount) => {
                let code = match service {
                    Service::Textract | Service::DynamoDb => "ThrottlingException".into(),
                    Service::S3 | Service::Sns | Service::Sqs => service.throttled().code,
                };
                return (call.refuse(Refusal { code, ..service.throttled() }).await, CallPhase::Refused);
            }
            Some(CallFault::Deny) => return (call.refuse(service.denied()).await, CallPhase::Refused),
            Some(CallFault::LoseAnswer) => {
                let (parts, _) = self.serve(service, call).await.into_parts();
                let broken = stream::once(async { Err::<Bytes, _>(anyhow!("the answer is lost, as was asked for")) });
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
            Call::Textract { operation, body } => match self.faults.admit_to_textract() {
                Some(_admitted) => self.textract.call(&operation, &body).await,
                None => Err(service.throttled()),
            },
            Call::Sns(form) => self.sns.call(&form),
        };
        answer.unwrap_or_else(|refusal| service.refuse(refusal))
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
        let object = match self {
            Self::S3(request) => s3::object(request).map(str::to_owned),
            Self::Textract { body, .. } => textract::object(body),
            Self::DynamoDb { .. } | Self::Sqs { .. } | Self::Sns(_) => None,
        };
        CallDetails { caller, operation: self.name().1.to_owned(), object: object.unwrap_or_default() }
    }

    /// Answers with an error, but takes the whole body first: a client that is cut off while it sends sees another error.
    async fn refuse(self, refusal: Refusal) -> Response {
        let service = self.name().0;
        if let Self::S3(request) = self {
            let mut body = request.into_body();
            while let Some(Ok(_)) = body.frame().await {}
        }
        service.refuse(refusal)
    }
}

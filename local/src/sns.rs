//! SNS over the query protocol: topics, subscriptions, confirmations, and publishing to HTTP and SQS.

mod envelope;
mod form;
mod http_delivery;
mod retry_policy;
mod sha1_signature;
mod signing;

use std::sync::Arc;

use axum::response::Response;
use tokio::sync::watch;

use crate::{
    message_store::{Authenticate, MessageStore, Protocol, SignatureVersion, Subscription, Topic},
    protocol::{AwsError, element, sns_answer},
    resources::queue_arn_name,
};

pub(crate) use envelope::Envelope;
use envelope::Kind;
pub(crate) use form::Form;
pub(crate) use http_delivery::HttpDelivery;
use http_delivery::Notification;
use retry_policy::RetryPolicy;
pub(crate) use signing::Signer;

#[derive(Debug)]
pub(crate) struct Sns {
    pub(crate) messages: Arc<MessageStore>,
    pub(crate) signer: Arc<Signer>,
    pub(crate) http_delivery: Arc<HttpDelivery>,
    /// The address under which the stand-in is reached.
    pub(crate) advertise: String,
    /// The ARNs of the topics to which an HTTP subscription is confirmed.
    pub(crate) confirmed: watch::Sender<Vec<String>>,
}

impl Sns {
    pub(crate) fn call(&self, form: &Form) -> Result<Response, AwsError> {
        let action = form.action();
        let result = match action {
            "CreateTopic" => self.create_topic(form)?,
            "SetTopicAttributes" => self.set_topic_attributes(form)?,
            "Subscribe" => self.subscribe(form)?,
            "ConfirmSubscription" => self.confirm(form)?,
            "Unsubscribe" => self.unsubscribe(form)?,
            "ListSubscriptionsByTopic" => self.list(form)?,
            "GetSubscriptionAttributes" => self.subscription_attributes(form)?,
            "Publish" => self.publish(form)?,
            other => return Err(AwsError::unsupported(other)),
        };
        Ok(sns_answer(action, &result))
    }

    fn create_topic(&self, form: &Form) -> Result<String, AwsError> {
        let name = form.required("Name")?;
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if !(1..=256).contains(&name.len()) || !name.chars().all(allowed) {
            return Err(invalid("Topic Name"));
        }
        let mut topic = Topic { arn: crate::resources::topic_arn(name), signature_version: SignatureVersion::Two };
        for (name, value) in form.entries("Attributes") {
            match name {
                "SignatureVersion" => {
                    topic.signature_version = value.parse().map_err(|()| invalid("SignatureVersion"))?;
                }
                other => return Err(AwsError::unsupported(&format!("CreateTopic with {other}"))),
            }
        }
        self.messages.ensure_topic(&topic)?;
        Ok(element("TopicArn", &topic.arn))
    }

    fn set_topic_attributes(&self, form: &Form) -> Result<String, AwsError> {
        let topic = self.topic(form)?;
        match form.required("AttributeName")? {
            "SignatureVersion" => {
                let version = form.required("AttributeValue")?.parse().map_err(|()| invalid("SignatureVersion"))?;
                self.messages.set_signature_version(&topic.arn, version)?;
                Ok(String::new())
            }
            other => Err(AwsError::unsupported(&format!("SetTopicAttributes of {other}"))),
        }
    }

    fn subscribe(&self, form: &Form) -> Result<String, AwsError> {
        let topic = self.topic(form)?;
        let protocol: Protocol = form
            .required("Protocol")?
            .parse()
            .map_err(|()| AwsError::unsupported("Subscribe with another protocol than http, https and sqs"))?;
        let endpoint = form.required("Endpoint")?;
        self.check_endpoint(protocol, endpoint)?;
        let mut policy = None;
        for (name, value) in form.entries("Attributes") {
            match (name, value) {
                ("DeliveryPolicy", value) => {
                    RetryPolicy::parse(value).map_err(|_| invalid("DeliveryPolicy"))?;
                    policy = Some(value);
                }
                ("RawMessageDelivery", "false") => {}
                (other, _) => return Err(AwsError::unsupported(&format!("Subscribe with {other}"))),
            }
        }
        let subscription = self.messages.ensure_subscription(&topic.arn, protocol, endpoint, policy)?;
        if subscription.confirmed {
            if subscription.delivery_policy.as_deref() != policy {
                let message =
                    "Invalid parameter: Attributes Reason: Subscription already exists with different attributes";
                return Err(AwsError::bad_request("InvalidParameter", message));
            }
            self.notify_confirmed(&subscription);
            return Ok(element("SubscriptionArn", &subscription.arn));
        }
        self.ask_for_confirmation(&topic, &subscription);
        let with_arn = form.get("ReturnSubscriptionArn") == Some("true");
        Ok(element("SubscriptionArn", if with_arn { &subscription.arn } else { "pending confirmation" }))
    }

    fn check_endpoint(&self, protocol: Protocol, endpoint: &str) -> Result<(), AwsError> {
        let known = match protocol {
            Protocol::Http => endpoint.starts_with("http://"),
            Protocol::Https => endpoint.starts_with("https://"),
            Protocol::Sqs => match queue_arn_name(endpoint) {
                Some(name) => self.messages.queue(name)?.is_some(),
                None => false,
            },
        };
        if known { Ok(()) } else { Err(invalid("Endpoint")) }
    }

    fn ask_for_confirmation(&self, topic: &Topic, subscription: &Subscription) {
        let query = form::encode(&[
            ("Action", "ConfirmSubscription"),
            ("TopicArn", &topic.arn),
            ("Token", &subscription.token),
        ]);
        let subscribe_url = format!("{}/?{query}", self.advertise);
        let message = format!(
            "You have chosen to subscribe to the topic {}.\nTo confirm the subscription, visit the SubscribeURL \
             included in this message.",
            topic.arn
        );
        let kind = Kind::SubscriptionConfirmation { token: subscription.token.clone(), subscribe_url };
        let envelope = Envelope::new(kind, topic, message, None).sign(&self.signer, &self.advertise);
        self.http_delivery.send(Notification::new(&envelope, subscription));
    }

    fn confirm(&self, form: &Form) -> Result<String, AwsError> {
        let topic = self.topic(form)?;
        let authenticate = match form.get("AuthenticateOnUnsubscribe") {
            Some("true") => Authenticate::Yes,
            Some(_) | None => Authenticate::No,
        };
        let confirmed = self.messages.confirm(&topic.arn, form.required("Token")?, authenticate)?;
        let subscription = confirmed.ok_or_else(|| invalid("Token"))?;
        tracing::info!("{} is now subscribed to {}", subscription.endpoint, topic.arn);
        self.notify_confirmed(&subscription);
        Ok(element("SubscriptionArn", &subscription.arn))
    }

    fn notify_confirmed(&self, subscription: &Subscription) {
        match subscription.protocol {
            Protocol::Http | Protocol::Https => self.confirmed.send_if_modified(|topics| {
                let new = !topics.contains(&subscription.topic);
                if new {
                    topics.push(subscription.topic.clone());
                }
                new
            }),
            Protocol::Sqs => false,
        };
    }

    fn unsubscribe(&self, form: &Form) -> Result<String, AwsError> {
        let arn = form.required("SubscriptionArn")?;
        let subscription = self.messages.subscription(arn)?;
        if subscription.is_some_and(|found| found.authenticate_on_unsubscribe) && !form.is_signed() {
            return Err(AwsError {
                status: http::StatusCode::FORBIDDEN,
                code: "AuthorizationError".into(),
                message: "the subscription was confirmed with AuthenticateOnUnsubscribe".to_owned(),
            });
        }
        self.messages.unsubscribe(arn)?;
        Ok(String::new())
    }

    fn list(&self, form: &Form) -> Result<String, AwsError> {
        let topic = self.topic(form)?;
        let members: String = self.messages.subscriptions(&topic.arn)?.iter().map(member).collect();
        Ok(format!("<Subscriptions>{members}</Subscriptions>"))
    }

    fn subscription_attributes(&self, form: &Form) -> Result<String, AwsError> {
        let arn = form.required("SubscriptionArn")?;
        let subscription = self.messages.subscription(arn)?.ok_or_else(|| not_found("Subscription does not exist"))?;
        let pending = (!subscription.confirmed).to_string();
        let authenticated = subscription.authenticate_on_unsubscribe.to_string();
        let mut attributes = vec![
            ("SubscriptionArn", subscription.arn.as_str()),
            ("TopicArn", &subscription.topic),
            ("Protocol", subscription.protocol.as_str()),
            ("Endpoint", &subscription.endpoint),
            ("Owner", crate::resources::ACCOUNT),
            ("PendingConfirmation", &pending),
            ("ConfirmationWasAuthenticated", &authenticated),
            ("RawMessageDelivery", "false"),
        ];
        attributes.extend(subscription.delivery_policy.as_deref().map(|policy| ("DeliveryPolicy", policy)));
        let entry =
            |(key, value): &(&str, &str)| format!("<entry>{}{}</entry>", element("key", key), element("value", value));
        Ok(format!("<Attributes>{}</Attributes>", attributes.iter().map(entry).collect::<String>()))
    }

    /// When this returns, messages to queues are on disk, and messages over HTTP are being sent.
    fn publish(&self, form: &Form) -> Result<String, AwsError> {
        let topic = self.topic(form)?;
        let message = form.required("Message")?;
        if message.is_empty() || message.len() > MAX_MESSAGE_BYTES {
            return Err(invalid("Message"));
        }
        if form.has_prefix("MessageAttributes.") || form.get("MessageStructure").is_some() {
            return Err(AwsError::unsupported("Publish with MessageAttributes or MessageStructure"));
        }
        let subject = form.get("Subject").map(str::to_owned);
        let envelope =
            Envelope::new(Kind::Notification, &topic, message.to_owned(), subject).sign(&self.signer, &self.advertise);
        for subscription in self.messages.subscriptions(&topic.arn)?.iter().filter(|found| found.confirmed) {
            let copy = envelope.with_unsubscribe_url(&self.advertise, &subscription.arn);
            match subscription.protocol {
                Protocol::Http | Protocol::Https => self.http_delivery.send(Notification::new(&copy, subscription)),
                Protocol::Sqs => {
                    if let Some(queue) = queue_arn_name(&subscription.endpoint) {
                        self.messages.send(queue, &copy.to_json(), std::time::Duration::ZERO)?;
                    }
                }
            }
        }
        Ok(element("MessageId", &envelope.message_id().to_string()))
    }

    fn topic(&self, form: &Form) -> Result<Topic, AwsError> {
        self.messages.topic(form.required("TopicArn")?)?.ok_or_else(|| not_found("Topic does not exist"))
    }
}

/// SNS's limit.
const MAX_MESSAGE_BYTES: usize = 262_144;

fn member(subscription: &Subscription) -> String {
    let arn = if subscription.confirmed { &subscription.arn } else { "PendingConfirmation" };
    let fields = [
        ("SubscriptionArn", arn),
        ("Owner", crate::resources::ACCOUNT),
        ("Protocol", subscription.protocol.as_str()),
        ("Endpoint", &subscription.endpoint),
        ("TopicArn", &subscription.topic),
    ];
    let fields: String = fields.iter().map(|(name, value)| element(name, value)).collect();
    format!("<member>{fields}</member>")
}

fn invalid(parameter: &str) -> AwsError {
    AwsError::bad_request("InvalidParameter", format!("Invalid parameter: {parameter}"))
}

fn not_found(message: &str) -> AwsError {
    AwsError { status: http::StatusCode::NOT_FOUND, code: "NotFound".into(), message: message.to_owned() }
}

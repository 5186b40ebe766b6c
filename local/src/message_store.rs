//! The durable state of SQS and SNS: queues, messages, topics and subscriptions, in one file.

mod database;
mod queues;
mod topics;

pub(crate) use database::MessageStore;
pub(crate) use queues::{Change, InFlightMessage, QueueSettings, ReceiptHandle};
pub(crate) use topics::{Authenticate, Protocol, SignatureVersion, Subscription, Topic};

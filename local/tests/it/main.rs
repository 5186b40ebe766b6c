//! The stand-ins through their real port, by AWS's own clients.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod call_log;
mod callers;
mod clients;
mod dynamodb;
mod faults;
mod programs;
mod restart;
mod s3;
mod scan;
mod signatures;
mod sns_http;
mod sns_to_sqs;
mod sqs;
mod subscriber;
mod textract;
mod unsupported;

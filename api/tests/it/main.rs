//! The service through its real port, against the stand-ins in the same process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod aws_calls;
mod balancer;
mod bodies;
mod connections;
mod correction_refusals;
mod corrections;
mod day_pictures;
mod deletion;
mod description;
mod events;
mod feed;
mod fleet;
mod healthcheck;
mod idempotency;
mod ledger_door;
mod limits;
mod odd_issuers;
mod origins;
mod page;
mod pictures;
mod process;
mod processes;
mod raw_connection;
mod raw_upload;
mod receipts;
mod redis_server;
mod relay;
mod relay_log;
mod request_bodies;
mod secrets;
mod shutdown;
mod slow_peers;
mod sns;
mod strange_heads;
mod sweep;
mod talkative_peers;
mod test_app;
mod test_issuer;
mod tickets;
mod tokens;
mod turmoil;
mod upload;
mod worker;

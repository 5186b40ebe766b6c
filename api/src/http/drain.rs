//! The rest of a refused body: read and forgotten, within bounds, because a client that is still sending would otherwise
//! see a reset connection instead of the answer.

use std::time::Duration;

use axum::{body::Bytes, extract::Request, http::header};
use futures_util::{Stream, StreamExt};
use tokio::time::{Instant, timeout};

const DRAIN_WITHIN: Duration = Duration::from_secs(30);
/// Of a body that is refused for what its head says of it.
const MAX_BYTES_OF_A_MOMENT: usize = 4 * 1024 * 1024;
const A_MOMENT: Duration = Duration::from_secs(2);

/// Reads on until the end, an error, `max_bytes`, or the end of the time that `time_for` allows for the bytes so far.
pub(crate) async fn drain<E>(
    mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    max_bytes: usize,
    time_for: impl Fn(usize) -> Duration,
) {
    let (began, mut bytes) = (Instant::now(), 0);
    while bytes <= max_bytes {
        let left = time_for(bytes).saturating_sub(began.elapsed());
        let Ok(Some(Ok(chunk))) = timeout(left, body.next()).await else { return };
        bytes += chunk.len();
    }
}

/// Reads a request that is refused before its body was read, for 30 s at most.
pub(crate) async fn drain_refused(request: Request, max_bytes: usize) {
    drain_within(request, max_bytes, DRAIN_WITHIN).await;
}

/// Reads a request that is refused for its body's length or coding, for a moment.
pub(super) async fn drain_for_a_moment(request: Request) {
    drain_within(request, MAX_BYTES_OF_A_MOMENT, A_MOMENT).await;
}

async fn drain_within(request: Request, max_bytes: usize, within: Duration) {
    // A client that waits for `100 Continue` sends nothing.
    if !request.headers().contains_key(header::EXPECT) {
        drain(request.into_body().into_data_stream(), max_bytes, |_| within).await;
    }
}

//! How much of what a client sends the kernel keeps until it is read: its memory counts as ours.
//!
//! By itself Linux lets that grow to 6 MiB and more for each connection (`tcp_rmem`), as long as something is read now and
//! then. Here it grows only where a handler takes a long body; such bodies have budgets of their own.
//!
//! The kernel doubles what it is told, for its own book-keeping. So 1,000 connections of one address keep 125 MiB at most if
//! all of them send and none is read, and 5,000 WebSockets 156 MiB.

use tokio::net::TcpStream;
use tracing::debug;

use super::watched_stream::Phase;

const KIB: usize = 1024;

/// What Linux begins with, so that the window that a client was offered with the connection stays true. This is set on the
/// accepted socket: set on the listening one, it would also choose a window scale that leaves no room to grow.
const AT_FIRST: usize = 64 * KIB;
/// Who has sent this much of one body, and was read, sends a picture.
const LONG_BODY: usize = 64 * KIB;
/// At 60 ms from here to there and back, as on mobile networks, 4 MB/s; at 200 ms 1.3 MB/s.
const FOR_LONG_BODIES: usize = 256 * KIB;
/// Clients of feeds say little.
const FOR_WEB_SOCKETS: usize = 16 * KIB;

#[derive(Debug)]
pub(super) struct ReceiveBuffer {
    bytes: usize,
}

impl Default for ReceiveBuffer {
    /// The kernel's, whatever that is.
    fn default() -> Self {
        Self { bytes: 0 }
    }
}

impl ReceiveBuffer {
    /// Makes it as large as is right for a connection that is in this phase and of which so much was read in it.
    pub(super) fn fit(&mut self, stream: &TcpStream, phase: &Phase, read: usize) {
        let bytes = if phase.is_upgraded() {
            FOR_WEB_SOCKETS
        } else if phase.is_request() && read > LONG_BODY {
            FOR_LONG_BODIES
        } else {
            AT_FIRST
        };
        if bytes != self.bytes {
            // Once, whether it succeeds or not.
            self.bytes = bytes;
            if let Err(error) = socket2::SockRef::from(stream).set_recv_buffer_size(bytes) {
                debug!("a receive buffer stays as it was: {error}");
            }
        }
    }
}

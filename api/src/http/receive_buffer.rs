//! How much of what a client sends the kernel keeps until it is read: its memory counts as ours.
//!
//! By itself Linux begins with 64 KiB and lets that grow to 6 MiB and more (`tcp_rmem`) where something is read now and then.
//! Bodies are read and have budgets of their own; clients of feeds say little, and much that they say is not read.
//!
//! Not for other connections, and only once: where a buffer becomes smaller than the window that the client was offered, the
//! kernel drops what comes, and the client waits 200 ms before it sends that again; and one that was set does not grow.

use tokio::net::TcpStream;
use tracing::debug;

use super::watched_stream::Phase;

/// Of a WebSocket. The kernel doubles it, for its own book-keeping: 5,000 of one address keep 156 MiB at most.
const FOR_WEB_SOCKETS: usize = 16 * 1024;

#[derive(Debug, Default)]
pub(super) struct ReceiveBuffer {
    is_small: bool,
}

impl ReceiveBuffer {
    /// Makes it small once the connection is a WebSocket.
    pub(super) fn fit(&mut self, stream: &TcpStream, phase: &Phase) {
        if phase.is_upgraded() && !self.is_small {
            // Whether it succeeds or not.
            self.is_small = true;
            if let Err(error) = socket2::SockRef::from(stream).set_recv_buffer_size(FOR_WEB_SOCKETS) {
                debug!("a receive buffer stays as it was: {error}");
            }
        }
    }
}

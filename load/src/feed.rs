//! WebSockets on which statuses arrive.

use std::time::Duration;

use anyhow::{Context as _, bail};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use receipt::{ImageId, Status};
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest as _, protocol::WebSocketConfig},
};

use crate::{crowd::Watched, visitor::Visitor};

#[derive(Debug)]
pub(crate) struct Feed(WebSocketStream<TcpStream>);

/// The fields of a frame that are needed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) struct Frame {
    pub(crate) status: Status,
    pub(crate) version: u64,
}

/// The longest wait for a frame that is certain to come.
const PATIENCE: Duration = Duration::from_secs(30);

impl Feed {
    pub(crate) async fn open(visitor: &Visitor, id: ImageId) -> anyhow::Result<Self> {
        let server = visitor.target.address();
        let mut request = format!("ws://{server}/imageStatus/{id}/ws").into_client_request()?;
        request.headers_mut().insert("cookie", visitor.cookie.parse()?);
        let stream = visitor.target.connect(visitor.source, None).await?;
        let config = WebSocketConfig::default().read_buffer_size(1024).write_buffer_size(0);
        let (socket, _) = client_async_with_config(request, stream, Some(config)).await.context("open a WebSocket")?;
        Ok(Self(socket))
    }

    /// Opens one for each image, and reads the current state from each.
    pub(crate) async fn open_all(images: &[Watched]) -> anyhow::Result<Vec<Self>> {
        const AT_ONCE: usize = 64;
        let open = |(number, image): (usize, &Watched)| {
            let image = image.clone();
            async move {
                let mut feed = Self::open(&image.visitor, image.id).await?;
                match tokio::time::timeout(PATIENCE, feed.next()).await {
                    Ok(Some(_)) => anyhow::Ok(feed),
                    Ok(None) | Err(_) => bail!("socket {number} does not tell where its image stands"),
                }
            }
        };
        stream::iter(images.iter().enumerate()).map(open).buffered(AT_ONCE).try_collect().await
    }

    /// The next frame; `None` once the server has closed. Pings are answered on the way.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        loop {
            match self.0.next().await? {
                Ok(Message::Text(text)) => return serde_json::from_str(&text).ok(),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_)) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_understood() {
        let json = r#"{"imageId":"x","status":"text_detected","version":3,"at":"2026-01-01T00:00:00Z"}"#;
        let frame: Frame = serde_json::from_str(json).unwrap();
        assert_eq!(frame, Frame { status: Status::TextDetected, version: 3 });
    }
}

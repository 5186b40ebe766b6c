//! What happens when the service is told to stop.

use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::test_app::{TestApp, Visitor, Watcher};

#[tokio::test]
async fn sockets_are_told_to_come_again_elsewhere() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    let mut watcher = Watcher::open(&app, &visitor.cookie, id).await;
    watcher.frame().await;
    app.stop.cancel();
    assert_eq!(watcher.close().await, CloseCode::Away);
    drop(watcher);
    app.served.await.unwrap().unwrap();
}

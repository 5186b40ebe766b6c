//! What strangers write into a request's head: whom it is for, what it has in two ways, and what neighbours plant there.

use crate::{
    raw_connection::RawConnection,
    test_app::{TestApp, Visitor},
};

#[tokio::test]
async fn a_request_without_a_host_or_with_two_is_refused_on_every_route() {
    let app = TestApp::at_once().await;
    for path in ["/", "/livez", "/version", "/receipts", "/nothing/here", "http://x/livez"] {
        for hosts in ["", "host: x\r\nhost: x\r\n", "host: x\r\nhost: y\r\n", "host: x y\r\n", "host: me@x\r\n"] {
            let mut connection = RawConnection::open(&app).await;
            // What comes behind it is answered: the connection is in step.
            let next = "GET /version HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
            connection.send(format!("GET {path} HTTP/1.1\r\n{hosts}\r\n{next}").as_bytes()).await;
            assert_eq!(connection.status().await, Some(400), "{path} {hosts}");
            let rest = connection.text().await;
            assert!(rest.contains("\"bad_request\"") && rest.contains("HTTP/1.1 200"), "{path} {hosts}: {rest}");
        }
        let mut connection = RawConnection::open(&app).await;
        connection.send(format!("GET {path} HTTP/1.1\r\nhost: x:80\r\n\r\n").as_bytes()).await;
        assert_ne!(connection.status().await, Some(400), "{path}");
    }
    let mut old = RawConnection::open(&app).await;
    old.send(b"GET /livez HTTP/1.0\r\n\r\n").await;
    assert!(old.text().await.starts_with("HTTP/1.0 200"), "HTTP/1.0 has no Host");
}

#[tokio::test]
async fn an_upload_and_a_feed_for_two_hosts_are_refused_before_anything_is_done() {
    let app = TestApp::at_once().await;
    for head in [
        "POST /upload HTTP/1.1\r\nhost: x\r\nhost: y\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 3\r\n",
        "POST /imageStatus HTTP/1.1\r\ncontent-length: 3\r\n",
        "GET /imageStatus/x/ws HTTP/1.1\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ] {
        let mut connection = RawConnection::open(&app).await;
        connection.send(format!("{head}connection: close\r\n\r\nabc").as_bytes()).await;
        let answer = connection.text().await;
        assert!(answer.starts_with("HTTP/1.1 400") && !answer.contains("set-cookie"), "{head}: {answer}");
    }
}

#[tokio::test]
async fn what_can_be_read_in_two_ways_is_refused_and_nothing_behind_it_is_read() {
    let app = TestApp::at_once().await;
    let smuggled = "GET /version HTTP/1.1\r\nhost: x\r\n\r\n";
    for wrong in [
        "content-length: 3\r\ncontent-length: 4\r\n\r\nabc",
        "content-length: 3, 4\r\n\r\nabc",
        "content-length: +3\r\n\r\nabc",
        "content-length: 0x3\r\n\r\nabc",
        "content-length: 99999999999999999999\r\n\r\nabc",
        "content-length : 3\r\n\r\nabc",
        "transfer-encoding : chunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n3;\x01\r\nabc\r\nzz\r\n",
        "transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc",
        "transfer-encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n-1\r\n\r\n",
        "x: a\x00b\r\ncontent-length: 3\r\n\r\nabc",
        "x: a\rb: c\r\ncontent-length: 3\r\n\r\nabc",
    ] {
        let mut connection = RawConnection::open(&app).await;
        connection.send(format!("POST /imageStatus HTTP/1.1\r\nhost: x\r\n{wrong}{smuggled}").as_bytes()).await;
        assert_eq!(connection.status().await, Some(400), "{wrong:?}");
        assert!(!connection.text().await.contains("HTTP/1.1"), "{wrong:?}: what stood behind it was answered");
    }
    for (head, status) in [
        (format!("GET /livez HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(200)), 431),
        (format!("GET /livez HTTP/1.1\r\nhost: x\r\na: {}\r\n\r\n", "b".repeat(20_000)), 431),
        (format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "b".repeat(20_000)), 431),
    ] {
        let mut connection = RawConnection::open(&app).await;
        connection.send(format!("{head}{smuggled}").as_bytes()).await;
        assert_eq!(connection.status().await, Some(status), "{}", &head[..40.min(head.len())]);
        assert!(!connection.text().await.contains("HTTP/1.1"), "what stood behind it was answered");
    }
}

#[tokio::test]
async fn requests_that_come_at_once_are_answered_in_their_order() {
    let app = TestApp::at_once().await;
    let mut connection = RawConnection::open(&app).await;
    let both = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\nPOST /livez HTTP/1.1\r\nhost: x\r\n\r\n".repeat(100);
    let last = "GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    connection.send(format!("{both}{last}").as_bytes()).await;
    let answers = connection.text().await;
    let statuses: Vec<_> = answers.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(statuses.len(), 201);
    assert!(statuses.iter().enumerate().all(|(n, status)| *status == ["200", "405"][n % 2]), "{statuses:?}");
}

/// A page on a neighbouring host may plant a cookie with any bytes, and all cookies come in one line.
#[tokio::test]
async fn nobody_is_forgotten_for_the_bytes_of_a_neighbours_cookie() {
    let app = TestApp::at_once().await;
    let visitor = Visitor::new(&app).await;
    let id = visitor.upload().await;
    for (before, after) in [(&b"theme=\xc3\xbc; "[..], &b""[..]), (b"", b"; \xff=\xfe"), (b"a=\"\xe9\t\"; ", b"; =")] {
        let mut connection = RawConnection::open(&app).await;
        let head = format!("GET /receipts/{id} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: ");
        connection.send(&[head.as_bytes(), before, visitor.cookie.as_bytes(), after, b"\r\n\r\n"].concat()).await;
        let answer = connection.text().await;
        assert!(answer.starts_with("HTTP/1.1 200") && !answer.contains("set-cookie"), "{before:?}: {answer}");
    }
}

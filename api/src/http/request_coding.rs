//! How the bytes of a request's body may be written: as they are, in chunks or by their length. Nothing is unpacked here: a
//! limit on what comes in would be none on what comes out, and what is between us and a client must read the same bytes.

use axum::http::{HeaderMap, HeaderName, header};

use crate::error::Error;

/// Why a body with these headers is not read.
pub(super) fn refusal(headers: &HeaderMap) -> Option<Error> {
    if !all_are(headers, header::CONTENT_ENCODING, "identity") {
        return Some(Error::EncodedContent);
    }
    // Where a length stands beside it, hyper passes that over and closes the connection after the answer (RFC 9112, 6.1).
    if !all_are(headers, header::TRANSFER_ENCODING, "chunked") {
        return Some(Error::EncodedTransfer);
    }
    None
}

fn all_are(headers: &HeaderMap, name: HeaderName, coding: &str) -> bool {
    headers.get_all(name).iter().all(|line| line.as_bytes().trim_ascii().eq_ignore_ascii_case(coding.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_refused_and_what_says_that_it_is_not_is_taken() {
        let check = |lines: &[(HeaderName, &'static str)], expected: Option<&str>| {
            let headers = lines.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
            assert_eq!(refusal(&headers).map(|error| error.to_string()).as_deref(), expected, "{lines:?}");
        };
        let content = Some("send the body as it is, without Content-Encoding");
        let transfer = Some("of transfer codings only chunked is known here");
        check(&[], None);
        check(&[(header::CONTENT_ENCODING, " Identity"), (header::TRANSFER_ENCODING, "Chunked")], None);
        for coding in ["gzip", "br", "identity, gzip", "x", ""] {
            check(&[(header::CONTENT_ENCODING, coding)], content);
        }
        check(&[(header::CONTENT_ENCODING, "identity"), (header::CONTENT_ENCODING, "gzip")], content);
        for coding in ["gzip, chunked", "chunked, chunked", "identity, chunked", "chunked;x=1"] {
            check(&[(header::TRANSFER_ENCODING, coding)], transfer);
        }
        check(&[(header::TRANSFER_ENCODING, "gzip"), (header::TRANSFER_ENCODING, "chunked")], transfer);
    }
}

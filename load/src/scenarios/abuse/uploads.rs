//! Uploads that declare more than they send, or whose form is hostile. None has a cookie, so that each is a new person's.

use std::time::Duration;

use bytes::Bytes;

use super::{
    attacker::Attacker,
    plan::{Plan, Program, Reads, Then},
};
use crate::picture;

const DECLARED: usize = 10_000_000;
const BOUNDARY: &str = "----attack";
const COME_BACK_AFTER: Duration = Duration::from_secs(1);

pub(super) fn declared(attacker: &Attacker) -> Plan {
    let opening = begun(attacker, &format!("Content-Length: {DECLARED}"), 32);
    and_5_a_second_more(plan(attacker, 300, opening, Then::Nothing))
}

pub(super) fn trickle(attacker: &Attacker) -> Plan {
    let opening = begun(attacker, &format!("Content-Length: {DECLARED}"), 32);
    let then = Then::Repeat { bytes: Bytes::from_static(b"x"), every: Duration::from_millis(100) };
    plan(attacker, 300, opening, then)
}

pub(super) fn trickle_from_everywhere(attacker: &Attacker) -> Plan {
    const BEGUN: usize = 200_000;
    let opening = begun(attacker, &format!("Content-Length: {DECLARED}"), BEGUN);
    let then = Then::Repeat { bytes: Bytes::from_static(b"x"), every: Duration::from_millis(100) };
    plan(attacker, 600, opening, then).spread_over(attacker.target, 200)
}

pub(super) fn chunks(attacker: &Attacker) -> Plan {
    const CHUNKED: usize = 16;
    let part = part(BOUNDARY, "", 32);
    let mut opening = head(attacker, BOUNDARY, "Transfer-Encoding: chunked");
    opening.extend(format!("{:x}\r\n", part.len()).bytes());
    opening.extend(part);
    opening.extend(b"\r\n");
    let then = Then::flood(b"1\r\nx\r\n".repeat(4000).into(), CHUNKED);
    plan(attacker, CHUNKED, opening, then)
}

pub(super) fn part_headers(attacker: &Attacker) -> Plan {
    let long = format!("X-Long: {}\r\n", "x".repeat(20_000));
    whole(attacker, BOUNDARY, part(BOUNDARY, &long, 100_000))
}

pub(super) fn long_boundary(attacker: &Attacker) -> Plan {
    let boundary = "b".repeat(14_000);
    whole(attacker, &boundary, part(&boundary, "", 100_000))
}

pub(super) fn tiny_fields(attacker: &Attacker) -> Plan {
    let field = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n");
    let mut form = field.repeat(1000).into_bytes();
    form.extend(part(BOUNDARY, "", 100_000));
    whole(attacker, BOUNDARY, form)
}

pub(super) fn empty_posts(attacker: &Attacker) -> Plan {
    let opening = attacker.head("POST /upload") + "Content-Length: 0\r\n\r\n";
    and_5_a_second_more(plan(attacker, 300, opening.into(), Then::Nothing))
}

/// Four at a time, each sent to its end.
fn whole(attacker: &Attacker, boundary: &str, mut form: Vec<u8>) -> Plan {
    form.extend(format!("\r\n--{boundary}--\r\n").bytes());
    let mut opening = head(attacker, boundary, &format!("Content-Length: {}", form.len()));
    opening.extend(form);
    plan(attacker, 4, opening, Then::Nothing)
}

fn begun(attacker: &Attacker, length: &str, picture_bytes: usize) -> Vec<u8> {
    let mut opening = head(attacker, BOUNDARY, length);
    opening.extend(part(BOUNDARY, "", picture_bytes));
    opening
}

fn head(attacker: &Attacker, boundary: &str, length: &str) -> Vec<u8> {
    let head = attacker.head("POST /upload");
    format!("{head}Content-Type: multipart/form-data; boundary={boundary}\r\n{length}\r\n\r\n").into()
}

/// The part with the picture, as far as it is sent.
fn part(boundary: &str, header: &str, picture_bytes: usize) -> Vec<u8> {
    let mut part = format!(
        "--{boundary}\r\n{header}Content-Disposition: form-data; name=\"image\"; filename=\"a.jpg\"\r\n\
         Content-Type: image/jpeg\r\n\r\n"
    )
    .into_bytes();
    part.extend(picture::jpeg(picture_bytes));
    part
}

fn plan(attacker: &Attacker, at_once: usize, opening: Vec<u8>, then: Then) -> Plan {
    let program = Program { source: attacker.source, opening: opening.into(), then, reads: Reads::OneAnswer };
    Plan::of_same(at_once, COME_BACK_AFTER, program)
}

/// Instead of coming back.
fn and_5_a_second_more(plan: Plan) -> Plan {
    Plan { a_second: 5, again_after: None, ..plan }
}

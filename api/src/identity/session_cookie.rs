//! The cookie by which a visitor is known: its name, what is in it, and what several of them mean. Pure: the time is passed in.
//!
//! Over https its name begins with `__Host-`: browsers take such a one only from this very host, by https. A page on a
//! neighbouring host can plant any other cookie beside ours, and with it somebody else's session.
//! <https://www.rfc-editor.org/rfc/rfc6265bis#name-cookie-name-prefixes>

use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::{
    SignedCookieJar,
    cookie::{Cookie, Key, SameSite},
};
use jiff::{SignedDuration, Timestamp};
use receipt::OwnerId;

use super::session_keys::SessionKeys;

const OF_THIS_HOST: &str = "__Host-receipts_session";
/// By http; by https only values without a date, of before there was the other name: nobody gets new ones of these.
pub(super) const WITHOUT_PREFIX: &str = "receipts_session";
/// Browsers keep a cookie for at most 400 days, whatever it says.
const RENEW_AFTER: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A browser sends one, or two while one replaces the other. More are not even verified.
const MOST: usize = 8;

/// Who sent a request, by their cookie.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct KnownVisitor {
    pub(super) owner: OwnerId,
    /// The cookie is old, of the old name, or signed by an earlier key.
    pub(super) needs_renewal: bool,
}

/// Cookies that name different owners, each well signed. Which is the browser's own cannot be told by their order, and to
/// make a new visitor would overwrite it: so the request is refused, and the others are removed (`planted_cookies.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ambiguous;

/// The owner that the cookies name, if they name one.
pub(super) fn read(
    headers: &HeaderMap,
    keys: &SessionKeys,
    secure: bool,
    now: Timestamp,
) -> Result<Option<KnownVisitor>, Ambiguous> {
    if !secure {
        return agreed(named(headers, WITHOUT_PREFIX)?.iter().filter_map(|cookie| verified(cookie, keys, now)));
    }
    let ours = agreed(named(headers, OF_THIS_HOST)?.iter().filter_map(|cookie| verified(cookie, keys, now)))?;
    if ours.is_some() {
        return Ok(ours);
    }
    // It stays beside the new one, for tasks that do not know the new one yet.
    let former = named(headers, WITHOUT_PREFIX)?;
    let former = former.iter().filter(|cookie| !cookie.value.contains(DATE)).filter_map(|it| verified(it, keys, now));
    Ok(agreed(former)?.map(|visitor| KnownVisitor { needs_renewal: true, ..visitor }))
}

/// A cookie for the owner, from now on.
pub(super) fn cookie(owner: &OwnerId, secure: bool, now: Timestamp) -> Cookie<'static> {
    let name = if secure { OF_THIS_HOST } else { WITHOUT_PREFIX };
    Cookie::build((name, format!("{owner}{DATE}{}", now.as_second())))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .path("/")
        .permanent()
        .build()
}

/// Between owner and date; no owner has one.
const DATE: char = '.';

/// A cookie as it came.
struct Sent {
    name: &'static str,
    /// With the signature before it, which has no dot either.
    value: String,
}

fn named(headers: &HeaderMap, name: &'static str) -> Result<Vec<Sent>, Ambiguous> {
    // All cookies come in one line, and those of others may hold any bytes.
    let lines = headers.get_all(header::COOKIE).iter().map(|line| String::from_utf8_lossy(line.as_bytes()));
    let values = lines.flat_map(|line| values(&line, name));
    let all: Vec<_> = values.map(|value| Sent { name, value }).collect();
    if all.len() > MOST { Err(Ambiguous) } else { Ok(all) }
}

fn values(line: &str, name: &str) -> Vec<String> {
    let pairs = line.split(';').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(sent, _)| sent.trim() == name).map(|(_, value)| value.trim().to_owned()).collect()
}

/// The visitor that all of them name.
fn agreed(visitors: impl Iterator<Item = KnownVisitor>) -> Result<Option<KnownVisitor>, Ambiguous> {
    let mut agreed: Option<KnownVisitor> = None;
    for visitor in visitors {
        agreed = match agreed {
            Some(other) if other.owner != visitor.owner => return Err(Ambiguous),
            Some(other) if !other.needs_renewal => Some(other),
            Some(_) | None => Some(visitor),
        };
    }
    Ok(agreed)
}

fn verified(cookie: &Sent, keys: &SessionKeys, now: Timestamp) -> Option<KnownVisitor> {
    let (value, by_newest) = match signed_value(cookie, keys.newest()) {
        Some(value) => (value, true),
        None => (keys.earlier().iter().find_map(|key| signed_value(cookie, key))?, false),
    };
    let (owner, issued) = match value.split_once(DATE) {
        Some((owner, seconds)) => (owner, Some(Timestamp::from_second(seconds.parse().ok()?).ok()?)),
        None => (value.as_str(), None),
    };
    let is_new = issued.is_some_and(|issued| now.duration_since(issued) < RENEW_AFTER);
    Some(KnownVisitor { owner: owner.parse().ok()?, needs_renewal: !(by_newest && is_new) })
}

/// The jar takes one cookie of each name, so each one has a jar of its own.
fn signed_value(cookie: &Sent, key: &Key) -> Option<String> {
    let alone = HeaderValue::from_str(&format!("{}={}", cookie.name, cookie.value)).ok()?;
    let jar = SignedCookieJar::from_headers(&HeaderMap::from_iter([(header::COOKIE, alone)]), key.clone());
    Some(jar.get(cookie.name)?.value().to_owned())
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    fn keys(names: &[&str]) -> SessionKeys {
        names.iter().map(|name| name.repeat(32)).collect::<Vec<_>>().join(",").parse().unwrap()
    }

    fn owner(name: &str) -> OwnerId {
        name.parse().unwrap()
    }

    fn now() -> Timestamp {
        Timestamp::from_second(1_800_000_000).unwrap()
    }

    /// `NAME=VALUE`, as a browser sends it.
    fn sent(cookie: Cookie<'static>, keys: &SessionKeys) -> String {
        let answer = SignedCookieJar::new(keys.newest().clone()).add(cookie).into_response();
        let line = answer.headers()[header::SET_COOKIE].to_str().unwrap();
        line.split(';').next().unwrap().to_owned()
    }

    fn ours(name: &str, at: Timestamp) -> String {
        sent(cookie(&owner(name), true, at), &keys(&["k"]))
    }

    /// Of before there were dates.
    fn former(name: &str) -> String {
        sent(Cookie::new(WITHOUT_PREFIX, name.to_owned()), &keys(&["k"]))
    }

    fn by_http(name: &str, at: Timestamp) -> String {
        sent(cookie(&owner(name), false, at), &keys(&["k"]))
    }

    fn found(cookies: &[String], secure: bool) -> Result<Option<KnownVisitor>, Ambiguous> {
        let line = (header::COOKIE, cookies.join("; ").parse().unwrap());
        read(&HeaderMap::from_iter([line]), &keys(&["k"]), secure, now())
    }

    fn visitor(name: &str, needs_renewal: bool) -> KnownVisitor {
        KnownVisitor { owner: owner(name), needs_renewal }
    }

    #[test]
    fn over_https_a_cookie_is_of_this_host_alone() {
        let made = cookie(&owner("me"), true, now());
        assert!(made.name().starts_with("__Host-") && made.secure() == Some(true) && made.http_only() == Some(true));
        assert!(made.path() == Some("/") && made.domain().is_none());
        let made = cookie(&owner("me"), false, now());
        assert_eq!((made.name(), made.secure()), ("receipts_session", Some(false)));
    }

    #[test]
    fn a_cookie_is_renewed_while_it_is_used() {
        for (make, secure) in [(ours as fn(_, _) -> _, true), (by_http, false)] {
            assert_eq!(found(&[make("me", now())], secure), Ok(Some(visitor("me", false))));
            assert_eq!(found(&[make("me", now() - 29 * DAY)], secure), Ok(Some(visitor("me", false))));
            assert_eq!(found(&[make("me", now() - 31 * DAY)], secure), Ok(Some(visitor("me", true))));
        }
        assert_eq!(found(&[former("me")], false), Ok(Some(visitor("me", true))));
        assert_eq!(found(&[], false), Ok(None));
    }

    #[test]
    fn the_former_name_is_read_until_there_is_the_new_one() {
        assert_eq!(found(&[former("me")], true), Ok(Some(visitor("me", true))));
        assert_eq!(found(&[former("me"), ours("me", now())], true), Ok(Some(visitor("me", false))));
        assert_eq!(
            found(&[former("somebody"), ours("me", now())], true),
            Ok(Some(visitor("me", false))),
            "a planted one"
        );
        assert_eq!(found(&[ours("me", now())], false), Ok(None));
    }

    #[test]
    fn a_neighbours_cookie_hides_ours_with_no_bytes() {
        for secure in [false, true] {
            let mine = if secure { ours("me", now()) } else { by_http("me", now()) };
            for strange in
                [&b"theme=\xc3\xbc"[..], b"\xff\xfe=\x80", b"a=\"\t\"", b"=;=", b"__Host-receipts_session=\xe9"]
            {
                for line in [[strange, b"; ", mine.as_bytes()].concat(), [mine.as_bytes(), b"; ", strange].concat()] {
                    let line = HeaderValue::from_bytes(&line).unwrap();
                    let known = read(&HeaderMap::from_iter([(header::COOKIE, line)]), &keys(&["k"]), secure, now());
                    assert_eq!(known, Ok(Some(visitor("me", false))), "{strange:?}");
                }
            }
        }
    }

    #[test]
    fn nobodys_new_session_can_be_planted_under_the_former_name() {
        let planted = ours("somebody", now()).replacen(OF_THIS_HOST, WITHOUT_PREFIX, 1);
        assert_eq!(found(std::slice::from_ref(&planted), true), Ok(None));
        assert_eq!(found(&[planted, former("me")], true), Ok(Some(visitor("me", true))));
    }

    #[test]
    fn two_owners_are_none_and_the_order_does_not_matter() {
        for secure in [false, true] {
            let (mine, theirs) = (former("me"), former("them"));
            assert_eq!(found(&[mine.clone(), theirs.clone()], secure), Err(Ambiguous));
            assert_eq!(found(&[theirs, mine.clone()], secure), Err(Ambiguous));
            assert_eq!(found(&[mine.clone(), mine.clone()], secure), Ok(Some(visitor("me", true))));
            let forged = format!("{WITHOUT_PREFIX}=forged");
            assert_eq!(
                found(&[forged.clone(), mine.clone()], secure),
                Ok(Some(visitor("me", true))),
                "it names nobody"
            );
            assert_eq!(found(&[mine, forged], secure), Ok(Some(visitor("me", true))));
            assert_eq!(found(&vec![former("me"); MOST + 1], secure), Err(Ambiguous));
        }
        assert_eq!(found(&[former("me"), by_http("me", now())], false), Ok(Some(visitor("me", false))));
    }

    #[test]
    fn what_an_earlier_key_signed_is_renewed() {
        let line = (header::COOKIE, ours("me", now()).parse().unwrap());
        let headers = HeaderMap::from_iter([line]);
        assert_eq!(read(&headers, &keys(&["n", "k"]), true, now()), Ok(Some(visitor("me", true))));
        assert_eq!(read(&headers, &keys(&["n"]), true, now()), Ok(None));
    }
}

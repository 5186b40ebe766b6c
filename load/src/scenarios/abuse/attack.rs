//! The attacks by name, each with what is peculiar to it.

use std::{net::IpAddr, time::Duration};

use clap::ValueEnum;

use super::{attacker::Attacker, bodies, connections, lists, plan::Plan, sockets, statuses, unread, uploads};
use crate::target::Target;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Attack {
    /// One WebSocket that sends pings of 125 bytes and never reads
    WsPings,
    /// One WebSocket that reads, and sends pings as fast as a line allows
    WsTalk,
    /// 100 WebSockets that send texts of 1,000 bytes and never read
    WsTexts,
    /// 100 WebSockets with a message that never ends, in fragments
    WsFragments,
    /// 6,000 WebSockets on one cookie
    WsMany,
    /// 300 bodies of 2 MB to the webhook, of which the last byte never comes
    WebhookBodies,
    /// 10,100 bodies to the webhook that stop after one byte
    WebhookStopped,
    /// 300 corrections of an own receipt, bodies of 2 MB of which the last byte never comes
    CorrectionBodies,
    /// 500 bodies to the webhook, a byte a second
    WebhookTrickle,
    /// 300 statuses a second, each signed with a certificate that does not exist, before the real one is known
    ForgedStatuses,
    /// 2,000 statuses a second that name the real certificate and are not signed by it
    BadSignatures,
    /// 10,100 idle connections
    ConnectionsIdle,
    /// 10,100 idle connections from 101 addresses
    ConnectionsEverywhere,
    /// 10,100 connections from 101 addresses that ask once and stay
    ConnectionsUsed,
    /// 10,100 connections with half a request's head
    HalfHeads,
    /// 1,000 heads, a byte a second
    SlowHeads,
    /// 1,000 heads of 15 KiB that do not end
    LongHeads,
    /// 6,000 readers of server-sent events that never read
    SseUnread,
    /// 1,600 readers that never read a picture of 10 MB
    PicturesUnread,
    /// 1,600 readers that read 64 bytes a second of a picture of 10 MB
    PicturesSlow,
    /// 1,000 connections that ask whether the server lives, again and again, as fast as a line allows
    RequestFlood,
    /// 500 connections that ask for the API's description again and again and never read
    AnswersUnread,
    /// 300 uploads that declare 10 MB and send 32 bytes, and 5 a second more
    UploadsDeclared,
    /// 300 uploads, a byte every 100 ms
    UploadsTrickle,
    /// 600 uploads from 200 addresses, 200 KB each and then a byte every 100 ms
    UploadsEverywhere,
    /// 16 uploads in chunks of one byte, as fast as a line allows
    UploadsChunks,
    /// Uploads whose part has a header of 20 KB
    PartHeaders,
    /// Uploads with a boundary of 14,000 characters
    LongBoundary,
    /// Uploads with 1,000 tiny fields before the picture
    TinyFields,
    /// 300 empty posts without cookie, and 5 a second more, from the honest visitor's own address
    EmptyPosts,
    /// 3,200 lists a second without cookie
    ListWithoutCookie,
    /// 3,200 lists a second with one cookie
    ListWithCookie,
}

/// What must hold besides the honest visitor's times and the server's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Demand {
    None,
    /// The attacker is told so at once.
    AnswersWithin(Duration),
    /// Not every request asks the ledger.
    FewQueries,
}

impl Attack {
    pub(super) fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    pub(super) fn what(self) -> String {
        let help = self.to_possible_value().and_then(|value| value.get_help().map(ToString::to_string));
        help.unwrap_or_default()
    }

    pub(super) fn demand(self) -> Demand {
        match self {
            Self::PartHeaders | Self::LongBoundary | Self::TinyFields => Demand::AnswersWithin(Duration::from_secs(2)),
            Self::ListWithoutCookie => Demand::FewQueries,
            Self::WsPings
            | Self::WsTalk
            | Self::WsTexts
            | Self::WsFragments
            | Self::WsMany
            | Self::WebhookBodies
            | Self::WebhookStopped
            | Self::CorrectionBodies
            | Self::WebhookTrickle
            | Self::ForgedStatuses
            | Self::BadSignatures
            | Self::ConnectionsIdle
            | Self::ConnectionsEverywhere
            | Self::ConnectionsUsed
            | Self::HalfHeads
            | Self::SlowHeads
            | Self::LongHeads
            | Self::SseUnread
            | Self::PicturesUnread
            | Self::PicturesSlow
            | Self::RequestFlood
            | Self::AnswersUnread
            | Self::UploadsDeclared
            | Self::UploadsTrickle
            | Self::UploadsEverywhere
            | Self::UploadsChunks
            | Self::EmptyPosts
            | Self::ListWithCookie => Demand::None,
        }
    }

    /// Whether it begins before the server has seen a status: then what is at rest is measured after it.
    pub(super) fn begins_cold(self) -> bool {
        self == Self::ForgedStatuses
    }

    /// Where the honest visitor is: elsewhere, unless the attack is on those behind the same address.
    pub(super) fn honest_source(self, target: Target, attacker: usize) -> IpAddr {
        target.source(if self == Self::EmptyPosts { attacker } else { 0 })
    }

    pub(super) async fn plan(self, attacker: &Attacker) -> anyhow::Result<Plan> {
        match self {
            Self::WsPings => sockets::pings(attacker).await,
            Self::WsTalk => sockets::talk(attacker).await,
            Self::WsTexts => sockets::texts(attacker).await,
            Self::WsFragments => sockets::fragments(attacker).await,
            Self::WsMany => sockets::many(attacker).await,
            Self::WebhookBodies => Ok(bodies::webhook(attacker)),
            Self::WebhookStopped => Ok(bodies::stopped(attacker)),
            Self::CorrectionBodies => bodies::corrections(attacker).await,
            Self::WebhookTrickle => Ok(bodies::trickle(attacker)),
            Self::ForgedStatuses => statuses::forged(attacker),
            Self::BadSignatures => statuses::bad_signatures(attacker),
            Self::ConnectionsIdle => Ok(connections::idle(attacker)),
            Self::ConnectionsEverywhere => Ok(connections::idle_from_everywhere(attacker)),
            Self::ConnectionsUsed => Ok(connections::used_from_everywhere(attacker)),
            Self::HalfHeads => Ok(connections::half_heads(attacker)),
            Self::SlowHeads => Ok(connections::slow_heads(attacker)),
            Self::LongHeads => Ok(connections::long_heads(attacker)),
            Self::SseUnread => unread::events(attacker).await,
            Self::PicturesUnread => unread::pictures(attacker).await,
            Self::PicturesSlow => unread::slow_pictures(attacker).await,
            Self::RequestFlood => Ok(connections::requests(attacker)),
            Self::AnswersUnread => Ok(unread::answers(attacker)),
            Self::UploadsDeclared => Ok(uploads::declared(attacker)),
            Self::UploadsTrickle => Ok(uploads::trickle(attacker)),
            Self::UploadsEverywhere => Ok(uploads::trickle_from_everywhere(attacker)),
            Self::UploadsChunks => Ok(uploads::chunks(attacker)),
            Self::PartHeaders => Ok(uploads::part_headers(attacker)),
            Self::LongBoundary => Ok(uploads::long_boundary(attacker)),
            Self::TinyFields => Ok(uploads::tiny_fields(attacker)),
            Self::EmptyPosts => Ok(uploads::empty_posts(attacker)),
            Self::ListWithoutCookie => Ok(lists::without_cookie(attacker)),
            Self::ListWithCookie => lists::with_cookie(attacker).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_attack_has_a_name_and_says_what_it_does() {
        let names: Vec<_> = Attack::value_variants().iter().map(|attack| attack.name()).collect();
        assert!(names.contains(&"ws-pings".to_owned()), "{names:?}");
        for attack in Attack::value_variants() {
            assert_eq!(Attack::from_str(&attack.name(), false), Ok(*attack));
            assert!(!attack.what().is_empty() && !attack.what().contains('|'), "it stands in a table: {attack:?}");
        }
    }

    #[test]
    fn the_honest_visitor_is_elsewhere_unless_the_attack_is_on_neighbours() {
        let target: Target = "http://127.0.0.1:8080".parse().unwrap();
        for attack in Attack::value_variants() {
            let together = target.source(7) == attack.honest_source(target, 7);
            assert_eq!(together, *attack == Attack::EmptyPosts, "{attack:?}");
        }
    }
}

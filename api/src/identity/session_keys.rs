//! The keys that all tasks of the service share: they sign cookies, and others are derived from them.

use std::str::FromStr;

use axum_extra::extract::cookie::Key;

/// The first of them signs; all are accepted, so that a key can be replaced without invalidating cookies.
#[derive(Clone)]
pub struct SessionKeys {
    newest: Key,
    earlier: Vec<Key>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a session key has at least 32 bytes")]
pub struct ShortSessionKey;

impl SessionKeys {
    /// The one that signs.
    pub(crate) fn newest(&self) -> &Key {
        &self.newest
    }

    /// Those that are still taken.
    pub(crate) fn earlier(&self) -> &[Key] {
        &self.earlier
    }
}

impl FromStr for SessionKeys {
    type Err = ShortSessionKey;

    fn from_str(text: &str) -> Result<Self, ShortSessionKey> {
        let mut keys = text.split(',').map(str::trim).map(|key| match key.len() {
            32.. => Ok(Key::derive_from(key.as_bytes())),
            _ => Err(ShortSessionKey),
        });
        let newest = keys.next().ok_or(ShortSessionKey)??;
        Ok(Self { newest, earlier: keys.collect::<Result<_, _>>()? })
    }
}

impl std::fmt::Debug for SessionKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKeys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_session_key_is_refused() {
        let (short, long) = ("x".repeat(31), "x".repeat(32));
        assert!(long.parse::<SessionKeys>().is_ok());
        assert_eq!(format!("{long}, {long}").parse::<SessionKeys>().unwrap().earlier().len(), 1);
        for refused in
            [short.clone(), format!("{long},{short}"), format!("{short},{long}"), format!("{long},"), String::new()]
        {
            assert!(refused.parse::<SessionKeys>().is_err(), "{refused}");
        }
    }
}

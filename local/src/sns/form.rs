//! A call of the query protocol: named parameters, from a form or a URL.

use crate::protocol::AwsError;

#[derive(Debug)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
    signed: bool,
}

impl Form {
    /// `None` if the text is no form with an action.
    pub(crate) fn parse(text: &[u8], signed: bool) -> Option<Self> {
        let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(text).ok()?;
        let form = Self { fields, signed };
        form.get("Action").is_some().then_some(form)
    }

    pub(crate) fn action(&self) -> &str {
        self.get("Action").unwrap_or_default()
    }

    /// Whether the call has credentials.
    pub(crate) fn is_signed(&self) -> bool {
        self.signed
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn required(&self, name: &str) -> Result<&str, AwsError> {
        self.get(name)
            .ok_or_else(|| AwsError::bad_request("InvalidParameter", format!("Invalid parameter: {name} is missing")))
    }

    pub(crate) fn has_prefix(&self, prefix: &str) -> bool {
        self.fields.iter().any(|(key, _)| key.starts_with(prefix))
    }

    /// The map encoded as `NAME.entry.1.key`, `NAME.entry.1.value` and so on.
    pub(crate) fn entries<'a>(&'a self, name: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let prefix = format!("{name}.entry.");
        self.fields.iter().filter_map(move |(key, entry)| {
            let number = key.strip_prefix(&prefix)?.strip_suffix(".key")?;
            Some((entry.as_str(), self.get(&format!("{prefix}{number}.value")).unwrap_or_default()))
        })
    }
}

/// Encodes parameters for a URL.
pub(crate) fn encode(fields: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(fields).expect("pairs of strings are always a form")
}
